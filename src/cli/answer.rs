//! The provider's answer, printed: byte for byte in a pipe, laid out in a terminal, or inside one JSON object.

use serde_json::value::RawValue;

use super::{
    choose, document, jq,
    options::Records,
    output::{Output, Style},
};
use crate::domain::{
    charset,
    document::{Content, Document, LONGEST, Lines, Object, Token, Value},
    failure::Failure,
    history::Record,
    pages::{Merged, Stop},
    run::{Body, Response, RunRequest, provider_answer},
    text,
};

/// Prints the answer that is kept with a record.
pub(crate) fn print_kept(record: &Record, body: &Body, output: &mut Output) -> Result<(), Failure> {
    let answer = provider_answer(&record.begun.request, body);
    if output.is_terminal() { output.bytes(laid_out(&answer, output).as_bytes()) } else { output.bytes(&answer) }
}

/// How an answer is printed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape<'a> {
    /// Not any more: it has gone to stdout as it came.
    PassedOn,
    /// As it is, or as records.
    Of(&'a Records),
}

/// Prints the answer.
pub(crate) fn print(
    request: &RunRequest,
    (mut response, merged): (Response, Option<&Merged>),
    shape: Shape<'_>,
    output: &mut Output,
) -> Result<(), Failure> {
    let remark = {
        let size = text::human_size(response.bytes);
        format!("{} · {} · {size}", response.status, text::human_duration(response.took))
    };
    let Shape::Of(shape) = shape else {
        output.remark(&remark);
        return Ok(());
    };
    if let Some(path) = response.file.clone() {
        let path = path.as_ref();
        if output.is_terminal() && !output.json() && !shape.is_asked_for() {
            output.say(&format!("The answer is too large to be printed here; it is in {}.", path.display()));
            output.remark(&format!("{remark} · akx view opens it"));
            return Ok(());
        }
        response.body = document::bytes(path)?.into();
    }
    let answer = provider_answer(request, &response.body);
    if !shape.is_asked_for() && !output.json() && !output.is_terminal() {
        output.bytes(&answer)?;
        output.remark(&remark);
        return Ok(());
    }
    // Whatever it is written in, what it says is wanted.
    let content_type = response.headers.iter().find(|(name, _)| name == "content-type").map(|(_, said)| said.as_str());
    let (answer, _) = charset::utf8(answer, content_type);
    if shape.is_asked_for() {
        if !shape.conditions.is_empty() {
            return choose::of_bytes(&answer, shape, output);
        }
        return match &shape.jq {
            Some(filter) => jq::of_bytes(&answer, filter, shape, output),
            None => document::print_records(&Document::read(answer, None), shape, output),
        };
    }
    if output.json() {
        return output.line(&json(&answer, &response, merged));
    }
    output.bytes(laid_out(&answer, output).as_bytes())?;
    output.remark(&remark);
    Ok(())
}

/// The answer for a person: laid out and coloured, whatever it holds made safe to draw.
pub(crate) fn laid_out(answer: &Body, output: &Output) -> String {
    if let Ok(value) = Value::parse(answer)
        && has_long_text(&value)
    {
        // Documents show the beginning of a long text only; here all of it is wanted.
        return text::clean_block(&value.to_json_pretty()).into_owned() + "\n";
    }
    let document = Document::read(answer.clone(), None);
    let lines = Lines::pretty(&document, LONGEST);
    let mut page = String::with_capacity(answer.len() * 2);
    let binary = matches!(document.content(), Content::Binary { .. });
    let shown = if binary { lines.count().min(DUMPED) } else { lines.count() };
    for (i, line) in lines.get(&document, 0..shown).iter().enumerate() {
        if i > 0 && !line.continued {
            page.push('\n');
        }
        for (token, text) in &line.spans {
            match style(*token) {
                Some(style) => page.push_str(&output.styled(style, text)),
                None => page.push_str(text),
            }
        }
    }
    page.push('\n');
    if shown < lines.count() {
        let size = text::human_size(document.size() as u64);
        page.push_str(&output.styled(Style::Faint, &format!("… {size} in all; > FILE keeps them")));
        page.push('\n');
    }
    page
}

/// How many lines of binary data a terminal gets.
const DUMPED: usize = 32;

/// The text that `json` is, if it is one.
pub(crate) fn text_of(json: &[u8]) -> Option<String> {
    Value::parse(json).ok()?.as_str().map(str::to_owned)
}

/// Longer texts than this are cut where a document shows them.
const LONG: usize = 4096;

fn has_long_text(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => false,
        Value::Number(number) => number.as_str().len() > LONG,
        Value::String(text) => text.len() > LONG,
        Value::Array(items) => items.iter().any(has_long_text),
        Value::Object(members) => members.iter().any(|(key, member)| key.len() > LONG || has_long_text(member)),
    }
}

const fn style(token: Token) -> Option<Style> {
    match token {
        Token::Key => Some(Style::Key),
        Token::String => Some(Style::Text),
        Token::Number => Some(Style::Number),
        Token::Bool | Token::Null => Some(Style::Word),
        Token::Remark => Some(Style::Faint),
        Token::Punctuation | Token::Text => None,
    }
}

/// `{output, status, took_ms, request_id, dialect}`, the output being the answer's exact text; of several pages also
/// `{pages, records, complete, stopped}`.
fn json(answer: &[u8], response: &Response, merged: Option<&Merged>) -> String {
    let exact = serde_json::from_slice::<&RawValue>(answer).map(RawValue::get);
    let text = match exact {
        Ok(exact) => exact.to_owned(),
        Err(_) if answer.iter().all(u8::is_ascii_whitespace) => "null".to_owned(),
        // Not JSON after all: as a JSON string it can still be carried.
        Err(_) => Value::from(String::from_utf8_lossy(answer).into_owned()).to_json(),
    };
    let mut rest = Object::new();
    rest.insert("status", response.status);
    rest.insert("took_ms", u64::try_from(response.took.as_millis()).unwrap_or(u64::MAX));
    rest.insert("request_id", response.request_id.as_deref().map_or(Value::Null, Value::from));
    rest.insert("dialect", response.wire.name());
    if let Some(merged) = merged {
        rest.insert("pages", merged.pages);
        rest.insert("records", merged.records);
        rest.insert("complete", merged.stop.as_ref().is_some_and(Stop::is_complete));
        rest.insert("stopped", merged.stop.as_ref().map(Stop::words).map_or(Value::Null, Value::from));
    }
    let rest = Value::Object(rest).to_json();
    format!("{{\"output\":{text},{}", rest.strip_prefix('{').unwrap_or(&rest))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{cli::options::When, domain::wire::Wire};

    fn response(body: &str, wire: Wire) -> Response {
        Response {
            status: 200,
            headers: Vec::new(),
            body: body.into(),
            file: None,
            bytes: body.len() as u64,
            took: Duration::from_millis(312),
            request_id: Some("r-1".into()),
            wire,
        }
    }

    fn request(wire: Wire) -> RunRequest {
        RunRequest { action: "A".into(), parameters: Value::object(), wire, credential: None }
    }

    #[test]
    fn json_carries_the_answers_exact_text() {
        let told = |body: &str| {
            let response = response(body, Wire::Live);
            json(&provider_answer(&request(Wire::Live), &response.body), &response, None)
        };
        let rest = r#","status":200,"took_ms":312,"request_id":"r-1","dialect":"live"}"#;
        for (body, exact) in [
            ("{\"n\": 0.10,\n\"n\":9007199254740993}", "{\"n\": 0.10,\n\"n\":9007199254740993}"),
            (" [1] ", "[1]"),
            ("", "null"),
            ("plain \"text\"", r#""plain \"text\"""#),
        ] {
            assert_eq!(told(body), format!("{{\"output\":{exact}{rest}"));
        }
        let deep = "[".repeat(5000) + &"]".repeat(5000);
        assert!(told(&deep).contains(&deep), "depth is no matter");
    }

    #[test]
    fn only_the_seeds_envelope_is_taken_off() {
        let enveloped = r#"{"output":{"ok": true},"integration":"x","action":"A"}"#;
        assert_eq!(provider_answer(&request(Wire::Seed), &enveloped.into()), r#"{"ok": true}"#.into());
        assert_eq!(provider_answer(&request(Wire::Live), &enveloped.into()), enveloped.into());
    }

    #[test]
    fn a_person_sees_it_laid_out_and_nothing_that_drives_the_terminal() {
        let environment = crate::settings::Environment::default();
        let page = |body: &[u8], when| laid_out(&body.into(), &Output::new(false, when, &environment));
        assert_eq!(page(br#"{"a":[1,"x"]}"#, When::Never), "{\n  \"a\": [\n    1,\n    \"x\"\n  ]\n}\n");
        assert!(page(br#"{"a":1}"#, When::Always).contains("\x1b[33m1\x1b[0m"));
        let hostile = "{\"a\":\"\x1b]52;c;x\x07\u{9b}2J\"}";
        for body in
            [hostile.as_bytes(), hostile.replace('"', "").as_bytes(), b"\x1b[2J\xff\x00", b"", b"\x89PNG\r\n\x1a\n"]
        {
            let page = page(body, When::Never);
            assert!(!page.contains(['\x1b', '\x07', '\u{9b}', '\0']), "{page:?}");
        }
    }

    #[test]
    fn no_text_is_cut() {
        let environment = crate::settings::Environment::default();
        let long = "x".repeat(LONG + 1);
        let page = laid_out(&format!("{{\"a\":\"{long}\"}}").into(), &Output::new(false, When::Never, &environment));
        assert!(page.contains(&long));
    }
}
