//! What a profile may be called, and the colour it is marked with.

use std::{fmt, str::FromStr};

/// Whether `name` can name a profile: letters, digits, `-` and `_`, so that it is a bare TOML key and a file name.
pub fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// The colour that a profile's name has in the header, so that one customer is not taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Colour {
    /// Red.
    Red,
    /// Orange; yellow where the terminal has sixteen colours.
    Orange,
    /// Yellow.
    Yellow,
    /// Green.
    Green,
    /// Blue.
    Blue,
    /// Purple.
    Purple,
}

impl Colour {
    /// Every colour.
    pub const ALL: [Self; 6] = [Self::Red, Self::Orange, Self::Yellow, Self::Green, Self::Blue, Self::Purple];

    /// Its name, as the config file has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Orange => "orange",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Blue => "blue",
            Self::Purple => "purple",
        }
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text names no colour that akx knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("red, orange, yellow, green, blue or purple")]
pub struct NoColour;

impl FromStr for Colour {
    type Err = NoColour;

    fn from_str(text: &str) -> Result<Self, NoColour> {
        Self::ALL.into_iter().find(|colour| colour.name().eq_ignore_ascii_case(text)).ok_or(NoColour)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_a_path() {
        assert!(is_name("acme-eu_1"));
        for bad in ["", "..", "a/b", "a.b", "a b", "é"] {
            assert!(!is_name(bad), "{bad:?}");
        }
    }

    #[test]
    fn colours_are_read_as_they_are_written() {
        for colour in Colour::ALL {
            assert_eq!(colour.to_string().parse(), Ok(colour));
            assert!(NoColour.to_string().contains(colour.name()));
        }
        assert_eq!("Red".parse(), Ok(Colour::Red));
        assert_eq!("pink".parse::<Colour>(), Err(NoColour));
    }
}
