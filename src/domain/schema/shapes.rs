//! `oneOf`, `anyOf` and lists of types: which shapes a value can have, what to call them, and which one a value has.

use std::collections::BTreeSet;

use super::{
    fits::{Fit, fits, same},
    node::{Branch, Choice, Type, Types},
    read::Reader,
    refs::{At, Schema},
    words,
};
use crate::domain::document::Value;

/// How many branches of one list are offered.
const BRANCHES: usize = 1_000;
/// How many schemas are looked at to learn what one branch is.
const PEEK: usize = 40;

/// What the `oneOf`s and `anyOf`s of one level come to.
#[derive(Default)]
pub(super) struct Shapes {
    /// The shapes to choose from.
    pub(super) branches: Vec<Branch>,
    /// The values to choose from, where all branches are constants.
    pub(super) choices: Option<Vec<Choice>>,
    /// The types all branches together allow, where that is all they differ in that matters to a widget.
    pub(super) types: Option<Types>,
}

/// What can be seen of a branch without choosing it.
#[derive(Default)]
struct Peek {
    types: Option<Types>,
    values: Option<Vec<At>>,
    title: Option<String>,
    description: Option<String>,
    reference: Option<String>,
    constants: Vec<(String, Value)>,
    required: Vec<String>,
    /// Whether it has members, items or shapes of its own.
    structured: bool,
    /// Whether it only adds conditions, such as `required`, to what stands beside.
    bare: bool,
    dead: bool,
}

impl Reader<'_> {
    /// Decides what each `oneOf`/`anyOf` met here is to the form.
    pub(super) fn shapes(&mut self) -> Shapes {
        let mut shapes = Shapes::default();
        let mut next = 0;
        // Taking in a lone branch may bring further lists.
        while let Some(&(list, owner)) = self.groups.get(next) {
            next += 1;
            self.group(list, owner, &mut shapes);
        }
        shapes
    }

    fn group(&mut self, list: At, owner: At, shapes: &mut Shapes) {
        let Some(items) = self.schema.items(list).map(<[At]>::to_vec) else {
            self.remark("The schema's list of shapes is not a list.");
            return;
        };
        if items.len() > BRANCHES {
            self.remark("The schema offers more shapes than are listed.");
        }
        let mut branches: Vec<(At, Peek)> =
            items.into_iter().take(BRANCHES).map(|at| (at, Peek::at(self.schema, at))).collect();
        let is_null = |p: &Peek| p.types == Some(Type::Null.into()) || p.only_null(self.schema);
        if branches.iter().any(|(_, p)| is_null(p)) && !branches.iter().all(|(_, p)| is_null(p)) {
            branches.retain(|(_, p)| !is_null(p));
            self.nullable = true;
        }
        if branches.iter().any(|(_, p)| !p.dead) {
            branches.retain(|(_, p)| !p.dead);
        }
        match branches.as_slice() {
            [] => {}
            [(only, _)] => self.collect(*only),
            all if all.iter().all(|(_, p)| p.values.is_some()) => {
                let values = all.iter().flat_map(|(_, p)| {
                    let values = p.values.as_deref().unwrap_or_default();
                    let titled = values.len() == 1;
                    values.iter().map(move |&v| (v, titled, p))
                });
                let choices = values.map(|(v, titled, p)| {
                    let value = self.schema.value(v);
                    let label = p.title.clone().filter(|_| titled).unwrap_or_else(|| words::label(&value));
                    Choice { label, value, description: p.description.clone().filter(|_| titled) }
                });
                let choices = choices.collect();
                shapes.choices.get_or_insert(choices);
            }
            all if all.iter().all(|(_, p)| p.bare) => {
                let sets: BTreeSet<String> =
                    all.iter().filter(|(_, p)| !p.required.is_empty()).map(|(_, p)| p.required.join(" and ")).collect();
                if !sets.is_empty() {
                    let sets: Vec<String> = sets.into_iter().take(8).collect();
                    self.remark(&format!("Needs one of: {}.", sets.join("; ")));
                }
            }
            all => {
                if let Some(types) = same_scalar(all) {
                    shapes.types = Some(shapes.types.map_or(types, |t| t.and(types)));
                } else if shapes.branches.is_empty() {
                    // `null` is one of them only where a branch says so.
                    let joined = all.iter().try_fold(Types::NONE, |joined, (_, p)| Some(joined.or(p.types?)));
                    shapes.types = joined.map(|joined| shapes.types.map_or(joined, |t| t.and(joined))).or(shapes.types);
                    let discriminator = self.discriminator(owner);
                    shapes.branches = self.branches(list, all, discriminator.as_deref());
                }
            }
        }
    }

    fn discriminator(&self, owner: At) -> Option<String> {
        let rule = self.schema.get(owner, "discriminator")?;
        let name = self.schema.text(rule, "propertyName").or_else(|| self.schema.leaf(rule)?.as_str())?;
        Some(name.to_owned())
    }

    fn branches(&self, list: At, all: &[(At, Peek)], discriminator: Option<&str>) -> Vec<Branch> {
        let mut branches: Vec<Branch> = Vec::with_capacity(all.len());
        let mut labels = BTreeSet::new();
        let telling = telling_constant(all);
        for (i, (at, peek)) in all.iter().enumerate() {
            let mut place = self.place.clone();
            place.starts.push(*at);
            place.settled.push(list);
            let named = discriminator.or(telling.as_deref());
            let tag = named.and_then(|n| peek.constants.iter().find(|(k, _)| k == n).cloned());
            let kind = peek.types.map(|t| t.without_null().list()).filter(|l| l.len() == 1);
            let label = peek
                .title
                .clone()
                .or_else(|| tag.as_ref().map(|(_, v)| words::label(v)))
                .or_else(|| peek.reference.clone())
                .or_else(|| (!peek.required.is_empty()).then(|| format!("with {}", peek.required.join(", "))))
                .or_else(|| kind.map(|k| k[0].word().to_owned()))
                .unwrap_or_else(|| format!("shape {}", i + 1));
            let label = if labels.insert(label.clone()) { label } else { format!("{label} ({})", i + 1) };
            branches.push(Branch { place, own: Some(*at), label, description: peek.description.clone(), tag });
        }
        branches
    }

    /// One branch for each of `types`.
    pub(super) fn by_type(&self, types: Types) -> Vec<Branch> {
        let branch = |one: Type| Branch {
            place: self.place.clone().only(one),
            own: None,
            label: if one == Type::Number && types.integer() { "whole number" } else { one.word() }.to_owned(),
            description: None,
            tag: None,
        };
        types.without_null().list().into_iter().map(branch).collect()
    }
}

/// The one scalar type that all branches share, where none of them restricts its values to a list.
fn same_scalar(all: &[(At, Peek)]) -> Option<Types> {
    let scalar = [Type::String, Type::Number, Type::Boolean];
    let mut joined = Types::NONE;
    for (_, peek) in all {
        if peek.structured || peek.values.is_some() {
            return None;
        }
        joined = joined.or(peek.types?.without_null());
    }
    let list = joined.list();
    (list.len() == 1 && scalar.contains(&list[0])).then_some(joined)
}

/// The member that is a different constant in every branch.
fn telling_constant(all: &[(At, Peek)]) -> Option<String> {
    let (_, first) = all.first()?;
    let differs = |name: &str| {
        let mut seen: Vec<&Value> = Vec::new();
        all.iter().all(|(_, p)| {
            let value = p.constants.iter().find(|(k, _)| k == name).map(|(_, v)| v);
            value.is_some_and(|v| {
                let new = !seen.contains(&v);
                seen.push(v);
                new
            })
        })
    };
    first.constants.iter().map(|(k, _)| k).find(|k| differs(k)).cloned()
}

impl Peek {
    fn at(schema: &Schema, at: At) -> Self {
        let mut peek = Self { bare: true, ..Self::default() };
        let mut seen = BTreeSet::new();
        let mut waiting = vec![at];
        while let Some(at) = waiting.pop() {
            if !seen.insert(at) || seen.len() > PEEK {
                continue;
            }
            if let Some(leaf) = schema.leaf(at) {
                peek.dead |= leaf.as_bool() == Some(false);
                peek.bare = false;
                continue;
            }
            let mut inner = peek.take(schema, at);
            waiting.append(&mut inner);
        }
        peek
    }

    /// Notes what the schema at `at` says, and returns the ones that apply with it.
    fn take(&mut self, schema: &Schema, at: At) -> Vec<At> {
        const BARE: [&str; 7] =
            ["required", "not", "dependentRequired", "minProperties", "maxProperties", "title", "description"];
        let text = |keyword: &str| schema.text(at, keyword).filter(|t| !t.is_empty()).map(str::to_owned);
        let mut inner = Vec::new();
        self.bare &= schema.members(at).all(|(k, _)| BARE.contains(&k));
        self.structured |= ["properties", "items", "prefixItems", "oneOf", "anyOf", "additionalProperties"]
            .iter()
            .any(|k| schema.get(at, k).is_some());
        self.title = self.title.take().or_else(|| text("title"));
        self.description = self.description.take().or_else(|| text("description"));
        if let Some(reference) = text("$ref") {
            self.reference = self.reference.take().or_else(|| words::last_segment(&reference));
            inner.extend(schema.resolve(at, &reference).ok());
        }
        if let Some(parts) = schema.get(at, "allOf").and_then(|l| schema.items(l)) {
            inner.extend(parts.iter().rev().take(PEEK));
        }
        if let Some(rule) = schema.get(at, "type") {
            let names = schema.items(rule).map_or_else(|| vec![rule], <[At]>::to_vec);
            let named = names.iter().filter_map(|&n| Types::named(schema.leaf(n)?.as_str()?)).map(|(t, _)| t);
            let types = named.fold(Types::NONE, Types::or);
            if types != Types::NONE {
                self.types = Some(self.types.map_or(types, |t| t.and(types)));
            }
        }
        let values = schema.get(at, "const").map(|c| vec![c]).or_else(|| {
            let listed = schema.get(at, "enum").and_then(|l| schema.items(l))?;
            (!listed.is_empty()).then(|| listed.to_vec())
        });
        self.values = self.values.take().or(values);
        if let Some(names) = schema.get(at, "required").and_then(|l| schema.items(l)) {
            let names = names.iter().filter_map(|&n| schema.leaf(n)?.as_str().map(str::to_owned));
            self.required.extend(names.take(6));
        }
        if let Some(properties) = schema.get(at, "properties") {
            for (name, rule) in schema.members(properties).take(200) {
                let one = schema.get(rule, "enum").and_then(|l| schema.items(l)).filter(|l| l.len() == 1);
                if let Some(value) = schema.get(rule, "const").or_else(|| one.map(|l| l[0])) {
                    self.constants.push((name.to_owned(), schema.value(value)));
                }
            }
        }
        inner
    }

    fn only_null(&self, schema: &Schema) -> bool {
        matches!(self.values.as_deref(), Some([one]) if schema.leaf(*one) == Some(&Value::Null))
    }
}

/// Which branch `value` has: by the discriminating constant, then the one whose schema it meets, then by constants and
/// required members; `None` where no branch can have it.
pub fn branch_of(schema: &Schema, branches: &[Branch], value: &Value) -> Option<usize> {
    let score = |branch: &Branch| {
        let node = super::node::Node::read(schema, &branch.place, Some(value));
        if !node.types.allow(value) {
            return None;
        }
        let tagged = branch.tag.as_ref().map(|(k, v)| value.get(k).map(|w| same(v, w)));
        let fit = branch.own.map_or(Fit::Yes, |at| fits(schema, at, value));
        let keys = |required: bool| {
            node.properties.iter().filter(|p| p.required == required && value.get(&p.name).is_some()).count()
        };
        let missing = node.properties.iter().filter(|p| p.required && value.get(&p.name).is_none()).count();
        Some((tagged.flatten(), fit, std::cmp::Reverse(missing), keys(true), keys(false)))
    };
    let scored = branches.iter().enumerate().filter_map(|(i, b)| score(b).map(|s| (s, std::cmp::Reverse(i))));
    scored.max().map(|(_, std::cmp::Reverse(i))| i)
}

/// Choices for `values`, labelled by the schema where it does.
pub(super) fn labelled(values: Vec<Value>, named: &[(Value, String)], titled: &[Choice]) -> Vec<Choice> {
    let choices = values.into_iter().map(|value| {
        let name = named.iter().find(|(v, _)| same(v, &value)).map(|(_, name)| name.clone());
        let known = titled.iter().find(|c| same(&c.value, &value));
        Choice {
            label: known.map(|c| c.label.clone()).or(name).unwrap_or_else(|| words::label(&value)),
            description: known.and_then(|c| c.description.clone()),
            value,
        }
    });
    choices.collect()
}

/// The choices without repeated values, with labels that differ.
pub(super) fn distinct(choices: Vec<Choice>) -> Vec<Choice> {
    let mut values = BTreeSet::new();
    let mut labels = BTreeSet::new();
    let mut kept: Vec<Choice> = Vec::with_capacity(choices.len());
    for mut choice in choices {
        if !values.insert(choice.value.to_json()) {
            continue;
        }
        if !labels.insert(choice.label.clone()) {
            choice.label = match &choice.value {
                Value::String(s) if *s == choice.label => choice.value.to_json(),
                other => format!("{} ({})", choice.label, words::label(other)),
            };
            labels.insert(choice.label.clone());
        }
        kept.push(choice);
    }
    kept
}
