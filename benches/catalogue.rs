//! How long reading a large list reply takes: `cargo bench --bench catalogue`.

use std::fmt::Write as _;

use akx::domain::{
    catalogue::{Catalogue, Kept},
    run::Body,
};
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

/// The integrations of a list kept on disk, which are on the screen first.
#[divan::bench(args = [3_000, 30_000])]
fn kept_integrations(bencher: Bencher, actions: usize) {
    let names = kept(actions);
    bencher.bench(|| Catalogue::outline(&names, 0));
}

/// All names of a list kept on disk, with what is told of them.
#[divan::bench(args = [3_000, 30_000])]
fn kept_names(bencher: Bencher, actions: usize) {
    let names = kept(actions);
    bencher.counter(BytesCount::new(names.len())).bench(|| Catalogue::of_names(&names, 0));
}

fn kept(actions: usize) -> Body {
    let catalogue = Catalogue::read(live(actions).as_bytes()).unwrap_or_default();
    Kept::new(&catalogue).names.into()
}

#[divan::bench(args = [3_000, 30_000])]
fn read_live(bencher: Bencher, actions: usize) {
    let text = live(actions);
    let size = BytesCount::of_str(&text);
    let body = Body::from(text.into_bytes());
    bencher.counter(size).bench(|| Catalogue::read_body(&body));
}
