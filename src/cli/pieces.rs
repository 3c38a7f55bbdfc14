//! Reading a piece at a time what may be larger than memory.

use std::io::{self, Read};

/// How much is read at a time; what must be there whole and is larger makes it grow.
const PIECE: usize = 128 << 10;

/// What there is of a stream: only what is not done with is kept.
pub(crate) struct Pieces<'r> {
    from: &'r mut dyn Read,
    buffer: Vec<u8>,
    filled: usize,
    /// How much there must be before it is looked at again.
    enough: usize,
    last: bool,
}

impl<'r> Pieces<'r> {
    /// Nothing of `from` yet.
    pub(crate) fn of(from: &'r mut dyn Read) -> Self {
        Self { from, buffer: vec![0; PIECE], filled: 0, enough: 0, last: false }
    }

    /// Reads on: about as much again as there is, so that what takes long to come whole is not gone over for each piece
    /// of it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn more(&mut self) -> io::Result<()> {
        loop {
            if self.filled == self.buffer.len() {
                self.buffer.resize(2 * self.filled, 0);
            }
            match self.from.read(&mut self.buffer[self.filled..]) {
                Ok(0) => self.last = true,
                Ok(read) => self.filled += read,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            }
            if self.last || self.filled >= self.enough {
                return Ok(());
            }
        }
    }

    /// What is here and not done with, and whether nothing comes after it.
    pub(crate) fn here(&self) -> (&[u8], bool) {
        (&self.buffer[..self.filled], self.last)
    }

    /// The first `bytes` of what is here are not needed any more.
    pub(crate) fn done_with(&mut self, bytes: usize) {
        self.buffer.copy_within(bytes..self.filled, 0);
        self.filled -= bytes;
        self.enough = 2 * self.filled;
    }

    /// What is here and all that comes after it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn rest(mut self) -> io::Result<Vec<u8>> {
        self.buffer.truncate(self.filled);
        self.from.read_to_end(&mut self.buffer)?;
        Ok(self.buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, and counts how often it is asked.
    struct Drops(usize);

    impl Read for Drops {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            let Some(first) = to.first_mut().filter(|_| self.0 > 0) else { return Ok(0) };
            *first = b'x';
            self.0 -= 1;
            Ok(1)
        }
    }

    #[test]
    fn what_comes_in_drops_is_looked_at_a_few_times_only() {
        let mut from = Drops(3 * PIECE);
        let mut pieces = Pieces::of(&mut from);
        let mut looks = 0;
        while !pieces.here().1 {
            pieces.more().unwrap();
            pieces.done_with(0);
            looks += 1;
        }
        assert!(looks < 30, "{looks}");
        assert_eq!(pieces.here().0.len(), 3 * PIECE);
        pieces.done_with(3 * PIECE - 1);
        assert_eq!(pieces.rest().unwrap(), b"x");
    }
}
