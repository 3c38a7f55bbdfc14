//! What the places above a value say of it: a secret's name, a schema's word and the name in a pair go down to everything
//! below. Whoever looks for secrets in a tree (a value, a form) carries this along.

use super::{
    MASK, Secret, header,
    names::{Strength, strength},
    text,
};

/// What is known of a place from those above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Under {
    why: Option<Secret>,
    numbers: bool,
}

/// What the name in `{"name": …, "value": …}` says of the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    why: Secret,
    numbers: bool,
}

impl Under {
    /// The same for what the schema says is written and never shown.
    #[must_use]
    pub const fn write_only(self) -> Self {
        Self { why: Some(Secret::WriteOnly), numbers: true }
    }

    /// What is known of the member `key` of an object here that holds `pair`.
    #[must_use]
    pub fn member(self, key: &str, pair: Option<Named>) -> Self {
        let by_name = named(key);
        let by_pair = pair.filter(|_| ["value", "values", "val"].iter().any(|value| key.eq_ignore_ascii_case(value)));
        let own = by_name.or(by_pair);
        Self {
            why: self.why.or(own.map(|named| named.why)),
            numbers: self.numbers || [by_name, by_pair].iter().flatten().any(|named| named.numbers),
        }
    }

    /// Why any text here is secret, if it is.
    pub const fn hides_text(self) -> Option<Secret> {
        self.why
    }

    /// Why a number here is secret, if it is: a password or a PIN is one sometimes, a token is a count then.
    pub fn hides_number(self) -> Option<Secret> {
        self.why.filter(|_| self.numbers)
    }
}

fn named(name: &str) -> Option<Named> {
    let why = header(name)?;
    // Whatever it is called in a header, a member is judged by its name.
    let why = if matches!(why, Secret::Authorization | Secret::Cookie) { Secret::Name } else { why };
    Some(Named { why, numbers: strength(name) == Some(Strength::Any) })
}

/// `{"name": "api_key", "value": "…"}`, as lists of headers, variables and fields are written: the name is a value among
/// the `members` that are text.
pub fn named_pair<'m>(mut members: impl Iterator<Item = (&'m str, &'m str)>) -> Option<Named> {
    const NAMES: [&str; 6] = ["name", "key", "header", "field", "variable", "label"];
    members.find_map(|(key, name)| {
        if name == MASK || !NAMES.iter().any(|known| key.eq_ignore_ascii_case(known)) {
            return None;
        }
        let why = header(name).map(|why| Named { why, numbers: strength(name) == Some(Strength::Any) });
        // The name as it is kept: what is left of it must not mean more than it did.
        why.or_else(|| header(&text(name).rest).map(|why| Named { why, numbers: false }))
    })
}
