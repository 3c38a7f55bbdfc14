//! Searching for words, as the providers' search boxes do: every word must occur; `"a phrase"` as it stands; `-word`
//! must not; `name:value` for the qualifiers the resource has (`in:general`, `from:maria`).

use super::{
    data::{Comparison, Resource},
    predicate::{Operator, Predicate},
};
use crate::domain::document::Value;

/// Reads a text searched for in `resource`. Nothing but space finds everything.
pub fn read(text: &str, resource: &Resource) -> Predicate {
    Predicate::All(terms(text).into_iter().map(|term| term.predicate(resource)).collect())
}

#[derive(Debug, PartialEq, Eq)]
struct Term {
    negated: bool,
    qualifier: Option<String>,
    text: String,
}

impl Term {
    fn predicate(self, resource: &Resource) -> Predicate {
        let qualified = self.qualifier.as_ref().and_then(|q| resource.qualifiers.get(&q.to_lowercase()));
        let found = match (qualified, self.qualifier) {
            (Some(paths), _) => {
                let wanted = Value::from(self.text.trim_start_matches(['#', '@']));
                let tests = paths.iter().map(|(comparison, path)| {
                    let operator = match comparison {
                        Comparison::Contains => Operator::Contains,
                        Comparison::Is => Operator::EqualsIgnoringCase,
                        Comparison::After => Operator::Greater,
                        Comparison::Before => Operator::Less,
                    };
                    Predicate::test(path.clone(), operator, wanted.clone())
                });
                Predicate::Any(tests.collect())
            }
            (None, qualifier) => {
                // No qualifier of this resource: then the colon was part of what is searched for.
                let text = qualifier.map_or(self.text.clone(), |q| format!("{q}:{}", self.text));
                Predicate::Occurs { text: text.to_lowercase(), paths: resource.text.clone() }
            }
        };
        if self.negated { found.negated() } else { found }
    }
}

fn terms(text: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(&c) = chars.peek() {
        if c.is_whitespace() {
            chars.next();
            continue;
        }
        let mut term = Term { negated: false, qualifier: None, text: String::new() };
        if c == '-' {
            chars.next();
            term.negated = true;
        }
        let mut quoted = false;
        while let Some(c) = chars.next_if(|c| !c.is_whitespace()) {
            if c == '"' {
                quoted = true;
                term.text.extend(std::iter::from_fn(|| chars.next_if(|c| *c != '"')));
                chars.next();
            } else if c == ':' && term.qualifier.is_none() && !term.text.is_empty() && !quoted {
                term.qualifier = Some(std::mem::take(&mut term.text));
            } else {
                term.text.push(c);
            }
        }
        if !term.text.is_empty() || term.qualifier.is_some() {
            terms.push(term);
        }
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::world::{data, predicate::tests::Plain};

    #[test]
    fn searches_find_what_a_search_box_would() {
        let data = r#"{"integration":"x","resources":{"m":{"text":["text"],
            "qualifiers":{"in":"=channel","from":["user","name"],"after":">at"}}}}"#;
        let provider = data::read("x", data).unwrap_or_default();
        let record = r#"{"text":"Release 4.2.0 is out: see https://example.com","channel":"releases","user":"U1",
            "name":"Release Bot","at":"2026-11-01"}"#;
        let record = Value::parse(record.as_bytes()).unwrap_or_default();
        let found = |text: &str| provider.resources.get("m").map(|r| read(text, r).holds(&record, &Plain));
        for text in [
            "",
            "release",
            "OUT release",
            "\"is out\"",
            "-draft",
            "in:#releases",
            "in:releases out",
            "from:\"release bot\"",
            "after:2026/10/31",
            "https://example.com",
            "out:",
        ] {
            assert_eq!(found(text), Some(true), "{text}");
        }
        for text in ["\"out is\"", "-release", "in:release", "from:maria", "after:2026-11-01", "bot"] {
            assert_eq!(found(text), Some(false), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_letter_searched_for_is_searched_for(words in proptest::collection::vec("[a-zäß0-9.]{1,8}", 0..6)) {
            let found: Vec<_> = terms(&words.join(" ")).into_iter().map(|t| t.text).collect();
            proptest::prop_assert_eq!(found, words);
        }

        #[test]
        fn any_text_is_read(text in "\\PC*|[a:\"\\- ]{0,30}") {
            let _ = terms(&text);
        }
    }
}
