//! Checking the form, and putting what is wrong onto the fields concerned.

use std::sync::Arc;

use super::{Check, Form, Problem, view::FieldId};
use crate::domain::{
    document::Pointer,
    schema::validate::{Checker, Verdict},
};

impl Form {
    pub(super) fn run_check(&mut self) -> Check {
        let value = self.value();
        let raw = &self.raw;
        let checker = self.checker.get_or_insert_with(|| Arc::new(Checker::new(raw)));
        let (violations, not_checked) = match checker.check(&value) {
            Verdict::Checked(violations) => (violations, checker.left_out()),
            Verdict::NotChecked(why) => (Vec::new(), Some(why)),
        };
        let mut check = Check { problems: Vec::new(), not_checked };
        self.problems.clear();
        let rows = self.lines();
        let repeated = self.repeated();
        for row in &rows {
            if let Some(words) = self.draft_problem(row.id, &repeated) {
                let at = self.pointer(row.id);
                check.problems.push(Problem { field: row.id, words: format!("{}: {words}", named(&at)), at });
            }
        }
        for (field, path) in self.unread_files() {
            let at = self.pointer(field);
            let words = format!("{}: the file {path} is not read yet; Enter at the field reads it.", named(&at));
            self.blame(field, &words);
            check.problems.push(Problem { field, at, words });
        }
        for violation in violations {
            let field = self.shown(self.at_pointer(&violation.at));
            if check.problems.iter().any(|p| p.at == violation.at) {
                continue;
            }
            let words = format!("{} {}.", named(&violation.at), violation.message);
            self.blame(field, &words);
            check.problems.push(Problem { field, at: violation.at, words });
        }
        let order = |id: FieldId| rows.iter().position(|r| r.id == id).unwrap_or(usize::MAX);
        check.problems.sort_by_key(|p| order(p.field));
        check
    }

    /// Marks a field with something that is wrong with it, in words.
    pub fn blame(&mut self, field: FieldId, words: &str) {
        let marks = self.problems.entry(field).or_default();
        // A server says the same in several places.
        if marks.contains(words.trim_end_matches('.')) {
            return;
        }
        if !marks.is_empty() {
            marks.push(' ');
        }
        marks.push_str(words);
    }
}

/// A place as a person reads it: `blocks, item 2, text`.
fn named(at: &Pointer) -> String {
    let words = at.tokens().iter().map(|token| match token.parse::<usize>() {
        Ok(index) if token.len() < 6 => format!("item {}", index + 1),
        _ => token.clone(),
    });
    let words: Vec<String> = words.collect();
    if words.is_empty() { "The whole".to_owned() } else { words.join(", ") }
}
