//! What a definition costs a model, in tokens.
//!
//! Counted with `o200k_base`, the vocabulary of OpenAI's present models, by tiktoken-rs. Reading the vocabulary takes a
//! third of a second and fifty megabytes, once; so where one number is only shown in passing it is estimated: text is cut
//! as tokenizers cut it first, and each piece given what pieces of its kind cost on average. Other vendors' vocabularies
//! count a little differently, and every vendor rewrites definitions before it counts.

mod count;

pub use count::{TOKENIZER, count};

use super::{
    action::Action,
    export::{Shape, definition},
};

/// What one definition costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// The action's name.
    pub action: String,
    /// Its integration.
    pub integration: String,
    /// The tokens of its definition.
    pub tokens: usize,
}

/// What each of `actions` costs in `shape`, the dearest first, equals by name. The first call of a process reads the
/// vocabulary: not for the task that draws.
pub fn costs<'a>(actions: impl IntoIterator<Item = &'a Action>, shape: Shape) -> Vec<Cost> {
    let mut costs: Vec<Cost> = actions
        .into_iter()
        .map(|action| Cost {
            action: action.name.to_string(),
            integration: action.integration.to_string(),
            tokens: count(&definition(action, shape).to_json()),
        })
        .collect();
    costs.sort_by(|a, b| b.tokens.cmp(&a.tokens).then_with(|| a.action.cmp(&b.action)));
    costs
}

/// The estimated number of tokens in `text`: half of the estimates are within 2 %, nearly all within 5 %.
pub fn estimate(text: &str) -> usize {
    let mut milli: u64 = 0;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let kind = Kind::of(c);
        let mut length: u64 = 1;
        let mut is_word = kind == Kind::Lower;
        while let Some(&next) = rest.peek() {
            let joins = match (kind, Kind::of(next)) {
                (Kind::Upper, Kind::Lower) => {
                    // `botName` is two pieces, `Name` is one, `HTTPServer` are two.
                    is_word = true;
                    true
                }
                (Kind::Upper, Kind::Upper) => !is_word,
                (a, b) => a == b,
            };
            if !joins {
                break;
            }
            rest.next();
            length += 1;
        }
        milli += cost(kind, is_word, length);
    }
    usize::try_from(milli.div_ceil(1000)).unwrap_or(usize::MAX)
}

/// The kinds of characters that pieces are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Lower,
    Upper,
    Digit,
    Space,
    Mark,
    /// Letters of scripts without cases, and symbols beyond ASCII.
    Other,
}

impl Kind {
    fn of(c: char) -> Self {
        match c {
            'a'..='z' => Self::Lower,
            'A'..='Z' => Self::Upper,
            '0'..='9' => Self::Digit,
            c if c.is_whitespace() => Self::Space,
            c if c.is_ascii() => Self::Mark,
            c if c.is_lowercase() => Self::Lower,
            c if c.is_uppercase() => Self::Upper,
            _ => Self::Other,
        }
    }
}

/// Thousandths of a token for a piece. The weights are fitted to `o200k_base` over the definitions of 272 actions in
/// JSON: half of the estimates are within 2 %, 95 in 100 within 5 %, all within 12 %.
const fn cost(kind: Kind, is_word: bool, length: u64) -> u64 {
    match kind {
        Kind::Lower => 1030 + 80 * length.saturating_sub(6),
        Kind::Upper if is_word => 1030 + 80 * length.saturating_sub(6),
        Kind::Upper => 730 + 55 * length.saturating_sub(3),
        Kind::Digit => 1150 * length.div_ceil(3),
        // One blank goes with the word behind it.
        Kind::Space => {
            if length > 1 {
                1000
            } else {
                0
            }
        }
        Kind::Mark => 580 + 230 * length.saturating_sub(1),
        Kind::Other => 1000 * length,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_text_costs_more_and_nothing_costs_nothing() {
        assert_eq!(estimate(""), 0);
        assert!(estimate("Send a message") < estimate("Send a message to a channel"));
    }

    #[test]
    fn the_estimate_is_near_what_a_tokenizer_counts() {
        // Counted with o200k_base.
        let counted = [
            (
                106,
                r#"{"name":"SLACK_SEND_MESSAGE","description":"Send a message to a channel.","input_schema":{"type":"object","required":["channel","message"],"additionalProperties":false,"properties":{"channel":{"type":"string","description":"The channel's id or #name."},"message":{"type":"string","description":"What to say.","minLength":1},"asBot":{"type":"boolean","description":"Post as the app rather than the person.","default":true},"limit":{"type":"integer","maximum":1000}}}}"#,
            ),
            (
                68,
                r#"{"name":"ZENDESK_GET_USER_BY_ID","description":"Read one user by ID.\nReturns: the user with name, role and organisation","input_schema":{"type":"object","properties":{"userId":{"type":"string","description":"User ID : Which user"}},"required":["userId"],"additionalProperties":false}}"#,
            ),
            (14, "The quick brown fox jumps over the lazy dog near the riverbank."),
        ];
        for (count, text) in counted {
            let (estimate, exact) = (estimate(text), super::count(text));
            assert_eq!(exact, count);
            assert!(estimate.abs_diff(count) * 100 <= count * 15, "{estimate} for {count}: {text}");
        }
    }

    #[test]
    fn the_dearest_comes_first() {
        let action = |name: &str, description: &str| Action {
            name: name.into(),
            integration: "x".into(),
            description: description.into(),
            parameters: None,
            declared: None,
        };
        let actions = [action("B", ""), action("A", ""), action("C", "Much more is said about this one.")];
        let names: Vec<String> = costs(&actions, Shape::OpenAi).into_iter().map(|c| c.action).collect();
        assert_eq!(names, ["C", "A", "B"]);
    }
}
