//! An action's parameters as a list to read: names, types in words, what is required.

use super::{
    node::{Kind, Node, Place},
    refs::{At, Schema},
    words::type_words,
};
use crate::domain::document::Value;

/// How deep the list goes.
const DEPTH: usize = 6;
/// How long it gets.
const ROWS: usize = 1_000;
/// How many examples a row holds.
const EXAMPLES: usize = 3;
/// How many values of an `enum` a row holds.
const CHOICES: usize = 20;

/// One parameter, or a member or item of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// How deep it stands; the action's own parameters are at 0.
    pub depth: usize,
    /// The name; `[]` for what an array holds, `*` for members of any name, `(label)` for one of several shapes.
    pub name: String,
    /// The type and its limits in words.
    pub type_words: String,
    /// Whether the schema demands it.
    pub required: bool,
    /// The schema's description, exactly; may be long.
    pub description: String,
    /// The schema's default.
    pub default: Option<Value>,
    /// Examples the schema gives, the first few.
    pub examples: Vec<Value>,
    /// The first values of an `enum`.
    pub choices: Vec<Value>,
    /// How many values the `enum` has in all.
    pub choice_count: usize,
    /// What is odd about it, a sentence each.
    pub remarks: Vec<String>,
    /// Whether there is more below than was listed (recursion, or a bound was reached).
    pub more: bool,
}

/// The parameters `schema` describes, nested ones after theirs, at most 6 levels deep and 1,000 rows.
pub fn outline(schema: &Value) -> Vec<Param> {
    let schema = Schema::new(schema);
    let (place, node) = Node::parameters(&schema);
    let mut outline = Outline { schema: &schema, rows: Vec::new() };
    outline.inside(&node, 0, &mut vec![place]);
    outline.rows
}

struct Outline<'s> {
    schema: &'s Schema,
    rows: Vec<Param>,
}

impl Outline<'_> {
    /// Lists what is below `node`; whether something had to be left out.
    fn inside(&mut self, node: &Node, depth: usize, around: &mut Vec<Place>) -> bool {
        match node.kind {
            Kind::Object | Kind::Map => {
                let mut cut = false;
                for property in &node.properties {
                    let place = Place::all(property.starts.clone());
                    cut |= self.row((property.name.clone(), property.required), place, depth, around);
                }
                for (pattern, at) in &node.extra.patterns {
                    cut |= self.row((format!("/{pattern}/"), false), Place::at(*at), depth, around);
                }
                if !node.extra.starts.is_empty() {
                    cut |= self.row(("*".to_owned(), false), Place::all(node.extra.starts.clone()), depth, around);
                }
                cut
            }
            Kind::Array => {
                let mut cut = false;
                let tuple = node.items.iter().map(|(first, _)| first.len()).max().unwrap_or_default();
                for index in 0..tuple.min(ROWS) {
                    cut |= self.row((format!("[{index}]"), false), node.item(index), depth, around);
                }
                let rest = node.item(tuple);
                if !rest.starts.is_empty() && !self.is_plain(&rest) {
                    cut |= self.row(("[]".to_owned(), false), rest, depth, around);
                }
                cut
            }
            Kind::Variant => {
                let mut cut = false;
                for branch in &node.branches {
                    if self.is_plain(&branch.place) {
                        continue;
                    }
                    cut |= self.row((format!("({})", branch.label), false), branch.place.clone(), depth, around);
                }
                cut
            }
            Kind::Text | Kind::Number { .. } | Kind::Toggle | Kind::Choice | Kind::Const(_) | Kind::Any => false,
        }
    }

    fn row(&mut self, (name, required): (String, bool), place: Place, depth: usize, around: &mut Vec<Place>) -> bool {
        if self.rows.len() >= ROWS || depth > DEPTH {
            return true;
        }
        let node = Node::read(self.schema, &place, None);
        let index = self.rows.len();
        self.rows.push(Param {
            depth,
            name,
            type_words: self.words(&node),
            required,
            description: node.description.clone(),
            default: node.default.clone(),
            examples: node.examples.iter().take(EXAMPLES).cloned().collect(),
            choices: node.choices.iter().take(CHOICES).map(|c| c.value.clone()).collect(),
            choice_count: node.choices.len(),
            remarks: node.remarks.clone(),
            more: false,
        });
        let more = if recurs(self.schema, &place, around) {
            has_inside(&node)
        } else {
            around.push(place);
            let cut = self.inside(&node, depth + 1, around);
            around.pop();
            // What lies deeper says so itself.
            cut && (depth == DEPTH || self.rows.len() >= ROWS)
        };
        self.rows[index].more = more;
        false
    }

    /// A list says what it is a list of, where that takes no rows of its own.
    fn words(&self, node: &Node) -> String {
        let words = type_words(node);
        let rest = node.item(node.items.iter().map(|(first, _)| first.len()).max().unwrap_or_default());
        if node.kind != Kind::Array || rest.starts.is_empty() || !self.is_plain(&rest) {
            return words;
        }
        let item = type_words(&Node::read(self.schema, &rest, None));
        let limits = words.strip_prefix("list").unwrap_or_default();
        format!("list of {item}{limits}")
    }

    fn is_plain(&self, place: &Place) -> bool {
        !has_inside(&Node::read(self.schema, place, None))
    }
}

/// Whether rows can follow below.
fn has_inside(node: &Node) -> bool {
    match node.kind {
        Kind::Object | Kind::Array | Kind::Variant => true,
        Kind::Map => node.extra.described,
        Kind::Text | Kind::Number { .. } | Kind::Toggle | Kind::Choice | Kind::Const(_) | Kind::Any => false,
    }
}

/// Whether the schema at `place` already applies further up.
pub(super) fn recurs(schema: &Schema, place: &Place, around: &[Place]) -> bool {
    let targets: Vec<At> = place.starts.iter().map(|&at| schema.target(at)).collect();
    around.iter().any(|p| {
        let mut same = p.starts.iter().map(|&at| schema.target(at));
        let shaped = p.settled == place.settled && (place.only.is_none() || p.only == place.only);
        shaped && same.any(|at| targets.contains(&at))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(schema: &str) -> String {
        let lines = outline(&Value::parse(schema.as_bytes()).unwrap()).into_iter().map(|p| {
            let (indent, star) = ("  ".repeat(p.depth), if p.required { "*" } else { "" });
            format!("{indent}{}{star}: {}{}", p.name, p.type_words, if p.more { " …" } else { "" })
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn parameters_are_listed_with_what_is_inside_them() {
        let schema = r##"{"required":["filter"],"properties":{"limit":{"type":"integer"},"ids":{"type":"array","maxItems":3,
            "items":{"type":"string"}},"headers":{"additionalProperties":{"type":"string"}},"filter":{"$ref":"#/$defs/g"}},
            "$defs":{"g":{"properties":{"op":{"enum":["a","b"]},"of":{"items":{"$ref":"#/$defs/g"}}}}}}"##;
        assert_eq!(
            told(schema),
            "filter*: object\n  op: one of 2\n  of: list\n    []: object …\nlimit: whole number\nids: list of text, at \
             most 3 items\nheaders: object\n  *: text"
        );
        assert_eq!(told("true"), "");
        assert_eq!(told(r##"{"properties":{"a":{"$ref":"#"}}}"##), "a: object …");
    }

    #[test]
    fn a_billion_rows_are_not_listed() {
        let properties: Vec<String> = (0..10).map(|i| format!("\"p{i}\":{{\"$ref\":\"#/$defs/LEVEL\"}}")).collect();
        let levels: Vec<String> = (0..9)
            .map(|l| {
                format!(
                    "\"l{l}\":{{\"properties\":{{{}}}}}",
                    properties.join(",").replace("LEVEL", &format!("l{}", l + 1))
                )
            })
            .collect();
        let schema = format!("{{\"$ref\":\"#/$defs/l0\",\"$defs\":{{{},\"l9\":{{}}}}}}", levels.join(","));
        let rows = outline(&Value::parse(schema.as_bytes()).unwrap());
        assert_eq!(rows.len(), ROWS);
        assert!(rows.iter().any(|r| r.more));
    }
}
