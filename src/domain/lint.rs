//! Is a definition fit for an agent? What models, and the strict modes of their vendors, stumble over.

use std::collections::BTreeMap;

use super::{
    action::Action,
    catalogue::Catalogue,
    document::{Object, Value},
    shared::SharedText,
    text::cut_end,
};

/// Names longer than this are refused by OpenAI and Anthropic.
pub const NAME_LIMIT: usize = 64;
/// How deep a schema is looked at.
const DEPTH: usize = 24;
/// How many findings one action may have.
const MOST: usize = 200;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A model's vendor refuses the definition, or no call can ever be valid.
    Error,
    /// A strict mode refuses it, or a model will likely get it wrong.
    Warning,
    /// It could be better.
    Hint,
}

impl Severity {
    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Hint => "hint",
        }
    }
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The name has more than [`NAME_LIMIT`] characters.
    NameTooLong,
    /// The name has characters other than letters, digits, `_` and `-`.
    NameCharacters,
    /// The schema is not JSON, or no object's schema.
    Schema,
    /// The action has no description.
    NoDescription,
    /// `required` names a parameter that is not there.
    RequiredUnknown,
    /// An `enum` without a value.
    EmptyEnum,
    /// A keyword that OpenAI's strict mode refuses.
    StrictKeyword,
    /// An object that OpenAI's strict mode wants closed (`additionalProperties: false`) with everything required.
    StrictObject,
    /// A list that does not say what is in it.
    NoItems,
    /// A parameter without a description.
    ParameterWithoutDescription,
    /// A parameter that says neither type nor choices.
    NoType,
    /// Two actions that a model can hardly tell apart.
    NearDuplicate,
}

impl Rule {
    /// All of them, the worst first.
    pub const ALL: [Self; 12] = [
        Self::NameTooLong,
        Self::NameCharacters,
        Self::Schema,
        Self::RequiredUnknown,
        Self::EmptyEnum,
        Self::NoDescription,
        Self::NearDuplicate,
        Self::NoItems,
        Self::StrictKeyword,
        Self::NoType,
        Self::StrictObject,
        Self::ParameterWithoutDescription,
    ];

    /// Its name on the command line and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NameTooLong => "name-too-long",
            Self::NameCharacters => "name-characters",
            Self::Schema => "schema",
            Self::NoDescription => "no-description",
            Self::RequiredUnknown => "required-unknown",
            Self::EmptyEnum => "empty-enum",
            Self::StrictKeyword => "strict-keyword",
            Self::StrictObject => "strict-object",
            Self::NoItems => "no-items",
            Self::ParameterWithoutDescription => "parameter-without-description",
            Self::NoType => "no-type",
            Self::NearDuplicate => "near-duplicate",
        }
    }

    /// How bad it is.
    pub const fn severity(self) -> Severity {
        match self {
            Self::NameTooLong | Self::NameCharacters | Self::Schema | Self::EmptyEnum => Severity::Error,
            Self::NoDescription | Self::RequiredUnknown | Self::StrictKeyword | Self::NoItems | Self::NearDuplicate => {
                Severity::Warning
            }
            Self::StrictObject | Self::ParameterWithoutDescription | Self::NoType => Severity::Hint,
        }
    }
}

/// One thing found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The action's name.
    pub action: String,
    /// Where in its parameters, such as `filter.value`; empty for the action itself.
    pub at: String,
    /// What.
    pub rule: Rule,
    /// What it means, as one sentence.
    pub message: String,
}

/// Keywords OpenAI's strict mode ("Structured Outputs", supported schemas) refuses wherever they stand.
const NOT_STRICT: [&str; 16] = [
    "oneOf",
    "allOf",
    "not",
    "if",
    "then",
    "else",
    "dependentRequired",
    "dependentSchemas",
    "patternProperties",
    "unevaluatedProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "contains",
    "uniqueItems",
    "default",
];

/// Everything found in `catalogue`, action by action in its order, the worst of an action first; near-duplicates too.
pub fn lint(catalogue: &Catalogue) -> Vec<Finding> {
    let twins = near_duplicates(catalogue);
    let mut findings = Vec::new();
    for (i, one) in catalogue.actions().enumerate() {
        let mut found = action(&one);
        if let Some(other) = twins.get(&i) {
            found.push(Finding {
                action: one.name.to_string(),
                at: String::new(),
                rule: Rule::NearDuplicate,
                message: format!(
                    "It reads and takes the same as {}; a model cannot tell them apart.",
                    catalogue.name(*other)
                ),
            });
        }
        found.sort_by_key(|f| (f.rule.severity(), Rule::ALL.iter().position(|r| *r == f.rule)));
        findings.extend(found);
    }
    findings
}

/// Everything found in one action's definition.
pub fn action(action: &Action) -> Vec<Finding> {
    let mut linting = Linting { action, found: Vec::new() };
    linting.name();
    if action.description.trim().is_empty() {
        linting.find("", Rule::NoDescription, "It has no description, so a model chooses it by its name alone.");
    }
    match action.schema_problem() {
        Some(problem) => linting.find("", Rule::Schema, &problem),
        None => match action.schema() {
            Value::Object(schema) => {
                let kind = schema.get("type");
                if kind.is_some_and(|t| t.as_str() != Some("object")) {
                    linting.find(
                        "",
                        Rule::Schema,
                        "Its parameters are not an object, which every agent's format wants.",
                    );
                }
                linting.schema(&schema, "", 0);
            }
            _ => linting.find("", Rule::Schema, "Its parameters' schema is not an object."),
        },
    }
    linting.found
}

struct Linting<'a> {
    action: &'a Action,
    found: Vec<Finding>,
}

impl Linting<'_> {
    fn find(&mut self, at: &str, rule: Rule, message: &str) {
        if self.found.len() < MOST {
            self.found.push(Finding {
                action: self.action.name.to_string(),
                at: at.to_owned(),
                rule,
                message: message.to_owned(),
            });
        }
    }

    fn name(&mut self) {
        let name = &self.action.name;
        let length = name.chars().count();
        if length > NAME_LIMIT {
            let message = format!("Its name has {length} characters; OpenAI and Anthropic take {NAME_LIMIT}.");
            self.find("", Rule::NameTooLong, &message);
        }
        if let Some(odd) = name.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))) {
            let message = format!("Its name has {odd:?} in it; agents' formats take letters, digits, _ and -.");
            self.find("", Rule::NameCharacters, &message);
        }
        if name.is_empty() {
            self.find("", Rule::NameCharacters, "It has no name.");
        }
    }

    fn schema(&mut self, schema: &Object, at: &str, depth: usize) {
        if depth > DEPTH || self.found.len() >= MOST {
            return;
        }
        for keyword in NOT_STRICT.iter().filter(|k| schema.contains_key(k)) {
            self.find(at, Rule::StrictKeyword, &format!("OpenAI's strict mode refuses {keyword}."));
        }
        if schema.get("enum").and_then(Value::as_array).is_some_and(<[Value]>::is_empty) {
            self.find(at, Rule::EmptyEnum, "Its enum is empty: nothing is a valid value.");
        }
        let is_list = schema.get("type").and_then(Value::as_str) == Some("array");
        if is_list && !["items", "prefixItems"].iter().any(|k| schema.contains_key(k)) {
            self.find(at, Rule::NoItems, "It is a list, but does not say of what.");
        }
        self.object(schema, at);
        self.below(schema, at, depth);
    }

    fn object(&mut self, schema: &Object, at: &str) {
        let none = Object::new();
        let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&none);
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .unwrap_or_default()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        for name in required.iter().filter(|name| !properties.contains_key(name)) {
            self.find(&child(at, name), Rule::RequiredUnknown, "It is required, but not among the properties.");
        }
        let is_object = schema.get("type").and_then(Value::as_str) == Some("object") || !properties.is_empty();
        let is_closed = schema.get("additionalProperties").and_then(Value::as_bool) == Some(false);
        let optional = properties.keys().filter(|name| !required.contains(name)).count();
        if is_object && (!is_closed || optional > 0) {
            let open = if is_closed { "" } else { "additionalProperties: false" };
            let all =
                if optional > 0 { format!("all {} properties in required", properties.len()) } else { String::new() };
            let and = if open.is_empty() || all.is_empty() { "" } else { " and " };
            self.find(at, Rule::StrictObject, &format!("OpenAI's strict mode wants {open}{and}{all}."));
        }
    }

    fn below(&mut self, schema: &Object, at: &str, depth: usize) {
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            for (name, property) in properties.iter() {
                let at = child(at, name);
                let Some(property) = property.as_object() else { continue };
                let described = property.get("description").or_else(|| property.get("title"));
                if described.and_then(Value::as_str).is_none_or(|text| text.trim().is_empty()) {
                    self.find(&at, Rule::ParameterWithoutDescription, "It has no description.");
                }
                let says = ["type", "enum", "const", "$ref", "oneOf", "anyOf", "allOf"];
                if !says.iter().any(|k| property.contains_key(k)) {
                    self.find(&at, Rule::NoType, "It says neither its type nor its choices.");
                }
                self.schema(property, &at, depth + 1);
            }
        }
        for (keyword, mark) in [("items", "[]"), ("additionalProperties", ".*")] {
            if let Some(inner) = schema.get(keyword).and_then(Value::as_object) {
                self.schema(inner, &format!("{at}{mark}"), depth + 1);
            }
        }
        for keyword in ["anyOf", "oneOf", "allOf"] {
            for branch in schema.get(keyword).and_then(Value::as_array).unwrap_or_default() {
                if let Some(branch) = branch.as_object() {
                    self.schema(branch, at, depth + 1);
                }
            }
        }
    }
}

fn child(at: &str, name: &str) -> String {
    let name = cut_end(name, 60);
    if at.is_empty() { name.into_owned() } else { format!("{at}.{name}") }
}

/// Actions of one integration whose descriptions and parameters are the same: each with the first of its like.
fn near_duplicates(catalogue: &Catalogue) -> BTreeMap<usize, usize> {
    let mut twins = BTreeMap::new();
    for group in catalogue.groups() {
        let mut first: BTreeMap<(String, Option<SharedText>), usize> = BTreeMap::new();
        for (i, action) in group.actions.clone().zip(catalogue.actions_of(group)) {
            if action.description.trim().is_empty() {
                continue;
            }
            let words = action.description.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
            match first.entry((words, action.parameters)) {
                std::collections::btree_map::Entry::Vacant(entry) => {
                    entry.insert(i);
                }
                std::collections::btree_map::Entry::Occupied(entry) => {
                    twins.insert(i, *entry.get());
                }
            }
        }
    }
    twins
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(name: &str, description: &str, parameters: &str) -> Action {
        Action {
            name: name.into(),
            integration: "x".into(),
            description: description.into(),
            parameters: Some(parameters.into()),
            declared: None,
        }
    }

    fn rules(parameters: &str) -> Vec<(String, Rule)> {
        action(&made("A", "d", parameters)).into_iter().map(|f| (f.at, f.rule)).collect()
    }

    #[test]
    fn a_clean_definition_has_no_findings() {
        let clean = r#"{"type":"object","properties":{"a":{"type":"string","description":"x"}},"required":["a"],"additionalProperties":false}"#;
        assert_eq!(rules(clean), []);
    }

    #[test]
    fn names_are_measured_and_spelled() {
        let found = action(&made(&"A".repeat(65), "d", r#"{"type":"object","additionalProperties":false}"#));
        assert_eq!(found.iter().map(|f| f.rule).collect::<Vec<_>>(), [Rule::NameTooLong]);
        assert!(action(&made(&"A".repeat(64), "d", "{}")).is_empty());
        assert_eq!(action(&made("a b", "d", "{}"))[0].rule, Rule::NameCharacters);
        assert_eq!(action(&made("A", " ", "{}"))[0].rule, Rule::NoDescription);
    }

    #[test]
    fn schemas_are_looked_at_all_the_way_down() {
        let at = |at: &str, rule| (at.to_owned(), rule);
        let deep = r#"{"type":"object","additionalProperties":false,"required":["f","ghost"],"properties":{"f":{"description":"x","type":"array",
            "items":{"type":"object","additionalProperties":false,"required":["e"],"properties":{"e":{"description":"x","enum":[],"default":1}}}}}}"#;
        assert_eq!(
            rules(deep),
            [at("ghost", Rule::RequiredUnknown), at("f[].e", Rule::StrictKeyword), at("f[].e", Rule::EmptyEnum)]
        );
        assert!(rules(r#"{"properties":{"a":{"type":"array"}}}"#).contains(&at("a", Rule::NoItems)));
        assert!(rules(r#"{"properties":{"a":{}}}"#).contains(&at("a", Rule::NoType)));
        assert_eq!(rules("[")[0].1, Rule::Schema);
        assert_eq!(rules(r#"{"type":"string"}"#)[0].1, Rule::Schema);
    }

    #[test]
    fn twins_are_found_and_named() {
        let schema = r#"{"type":"object","additionalProperties":false}"#;
        let actions = vec![made("A", "Gets it.", schema), made("B", "gets  it.", schema), made("C", "Gets.", schema)];
        let found = lint(&Catalogue::new(actions, Vec::new(), None));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            (found[0].action.as_str(), found[0].rule) == ("B", Rule::NearDuplicate) && found[0].message.contains(" A;")
        );
    }

    #[test]
    fn a_bottomless_schema_has_an_end() {
        let deep = format!("{}{{}}{}", r#"{"properties":{"a":"#.repeat(60), "}}".repeat(60));
        assert!(rules(&deep).len() <= MOST);
    }
}
