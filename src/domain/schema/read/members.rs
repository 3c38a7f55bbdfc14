//! What is inside of a level: an object's members, an array's items.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::{
        node::{Extra, Node, Property, Type},
        refs::At,
        words,
    },
    PROPERTIES, Reader,
};
use crate::domain::document::Value;

impl Reader<'_> {
    pub(super) fn members(&mut self, node: &mut Node) {
        if !node.types.has(Type::Object) {
            return;
        }
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        let mut required: BTreeSet<String> = BTreeSet::new();
        let none_declared = !self.sources.iter().any(|&at| self.schema.get(at, "properties").is_some());
        for at in self.sources.clone() {
            let declared: Vec<(String, At)> = match self.schema.get(at, "properties") {
                Some(p) if self.schema.is_object(p) => {
                    self.schema.members(p).take(PROPERTIES).map(|(k, v)| (k.to_owned(), v)).collect()
                }
                Some(_) => {
                    self.remark("The schema's properties are not an object.");
                    Vec::new()
                }
                None if none_declared => self.stray_properties(at),
                None => Vec::new(),
            };
            if none_declared && !declared.is_empty() {
                self.remark("The schema names its parameters outside of \"properties\".");
            }
            for (name, rule) in declared {
                if self.schema.flag(rule, "required") == Some(true) {
                    required.insert(name.clone());
                }
                match places.get(&name) {
                    Some(&i) => node.properties[i].starts.push(rule),
                    None if node.properties.len() >= PROPERTIES => {
                        self.remark("The schema has more parameters than are shown; add the others by name.");
                        break;
                    }
                    None => {
                        places.insert(name.clone(), node.properties.len());
                        node.properties.push(Property { name, starts: vec![rule], required: false });
                    }
                }
            }
            self.extra(at, &mut node.extra);
            for name in self.required(at) {
                if places.contains_key(&name) || node.properties.len() < PROPERTIES {
                    required.insert(name);
                }
            }
        }
        for name in &required {
            match places.get(name) {
                Some(&i) => node.properties[i].required = true,
                None => {
                    node.properties.push(Property { name: name.clone(), starts: Vec::new(), required: true });
                }
            }
        }
        node.properties.sort_by_key(|p| !p.required);
    }

    /// The names `required` lists, and those that the present value makes required.
    fn required(&mut self, at: At) -> Vec<String> {
        let words = |list: &[At]| -> Vec<String> {
            list.iter().filter_map(|&n| self.schema.leaf(n)?.as_str().map(str::to_owned)).take(PROPERTIES).collect()
        };
        let mut names = words(&self.list(at, "required"));
        if let Some(value) = self.value {
            for keyword in ["dependentRequired", "dependencies"] {
                let Some(rules) = self.schema.get(at, keyword) else { continue };
                for (key, rule) in self.schema.members(rules) {
                    if value.get(key).is_some() {
                        names.extend(words(self.schema.items(rule).unwrap_or_default()));
                    }
                }
            }
        }
        names
    }

    fn extra(&self, at: At, extra: &mut Extra) {
        for keyword in ["additionalProperties", "unevaluatedProperties"] {
            let Some(rule) = self.schema.get(at, keyword) else { continue };
            match self.schema.leaf(rule).and_then(Value::as_bool) {
                Some(false) => extra.closed = true,
                Some(true) => extra.described = true,
                None => {
                    extra.described = true;
                    extra.starts.push(rule);
                }
            }
        }
        if let Some(rules) = self.schema.get(at, "patternProperties") {
            for (pattern, rule) in self.schema.members(rules).take(100) {
                extra.described = true;
                extra.patterns.push((pattern.to_owned(), rule));
            }
        }
    }

    /// Members placed directly under the schema instead of under `properties`.
    pub(super) fn stray_properties(&self, at: At) -> Vec<(String, At)> {
        let looks_like_schema = |rule: At| {
            let typed = self.schema.get(rule, "type").is_some_and(|t| !self.schema.is_object(t));
            typed || ["$ref", "enum", "anyOf", "oneOf"].iter().any(|k| self.schema.get(rule, k).is_some())
        };
        let stray = self.schema.members(at).filter(|(key, rule)| {
            !words::KEYWORDS.contains(key) && !key.starts_with("x-") && looks_like_schema(*rule)
                || *key == "type" && self.schema.is_object(*rule) && looks_like_schema(*rule)
        });
        stray.take(PROPERTIES).map(|(k, v)| (k.to_owned(), v)).collect()
    }

    pub(super) fn items(&self) -> Vec<(Vec<At>, Option<At>)> {
        let speaks = |at: At| {
            let items = self.schema.get(at, "items");
            let tuple = items.and_then(|i| self.schema.items(i)).map(<[At]>::to_vec);
            let (first, rest) = match tuple {
                Some(tuple) => (tuple, self.schema.get(at, "additionalItems")),
                None => (self.list(at, "prefixItems"), items.or_else(|| self.schema.get(at, "unevaluatedItems"))),
            };
            (!first.is_empty() || rest.is_some()).then_some((first, rest))
        };
        self.sources.iter().filter_map(|&at| speaks(at)).collect()
    }
}
