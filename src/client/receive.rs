//! Where a reply's bytes go as they come in: into memory, into a file where they are too many, or straight through.

use std::{
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::time::Instant;

use super::{Progress, error::Fault};
use crate::domain::run::Body;

/// An answer of fewer bytes is always looked at as a whole: a refusal that comes with a success may be so long.
pub(super) const SHORT: usize = 64 << 10;

/// Who takes an answer in.
///
/// A closure that takes [`Progress`] is a receiver that keeps the answer in memory and refuses one that is too large.
pub trait Receiver: Send {
    /// Hears how far the exchange is.
    fn progress(&mut self, progress: Progress);

    /// Who takes a long answer part by part, as it comes in, so that none of it is kept.
    fn through(&mut self) -> Option<&mut (dyn Write + Send)> {
        None
    }

    /// Up to how many bytes an answer that goes [`through`](Self::through) is kept in memory besides.
    fn keeps(&self) -> usize {
        0
    }

    /// A new file for an answer that is too large for memory, and where it is; `None` to refuse the answer.
    fn overflow(&mut self) -> Option<io::Result<(Box<dyn Write + Send>, PathBuf)>> {
        None
    }

    /// The exchange was given up while it wrote to the file at `path` that [`overflow`](Self::overflow) made: nobody will
    /// look for it.
    fn abandoned(&self, _path: &Path) {}

    /// The first bytes, at most `limit`, of what was written to the file at `path` that [`overflow`](Self::overflow)
    /// made.
    fn overflowed(&self, _path: &Path, _limit: usize) -> Vec<u8> {
        Vec::new()
    }
}

impl<F: FnMut(Progress) + Send> Receiver for F {
    fn progress(&mut self, progress: Progress) {
        self(progress);
    }
}

impl Drop for Arriving<'_> {
    /// A run that is cancelled leaves no part of its answer behind.
    fn drop(&mut self) {
        if let Place::File(_, path) = &self.place {
            self.receiver.abandoned(path);
        }
    }
}

/// What has arrived of a reply.
#[derive(Debug)]
pub(super) struct Arrived {
    /// What is in memory: all of it, unless it went elsewhere.
    pub(super) body: Body,
    /// The file that has all of it instead.
    pub(super) file: Option<PathBuf>,
    /// How many bytes came.
    pub(super) bytes: u64,
}

/// Takes the parts of a reply's body.
pub(super) struct Arriving<'r> {
    receiver: &'r mut dyn Receiver,
    /// Whether the status is a success: only an answer may leave memory.
    is_answer: bool,
    limit: usize,
    bytes: u64,
    memory: Vec<u8>,
    place: Place,
    /// How long whoever takes the parts has held up the exchange.
    pub(super) held_up: Duration,
}

enum Place {
    Memory,
    File(BufWriter<Box<dyn Write + Send>>, PathBuf),
    Through,
}

impl<'r> Arriving<'r> {
    /// `expected` is how many bytes the server announces.
    pub(super) fn new(
        receiver: &'r mut dyn Receiver,
        is_answer: bool,
        limit: usize,
        expected: Option<u64>,
    ) -> Result<Self, Fault> {
        let mut arriving = Self {
            receiver,
            is_answer,
            limit,
            bytes: 0,
            memory: Vec::new(),
            place: Place::Memory,
            held_up: Duration::ZERO,
        };
        if let Some(expected) = expected.map(|bytes| usize::try_from(bytes).unwrap_or(usize::MAX)) {
            arriving.make_room_for(expected)?;
            if matches!(arriving.place, Place::Memory) {
                arriving.memory.reserve_exact(expected);
            }
        }
        Ok(arriving)
    }

    /// Takes the next part.
    pub(super) fn take(&mut self, part: &[u8], of: Option<u64>) -> Result<(), Fault> {
        self.make_room_for(self.memory.len().saturating_add(part.len()))?;
        self.bytes += part.len() as u64;
        match &mut self.place {
            Place::Memory => self.memory.extend_from_slice(part),
            Place::File(file, path) => {
                file.write_all(part).map_err(|error| Fault::Unkept { error, path: Some(path.clone()) })?;
            }
            Place::Through => {
                if self.bytes > self.receiver.keeps() as u64 {
                    self.memory = Vec::new();
                } else {
                    self.memory.extend_from_slice(part);
                }
                self.pass_on(part)?;
            }
        }
        self.receiver.progress(Progress::Receiving { bytes: self.bytes, of });
        Ok(())
    }

    /// Moves what is in memory elsewhere where `bytes` are more than should be there.
    fn make_room_for(&mut self, bytes: usize) -> Result<(), Fault> {
        if !matches!(self.place, Place::Memory) || bytes <= SHORT.min(self.limit) {
            return Ok(());
        }
        if self.is_answer && self.receiver.through().is_some() {
            self.place = Place::Through;
            let so_far = std::mem::take(&mut self.memory);
            let passed = self.pass_on(&so_far);
            self.memory = so_far;
            return passed;
        }
        if bytes <= self.limit {
            return Ok(());
        }
        match self.is_answer.then(|| self.receiver.overflow()).flatten() {
            None => Err(Fault::TooLarge { limit: self.limit }),
            Some(Err(error)) => Err(Fault::Unkept { error, path: None }),
            Some(Ok((file, path))) => {
                let mut file = BufWriter::with_capacity(256 << 10, file);
                let so_far = std::mem::take(&mut self.memory);
                file.write_all(&so_far).map_err(|error| Fault::Unkept { error, path: Some(path.clone()) })?;
                self.place = Place::File(file, path);
                Ok(())
            }
        }
    }

    fn pass_on(&mut self, part: &[u8]) -> Result<(), Fault> {
        // A reader that takes its time, such as a pager, is no reason to give the server up.
        let from = Instant::now();
        let passed = self.receiver.through().map_or(Ok(()), |to| to.write_all(part));
        self.held_up += from.elapsed();
        passed.map_err(|error| Fault::Unkept { error, path: None })
    }

    /// What came, where nothing more comes.
    pub(super) fn end(&mut self) -> Result<Arrived, Fault> {
        let mut arrived = Arrived { body: std::mem::take(&mut self.memory).into(), file: None, bytes: self.bytes };
        match std::mem::replace(&mut self.place, Place::Memory) {
            Place::Memory => {}
            Place::File(mut file, path) => {
                file.flush().map_err(|error| Fault::Unkept { error, path: Some(path.clone()) })?;
                arrived.file = Some(path);
            }
            Place::Through => {
                let flushed = self.receiver.through().map_or(Ok(()), Write::flush);
                flushed.map_err(|error| Fault::Unkept { error, path: None })?;
            }
        }
        Ok(arrived)
    }

    /// What came of a reply that broke off: as much of it as memory may hold.
    pub(super) fn broken(&mut self) -> Arrived {
        let nothing = Arrived { body: Body::default(), file: None, bytes: self.bytes };
        let mut arrived = self.end().unwrap_or(nothing);
        if let Some(path) = &arrived.file {
            arrived.body = self.receiver.overflowed(path, self.limit).into();
        }
        arrived
    }
}
