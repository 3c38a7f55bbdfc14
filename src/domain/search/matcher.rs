//! The one file that knows the fuzzy-matcher crate.
//!
//! Its two functions disagree about scores now and then, so only one of them is ever asked for a score
//! ([`Fuzzy::quality`]) and the other only for positions ([`Fuzzy::positions`]).

use fuzzy_matcher::{FuzzyMatcher, skim::SkimMatcherV2};

/// The fuzzy matcher of names. Both sides are folded before they get here.
pub(super) struct Fuzzy(SkimMatcherV2);

impl Fuzzy {
    pub(super) fn new() -> Self {
        Self(SkimMatcherV2::default().respect_case())
    }

    /// How closely the letters of `term` follow each other in `name`, from 0 to 60; `None` if they are not all there
    /// in that order.
    pub(super) fn quality(&self, name: &str, term: &str) -> Option<u16> {
        // A letter that continues a word scores a little over 20, one that stands alone 16 less its distance.
        let score = self.0.fuzzy_match(name, term)?.max(0);
        let letters = i64::try_from(term.len().max(1)).unwrap_or(i64::MAX);
        Some(u16::try_from((score * 2 / letters).min(60)).unwrap_or(60))
    }

    /// Where in `name` the letters of `term` stand, as character indices.
    pub(super) fn positions(&self, name: &str, term: &str) -> Vec<usize> {
        self.0.fuzzy_indices(name, term).map(|(_, at)| at).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_letters_are_worth_more_than_scattered_ones() {
        let fuzzy = Fuzzy::new();
        let close = fuzzy.quality("google_drive_upload_file", "gdrvupl");
        let scattered = fuzzy.quality("google_drive_create_backup_of_public_file", "gdrvupl");
        assert!(close > scattered, "{close:?} {scattered:?}");
        assert_eq!(fuzzy.quality("slack", "z"), None);
        assert_eq!(fuzzy.positions("a_ä_c", "äc"), [2, 4]);
    }
}
