//! `akx view`: the workbench on any document, without a server.

use secrecy::SecretString;

use super::{
    choose, document,
    explore::{self, Looks},
    jq,
    options::View,
    output::Output,
};
use crate::{
    app::{effect::Destination, state, viewer::Opened},
    domain::{
        document::Document,
        failure::{Failure, FailureKind},
        shared::Shared,
    },
    paths::Paths,
    runtime::{Connection, Host, host::Task},
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
    let opened = Opened::of(Document::read(document::bytes(&options.file)?.into(), None));
    let name = options.file.file_name().map_or_else(|| "document".into(), |n| n.to_string_lossy());
    let name = if name == "-" { "standard input" } else { &*name };
    let start = state::Start::View { name: name.into(), opened: Shared::new(opened) };
    let data = Paths::from_environment(looks.environment)?.data_dir().to_path_buf();
    explore::stay(start, std::sync::Arc::new(Nobody), data, looks)
}

/// There is nobody to connect to.
struct Nobody;

impl Host for Nobody {
    fn connect(&self, _: Destination, _: Option<SecretString>) -> Task<Result<Connection, Failure>> {
        let failure = Failure::new(FailureKind::Usage, "A document is shown, not a server.", "Start akx by itself.");
        Box::pin(async { Err(failure) })
    }
}
