//! Answers that come in pages: whether there is a next one, and the parameters that ask for it.
//!
//! ActionKit has three styles (fact sheet §1.6), all inside `paginationParameters`, some actions beside it: a cursor
//! that the answer names, an offset to count on from, and a page's number.

mod collect;
mod mark;
mod paging;

pub use self::collect::{Collecting, LIMIT, Merged, Next, Stop};
use self::mark::{Hints, Mark};
pub use self::paging::{Pages, Paging};
use super::document::{self, Document, NodeId, Number, Object, Value};

/// The parameter that holds what is said about pages.
const PARAMETERS: &str = "paginationParameters";

/// How a page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// By what the answer before named.
    Cursor,
    /// By how many records to leave out.
    Offset,
    /// By its number.
    Number,
}

/// Parameters that ask for a page, squeezed as [`mark::squeezed`] does it; the likelier ones first.
const SPOTS: [(&str, Style); 22] = [
    ("pagecursor", Style::Cursor),
    ("pagetoken", Style::Cursor),
    ("nextpagecursor", Style::Cursor),
    ("nextpagetoken", Style::Cursor),
    ("cursor", Style::Cursor),
    ("nextcursor", Style::Cursor),
    ("startcursor", Style::Cursor),
    ("nexttoken", Style::Cursor),
    ("continuationtoken", Style::Cursor),
    ("after", Style::Cursor),
    ("startingafter", Style::Cursor),
    ("pageinfo", Style::Cursor),
    ("offset", Style::Offset),
    ("skip", Style::Offset),
    ("startat", Style::Offset),
    ("startindex", Style::Offset),
    ("page", Style::Number),
    ("pageno", Style::Number),
    ("pagenumber", Style::Number),
    ("pageoffset", Style::Number),
    ("pageindex", Style::Number),
    ("currentpage", Style::Number),
];

/// Parameters that say how many records a page holds.
const SIZES: [&str; 7] = ["limit", "pagesize", "perpage", "maxresults", "count", "top", "size"];

/// A parameter that asks for a page.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Spot {
    name: String,
    /// Whether it stands inside `paginationParameters`.
    inside: bool,
    style: Style,
    /// Whether it is sent as text.
    as_text: bool,
    /// What the first page is asked for with.
    first: u64,
}

/// What an action's schema says about asking for pages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pager {
    spots: Vec<Spot>,
}

/// The page after one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The parameters that ask for it.
    pub parameters: Value,
    /// What tells it from other pages, such as `pageCursor b2Zmc2V0`.
    pub named: String,
}

impl Pager {
    /// Reads the parameters' JSON Schema.
    pub fn of(schema: &Value) -> Self {
        let properties = |schema: &Value| schema.get("properties").and_then(Value::as_object).cloned();
        let outer = properties(schema).unwrap_or_default();
        let inner = outer.get(PARAMETERS).and_then(properties).unwrap_or_default();
        let mut spots: Vec<(usize, Spot)> = Vec::new();
        for (properties, inside) in [(&inner, true), (&outer, false)] {
            for (name, schema) in properties.iter() {
                if let Some((rank, style)) = style_of(name) {
                    // Beside everything else a word such as `after` or `count` more often filters than pages.
                    let doubtful = !inside && ["after", "cursor"].contains(&mark::squeezed(name).as_str());
                    let rank = rank + if doubtful { SPOTS.len() } else { 0 };
                    spots.push((rank, Spot::of(name, inside, style, schema)));
                }
            }
        }
        spots.sort_by_key(|(rank, _)| *rank);
        Self { spots: spots.into_iter().map(|(_, spot)| spot).collect() }
    }

    /// The page after `answer`, which `parameters` asked for; `None` where that was the last one.
    pub fn next(&self, parameters: &Value, answer: &Document) -> Option<Page> {
        if answer.content() != &document::Content::Json {
            return None;
        }
        match mark::find(answer)? {
            Mark::End => None,
            Mark::Cursor { key, value } => {
                let spot = self.spot_for(parameters, &key, &value);
                Some(page(parameters, &spot, value))
            }
            Mark::Nothing(hints) => self.counted(parameters, answer, hints),
        }
    }

    /// Where a cursor that the answer calls `key` is sent.
    fn spot_for(&self, parameters: &Value, key: &str, value: &Value) -> Spot {
        let is_used = |spot: &&Spot| spot.style == Style::Cursor && spot.sent(parameters).is_some();
        let of_style = |style| move |spot: &&Spot| spot.style == style;
        let alike = |spot: &&Spot| key.contains("token") == mark::squeezed(&spot.name).contains("token");
        let spots = || self.spots.iter();
        let counted = is_count(value).then(|| {
            let style = if key.contains("offset") || key.contains("skip") { Style::Offset } else { Style::Number };
            spots().find(of_style(style))
        });
        // Some call their cursor an offset, as Airtable does.
        let named_alike = || spots().find(|spot| mark::squeezed(&spot.name) == key);
        let cursor = || {
            let all = || spots().filter(of_style(Style::Cursor));
            all().find(alike).or_else(|| all().next())
        };
        let known = spots().find(is_used).or_else(cursor).or_else(named_alike).or(counted.flatten());
        known.cloned().unwrap_or_else(|| Spot {
            name: if key.contains("token") { "pageToken" } else { "pageCursor" }.to_owned(),
            inside: true,
            style: Style::Cursor,
            as_text: !is_count(value),
            first: 0,
        })
    }

    /// The next page where nothing but counting tells.
    fn counted(&self, parameters: &Value, answer: &Document, hints: Hints) -> Option<Page> {
        let used = self.spots.iter().find(|spot| spot.sent(parameters).is_some());
        let spot = used.or_else(|| self.spots.first()).filter(|spot| spot.style != Style::Cursor)?;
        let records = u64::try_from(answer.child_count(records(answer)?)).unwrap_or(u64::MAX);
        let asked = spot.sent(parameters).and_then(count_of).unwrap_or(spot.first);
        let size = size_asked(parameters);
        let total = hints.total.or(hints.count.filter(|count| *count > records));
        let is_last = match total {
            Some(total) => match spot.style {
                Style::Offset => asked.saturating_add(records) >= total,
                Style::Number | Style::Cursor => {
                    let before = asked.saturating_sub(spot.first);
                    // The last page is short, but so is each where the provider gives fewer at a time than asked for.
                    let among = |size: u64| before.saturating_mul(size).saturating_add(records);
                    let at_size = size.map(among);
                    among(records) >= total
                        || at_size.is_some_and(|n| if size == Some(records) { n >= total } else { n == total })
                }
            },
            None => !hints.more && size.is_some_and(|size| records < size),
        };
        if records == 0 || is_last {
            return None;
        }
        let next = asked.checked_add(if spot.style == Style::Offset { records } else { 1 })?;
        Some(page(parameters, spot, Value::from(next)))
    }
}

/// Whether `answer` says that there is more, without a way to ask for it that an action's parameters have.
fn has_more_elsewhere(answer: &Document) -> bool {
    let said = (answer.content() == &document::Content::Json).then(|| mark::find(answer)).flatten();
    matches!(said, Some(Mark::Nothing(Hints { more: true, .. })))
}

impl Spot {
    fn of(name: &str, inside: bool, style: Style, schema: &Value) -> Self {
        let types = schema.get("type");
        let is = |word: &str| match types {
            Some(Value::Array(all)) => all.iter().any(|t| t.as_str() == Some(word)),
            Some(one) => one.as_str() == Some(word),
            None => false,
        };
        let first = ["default", "minimum"].into_iter().find_map(|key| schema.get(key).and_then(count_of));
        let first = match style {
            Style::Number => first.filter(|first| *first < 2).unwrap_or(1),
            Style::Offset | Style::Cursor => 0,
        };
        Self { name: name.to_owned(), inside, style, as_text: is("string"), first }
    }

    /// What of it was sent.
    fn sent<'v>(&self, parameters: &'v Value) -> Option<&'v Value> {
        let holder = if self.inside { parameters.get(PARAMETERS)? } else { parameters };
        holder.get(&self.name)
    }
}

fn style_of(name: &str) -> Option<(usize, Style)> {
    let squeezed = mark::squeezed(name);
    let rank = SPOTS.iter().position(|(spot, _)| *spot == squeezed)?;
    SPOTS.get(rank).map(|(_, style)| (rank, *style))
}

/// `parameters` with `value` at `spot`.
fn page(parameters: &Value, spot: &Spot, value: Value) -> Page {
    let value = match value {
        Value::Number(number) if spot.as_text => Value::from(number.as_str()),
        other => other,
    };
    let named = format!("{} {}", spot.name, value.as_str().map_or_else(|| value.to_json(), str::to_owned));
    let mut parameters = parameters.as_object().cloned().unwrap_or_default();
    if spot.inside {
        let mut inner = parameters.get(PARAMETERS).and_then(Value::as_object).cloned().unwrap_or_default();
        inner.insert(spot.name.as_str(), value);
        parameters.insert(PARAMETERS, inner);
    } else {
        parameters.insert(spot.name.as_str(), value);
    }
    Page { parameters: Value::Object(parameters), named }
}

/// How many records a page was asked to hold.
fn size_asked(parameters: &Value) -> Option<u64> {
    let inner = parameters.get(PARAMETERS).and_then(Value::as_object);
    let all = inner.into_iter().chain(parameters.as_object()).flat_map(Object::iter);
    all.filter(|(key, _)| SIZES.contains(&mark::squeezed(key).as_str())).find_map(|(_, value)| count_of(value))
}

/// A whole number of at least 0, also where it is text.
fn count_of(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_str().parse().ok(),
        Value::String(text) => Number::parse(text.trim())?.as_str().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn is_count(value: &Value) -> bool {
    count_of(value).is_some()
}

/// How deep records are looked for.
const DEPTH: usize = 3;

/// The array that holds an answer's records: the answer itself, or the likeliest one inside its objects. Of several,
/// an array of objects goes before one of other things, then the longer one, then the first.
pub(super) fn records(answer: &Document) -> Option<NodeId> {
    let is = |node: NodeId, bracket: u8| document::exact(answer, node).first() == Some(&bracket);
    let root = answer.root()?;
    if is(root, b'[') {
        return Some(root);
    }
    let mut level = vec![root];
    let mut best: Option<(bool, usize, NodeId)> = None;
    for _ in 0..DEPTH {
        let inside: Vec<NodeId> = level.iter().flat_map(|node| answer.children(*node).take(WIDTH)).collect();
        for node in inside.iter().copied().filter(|node| is(*node, b'[')) {
            let objects = answer.children(node).next().is_some_and(|first| is(first, b'{'));
            let rank = (objects, answer.child_count(node));
            if best.is_none_or(|(o, n, _)| rank > (o, n)) {
                best = Some((rank.0, rank.1, node));
            }
        }
        level = inside.into_iter().filter(|node| is(*node, b'{')).take(WIDTH).collect();
    }
    best.map(|(_, _, node)| node)
}

/// How many members of an object are looked at.
const WIDTH: usize = 500;

#[cfg(test)]
mod tests;
