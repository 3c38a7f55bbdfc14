//! ActionKit's way to carry a file in parameters.

use super::{Form, field::State, view::FieldId};
use crate::domain::{
    document::{Object, Value},
    schema::{files::is_file, node::Kind},
};

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

/// The name and size of the file that a value carries, if it is [`file_value`]'s shape.
pub fn file_in(value: &Value) -> Option<(&str, &str)> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let size = value.get("size").and_then(Value::as_number)?;
    is_file(value).then(|| Some((text("name")?, size.as_str())))?
}

impl Form {
    /// The fields for a file in which the path of one is typed (`@report.pdf`) whose content is not in them yet, and the
    /// path.
    pub fn unread_files(&self) -> Vec<(FieldId, String)> {
        let ids = (0..self.fields.len()).filter_map(|at| u32::try_from(at).ok()).map(FieldId);
        let unread = ids.filter_map(|id| Some((id, self.unread_file(id)?.to_owned())));
        // Folded ones go out as well.
        unread.filter(|(id, _)| self.in_sight(*id)).collect()
    }

    /// The path that is typed in a field for a file, if its content is not there yet.
    pub fn unread_file(&self, id: FieldId) -> Option<&str> {
        // It may be asked of a form that has become another.
        let field = self.fields.get(id.0 as usize)?;
        let typed = matches!(field.node.kind, Kind::Text) && field.json.is_none() && field.file().is_none();
        let path = field.text.strip_prefix('@').filter(|path| !path.is_empty())?;
        (typed && field.state == State::Value && field.node.takes_file()).then_some(path)
    }
}

/// The media type of a file of this name, as its ending tells.
pub fn media_type(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref().unwrap_or_default() {
        "txt" | "log" | "md" => "text/plain",
        "csv" => "text/csv",
        "tsv" => "text/tab-separated-values",
        "htm" | "html" => "text/html",
        "ics" => "text/calendar",
        "json" => "application/json",
        "xml" => "application/xml",
        "yaml" | "yml" => "application/yaml",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "gz" => "application/gzip",
        "tar" => "application/x-tar",
        "doc" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xls" => "application/vnd.ms-excel",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "ppt" => "application/vnd.ms-powerpoint",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        "heic" => "image/heic",
        "mp3" => "audio/mpeg",
        "wav" => "audio/wav",
        "mp4" => "video/mp4",
        "mov" => "video/quicktime",
        "eml" => "message/rfc822",
        _ => "application/octet-stream",
    }
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

    #[test]
    fn a_path_in_a_folded_object_is_not_taken_for_read() {
        let schema =
            r#"{"properties":{"o":{"type":"object","properties":{"file":{"type":"string","format":"binary"}}}}}"#;
        let mut form = Form::new(&Value::parse(schema.as_bytes()).unwrap());
        form.fill(Form::ROOT, &Value::parse(br#"{"o":{"file":"@a.pdf"}}"#).unwrap());
        let object = form.lines()[0].id;
        for folded in [false, true] {
            form.edit(object, crate::domain::form::Edit::Fold(folded)).unwrap();
            let unread = form.unread_files();
            assert_eq!(unread.iter().map(|(_, path)| path.as_str()).collect::<Vec<_>>(), ["a.pdf"], "{folded}");
        }
    }

    #[test]
    fn a_file_is_known_again_and_its_ending_tells_what_it_is() {
        let file = file_value("a.PDF", media_type("a.PDF"), b"x");
        assert_eq!(
            (file_in(&file), file.get("mimeType").and_then(Value::as_str)),
            (Some(("a.PDF", "1")), Some("application/pdf"))
        );
        assert_eq!(file_in(&Value::from("x")), None);
        assert_eq!(media_type("none"), "application/octet-stream");
    }
}
