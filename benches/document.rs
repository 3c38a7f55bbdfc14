//! Opening, drawing and searching documents of 1, 10 and 100 MB, beside what `serde_json` takes to read them.
//!
//! `cargo bench --bench document`
//!
//! What to expect: indexing takes about as long as `IgnoredAny` and a twentieth of a `serde_json::Value`, a search at
//! most half of `IgnoredAny`, and a screen of rows the same few microseconds at every size.

use std::{fmt::Write as _, hint::black_box};

use akx::domain::{
    body::Body,
    document::{Condition, Document, Form, LONGEST, Lines, Reading, Tree, find, query},
};
use divan::{Bencher, counter::BytesCount};

fn main() {
    divan::main();
}

const SIZES: [usize; 3] = [1, 10, 100];
const MB: usize = 1_000_000;

/// Records as CRMs answer with: nested, with ids, dates and a text that sometimes has escapes.
fn records(megabytes: usize) -> Body {
    let mut text = String::from("{\"records\":[");
    let mut i = 0_u32;
    while text.len() < megabytes * MB {
        let comma = if i == 0 { "" } else { "," };
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            r#"{comma}{{"id":"003{i:015}","attributes":{{"type":"Contact","url":"/services/data/v59.0/Contact/{i}"}},"name":"Person {i}","email":"p{i}@example.com","score":{}.{:02},"active":{},"owner":null,"tags":["a","b{}"],"created":"2024-05-06T07:08:09.000Z","note":"Said \"hello\" in the {i}th call, and asked for a quote.\nTo be called again."}}"#,
            i % 100,
            i % 97,
            i.is_multiple_of(3),
            i % 7,
        );
        i += 1;
    }
    let _ = write!(text, "],\"totalSize\":{i},\"done\":true}}");
    text.into_bytes().into()
}

fn zeros(megabytes: usize) -> Body {
    let mut text = "0,".repeat(megabytes * MB / 2);
    text.insert(0, '[');
    text.push_str("0]");
    text.into_bytes().into()
}

fn opened(body: Body) -> Document {
    Document::read(body, Some("application/json"))
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn index_records(bencher: Bencher<'_, '_>, megabytes: usize) {
    let body = records(megabytes);
    bencher.counter(BytesCount::new(body.len())).bench(|| opened(body.clone()));
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn index_zeros(bencher: Bencher<'_, '_>, megabytes: usize) {
    let body = zeros(megabytes);
    bencher.counter(BytesCount::new(body.len())).bench(|| opened(body.clone()));
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn serde_ignored_any_records(bencher: Bencher<'_, '_>, megabytes: usize) {
    let body = records(megabytes);
    bencher
        .counter(BytesCount::new(body.len()))
        .bench(|| serde_json::from_slice::<serde::de::IgnoredAny>(black_box(&body)).is_ok());
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn serde_ignored_any_zeros(bencher: Bencher<'_, '_>, megabytes: usize) {
    let body = zeros(megabytes);
    bencher
        .counter(BytesCount::new(body.len()))
        .bench(|| serde_json::from_slice::<serde::de::IgnoredAny>(black_box(&body)).is_ok());
}

#[divan::bench(args = SIZES, sample_count = 3)]
fn serde_value_records(bencher: Bencher<'_, '_>, megabytes: usize) {
    let body = records(megabytes);
    bencher
        .counter(BytesCount::new(body.len()))
        .bench(|| serde_json::from_slice::<serde_json::Value>(black_box(&body)).is_ok());
}

/// The fold state and the first screen.
#[divan::bench(args = SIZES)]
fn first_rows(bencher: Bencher<'_, '_>, megabytes: usize) {
    let document = opened(records(megabytes));
    bencher.bench(|| Tree::new(&document).rows(&document, 0..50));
}

/// A screen in the middle of everything unfolded, as a cursor key draws it.
#[divan::bench(args = SIZES)]
fn middle_rows_unfolded(bencher: Bencher<'_, '_>, megabytes: usize) {
    let document = opened(records(megabytes));
    let mut tree = Tree::new(&document);
    tree.unfold_all(&document);
    let middle = tree.row_count() / 2;
    bencher.bench(|| tree.rows(&document, middle..middle + 50));
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn unfold_all(bencher: Bencher<'_, '_>, megabytes: usize) {
    let document = opened(records(megabytes));
    bencher.bench(|| {
        let mut tree = Tree::default();
        tree.unfold_all(&document);
        tree.row_count()
    });
}

#[divan::bench(args = SIZES)]
fn middle_lines_received(bencher: Bencher<'_, '_>, megabytes: usize) {
    let document = opened(records(megabytes));
    let lines = Lines::received(&document, LONGEST);
    let middle = lines.count() / 2;
    bencher.bench(|| lines.get(&document, middle..middle + 50));
}

/// A text that occurs once.
#[divan::bench(args = SIZES, sample_count = 10)]
fn find_rare(bencher: Bencher<'_, '_>, megabytes: usize) {
    let document = opened(records(megabytes));
    bencher.counter(BytesCount::new(document.size())).bench(|| find(&document, "totalsize"));
}

/// A text that occurs in every record.
#[divan::bench(args = SIZES, sample_count = 10)]
fn find_common(bencher: Bencher<'_, '_>, megabytes: usize) {
    let document = opened(records(megabytes));
    bencher.counter(BytesCount::new(document.size())).bench(|| find(&document, "person"));
}

/// A list of the records alone, as `--where` and `--jq '.[] | …'` are given them.
fn list(megabytes: usize) -> Vec<u8> {
    let body = records(megabytes);
    let (from, to) = (body.iter().position(|b| *b == b'['), body.iter().rposition(|b| *b == b']'));
    from.zip(to).map(|(from, to)| body[from..=to].to_vec()).unwrap_or_default()
}

/// The one record that a condition holds for, without an index or a value of any other.
#[divan::bench(args = SIZES, sample_count = 10)]
fn choose_one(bencher: Bencher<'_, '_>, megabytes: usize) {
    let list = list(megabytes);
    let Ok(condition) = "name=Person 77".parse::<Condition>() else { return };
    bencher.counter(BytesCount::new(list.len())).bench(|| {
        let mut chosen = 0;
        Reading::default().read(&list, true, &mut |record| chosen += usize::from(condition.holds(record)));
        chosen
    });
}

/// A filter that is run record by record.
#[divan::bench(args = SIZES, sample_count = 3)]
fn filter_records(bencher: Bencher<'_, '_>, megabytes: usize) {
    let list = list(megabytes);
    bencher.counter(BytesCount::new(list.len())).bench(|| {
        let mut bytes = 0;
        let done = query(".[] | .name", &list, Form::Json, &mut |result| {
            bytes += result.len();
            true
        });
        (done.is_ok(), bytes)
    });
}
