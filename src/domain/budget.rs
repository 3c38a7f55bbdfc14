//! What a definition costs a model: an estimate of its tokens.
//!
//! No tokenizer is built in: their vocabularies weigh megabytes, differ from model to model, and vendors rewrite
//! definitions before they count them. So text is cut as such tokenizers cut it first, and each piece is given the
//! tokens that pieces of its kind cost on average in OpenAI's `o200k_base`.

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
    /// Estimated tokens of its definition.
    pub tokens: usize,
}

/// What each of `actions` costs in `shape`, the dearest first, equals by name.
pub fn costs<'a>(actions: impl IntoIterator<Item = &'a Action>, shape: Shape) -> Vec<Cost> {
    let mut costs: Vec<Cost> = actions
        .into_iter()
        .map(|action| Cost {
            action: action.name.to_string(),
            integration: action.integration.to_string(),
            tokens: tokens(&definition(action, shape).to_json()),
        })
        .collect();
    costs.sort_by(|a, b| b.tokens.cmp(&a.tokens).then_with(|| a.action.cmp(&b.action)));
    costs
}

/// The estimated number of tokens in `text`.
pub fn tokens(text: &str) -> usize {
    let mut milli: u64 = 0;
    let mut rest = text.chars().peekable();
    let mut glue = false;
    while let Some(c) = rest.next() {
        let kind = Kind::of(c);
        let mut length: u64 = 1;
        let mut lower = kind == Kind::Lower;
        while let Some(&next) = rest.peek() {
            let joins = match (kind, Kind::of(next)) {
                (Kind::Upper, Kind::Lower) => {
                    // `botName` is two pieces, `Name` is one, `HTTPServer` are two.
                    lower = true;
                    true
                }
                (Kind::Upper, Kind::Upper) => !lower,
                (a, b) => a == b,
            };
            if !joins {
                break;
            }
            rest.next();
            length += 1;
        }
        milli += cost(kind, lower, length, glue);
        glue = matches!(kind, Kind::Space | Kind::Mark) && length == 1;
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

/// Thousandths of a token for a piece; the weights are fitted to `o200k_base` over real definitions.
fn cost(kind: Kind, lower: bool, length: u64, glue: bool) -> u64 {
    let _ = glue;
    match kind {
        Kind::Lower => 1000 + 60 * length.saturating_sub(6),
        Kind::Upper if lower => 1000 + 60 * length.saturating_sub(6),
        Kind::Upper => 1000 + 250 * length.saturating_sub(4),
        Kind::Digit => 1000 * length.div_ceil(3),
        // A blank goes with the word behind it.
        Kind::Space => if length > 1 { 1000 } else { 0 },
        Kind::Mark => 700 + 200 * length.saturating_sub(1),
        Kind::Other => 900 * length,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_text_costs_more_and_nothing_costs_nothing() {
        assert_eq!(tokens(""), 0);
        assert!(tokens("Send a message") < tokens("Send a message to a channel"));
    }
}
