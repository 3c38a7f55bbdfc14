//! What can be done to a field.

use crate::domain::document::ParseError;

/// One change of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// The cell's text: a string, a number's text, a JSON cell's text. Kept even while it is not valid. In a number or
    /// JSON cell, empty text means [`Edit::Absent`].
    Text(String),
    /// The field's value as JSON text; refused where it is not JSON, except in a JSON cell, which keeps it as a draft.
    Json(String),
    /// Not sent. What is inside is kept and comes back with the next edit inside it or [`Edit::Toggle`].
    Absent,
    /// Sent as `null`.
    Null,
    /// The schema's `default`.
    UseDefault,
    /// The example with this number in [`About::examples`](super::About::examples).
    UseExample(usize),
    /// The value with this number in [`Form::choices`](super::Form::choices).
    Choose(usize),
    /// The shape with this number in [`Form::choices`](super::Form::choices). Each shape keeps its own draft.
    Variant(usize),
    /// `true` and `false` in turn; for an object, array, map or constant: sent, and not sent.
    Toggle,
    /// One more item at the end of an array.
    AddItem,
    /// One more member of a map or object, with this key.
    AddEntry(String),
    /// Another key for a map's entry.
    RenameKey(String),
    /// Takes an item or entry out.
    Remove,
    /// Swaps an item or entry with the one before.
    MoveUp,
    /// Swaps an item or entry with the one behind.
    MoveDown,
    /// Hides (`true`) or shows what stands below.
    Fold(bool),
    /// Lets the field be of any type, where the schema only hints at one (`maxLength` without `type`): the types are then
    /// its [`Form::choices`](super::Form::choices).
    AnyType,
    /// Shows the field as a JSON cell, or as what it was before.
    AsJson(bool),
}

/// Why a change was not made; the form is then as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The field is not (or no longer) part of the form.
    #[error("this field is no longer part of the form")]
    NoSuchField,
    /// This kind of field has no such change, with the reason in words.
    #[error("{0}")]
    NotPossible(&'static str),
    /// The number is beyond the list of choices, examples or shapes.
    #[error("there are only {len} to choose from")]
    OutOfRange {
        /// How many there are.
        len: usize,
    },
    /// The text is not JSON.
    #[error("not JSON: {0}")]
    NotJson(#[from] ParseError),
    /// The value cannot be shown as anything but JSON, with the reason.
    #[error("this stays JSON: {0}")]
    StaysJson(String),
}
