//! Conditions joined by `AND` and `OR`, which SOQL and JQL have alike: `AND` binds more closely.

use super::predicate::Predicate;

/// How many conditions may nest.
pub(super) const DEPTH: usize = 32;

/// A parser of one of the languages, as far as joining conditions goes.
pub(super) trait Conditions {
    /// Takes the next token if it is that keyword or sign.
    fn take(&mut self, text: &str) -> bool;

    /// One condition, or one in parentheses, `depth` of which are open.
    fn one(&mut self, depth: usize) -> Result<Predicate, String>;

    /// Conditions joined by `OR`.
    fn any(&mut self, depth: usize) -> Result<Predicate, String> {
        let mut any = vec![self.all(depth)?];
        while self.take("OR") {
            any.push(self.all(depth)?);
        }
        Ok(if any.len() == 1 { any.remove(0) } else { Predicate::Any(any) })
    }

    /// Conditions joined by `AND`.
    fn all(&mut self, depth: usize) -> Result<Predicate, String> {
        let mut all = vec![self.one(depth)?];
        while self.take("AND") {
            all.push(self.one(depth)?);
        }
        Ok(if all.len() == 1 { all.remove(0) } else { Predicate::All(all) })
    }
}
