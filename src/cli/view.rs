//! `akx view`: the workbench on any document, without a server.

use std::{
    io::Read,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use secrecy::SecretString;

use super::{
    choose, document,
    explore::{self, Looks},
    jq,
    options::View,
    output::Output,
};
use crate::{
    app::{
        effect::Destination,
        state,
        viewer::{BEGINNING, Opened},
    },
    domain::{
        failure::{Failure, FailureKind},
        shared::Shared,
    },
    paths::{Paths, files},
    runtime::{
        Connection, Host,
        host::{Task, Told},
    },
};

/// Shows a document, or prints its records.
pub(crate) fn view(options: &View, looks: Looks<'_>, output: &mut Output) -> Result<(), Failure> {
    if !options.shape.conditions.is_empty() {
        return choose::of_file(&options.file, &options.shape, output);
    }
    if let Some(filter) = &options.shape.jq {
        return jq::of_file(&options.file, filter, &options.shape, output);
    }
    if options.shape.is_asked_for() {
        return document::print_records(&document::json(&options.file)?, &options.shape, output);
    }
    if !output.is_terminal() {
        return Err(Failure::new(
            FailureKind::Usage,
            "The workbench needs a terminal, and this is none.",
            "Print records with --table or --csv, or what a filter gives with --jq.",
        ));
    }
    let mut source = Source::open(&options.file)?;
    let opened = source.beginning()?;
    let name = options.file.file_name().map_or_else(|| "document".into(), |n| n.to_string_lossy());
    let name = if name == "-" { "standard input" } else { &*name };
    let start = state::Start::View { name: name.into(), opened: Shared::new(opened) };
    let data = Paths::from_environment(looks.environment)?.data_dir().to_path_buf();
    explore::stay(start, Arc::new(Reader(Mutex::new(Some(source)))), data, looks)
}

/// Where a document comes from, and what has been read of it.
struct Source {
    from: Box<dyn Read + Send>,
    /// How many bytes there are, where that is known.
    of: Option<u64>,
    bytes: Vec<u8>,
    /// What it is, by its name.
    content_type: Option<&'static str>,
    /// What it is called in a sentence.
    name: String,
}

impl Source {
    fn open(path: &Path) -> Result<Self, Failure> {
        let name = document::name(path);
        if path.as_os_str() == "-" {
            let from = Box::new(std::io::stdin());
            return Ok(Self { from, of: None, bytes: Vec::new(), content_type: None, name });
        }
        // What breaks in the first characters of such a file is a mistake in it rather than another kind of text.
        let is_json = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("json"));
        let content_type = is_json.then_some("application/json");
        let (file, size) = files::open(path).map_err(|e| files::unreadable(path, &e))?;
        // A pipe or a device has no size.
        let of = Some(size).filter(|&size| size > 0);
        Ok(Self { from: Box::new(file), of, bytes: Vec::new(), content_type, name })
    }

    /// What is shown first: the whole of a small document.
    fn beginning(&mut self) -> Result<Opened, Failure> {
        let limit = BEGINNING as u64;
        let read = self.from.by_ref().take(limit).read_to_end(&mut self.bytes);
        read.map_err(|e| self.unreadable(&e))?;
        let opened = Opened::new(self.bytes.as_slice().into(), self.content_type);
        Ok(if self.bytes.len() < BEGINNING { opened } else { opened.with_more_to_come() })
    }

    /// Reads the rest, as far as memory reaches, and opens the whole.
    fn whole(mut self, mut told: Told) -> Result<Opened, Failure> {
        const STEP: usize = 4 << 20;
        let limit = usize::try_from(files::comfortable()).unwrap_or(usize::MAX);
        if let Some(of) = self.of.and_then(|of| usize::try_from(of).ok()) {
            self.bytes.reserve_exact((of.min(limit) + 1).saturating_sub(self.bytes.len()));
        }
        while self.bytes.len() < limit {
            let step = STEP.min(limit - self.bytes.len()) as u64;
            let read = self.from.by_ref().take(step).read_to_end(&mut self.bytes);
            if read.map_err(|e| self.unreadable(&e))? == 0 {
                break;
            }
            told(self.bytes.len() as u64, self.of);
        }
        let here = self.bytes.len() as u64;
        let rest = match self.of {
            Some(of) => of.saturating_sub(here),
            // How much more there is can be known only by reading it.
            None if self.bytes.len() == limit => {
                std::io::copy(&mut self.from, &mut std::io::sink()).map_err(|e| self.unreadable(&e))?
            }
            None => 0,
        };
        Ok(Opened::new(self.bytes.into(), self.content_type).with_rest(rest))
    }

    fn unreadable(&self, error: &std::io::Error) -> Failure {
        let message = format!("{} could not be read: {error}.", self.name);
        Failure::new(FailureKind::File, message, "Check the path, or what is piped in.")
    }
}

/// Reads the document; there is nobody to connect to.
struct Reader(Mutex<Option<Source>>);

impl Host for Reader {
    fn connect(&self, _: Destination, _: Option<SecretString>) -> Task<Result<Connection, Failure>> {
        let failure = Failure::new(FailureKind::Usage, "A document is shown, not a server.", "Start akx by itself.");
        Box::pin(async { Err(failure) })
    }

    fn document(&self, told: Told) -> Task<Result<Opened, Failure>> {
        let source = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        Box::pin(async move {
            let mistake = || Failure::new(FailureKind::Internal, "The document was read already.", "Try again.");
            let source = source.ok_or_else(mistake)?;
            tokio::task::spawn_blocking(move || source.whole(told)).await.map_err(|_| mistake())?
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(bytes: Vec<u8>) -> Source {
        let of = Some(bytes.len() as u64);
        Source {
            from: Box::new(std::io::Cursor::new(bytes)),
            of,
            bytes: Vec::new(),
            content_type: None,
            name: "x".to_owned(),
        }
    }

    #[test]
    fn a_small_document_is_there_at_once_and_a_large_one_in_two_steps() {
        let mut small = source(b"[1]".to_vec());
        assert!(!small.beginning().unwrap().is_beginning);
        let zeros = format!("[{}0]", "0,".repeat(10_000_000)).into_bytes();
        let size = zeros.len();
        let mut large = source(zeros);
        let beginning = large.beginning().unwrap();
        assert!(beginning.is_beginning && beginning.document.size() == BEGINNING);
        let (told, heard) = std::sync::mpsc::channel();
        let whole = large.whole(Box::new(move |bytes, of| told.send((bytes, of)).unwrap_or_default())).unwrap();
        assert!(!whole.is_beginning && whole.document.size() == size && whole.is_json());
        let heard: Vec<_> = heard.iter().collect();
        assert!(heard.len() > 2 && heard.last() == Some(&(size as u64, Some(size as u64))));
    }

    #[test]
    fn what_breaks_while_it_is_read_is_said() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::Error::other("gone"))
            }
        }
        let source =
            Source { from: Box::new(Broken), of: None, bytes: Vec::new(), content_type: None, name: "x".to_owned() };
        let failure = source.whole(Box::new(|_, _| {})).unwrap_err();
        assert_eq!(failure.message, "x could not be read: gone.");
    }
}
