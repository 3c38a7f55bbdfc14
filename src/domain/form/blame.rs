//! Mapping what a server says is wrong back onto the fields it names.

use super::{Form, field::Slot, view::FieldId};
use crate::domain::document::Pointer;

/// How many places in one text are looked up.
const PLACES: usize = 50;

impl Form {
    /// Marks the fields that a refusal names, each with the reason that names it, and unfolds what hides them. The
    /// `message` as a whole counts only where no single reason names a field. In the order of the form.
    pub fn blame_reply(&mut self, message: &str, reasons: &[String]) -> Vec<FieldId> {
        let mut named: Vec<FieldId> = reasons.iter().flat_map(|reason| self.blame_named(reason)).collect();
        if named.is_empty() {
            named = self.blame_named(message);
        }
        let named: Vec<FieldId> = named.into_iter().map(|field| self.uncover(field)).collect();
        let rows = self.lines();
        rows.iter().map(|row| row.id).filter(|id| named.contains(id)).collect()
    }

    /// Marks every field that `message` names with `message`, and returns them.
    ///
    /// A path (`body.text`, `/items/0/id`, `items[0].id`) names the field it leads to. Else a name counts where it is
    /// quoted or unmistakable (`pageSize`, `field_email`); a plain word such as `to` in running text does not.
    pub fn blame_named(&mut self, message: &str) -> Vec<FieldId> {
        let mut named: Vec<FieldId> = paths(message).filter_map(|path| self.led_to(&path)).collect();
        if named.is_empty() {
            for id in (0..self.fields.len()).filter_map(|i| u32::try_from(i).ok()).map(FieldId) {
                let (Slot::Property { name, .. } | Slot::Entry(name)) = &self.field(id).slot else { continue };
                if names(message, name) && self.in_sight(id) {
                    named.push(id);
                }
            }
        }
        named.sort_unstable();
        named.dedup();
        for &field in &named {
            self.blame(field, message);
        }
        named
    }

    /// The field that a path of two steps or more leads to; where it goes on into what has no field yet, the nearest.
    fn led_to(&self, path: &[String]) -> Option<FieldId> {
        let pointer: Pointer = path.iter().cloned().collect();
        let field = self.shown(self.at_pointer(&pointer));
        let reached = self.pointer(field).tokens().len();
        // Sentences have dots and strokes too: but for the last step, which may have no field yet, all must be there.
        let leads_on = reached + 1 == path.len() && self.field(self.content(field)).is_container();
        (field != Self::ROOT && (reached == path.len() || leads_on)).then_some(field)
    }
}

/// What looks like a path of at least two steps in a text.
fn paths(message: &str) -> impl Iterator<Item = Vec<String>> {
    let step = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$' | '@');
    let words = message.split(move |c: char| !(step(c) || matches!(c, '.' | '/' | '[' | ']')));
    let steps = move |word: &str| -> Vec<String> {
        word.split(|c| !step(c)).filter(|s| !s.is_empty()).map(str::to_owned).collect()
    };
    words.filter(|w| w.contains(['.', '/', '['])).map(steps).filter(|steps| steps.len() > 1).take(PLACES)
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
        // `name: why` and `name must …` at the very beginning are how validators speak.
        let leads =
            message[..at].trim().is_empty() && (after == Some(':') || says_what_must_be(&message[at + name.len()..]));
        let path =
            before == Some('.') || after == Some('.') && message[at + name.len()..].chars().nth(1).is_some_and(part);
        unmistakable || before.is_some_and(enclosed) || path || leads
    })
}

/// Whether a sentence goes on as those do that say what is wrong with its subject.
fn says_what_must_be(rest: &str) -> bool {
    let verbs = [" must ", " should ", " is ", " has ", " cannot ", " can't ", " does ", " may ", " needs "];
    verbs.iter().any(|verb| rest.starts_with(verb))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{document::Value, form::Edit};

    const SCHEMA: &str = r#"{"properties":{"to":{"type":"string"},"pageSize":{"type":"string"},"page":{"type":"string"},
        "body":{"required":["text"],"properties":{"text":{"type":"string"}},"type":"object"},
        "items":{"items":{"properties":{"id":{"type":"string"}}}}},"required":["body"]}"#;

    fn form() -> Form {
        Form::new(&Value::parse(SCHEMA.as_bytes()).unwrap())
    }

    #[test]
    fn the_fields_a_server_names_are_marked() {
        let named = |message: &str| {
            let mut form = form();
            let fields = form.blame_named(message);
            let labels: Vec<String> = fields.iter().map(|&f| form.label(f)).collect();
            assert!(form.rows().iter().all(|r| r.problem.is_some() == fields.contains(&r.id)));
            labels.join(" ")
        };
        assert_eq!(named("pageSize should be a number, according to the rules of the page"), "pageSize");
        assert_eq!(named("\"to\" is required"), "to");
        assert_eq!(named("to is required"), "to");
        assert_eq!(named("to: required"), "to");
        assert_eq!(named("body.text must not be empty"), "text");
        assert_eq!(named("/body/text: too short"), "text");
        assert_eq!(named("Something is wrong with the body."), "");
        assert_eq!(named("It failed, e.g. for want of a page."), "");
    }

    #[test]
    fn each_reason_goes_to_its_own_field_and_what_hides_it_unfolds() {
        let mut form = form();
        let list = form.rows().iter().find(|r| r.label == "items").unwrap().id;
        let first = form.edit(list, Edit::AddItem).unwrap().unwrap();
        form.edit(first, Edit::Text("x".into())).unwrap();
        form.edit(list, Edit::Fold(true)).unwrap();
        let reasons =
            ["items[0].id is unknown".to_owned(), "\"page\" must be a number".to_owned(), "Sorry.".to_owned()];
        let named = form.blame_reply("Two reasons: \"to\" is fine.", &reasons);
        let labels: Vec<String> = named.iter().map(|&f| form.label(f)).collect();
        assert_eq!(labels, ["page", "id"]);
        let problem = |label: &str| form.rows().into_iter().find(|r| r.label == label).unwrap().problem;
        assert_eq!(problem("id").as_deref(), Some("items[0].id is unknown"));
        assert_eq!(problem("page").as_deref(), Some("\"page\" must be a number"));
        let mut other = self::form();
        let named = other.blame_reply("\"to\" is required", &["Sorry.".to_owned()]);
        assert_eq!(named.len(), 1, "the message counts where no reason names a field");
    }
}
