//! Mapping what a server says is wrong back onto the fields it names.

use super::{Form, field::Slot, view::FieldId};

impl Form {
    /// Marks every field that `message` names with `message`, and returns them in the order of the form.
    ///
    /// A name counts where it is quoted, part of a path, or unmistakable (`pageSize`, `field_email`); a plain word such
    /// as `to` in running text does not.
    pub fn blame_named(&mut self, message: &str) -> Vec<FieldId> {
        let mut named = Vec::new();
        for row in self.lines() {
            let (Slot::Property { name, .. } | Slot::Entry(name)) = &self.field(row.id).slot else { continue };
            if names(message, name) {
                named.push(row.id);
            }
        }
        for &field in &named {
            self.blame(field, message);
        }
        named
    }
}

fn names(message: &str, name: &str) -> bool {
    if name.is_empty() {
        return false;
    }
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let unmistakable = name.chars().skip(1).any(|c| c.is_uppercase() || c == '_' || c == '-');
    message.match_indices(name).any(|(at, _)| {
        let before = message[..at].chars().next_back();
        let after = message[at + name.len()..].chars().next();
        if before.is_some_and(part) || after.is_some_and(part) {
            return false;
        }
        let enclosed = |c: char| matches!(c, '"' | '\'' | '`' | '/' | '[' | ']' | '‘' | '’' | '“' | '”');
        let path =
            before == Some('.') || after == Some('.') && message[at + name.len()..].chars().nth(1).is_some_and(part);
        unmistakable || before.is_some_and(enclosed) || path
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::Value;

    #[test]
    fn the_fields_a_server_names_are_marked() {
        let schema = r#"{"properties":{"to":{"type":"string"},"pageSize":{"type":"string"},"page":{"type":"string"},
            "body":{"required":["text"],"properties":{"text":{"type":"string"}},"type":"object"}},"required":["body"]}"#;
        let named = |message: &str| {
            let mut form = Form::new(&Value::parse(schema.as_bytes()).unwrap());
            let fields = form.blame_named(message);
            let labels: Vec<String> = fields.iter().map(|&f| form.label(f)).collect();
            assert!(form.rows().iter().all(|r| r.problem.is_some() == fields.contains(&r.id)));
            labels.join(" ")
        };
        assert_eq!(named("pageSize should be a number, according to the rules of the page"), "pageSize");
        assert_eq!(named("\"to\" is required"), "to");
        assert_eq!(named("body.text must not be empty"), "body text");
        assert_eq!(named("Something is wrong with the body."), "");
    }
}
