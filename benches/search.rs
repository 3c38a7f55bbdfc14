//! Typing a query key by key over synthetic catalogues, beside the plain way: every key scans every name and
//! description with the fuzzy matcher alone.

use akx::domain::{
    action::Action,
    catalogue::Catalogue,
    search::{Facts, Index, Query, Searcher, search_once},
};
use fuzzy_matcher::{FuzzyMatcher, skim::SkimMatcherV2};

const SIZES: [usize; 3] = [3_000, 30_000, 300_000];
const QUERIES: [&str; 3] = ["slack send message", "salesforce create record", "gdrvupl"];
const INTEGRATIONS: [&str; 12] = [
    "slack",
    "salesforce",
    "hubspot",
    "gmail",
    "googledrive",
    "notion",
    "github",
    "jira",
    "zendesk",
    "stripe",
    "shopify",
    "asana",
];
const VERBS: [&str; 14] = [
    "create", "get", "list", "update", "delete", "search", "send", "add", "remove", "archive", "upload", "download",
    "move", "merge",
];
const OBJECTS: [&str; 24] = [
    "record", "message", "email", "issue", "contact", "file", "folder", "event", "page", "task", "project", "comment",
    "deal", "company", "lead", "account", "invoice", "customer", "order", "product", "campaign", "template", "user",
    "channel",
];

fn main() {
    divan::main();
}

/// `size` different names of the shape real ones have, each with a line of description.
fn catalogue(size: usize) -> Catalogue {
    let mut actions = Vec::with_capacity(size);
    let mut turn = 0;
    while actions.len() < size {
        let (i, rest) = (turn % INTEGRATIONS.len(), turn / INTEGRATIONS.len());
        let (v, rest) = (rest % VERBS.len(), rest / VERBS.len());
        let (o, series) = (rest % OBJECTS.len(), rest / OBJECTS.len());
        let (key, verb, object) = (INTEGRATIONS[i], VERBS[v], OBJECTS[o]);
        // More than there are combinations: as many integrations more.
        let key = if series == 0 { key.to_owned() } else { format!("{key}{series}") };
        let text = format!("{verb} a {object} in {key} for the connected account, with optional filters and paging");
        actions.push(Action {
            name: format!("{key}_{verb}_{object}").to_uppercase().into(),
            integration: key.into(),
            description: text.into(),
            parameters: None,
            declared: None,
        });
        turn += 1;
    }
    Catalogue::new(actions, vec![], None)
}

fn beginnings(query: &str) -> impl Iterator<Item = &str> {
    (1..=query.len()).filter_map(|end| query.get(..end))
}

/// All keys of a query, one search after each.
#[divan::bench(args = SIZES, sample_count = 10)]
fn typing(bencher: divan::Bencher<'_, '_>, size: usize) {
    let index = Index::new(&catalogue(size));
    bencher.counter(divan::counter::ItemsCount::new(keys())).bench_local(|| {
        for query in QUERIES {
            let mut searcher = Searcher::new();
            for typed in beginnings(query) {
                divan::black_box(searcher.search(&index, &Query::parse(typed), &Facts::default()));
            }
        }
    });
}

/// The first key alone, which nothing narrows.
#[divan::bench(args = SIZES, sample_count = 10)]
fn first_key(bencher: divan::Bencher<'_, '_>, size: usize) {
    let index = Index::new(&catalogue(size));
    bencher.bench_local(|| Searcher::new().search(&index, &Query::parse("s"), &Facts::default()));
}

/// A whole query at once, mistyped, so that every action is looked at twice.
#[divan::bench(args = SIZES, sample_count = 10)]
fn mistyped(bencher: divan::Bencher<'_, '_>, size: usize) {
    let index = Index::new(&catalogue(size));
    let query = Query::parse("salseforce craete contcat");
    bencher.bench_local(|| Searcher::new().search(&index, &query, &Facts::default()));
}

/// A whole query once, as a command searches: only what may answer it is prepared for being ranked.
#[divan::bench(args = SIZES, sample_count = 10)]
fn once(bencher: divan::Bencher<'_, '_>, size: usize) {
    let catalogue = catalogue(size);
    // What a list on disk has been told already.
    let _ = search_once(&catalogue, &Query::parse("slack"), &Facts::default());
    let query = Query::parse("slack send message");
    bencher.bench_local(|| search_once(&catalogue, &query, &Facts::default()));
}

/// The same keys the plain way.
#[divan::bench(args = [3_000, 30_000], sample_count = 3)]
fn plain_scan(bencher: divan::Bencher<'_, '_>, size: usize) {
    let catalogue = catalogue(size);
    let matcher = SkimMatcherV2::default();
    let lines: Vec<String> = catalogue.actions().map(|a| format!("{}  {}", a.name, a.description)).collect();
    bencher.counter(divan::counter::ItemsCount::new(keys())).bench_local(|| {
        for query in QUERIES {
            for typed in beginnings(query) {
                let mut hits: Vec<(i64, usize)> = lines
                    .iter()
                    .enumerate()
                    .filter_map(|(at, line)| {
                        let terms = typed.split_whitespace().map(|term| matcher.fuzzy_match(line, term));
                        terms.sum::<Option<i64>>().map(|score| (score, at))
                    })
                    .collect();
                hits.sort_unstable_by(|a, b| b.cmp(a));
                divan::black_box(hits);
            }
        }
    });
}

fn keys() -> usize {
    QUERIES.iter().map(|query| query.len()).sum()
}

/// Preparing a catalogue.
#[divan::bench(args = SIZES, sample_count = 5)]
fn index(bencher: divan::Bencher<'_, '_>, size: usize) {
    let catalogue = catalogue(size);
    bencher.bench_local(|| Index::new(&catalogue));
}
