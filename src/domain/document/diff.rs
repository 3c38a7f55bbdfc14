//! What differs between two documents: members matched by key whatever their order, items of arrays by an id-like key
//! where they have one, else by what is left when equal beginnings and ends are taken off.

use std::collections::HashMap;

use super::{
    Document, NodeId, Pointer,
    address::{exact, is_text, pointer},
    decode::{decode, string_inside},
    index::key_before,
    scan,
};

/// How many differences are collected at most.
pub const DIFF_LIMIT: usize = 100_000;

/// Below this level what differs is one difference: every level compares all that is inside it once more.
const LEVELS: usize = 128;

/// Keys that tell items of an array apart, the best first.
const IDS: [&str; 9] = ["id", "_id", "Id", "ID", "uuid", "key", "ts", "email", "name"];

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where it is: in the left document, or in the right one where it was added.
    pub at: Pointer,
    /// What happened there.
    pub change: Change,
}

/// What differs at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Only the right document has it.
    Added(NodeId),
    /// Only the left document has it.
    Removed(NodeId),
    /// Both have it, and it is not the same.
    Changed {
        /// In the left document.
        left: NodeId,
        /// In the right document.
        right: NodeId,
    },
}

/// What is found, and whether there is more.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Differences {
    /// In the order of the left document, what was added to an array or object at its end.
    pub all: Vec<Difference>,
    /// Whether [`DIFF_LIMIT`] was reached.
    pub more: bool,
}

/// Places that are not compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ignore(Vec<Pattern>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Pattern {
    /// A key, anywhere.
    Key(String),
    /// A pointer whose tokens may be `*`.
    Path(Pointer),
}

impl Ignore {
    /// Ignores also `pattern`: a key wherever it occurs (`updatedAt`), or a JSON Pointer in which `*` stands for any
    /// key or index (`/records/*/etag`).
    ///
    /// # Errors
    /// When it starts with `/` and is no JSON Pointer.
    pub fn add(&mut self, pattern: &str) -> Result<(), super::PointerError> {
        self.0.push(if pattern.starts_with('/') {
            Pattern::Path(pattern.parse()?)
        } else {
            Pattern::Key(pattern.to_owned())
        });
        Ok(())
    }

    fn covers(&self, document: &Document, node: NodeId) -> bool {
        let mut path = None;
        self.0.iter().any(|pattern| match pattern {
            Pattern::Key(key) => key_before(document.bytes(), node.0).is_some_and(|raw| is_text(raw, key)),
            Pattern::Path(wanted) => {
                let path = path.get_or_insert_with(|| pointer(document, node));
                let (path, wanted) = (path.tokens(), wanted.tokens());
                path.len() == wanted.len() && path.iter().zip(wanted).all(|(p, w)| w == "*" || p == w)
            }
        })
    }
}

/// What differs from `left` to `right`. Numbers are compared as they are written, strings decoded, space not at all.
///
/// Nothing is found where either is not JSON.
pub fn diff(left: &Document, right: &Document, ignore: &Ignore) -> Differences {
    let mut found = Differences::default();
    let (Some(l), Some(r)) = (left.root(), right.root()) else { return found };
    let pairs = Pairs { left, right };
    // What is still to be compared, the next on top: deep documents must not exhaust the stack.
    let mut todo = vec![(0, Pair::Both(l, r))];
    while let Some((level, pair)) = todo.pop() {
        let (document, node, change) = match pair {
            Pair::Both(l, r) => {
                if exact(left, l) == exact(right, r) || ignore.covers(left, l) {
                    continue;
                }
                let kinds = (left.bytes()[l.0 as usize], right.bytes()[r.0 as usize]);
                let inside = match kinds {
                    _ if level >= LEVELS => vec![Pair::Different(l, r)],
                    (b'{', b'{') => pairs.members(l, r),
                    (b'[', b'[') => pairs.items(l, r),
                    (b'"', b'"') if pairs.same_text(l, r) => continue,
                    _ => vec![Pair::Different(l, r)],
                };
                if let [Pair::Different(..)] = inside[..] {
                    (left, l, Change::Changed { left: l, right: r })
                } else {
                    todo.extend(inside.into_iter().rev().map(|pair| (level + 1, pair)));
                    continue;
                }
            }
            Pair::Different(l, r) => (left, l, Change::Changed { left: l, right: r }),
            Pair::Left(l) => (left, l, Change::Removed(l)),
            Pair::Right(r) => (right, r, Change::Added(r)),
        };
        if ignore.covers(document, node) {
            continue;
        }
        if found.all.len() == DIFF_LIMIT {
            found.more = true;
            break;
        }
        found.all.push(Difference { at: pointer(document, node), change });
    }
    found
}

#[derive(Clone, Copy)]
enum Pair {
    Both(NodeId, NodeId),
    Different(NodeId, NodeId),
    Left(NodeId),
    Right(NodeId),
}

struct Pairs<'d> {
    left: &'d Document,
    right: &'d Document,
}

impl Pairs<'_> {
    fn same_text(&self, l: NodeId, r: NodeId) -> bool {
        decode(string_inside(exact(self.left, l))) == decode(string_inside(exact(self.right, r)))
    }

    /// Members with the same key; of keys that occur twice the first with the first.
    fn members(&self, l: NodeId, r: NodeId) -> Vec<Pair> {
        let key =
            |document: &Document, node: &NodeId| key_before(document.bytes(), node.0).map(decode).unwrap_or_default();
        matched(self.left.children(l), self.right.children(r), |n| key(self.left, n), |n| key(self.right, n))
    }

    /// Items with the same id; else, in what equal beginnings and ends leave, in order.
    fn items(&self, l: NodeId, r: NodeId) -> Vec<Pair> {
        let (ls, rs): (Vec<_>, Vec<_>) = (self.left.children(l).collect(), self.right.children(r).collect());
        let ids = IDS.iter().find_map(|id| Some((unique(self.left, &ls, id)?, unique(self.right, &rs, id)?)));
        if let Some((left_ids, right_ids)) = ids {
            let id = |nodes: &[NodeId], ids: &[Vec<u8>], node: &NodeId| {
                nodes.binary_search(node).ok().and_then(|i| ids.get(i).cloned()).unwrap_or_default()
            };
            let (ls2, rs2) = (ls.clone(), rs.clone());
            return matched(ls.into_iter(), rs.into_iter(), |n| id(&ls2, &left_ids, n), |n| id(&rs2, &right_ids, n));
        }
        let print = |document: &Document, nodes: &[NodeId]| -> Vec<u64> {
            nodes.iter().map(|&node| fingerprint(exact(document, node))).collect()
        };
        let (lp, rp) = (print(self.left, &ls), print(self.right, &rs));
        let head = lp.iter().zip(&rp).take_while(|(a, b)| a == b).count();
        let tail = lp[head..].iter().rev().zip(rp[head..].iter().rev()).take_while(|(a, b)| a == b).count();
        let (lm, rm) = (&ls[head..ls.len() - tail], &rs[head..rs.len() - tail]);
        let both = lm.len().min(rm.len());
        let paired = lm.iter().zip(rm).map(|(&l, &r)| Pair::Both(l, r));
        let removed = lm[both..].iter().map(|&l| Pair::Left(l));
        paired.chain(removed).chain(rm[both..].iter().map(|&r| Pair::Right(r))).collect()
    }
}

fn matched<K: std::hash::Hash + Eq>(
    left: impl Iterator<Item = NodeId>,
    right: impl Iterator<Item = NodeId>,
    left_key: impl Fn(&NodeId) -> K,
    right_key: impl Fn(&NodeId) -> K,
) -> Vec<Pair> {
    let right: Vec<NodeId> = right.collect();
    let mut places: HashMap<K, Vec<usize>> = HashMap::new();
    for (i, node) in right.iter().enumerate().rev() {
        places.entry(right_key(node)).or_default().push(i);
    }
    let mut taken = vec![false; right.len()];
    let mut pairs = Vec::new();
    for l in left {
        match places.get_mut(&left_key(&l)).and_then(Vec::pop) {
            Some(i) => {
                taken[i] = true;
                pairs.push(Pair::Both(l, right[i]));
            }
            None => pairs.push(Pair::Left(l)),
        }
    }
    pairs.extend(right.iter().zip(taken).filter(|(_, taken)| !taken).map(|(&r, _)| Pair::Right(r)));
    pairs
}

/// The ids of `items`, if each is an object that has a scalar `id` and no two have the same.
fn unique(document: &Document, items: &[NodeId], id: &str) -> Option<Vec<Vec<u8>>> {
    let mut ids = Vec::with_capacity(items.len());
    for &item in items {
        let node = super::address::child(document, item, id)?;
        let raw = exact(document, node);
        if document.bytes()[item.0 as usize] != b'{' || raw.starts_with(b"{") || raw.starts_with(b"[") {
            return None;
        }
        ids.push(raw.to_vec());
    }
    let mut sorted: Vec<_> = ids.iter().collect();
    sorted.sort_unstable();
    sorted.windows(2).all(|w| w[0] != w[1]).then_some(ids)
}

/// A hash of a value that space does not change (FNV-1a over its tokens).
fn fingerprint(raw: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < raw.len() {
        let end = scan::scalar_end(raw, at).unwrap_or(at + 1).max(at + 1);
        if !raw[at].is_ascii_whitespace() {
            for &b in &raw[at..end.min(raw.len())] {
                hash = (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        at = end;
    }
    hash
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::document::testing::{any_json, document, nearly_json};

    fn changes(left: &str, right: &str, ignored: &[&str]) -> Vec<String> {
        let (l, r) = (document(left), document(right));
        let mut ignore = Ignore::default();
        for pattern in ignored {
            ignore.add(pattern).unwrap();
        }
        let word = |d: &Difference| {
            let raw = |document, node| String::from_utf8_lossy(exact(document, node)).into_owned();
            match d.change {
                Change::Added(n) => format!("+{} {}", d.at, raw(&r, n)),
                Change::Removed(n) => format!("-{} {}", d.at, raw(&l, n)),
                Change::Changed { left, right } => format!("{} {} → {}", d.at, raw(&l, left), raw(&r, right)),
            }
        };
        diff(&l, &r, &ignore).all.iter().map(word).collect()
    }

    #[test]
    fn members_by_key() {
        let left = r#"{"a":1,"b":{"c":"x","d":[1,2]},"gone":null,"same":"é"}"#;
        let right = r#"{ "b" : {"d":[1, 2],"c":"y"}, "same":"\u00e9", "a":1.0, "new":{} }"#;
        assert_eq!(changes(left, right, &[]), ["/a 1 → 1.0", r#"/b/c "x" → "y""#, "-/gone null", "+/new {}"]);
        assert_eq!(changes(left, right, &["gone", "/b/*", "/new"]), ["/a 1 → 1.0"]);
        assert_eq!(changes(r#"{"k":1,"k":2}"#, r#"{"k":1,"k":3}"#, &[]), ["/k 2 → 3"]);
    }

    #[test]
    fn items_by_id() {
        let left = r#"[{"id":1,"n":"a"},{"id":2,"n":"b"},{"id":3,"n":"c"}]"#;
        let right = r#"[{"id":3,"n":"c"},{"id":2,"n":"B"},{"id":4,"n":"d"}]"#;
        assert_eq!(
            changes(left, right, &[]),
            [r#"-/0 {"id":1,"n":"a"}"#, r#"/1/n "b" → "B""#, r#"+/2 {"id":4,"n":"d"}"#]
        );
        assert_eq!(changes(left, right, &["/*/n"]), [r#"-/0 {"id":1,"n":"a"}"#, r#"+/2 {"id":4,"n":"d"}"#]);
    }

    #[test]
    fn items_without_an_id() {
        assert_eq!(changes("[1,2,3,4]", "[1,3, 4]", &[]), ["-/1 2"]);
        assert_eq!(changes("[1,3,4]", "[1,2,3,4]", &[]), ["+/1 2"]);
        assert_eq!(changes("[[1],[2]]", "[[1],[5],[6]]", &[]), ["/1/0 2 → 5", "+/2 [6]"]);
        assert_eq!(changes("[]", "{}", &[]), [" [] → {}"]);
    }

    #[test]
    fn deep_and_wrong() {
        let deep = |inner: &str| format!("{}{inner}{}", "[".repeat(10_000), "]".repeat(10_000));
        let found = diff(&document(&deep("1")), &document(&deep("2")), &Ignore::default()).all;
        assert_eq!(found.iter().map(|d| d.at.tokens().len()).collect::<Vec<_>>(), [LEVELS]);
        assert!(Ignore::default().add("/~2").is_err());
        assert_eq!(diff(&document("nope"), &document("[1]"), &Ignore::default()), Differences::default());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_value_does_not_differ_from_itself_laid_out(json in any_json()) {
            let d = document(&json);
            let other = document(&super::super::text(&document(&format!("[{json}]")), NodeId(0)));
            let wrapped = document(&format!("[{json}]"));
            prop_assert_eq!(diff(&d, &d, &Ignore::default()), Differences::default());
            prop_assert_eq!(diff(&wrapped, &other, &Ignore::default()), Differences::default());
        }

        #[test]
        fn any_two(left in nearly_json(), right in any_json()) {
            let left = Document::read(left.as_slice().into(), Some("application/json"));
            let right = document(&right);
            let there = diff(&left, &right, &Ignore::default()).all.len();
            let back = diff(&right, &left, &Ignore::default()).all.len();
            prop_assert_eq!(there == 0, back == 0);
        }
    }
}
