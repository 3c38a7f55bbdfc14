//! What an interface needs to draw a form and to explain its focused field: plain data, made anew from the form.
//!
//! Every text comes from the schema or the person as it is; control characters are the drawing side's to clean.

use crate::domain::document::{Pointer, Value};

/// The name of a field: it stays the same for the life of the form, whatever is edited around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldId(pub(super) u32);

/// The three states of every field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Presence {
    /// Not sent at all.
    Absent,
    /// Sent as `null`.
    Null,
    /// Sent with a value, which may be empty.
    Value,
}

/// How a field is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Widget {
    /// A string, typed.
    Text {
        /// Whether it is likely to hold several lines.
        multiline: bool,
        /// Whether it must not be shown (`writeOnly`, `format: password`).
        secret: bool,
        /// What the string stands for, where the schema says it and akx knows it.
        format: Option<Format>,
    },
    /// A number, typed; its text is kept exactly.
    Number {
        /// Whether the schema wants a whole number.
        integer: bool,
    },
    /// `true` or `false`.
    Toggle,
    /// One of a list of values (`enum`, titled constants).
    Choice,
    /// One of several shapes (`oneOf`, `anyOf`, a list of types); the chosen one's fields follow below.
    Variant,
    /// The one value that is possible.
    Const,
    /// An object; its members follow below.
    Object,
    /// An array; its items follow below.
    Array,
    /// Members whose names are free: key/value rows.
    Map,
    /// A file that was chosen for a text field; see [`file_value`](super::file_value).
    File,
    /// Any JSON, typed.
    Json,
}

/// The string formats that an interface can help with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// `date-time`, RFC 3339.
    DateTime,
    /// `date`, as in `2025-02-18`.
    Date,
    /// `time`, as in `12:30:00Z`.
    Time,
    /// `email` or `idn-email`.
    Email,
    /// `uri`, `uri-reference`, `iri`, `url`.
    Uri,
    /// `uuid`.
    Uuid,
    /// A file's content (`binary`, `byte`).
    Binary,
}

/// One visible line of the form, with everything that is needed to draw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The field.
    pub id: FieldId,
    /// How deep it stands; the action's own parameters are at 0.
    pub depth: u16,
    /// The parameter's name, the entry's key, or the item's number from 1.
    pub label: String,
    /// Whether the schema demands it, given what is filled in now.
    pub required: bool,
    /// How it is filled.
    pub widget: Widget,
    /// Which of the three states it is in.
    pub presence: Presence,
    /// What the cell shows: the string as it is, the number's text, the chosen label, or a summary such as `3 items`.
    pub text: String,
    /// What stands in an absent cell: `not sent · default 20`, `not sent · any JSON`.
    pub hint: String,
    /// What is odd: deprecated, why it is a JSON cell, a fault of the schema.
    pub remark: Option<String>,
    /// What is wrong: text that is not a number yet, what the last check said.
    pub problem: Option<String>,
    /// Whether lines can follow below it.
    pub expandable: bool,
    /// Whether they do.
    pub expanded: bool,
    /// What it is, where it can be removed and moved.
    pub piece: Option<Piece>,
}

/// A part of a value that can be removed and moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// An array's item.
    Item,
    /// A map's entry, whose key can be changed too.
    Entry,
}

/// How much a field is like what is looked for, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Not at all.
    None,
    /// Its description or title has all the words.
    Told,
    /// Its name has all the words.
    Named,
    /// Its name begins with them.
    Begins,
}

/// Everything the schema says about one field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct About {
    /// The schema's `title`, if it has one.
    pub title: Option<String>,
    /// The schema's `description`, exactly; may be long.
    pub description: String,
    /// The type and its limits in words: `text, 1–100 characters`.
    pub type_words: String,
    /// The schema's `default`.
    pub default: Option<Value>,
    /// The schema's `examples`, and those its description names.
    pub examples: Vec<Value>,
    /// Whether `null` is allowed.
    pub nullable: bool,
    /// Whether the content of a file is wanted.
    pub takes_file: bool,
    /// Whether the schema only hints at the type, so that [`Edit::AnyType`](super::Edit::AnyType) is possible.
    pub guessed: bool,
    /// Where the value stands (or would stand) in what is sent.
    pub pointer: Pointer,
    /// What is odd about it, a sentence each.
    pub remarks: Vec<String>,
    /// What is wrong with it, if anything.
    pub problem: Option<String>,
}
