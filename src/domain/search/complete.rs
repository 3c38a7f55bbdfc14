//! Completing a qualifier while it is typed.

use std::{collections::BTreeSet, ops::Range};

use super::{
    Facts,
    index::Index,
    query::{JsonType, KINDS, QUALIFIERS, State, parts},
};
use crate::domain::words::fold;

/// No more completions than this are offered at once.
const LIMIT: usize = 50;

/// One way to go on with a qualifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The part of the query's text that it replaces, in bytes.
    pub replaces: Range<usize>,
    /// What to put there: a whole value followed by a blank, or `key:` to be gone on with.
    pub text: String,
}

/// What the qualifier at `cursor` (a byte position in `text`) may be completed to; nothing where none is typed.
///
/// Offered are the qualifiers themselves once a letter of one is typed, then the values this catalogue and these facts
/// know; in the order of their tables, names by alphabet.
pub fn completions(text: &str, cursor: usize, index: &Index, facts: &Facts<'_>) -> Vec<Completion> {
    let holds = |span: &Range<usize>| span.start < cursor && cursor <= span.end;
    let Some(part) = parts(text).into_iter().find(|p| holds(&p.span)) else { return Vec::new() };
    let typed = |range: Range<usize>| text.get(range.start..cursor.min(range.end)).map(fold).unwrap_or_default();
    let Some(key) = part.key.clone().filter(|key| cursor > key.end) else {
        let start = part.key.map_or(part.body.start, |key| key.start);
        let replaces = start..cursor;
        let begun = typed(replaces.clone());
        // A word in the making is far more often a word: a qualifier is offered for its beginning alone.
        let meant = QUALIFIERS.iter().filter(|(key, _)| !begun.is_empty() && key.starts_with(&begun));
        return meant.map(|(key, _)| Completion { replaces: replaces.clone(), text: format!("{key}:") }).collect();
    };
    // Of several values, the one before the cursor.
    let body = part.body.start..cursor.max(part.body.start);
    let from = text.get(body.clone()).and_then(|b| b.rfind([',', '|'])).map_or(body.start, |at| body.start + at + 1);
    let begun = typed(from..body.end);
    let key = text.get(key).map(fold).unwrap_or_default();
    let fits = |value: &String| fold(value).starts_with(&begun);
    let end = if text.get(cursor..part.span.end).is_some_and(str::is_empty) { cursor } else { part.span.end };
    values(&key, index, facts)
        .into_iter()
        .filter(fits)
        .take(LIMIT)
        .map(|value| {
            let quoted = value.contains(|c: char| c.is_whitespace() || c == ',' || c == '|');
            let text = if quoted && from == body.start { format!("\"{value}\" ") } else { format!("{value} ") };
            Completion { replaces: from..end, text }
        })
        .collect()
}

/// Every value a qualifier can have here.
fn values(key: &str, index: &Index, facts: &Facts<'_>) -> Vec<String> {
    let names = |wanted: &dyn Fn(bool) -> bool| -> Vec<String> {
        let parameters = index.parameters();
        let all = (0..index.catalogue().len()).flat_map(|action| parameters.of(action));
        let ids: BTreeSet<u32> = all.filter(|p| wanted(p.required)).map(|p| p.name).collect();
        let spelled: BTreeSet<String> =
            ids.into_iter().filter_map(|id| parameters.spelled(id)).map(ToString::to_string).collect();
        spelled.into_iter().collect()
    };
    let words = |table: &[&str]| table.iter().map(|word| (*word).to_owned()).collect();
    match key {
        "in" => index.groups().iter().map(|group| group.key.to_string()).collect(),
        "kind" => words(&KINDS.map(|(word, _)| word)),
        "is" => words(&State::ALL.map(|(word, _)| word)),
        "type" => words(&JsonType::ALL.map(|(word, _)| word)),
        "param" => names(&|_| true),
        "needs" => names(&|required| required),
        "category" => {
            let known: BTreeSet<&String> = facts.categories.into_iter().flat_map(|c| c.values().flatten()).collect();
            known.into_iter().map(|category| fold(category)).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{action::Action, catalogue::Catalogue};
    use proptest::prelude::*;

    fn index() -> Index {
        let action = |integration: &str, name: &str, parameters: &str| Action {
            name: name.into(),
            integration: integration.into(),
            description: "".into(),
            parameters: Some(parameters.into()),
            declared: None,
        };
        let slack = r#"{"required":["channel"],"properties":{"channel":{},"chatName":{},"odd name":{}}}"#;
        let actions = vec![action("slack", "SLACK_X", slack), action("salesforce", "SALESFORCE_X", "{}")];
        Index::new(&Catalogue::new(actions, vec![], None))
    }

    /// The query after each completion of its end.
    fn completed(text: &str) -> Vec<String> {
        let complete = |c: Completion| {
            let mut line = text.to_owned();
            line.replace_range(c.replaces, &c.text);
            line
        };
        completions(text, text.len(), &index(), &Facts::default()).into_iter().map(complete).collect()
    }

    #[test]
    fn qualifiers_and_their_values_are_completed() {
        assert_eq!(completed("send k"), ["send kind:"]);
        assert_eq!(completed("send "), Vec::<String>::new());
        assert_eq!(completed("-kind:re"), ["-kind:read "]);
        assert_eq!(completed("in:s"), ["in:salesforce ", "in:slack "]);
        assert_eq!(completed("in:slack,sa"), ["in:slack,salesforce "]);
        assert_eq!(completed("x param:ch"), ["x param:channel ", "x param:chatName "]);
        assert_eq!(completed("needs:"), ["needs:channel "]);
        assert_eq!(completed("param:o"), ["param:\"odd name\" "]);
        assert_eq!(completed("is:"), ["is:connected ", "is:favourite ", "is:recent ", "is:new "]);
        assert_eq!(completed("type:arr"), ["type:array "]);
        assert!(completed("colour:r").is_empty() && completed("category:c").is_empty());
    }

    #[test]
    fn what_stands_behind_the_cursor_is_replaced_with_the_value() {
        let offered = completions("in:slxyz send", 5, &index(), &Facts::default());
        assert_eq!(offered, [Completion { replaces: 3..8, text: "slack ".into() }]);
    }

    proptest! {
        #[test]
        fn any_text_and_cursor_are_safe(text in "(in:|kind:|-|\"|,|\\PC| ){0,12}", cursor in 0..40_usize) {
            for completion in completions(&text, cursor, &index(), &Facts::default()) {
                prop_assert!(text.get(completion.replaces).is_some());
            }
        }
    }
}
