//! The limits that a level sets.

use super::{
    super::{
        node::{Limits, Place, Type, Types},
        words,
    },
    Reader,
};
use crate::domain::document::{Number, Value};

impl Reader<'_> {
    /// What `contains` and `propertyNames` ask for, in words.
    fn rules(&self, types: Types) -> Vec<String> {
        let told = |keyword: &str| {
            let place = Place::at(self.first(|at| self.schema.get(at, keyword))?);
            // A rule may refer to the very schema it stands in.
            let rule = Reader { in_rule: true, ..Reader::new(self.schema, &place, None) };
            let words = words::type_words(&rule.read());
            (words != "any JSON").then_some(words)
        };
        let number = |keyword: &str| {
            let at = self.first(|at| self.schema.get(at, keyword))?;
            self.schema.leaf(at).and_then(Value::as_number).map(|n| n.as_str().to_owned())
        };
        match types.list().as_slice() {
            _ if self.in_rule => Vec::new(),
            [Type::Array] if self.first(|at| self.schema.get(at, "contains")).is_some() => {
                let least = number("minContains").unwrap_or_else(|| "1".to_owned());
                let count = match number("maxContains") {
                    Some(most) => format!("{least} to {most}"),
                    None => format!("at least {least}"),
                };
                vec![told("contains").map_or_else(
                    || format!("{count} of a kind the schema describes"),
                    |what| format!("{count} of it: {what}"),
                )]
            }
            [Type::Object] => told("propertyNames").map(|what| format!("names are {what}")).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    pub(super) fn limits(&self, types: Types) -> Limits {
        let number = |keyword: &str| {
            self.first(|at| self.schema.get(at, keyword).and_then(|n| self.schema.leaf(n)).and_then(Value::as_number))
                .cloned()
        };
        // Draft 4 has `exclusiveMinimum: true` beside `minimum`.
        let (mut minimum, mut maximum) = (number("minimum"), number("maximum"));
        let above = number("exclusiveMinimum").or_else(|| minimum.take_if(|_| self.any_flag("exclusiveMinimum")));
        let below = number("exclusiveMaximum").or_else(|| maximum.take_if(|_| self.any_flag("exclusiveMaximum")));
        let (least, most): (Option<Number>, Option<Number>) = match types.list().as_slice() {
            [Type::String] => (number("minLength"), number("maxLength")),
            [Type::Array] => (number("minItems"), number("maxItems")),
            [Type::Object] => (number("minProperties"), number("maxProperties")),
            _ => (None, None),
        };
        Limits {
            least,
            most,
            minimum,
            maximum,
            above,
            below,
            step: number("multipleOf"),
            unique: self.any_flag("uniqueItems"),
            rules: self.rules(types),
            pattern: self.first(|at| self.schema.text(at, "pattern")).map(str::to_owned),
        }
    }
}
