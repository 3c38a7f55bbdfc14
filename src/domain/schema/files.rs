//! Where a schema wants the content of a file.
//!
//! ActionKit takes a file as an object of hex text (see [`file_value`](crate::domain::form::file_value)). JSON Schema has
//! no word for that: schemas say a string of format `binary`, or a string or bare object whose description tells of a file
//! object.

use crate::domain::document::Value;

/// The format that a field has which wants a file, whatever its schema calls it.
pub(super) const FILE: &str = "binary";

/// Whether a string of this format is the content of a file.
pub fn is_file_format(format: &str) -> bool {
    matches!(format, "binary" | "byte" | "base64")
}

/// Whether a description tells of a file object: by that name, or by its members.
pub(super) fn tells_of_file(description: &str) -> bool {
    let text = crate::domain::text::start(description, 2_000).to_ascii_lowercase();
    let of_one = ["id of", "ids of", "name of", "url of", "path of"].iter().any(|what| text.contains(what));
    text.contains("file object") && !of_one
        || ["\"data\"", "\"encoding\"", "\"mimetype\""].iter().all(|m| text.contains(m))
}

/// Whether a description tells of several file objects.
pub(super) fn tells_of_files(description: &str) -> bool {
    crate::domain::text::start(description, 2_000).to_ascii_lowercase().contains("file objects")
}

/// What ActionKit's file object has, the `FileValue` of Paragon's SDK.
pub const FILE_MEMBERS: [&str; 6] = ["data", "encoding", "dataType", "mimeType", "name", "size"];

/// Whether an object that `has` these members stands for the content of a file.
pub(super) fn is_file_object(has: impl Fn(&str) -> bool) -> bool {
    has("data") && (has("encoding") || has("mimeType"))
}

/// Whether a value is ActionKit's file object.
pub fn is_file(value: &Value) -> bool {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    text("dataType") == Some("FILE") && text("encoding") == Some("hex") && text("data").is_some()
}
