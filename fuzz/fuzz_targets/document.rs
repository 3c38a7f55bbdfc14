//! Any bytes open as a document and can be looked at from every side; and what `serde_json` reads, a document holds too.
//!
//! The input is a line of choices (a needle, a filter, rows to unfold), then the body.

#![no_main]

use akx::domain::document::{
    Condition, Content, Document, Ignore, Lines, NodeId, Pointer, Reading, Table, Tree, Unfolded, complete, diff, exact, find,
    is_tame, jq_path, key, lookup, on_one_line, parent, pointer, string, text, unwrap_json_string,
};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// How many values of a document are looked at.
const NODES: usize = 300;
/// How many lines and rows are made.
const ROWS: usize = 200;

/// Whether `node` holds what `value` says.
fn same(document: &Document, node: NodeId, value: &Value) -> bool {
    let raw = exact(document, node);
    match value {
        Value::Null => raw == b"null",
        Value::Bool(b) => raw == if *b { &b"true"[..] } else { b"false" },
        Value::Number(n) => {
            let here: Option<f64> = std::str::from_utf8(raw).ok().and_then(|t| t.parse().ok());
            // serde_json reads numbers quickly rather than to the last bit.
            here.zip(n.as_f64()).is_some_and(|(a, b)| a == b || ((a - b) / b).abs() < 1e-12)
        }
        Value::String(s) => string(document, node).as_deref() == Some(s),
        Value::Array(items) => {
            document.child_count(node) == items.len()
                && document.children(node).zip(items).all(|(child, item)| same(document, child, item))
        }
        Value::Object(members) => {
            let children: Vec<(String, NodeId)> =
                document.children(node).map(|child| (key(document, child).unwrap_or_default(), child)).collect();
            // Of a key that occurs twice serde_json keeps the last value.
            members.iter().all(|(name, member)| {
                children.iter().rfind(|(k, _)| k == name).is_some_and(|(_, child)| same(document, *child, member))
            }) && children.iter().all(|(k, _)| members.contains_key(k))
        }
    }
}

/// Looks at everything an interface would.
fn look(document: &Document, choices: &str) {
    let mut tree = Tree::new(document);
    for (i, letter) in choices.bytes().take(40).enumerate() {
        let row = usize::from(letter) * (i + 1) % tree.row_count().max(1);
        match letter % 6 {
            0 => drop(tree.toggle(document, row)),
            1 => drop(tree.unfold(document, row)),
            2 => drop(tree.fold(document, row)),
            3 => tree.unfold_to(document, usize::from(letter % 9)),
            4 => drop((tree.next_sibling(document, row), tree.previous_sibling(document, row))),
            _ => tree.unfold_all(document),
        }
        let rows = tree.rows(document, row..row + ROWS);
        assert!(rows.len() <= ROWS);
        if let Some((node, _)) = tree.node_at(document, row) {
            assert!(tree.reveal(document, node).is_some());
        }
    }
    for lines in [Lines::pretty(document, 80), Lines::received(document, 20), Lines::received(document, 200)] {
        let middle = lines.count() / 2;
        for from in [0, middle, lines.count().saturating_sub(3)] {
            for line in lines.get(document, from..from + ROWS) {
                assert!(line.spans.iter().all(|(_, text)| !text.chars().any(char::is_control)));
            }
        }
    }
    for place in find(document, choices).matches.iter().take(NODES) {
        assert!(place.in_key || !exact(document, place.node).is_empty());
    }
    let _ = (complete(document, choices), is_tame(choices));
    let _ = document.readable().map(|page| page.size());
    let condition = choices.parse::<Condition>().ok();
    let mut nodes: Vec<NodeId> = document.root().into_iter().collect();
    let mut at = 0;
    while at < nodes.len().min(NODES) {
        let node = nodes[at];
        at += 1;
        nodes.extend(document.children(node).take(NODES));
        let (raw, path) = (exact(document, node), pointer(document, node));
        assert!(!jq_path(document, node).is_empty());
        let _ = text(document, node);
        assert!(path.tokens().is_empty() == parent(document, node).is_none());
        assert!(
            lookup(document, &path.to_string().parse::<Pointer>().expect("a pointer")).is_some()
                || path.tokens().len() > 0
        );
        if let Some(inner) = unwrap_json_string(document, node)
            && let Some(Unfolded { document: now, moved }) = Unfolded::of(document, node)
        {
            let value = inner.root().map(|root| exact(&inner, root).to_vec());
            assert_eq!(Some(exact(&now, moved.value())), value.as_deref());
            assert!(now.is_from_text(moved.value()) && jq_path(&now, moved.value()).ends_with("fromjson"));
            let tree = tree.carried(&now, |node| moved.now_at(node));
            assert!(tree.row_count() > 0);
        }
        let _ = condition.as_ref().map(|c| c.holds(raw));
        assert!(!on_one_line(raw).contains(&b'\n'));
    }
    if let Some(table) = document.root().and_then(|root| Table::nearest(document, root)) {
        let columns: Vec<usize> = (0..table.columns().len().min(20)).collect();
        let mut sorted = table.clone();
        sorted.sort(document, 0, choices.len() % 2 == 0);
        assert_eq!(sorted.row_count(), table.row_count());
        let _ = table.cells(document, 0..ROWS, &columns);
    }
}

fuzz_target!(|input: &[u8]| {
    let (choices, body) = match input.iter().position(|b| *b == b'\n') {
        Some(at) => (&input[..at], &input[at + 1..]),
        None => (&[][..], input),
    };
    let choices = String::from_utf8_lossy(choices);
    let says = [None, Some("application/json"), Some("text/html")][choices.len() % 3];
    let document = Document::read(body.into(), says);
    look(&document, &choices);
    if let Ok(value) = serde_json::from_slice::<Value>(body) {
        assert_eq!(document.content(), &Content::Json);
        let root = document.root().expect("a root");
        assert!(same(&document, root, &value));
        assert_eq!(diff(&document, &Document::read(body.into(), None), &Ignore::default()).all.len(), 0);
        if let Value::Array(items) = &value {
            // Read bit by bit, the list has the same items.
            let (mut reading, mut count, mut done, mut there) = (Reading::default(), 0, 0, 0);
            let piece = 1 + choices.len() % 50;
            while there < body.len() {
                there = (there + piece).min(body.len());
                done += reading.read(&body[done..there], there == body.len(), &mut |_| count += 1);
            }
            assert_eq!((reading, count), (Reading::After, items.len()));
        }
    }
});
