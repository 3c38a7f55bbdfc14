//! Rows of the history as records, and the columns that hold more than one thing.

use std::{
    io::{Read as _, Write as _},
    sync::Arc,
    time::Duration,
};

use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use rusqlite::{Connection, OptionalExtension as _, Row};

use crate::domain::{
    document::{Pointer, Value},
    history::{Begun, End, Ending, Record, RecordId, Said, Whose},
    redact::Secret,
    run::RunRequest,
    side_effect::SideEffect,
    wire::Wire,
};

/// The columns [`record`] reads, in its order.
pub(super) const COLUMNS: &str = "id, at, profile, project, base_url, user, action, integration, effect, wire, parameters, \
     hidden, definition, ending, status, took_ms, may_have_run, failure, request_id, size, headers, masked, pinned, \
     EXISTS (SELECT 1 FROM bodies WHERE run = id), credential";

/// No answer is longer than this once unpacked, whatever the file says.
const LIMIT: u64 = 1 << 30;

/// The record in a row. What cannot be read counts as not known: a record is never lost over a part of it.
pub(super) fn record(row: &Row<'_>) -> rusqlite::Result<Record> {
    let text = |index: usize| row.get::<_, Option<String>>(index).map(Option::unwrap_or_default);
    let parameters = Value::parse(text(10)?.as_bytes()).unwrap_or_default();
    let request = RunRequest {
        action: Arc::from(text(6)?),
        parameters,
        wire: text(9)?.parse().unwrap_or(Wire::Live),
        credential: row.get::<_, Option<String>>("credential")?.map(Arc::from),
    };
    let whose = Whose { profile: row.get(2)?, project: text(3)?, base_url: text(4)?, user: row.get(5)? };
    let begun = Begun {
        at: row.get(1)?,
        whose,
        integration: Arc::from(text(7)?),
        effect: SideEffect::named(&text(8)?).unwrap_or_default(),
        request,
        hidden: hidden(&text(11)?),
        definition: row.get(12)?,
    };
    let end = End {
        request_id: row.get(18)?,
        size: row.get::<_, Option<i64>>(19)?.and_then(|size| u64::try_from(size).ok()),
        headers: headers(&text(20)?),
        masked: texts(&text(21)?),
        ..ending(row, 13)?
    };
    Ok(Record { id: RecordId(row.get(0)?), begun, end, pinned: row.get(22)?, has_body: row.get(23)? })
}

/// How a run ended, from five columns that begin with that one: `ending`, `status`, `took_ms`, `may_have_run` and
/// `failure`.
pub(super) fn ending(row: &Row<'_>, from: usize) -> rusqlite::Result<End> {
    let failure = row.get::<_, Option<String>>(from + 4)?.and_then(|text| Value::parse(text.as_bytes()).ok());
    Ok(End {
        ending: Ending::named(&row.get::<_, Option<String>>(from)?.unwrap_or_default()).unwrap_or(Ending::Unknown),
        status: row.get(from + 1)?,
        took: row.get::<_, Option<i64>>(from + 2)?.map(|ms| Duration::from_millis(u64::try_from(ms).unwrap_or(0))),
        may_have_run: row.get(from + 3)?,
        failure: failure.map(|value| Said::read(&value)),
        ..End::unknown()
    })
}

pub(super) fn get(db: &Connection, id: RecordId) -> rusqlite::Result<Option<Record>> {
    db.query_row(&format!("SELECT {COLUMNS} FROM runs WHERE id = ?"), [id.0], record).optional()
}

/// `[["/token","name"], …]`
pub(super) fn hidden_text(hidden: &[(Pointer, Secret)]) -> String {
    let pairs = hidden.iter().map(|(at, why)| Value::Array(vec![at.to_string().into(), why.name().into()]));
    Value::Array(pairs.collect()).to_json()
}

fn hidden(text: &str) -> Vec<(Pointer, Secret)> {
    let pairs = Value::parse(text.as_bytes()).unwrap_or_default();
    let pair = |pair: &Value| {
        let [Value::String(at), Value::String(why)] = pair.as_array()? else { return None };
        Some((at.parse().ok()?, Secret::named(why).unwrap_or(Secret::Name)))
    };
    pairs.as_array().unwrap_or_default().iter().filter_map(pair).collect()
}

/// `["…", …]`
fn texts(text: &str) -> Vec<String> {
    let texts = Value::parse(text.as_bytes()).unwrap_or_default();
    texts.as_array().unwrap_or_default().iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// `[["name","value"], …]`, as a name may occur twice.
pub(super) fn headers_text(headers: &[(String, String)]) -> String {
    let pairs = headers.iter().map(|(name, value)| Value::Array(vec![name.as_str().into(), value.as_str().into()]));
    Value::Array(pairs.collect()).to_json()
}

fn headers(text: &str) -> Vec<(String, String)> {
    let pairs = Value::parse(text.as_bytes()).unwrap_or_default();
    let pair = |pair: &Value| match pair.as_array()? {
        [Value::String(name), Value::String(value)] => Some((name.clone(), value.clone())),
        _ => None,
    };
    pairs.as_array().unwrap_or_default().iter().filter_map(pair).collect()
}

/// A body, compressed (DEFLATE, RFC 1951).
pub(super) fn pack(body: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(body);
    encoder.finish().unwrap_or_default()
}

/// The body [`pack`] made `packed` of; `None` where it is damaged.
pub(super) fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    DeflateDecoder::new(packed).take(LIMIT).read_to_end(&mut body).ok()?;
    Some(body)
}
