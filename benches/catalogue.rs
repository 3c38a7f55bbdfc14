//! How long reading a large list reply takes: `cargo bench --bench catalogue`.

use std::fmt::Write as _;

use akx::domain::{catalogue::Catalogue, run::Body};
use divan::{Bencher, counter::BytesCount};

fn main() {
    divan::main();
}

/// A list in the live shape: `actions` definitions of about 1.9 kB each in integrations of fifty.
fn live(actions: usize) -> String {
    let mut text = String::from("{\"actions\":{");
    for group in 0..actions.div_ceil(50) {
        let comma = if group == 0 { "" } else { "," };
        let _ = write!(text, "{comma}\"integration{group}\":[");
        for i in 0..50.min(actions - group * 50) {
            let comma = if i == 0 { "" } else { "," };
            let _ = write!(
                text,
                "{comma}{{\"type\":\"function\",\"function\":{{\"name\":\"INTEGRATION_{group}_ACTION_{i}\",\
                 \"description\":\"Triggered when a user wants to do {i}\\n Returns: an object\",\"parameters\":{{\
                 \"type\":\"object\",\"properties\":{{"
            );
            for p in 0..11 {
                let comma = if p == 0 { "" } else { "," };
                let _ = write!(
                    text,
                    "{comma}\"property{p}\":{{\"type\":\"string\",\"description\":\"Property {p} : Use Connect Portal \
                     Workflow Settings to let people choose (example: \\\"{{{{settings.p}}}}\\\")\"}}"
                );
            }
            text.push_str("},\"required\":[\"property0\"],\"additionalProperties\":false}}}");
        }
        text.push(']');
    }
    text.push_str("},\"errors\":[]}");
    text
}

#[divan::bench(args = [3_000, 30_000])]
fn read_live(bencher: Bencher, actions: usize) {
    let text = live(actions);
    let size = BytesCount::of_str(&text);
    let body = Body::from(text.into_bytes());
    bencher.counter(size).bench(|| Catalogue::read_body(&body));
}
