//! ActionKit's way to carry a file in parameters.

use crate::domain::document::{Object, Value};

/// A file as ActionKit takes it in parameters: `{data, encoding: "hex", dataType: "FILE", mimeType, name, size}`, the
/// `FileValue` of Paragon's SDK.
pub fn file_value(name: &str, mime_type: &str, content: &[u8]) -> Value {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let hex = content.iter().flat_map(|b| [b >> 4, b & 15]).map(|d| char::from(DIGITS[usize::from(d)]));
    let mut file = Object::new();
    file.push("data", hex.collect::<String>());
    file.push("encoding", "hex");
    file.push("dataType", "FILE");
    file.push("mimeType", mime_type);
    file.push("name", name);
    file.push("size", content.len());
    Value::Object(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_written_as_hex() {
        assert_eq!(
            file_value("a.bin", "application/octet-stream", &[0, 0xab, 255]).to_json(),
            r#"{"data":"00abff","encoding":"hex","dataType":"FILE","mimeType":"application/octet-stream","name":"a.bin","size":3}"#
        );
    }
}
