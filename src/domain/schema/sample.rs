//! A JSON template of an action's parameters, to be filled in by hand.

use super::{
    node::{Kind, Node, Place, Type},
    outline::recurs,
    refs::Schema,
};
use crate::domain::document::{Object, Value};

/// How many values a template holds at most.
const VALUES: usize = 5_000;
/// How deep it goes at most.
const DEPTH: usize = 16;

/// How often a template is made anew by the rules that depend on what it held before.
const ROUNDS: usize = 6;

/// How much a template holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Required parameters only.
    Required,
    /// Optional ones too, with recursion cut at one level.
    All,
}

/// A template for `schema`: an object unless the schema wants something else, with defaults, constants and first choices
/// filled in and `""`, `0`, `false`, `[]`, `{}` or `null` where the person has to decide.
pub fn template(schema: &Value, extent: Extent) -> Value {
    let schema = Schema::new(schema);
    let (place, node) = Node::parameters(&schema);
    let made = |node: &Node, before: Option<&Value>| {
        let mut template = Template { schema: &schema, extent, left: VALUES };
        match template.value(node, before, &mut vec![place.clone()]) {
            fitting if node.may_be(&fitting) => fitting,
            _ => Value::object(),
        }
    };
    let mut template = made(&node, None);
    // What is required may depend on what the template itself holds.
    for _ in 0..ROUNDS {
        let next = made(&Node::read(&schema, &place, Some(&template)), Some(&template));
        if next == template {
            break;
        }
        template = next;
    }
    template
}

struct Template<'s> {
    schema: &'s Schema,
    extent: Extent,
    left: usize,
}

impl Template<'_> {
    fn value(&mut self, node: &Node, before: Option<&Value>, around: &mut Vec<Place>) -> Value {
        // Real schemas have defaults that they do not allow, such as `null` for text.
        if let Some(default) = node.default.as_ref().filter(|default| node.may_be(default)) {
            return default.clone();
        }
        match &node.kind {
            Kind::Text => Value::from(""),
            Kind::Number { .. } => Value::from(0),
            Kind::Toggle => Value::Bool(false),
            Kind::Const(value) => value.clone(),
            Kind::Choice => node.choices.first().map(|c| c.value.clone()).unwrap_or_default(),
            Kind::Any if node.types.has(Type::Number) => Value::Null,
            Kind::Any | Kind::Map => Value::object(),
            Kind::Object => self.object(node, before, around),
            Kind::Array => {
                let wanted = node.limits.least.as_ref().is_some_and(|n| n.to_f64() >= 1.0);
                let place = node.item(0);
                let item = wanted || self.extent == Extent::All && !place.starts.is_empty();
                Value::Array(if item {
                    self.inside(place, before.and_then(|b| b.as_array()?.first()), around).into_iter().collect()
                } else {
                    Vec::new()
                })
            }
            Kind::Variant => {
                let first = node.branches.first().and_then(|b| self.inside(b.place.clone(), before, around));
                first.unwrap_or_default()
            }
        }
    }

    fn object(&mut self, node: &Node, before: Option<&Value>, around: &mut Vec<Place>) -> Value {
        let mut members = Object::new();
        for property in &node.properties {
            if !property.required && self.extent == Extent::Required {
                continue;
            }
            let place = Place::all(property.starts.clone());
            match self.inside(place, before.and_then(|b| b.get(&property.name)), around) {
                Some(value) => members.push(property.name.as_str(), value),
                None if property.required => members.push(property.name.as_str(), Value::object()),
                None => {}
            }
        }
        Value::Object(members)
    }

    /// The value at `place`, unless that would go on for too long.
    fn inside(&mut self, place: Place, before: Option<&Value>, around: &mut Vec<Place>) -> Option<Value> {
        let times = (0..around.len()).rev().filter(|&i| recurs(self.schema, &place, &around[i..=i])).count();
        let allowed = usize::from(self.extent == Extent::All);
        if self.left == 0 || around.len() > DEPTH || times > allowed {
            return None;
        }
        self.left -= 1;
        let node = Node::read(self.schema, &place, before);
        around.push(place);
        let value = self.value(&node, before, around);
        around.pop();
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::schema::validate::{Verdict, check};

    fn of(schema: &str, extent: Extent) -> String {
        template(&Value::parse(schema.as_bytes()).unwrap(), extent).to_json()
    }

    #[test]
    fn required_parameters_or_all_of_them() {
        let schema = r#"{"type":"object","required":["to","kind","n","list","any"],"properties":{
            "cc":{"type":"string"},"to":{"type":"object","required":["id"],"properties":{"id":{"type":"string"},
            "x":{"type":"boolean"}}},"kind":{"enum":["a","b"]},"n":{"type":"integer","default":20},
            "list":{"type":"array","minItems":1,"items":{"const":7}},"any":{}}}"#;
        let required = of(schema, Extent::Required);
        assert_eq!(required, r#"{"to":{"id":""},"kind":"a","n":20,"list":[7],"any":null}"#);
        let parse = |t: &str| Value::parse(t.as_bytes()).unwrap();
        assert_eq!(check(&parse(schema), &parse(&required)), Verdict::Checked(Vec::new()));
        assert_eq!(
            of(schema, Extent::All),
            r#"{"to":{"id":"","x":false},"kind":"a","n":20,"list":[7],"any":null,"cc":""}"#
        );
    }

    #[test]
    fn recursion_is_cut() {
        let schema = r##"{"$ref":"#/$defs/n","$defs":{"n":{"required":["v"],"properties":{"v":{"type":"string"},
            "next":{"$ref":"#/$defs/n"}}}}}"##;
        assert_eq!(of(schema, Extent::Required), r#"{"v":""}"#);
        assert_eq!(of(schema, Extent::All), r#"{"v":"","next":{"v":""}}"#);
        let must = r##"{"required":["a"],"properties":{"a":{"$ref":"#"}}}"##;
        assert_eq!(of(must, Extent::Required), r#"{"a":{}}"#);
    }

    #[test]
    fn any_root_has_a_template_that_fits() {
        for odd in ["null", "true", "[]", "7", r#"{"default":7}"#, r##"{"$ref":"#"}"##, r#"{"$schema":"x"}"#, "false"] {
            assert_eq!(of(odd, Extent::All), "{}", "{odd}");
        }
        for (schema, template) in [
            (r#"{"type":"string"}"#, r#""""#),
            (r#"{"type":"integer","default":7}"#, "7"),
            (r#"{"type":["null"]}"#, "null"),
            (r#"{"enum":["b","a"]}"#, r#""b""#),
            (r#"{"type":"array","items":{"type":"object","required":["a"],"properties":{"a":{}}}}"#, r#"[{"a":null}]"#),
            (r#"{"oneOf":[{"type":"array","minItems":1,"items":{"type":"boolean"}},{"type":"object"}]}"#, "[false]"),
        ] {
            assert_eq!(of(schema, Extent::All), template, "{schema}");
        }
    }

    #[test]
    fn rules_that_depend_on_the_template_itself_are_kept() {
        let schema = r#"{"required":["country"],"properties":{"country":{"enum":["US","NL"]},"express":{"type":"boolean"},
            "card":{"type":"string"},"to":{"type":"object","properties":{"a":{"type":"string"}},"dependentRequired":{"a":["b"]}}},
            "if":{"properties":{"country":{"const":"US"}},"required":["country"]},
            "then":{"required":["zip"],"properties":{"zip":{"type":"string"}}},
            "else":{"required":["postcode"],"properties":{"postcode":{"type":"string"}}},
            "dependentRequired":{"card":["address"]},
            "dependentSchemas":{"express":{"properties":{"courier":{"enum":["dhl"]}},"required":["courier"]}}}"#;
        assert_eq!(of(schema, Extent::Required), r#"{"country":"US","zip":""}"#);
        let parse = |text: &str| Value::parse(text.as_bytes()).unwrap();
        let all = of(schema, Extent::All);
        assert_eq!(check(&parse(schema), &parse(&all)), Verdict::Checked(Vec::new()), "{all}");
        for name in ["zip", "address", "courier", "b"] {
            assert!(all.contains(&format!("\"{name}\":")), "{name}: {all}");
        }
        // One that contradicts itself comes to an end.
        let never = r#"{"properties":{"a":{"type":"string"}},"if":{"required":["a"]},"else":{"required":["a"]}}"#;
        assert_eq!(of(never, Extent::Required), r#"{"a":""}"#);
    }

    #[test]
    fn a_default_that_the_schema_does_not_allow_is_not_used() {
        let schema = r#"{"required":["a","b","c","d"],"properties":{"a":{"type":"string","default":null},
            "b":{"type":["string","null"],"default":null},"c":{"type":"integer","default":"x"},
            "d":{"enum":["p","q"],"default":"r"}}}"#;
        assert_eq!(of(schema, Extent::Required), r#"{"a":"","b":null,"c":0,"d":"p"}"#);
    }
}
