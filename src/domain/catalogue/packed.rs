//! The actions of a catalogue, packed: one text of all names and descriptions, one of all schemas, and a row of one
//! size for each action that says which pieces are its own.
//!
//! A catalogue may hold a hundred thousand actions, of which a person looks at a few: an [`Action`] is made when it is
//! looked at. It lies in memory as it lies on disk, so that a kept list is there as soon as its bytes are.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{BuildHasher as _, RandomState},
    ops::Range,
    sync::Arc,
};

use super::Damaged;
use crate::domain::{action::Action, body::Body, shared::SharedText, side_effect::SideEffect};

/// Bytes of a row: where its text ends, where its schema begins and ends, how long its name is, its side effect where
/// the server says it, and whether it has a schema. Its text begins where the one before ends.
pub(super) const ROW: usize = 16;
/// Schemas up to this length are kept once where several actions have the same; longer ones never are the same.
const COMMON: usize = 1_024;

/// The packed actions.
#[derive(Debug, Clone)]
pub(super) struct Packed {
    pub(super) rows: Body,
    pub(super) text: Body,
    /// The schemas; `None` while they are still on disk.
    pub(super) schemas: Option<Body>,
}

impl Default for Packed {
    fn default() -> Self {
        Packing::default().packed()
    }
}

impl Packed {
    /// No actions, as those of a kept list before any of it has been read.
    pub(super) fn unread() -> Self {
        Self { rows: Body::default(), text: Body::default(), schemas: None }
    }

    /// Takes the parts of a kept catalogue, if every row lies in its text.
    pub(super) fn checked(rows: Body, text: Body) -> Result<Self, Damaged> {
        let text_of_all = std::str::from_utf8(&text).map_err(|_| Damaged)?;
        let mut begin = 0;
        for row in rows.chunks_exact(ROW) {
            let end = number(row, 0) as usize;
            let name_end = begin + name_len(row);
            if name_end > end || !text_of_all.is_char_boundary(end) || !text_of_all.is_char_boundary(name_end) {
                return Err(Damaged);
            }
            begin = end;
        }
        Ok(Self { rows, text, schemas: None })
    }

    /// The same with its schemas, if they are these.
    pub(super) fn with_schemas(&self, schemas: Body) -> Result<Self, Damaged> {
        let mut last = 0;
        for row in self.rows.chunks_exact(ROW) {
            if number(row, 4) > number(row, 8) {
                return Err(Damaged);
            }
            last = last.max(number(row, 8) as usize);
        }
        if last != schemas.len() {
            return Err(Damaged);
        }
        Ok(Self { schemas: Some(schemas), ..self.clone() })
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len() / ROW
    }

    fn row(&self, at: usize) -> Option<&[u8]> {
        let start = at.checked_mul(ROW)?;
        self.rows.get(start..start.checked_add(ROW)?)
    }

    /// Where the name and the description of an action stand in the text.
    fn spans(&self, at: usize) -> Option<(Range<usize>, Range<usize>)> {
        let row = self.row(at)?;
        let begin =
            at.checked_sub(1).and_then(|before| self.row(before)).map_or(0, |before| number(before, 0) as usize);
        let middle = begin + name_len(row);
        Some((begin..middle, middle..number(row, 0) as usize))
    }

    fn piece(&self, span: Range<usize>) -> &str {
        // What was packed was text, and what was kept has been checked.
        self.text.get(span).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// The name of an action; empty where there is no such action.
    pub(super) fn name(&self, at: usize) -> &str {
        self.spans(at).map_or("", |(name, _)| self.piece(name))
    }

    /// The description of an action; empty where there is no such action.
    pub(super) fn description(&self, at: usize) -> &str {
        self.spans(at).map_or("", |(_, description)| self.piece(description))
    }

    /// The description of an action as bytes, which is what most of them are looked at as.
    pub(super) fn description_bytes(&self, at: usize) -> &[u8] {
        self.spans(at).and_then(|(_, description)| self.text.get(description)).unwrap_or_default()
    }

    /// The side effect of an action, where the server says it.
    pub(super) fn declared(&self, at: usize) -> Option<SideEffect> {
        let number = self.row(at)?.get(14)?;
        DECLARED.get(usize::from(*number).checked_sub(1)?).copied()
    }

    /// The schema of an action, where it has one and it has been read.
    pub(super) fn schema(&self, at: usize) -> Option<SharedText> {
        let row = self.row(at).filter(|row| row.get(15) == Some(&1))?;
        let schemas = self.schemas.as_ref()?;
        let text = schemas.get(number(row, 4) as usize..number(row, 8) as usize)?;
        Some(SharedText::of(schemas, std::str::from_utf8(text).ok()?))
    }

    /// The action of that number, which is of `integration`.
    pub(super) fn action(&self, at: usize, integration: &Arc<str>) -> Option<Action> {
        self.row(at)?;
        Some(Action {
            name: self.name(at).into(),
            integration: Arc::clone(integration),
            description: SharedText::of(&self.text, self.description(at)),
            parameters: self.schema(at),
            declared: self.declared(at),
        })
    }
}

/// The side effects a server may declare, in the order of their numbers, which begin with one.
const DECLARED: [SideEffect; 5] =
    [SideEffect::Read, SideEffect::Write, SideEffect::Send, SideEffect::Delete, SideEffect::Unknown];

/// Actions being packed.
#[derive(Default)]
pub(super) struct Packing {
    rows: Vec<u8>,
    text: Vec<u8>,
    schemas: Vec<u8>,
    /// The short schemas so far, by their hash.
    common: HashMap<u64, Range<u32>>,
    hasher: RandomState,
}

impl Packing {
    /// Adds an action; says whether there was room, which there is for four gigabytes of text, and whether its name has
    /// a length a name may have.
    pub(super) fn push(&mut self, action: &Action) -> bool {
        let fitted = || {
            let name_len = u16::try_from(action.name.len()).ok()?;
            let text = self.text.len().checked_add(action.name.len())?.checked_add(action.description.len())?;
            let most = self.schemas.len().checked_add(action.parameters.as_deref().map_or(0, str::len))?;
            u32::try_from(most).ok()?;
            Some((name_len, u32::try_from(text).ok()?))
        };
        let Some((name_len, text_end)) = fitted() else { return false };
        let schema = self.schema(action.parameters.as_deref());
        self.text.extend_from_slice(action.name.as_bytes());
        self.text.extend_from_slice(action.description.as_bytes());
        let declared = action.declared.and_then(|effect| DECLARED.iter().position(|d| *d == effect));
        let declared = declared.and_then(|at| u8::try_from(at + 1).ok()).unwrap_or(0);
        for number in [text_end, schema.start, schema.end] {
            self.rows.extend_from_slice(&number.to_le_bytes());
        }
        self.rows.extend_from_slice(&name_len.to_le_bytes());
        self.rows.extend_from_slice(&[declared, u8::from(action.parameters.is_some())]);
        true
    }

    /// Where the schema stands, which is put there unless it is there already.
    fn schema(&mut self, schema: Option<&str>) -> Range<u32> {
        let Some(schema) = schema else { return 0..0 };
        let begin = self.schemas.len();
        // `push` has made sure that it fits.
        let short = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let place = short(begin)..short(begin + schema.len());
        if schema.len() <= COMMON {
            match self.common.entry(self.hasher.hash_one(schema)) {
                Entry::Occupied(there) => {
                    let there = there.get();
                    if self.schemas.get(there.start as usize..there.end as usize) == Some(schema.as_bytes()) {
                        return there.clone();
                    }
                }
                Entry::Vacant(free) => {
                    free.insert(place.clone());
                }
            }
        }
        self.schemas.extend_from_slice(schema.as_bytes());
        place
    }

    pub(super) fn packed(mut self) -> Packed {
        self.schemas.shrink_to_fit();
        self.text.shrink_to_fit();
        Packed { rows: self.rows.into(), text: self.text.into(), schemas: Some(self.schemas.into()) }
    }
}

fn name_len(row: &[u8]) -> usize {
    row.get(12..14).and_then(|b| b.try_into().ok()).map_or(0, |bytes| usize::from(u16::from_le_bytes(bytes)))
}

/// The number that stands in `bytes` from there on.
pub(in crate::domain) fn number(bytes: &[u8], from: usize) -> u32 {
    bytes.get(from..from + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(name: &str, parameters: Option<&str>, declared: Option<SideEffect>) -> Action {
        Action {
            name: name.into(),
            integration: "x".into(),
            description: format!("Does {name}").into(),
            parameters: parameters.map(Into::into),
            declared,
        }
    }

    #[test]
    fn what_was_packed_comes_out_again() {
        let long = format!("{{\"title\":\"{}\"}}", "x".repeat(COMMON));
        let actions = [
            action("A", Some("{}"), None),
            action("B_\u{e4}", None, Some(SideEffect::Unknown)),
            action("", Some("{}"), Some(SideEffect::Read)),
            action("D", Some(&long), Some(SideEffect::Delete)),
            action("E", Some(&long), None),
            action("F", Some(""), None),
        ];
        let mut packing = Packing::default();
        assert!(actions.iter().all(|action| packing.push(action)));
        let packed = packing.packed();
        let back: Vec<Action> = (0..packed.len()).filter_map(|at| packed.action(at, &"x".into())).collect();
        assert_eq!(back, actions);
        assert_eq!(packed.action(6, &"x".into()), None);
        // The short schema is there once, the long one twice.
        assert_eq!(packed.schemas.unwrap().len(), "{}".len() + 2 * long.len());
    }

    #[test]
    fn a_name_has_room_up_to_a_length() {
        let mut packing = Packing::default();
        assert!(packing.push(&action(&"N".repeat(usize::from(u16::MAX)), None, None)));
        assert!(!packing.push(&action(&"N".repeat(usize::from(u16::MAX) + 1), None, None)));
        assert_eq!(packing.packed().len(), 1);
    }
}
