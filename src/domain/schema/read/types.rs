//! Which types a level of a schema allows: declared, or guessed from the other keywords.

use super::{
    super::{
        node::{Type, Types},
        refs::At,
    },
    Reader,
};
use crate::domain::document::Value;

/// What `type` says, or the other keywords let guess.
pub(super) struct Declared {
    pub(super) types: Types,
    pub(super) exact: bool,
}

impl Reader<'_> {
    pub(super) fn types(&mut self) -> Declared {
        let mut types = Types::ALL;
        let mut declared = false;
        for at in self.sources.clone() {
            self.nullable |= self.schema.flag(at, "nullable") == Some(true);
            let Some(rule) = self.schema.get(at, "type") else { continue };
            // A parameter that is itself called "type", placed directly under the schema.
            if self.schema.is_object(rule) {
                continue;
            }
            let names = self.schema.items(rule).map_or_else(|| vec![rule], <[At]>::to_vec);
            let mut these = Types::NONE;
            for name in names {
                let Some(name) = self.schema.leaf(name).and_then(Value::as_str) else { continue };
                match Types::named(name) {
                    Some((named, None)) => these = these.or(named),
                    Some((named, Some(meant))) => {
                        these = these.or(named);
                        self.remark(&format!("The schema says type {name:?}; taken as {meant:?}."));
                    }
                    None => self.remark(&format!("The schema says type {name:?}, which JSON Schema does not know.")),
                }
            }
            if these != Types::NONE {
                types = types.and(these);
                declared = true;
            }
        }
        if declared && types == Types::NONE {
            self.remark("The schema's types contradict each other.");
            return Declared { types: Types::ALL, exact: false };
        }
        if declared { Declared { types, exact: true } } else { Declared { types: self.inferred(), exact: false } }
    }

    /// The types that the other keywords speak of.
    fn inferred(&self) -> Types {
        const HINTS: [(Type, &[&str]); 4] = [
            (
                Type::Object,
                &[
                    "properties",
                    "required",
                    "additionalProperties",
                    "patternProperties",
                    "propertyNames",
                    "minProperties",
                    "maxProperties",
                    "dependentRequired",
                    "dependentSchemas",
                ],
            ),
            (
                Type::Array,
                &["items", "prefixItems", "additionalItems", "contains", "minItems", "maxItems", "uniqueItems"],
            ),
            (Type::String, &["minLength", "maxLength", "pattern", "format"]),
            (Type::Number, &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
        ];
        let mut types = Types::NONE;
        for (hint, keywords) in HINTS {
            // `required: true` on a property is draft 3's way to say that it is required.
            let speaks = |at: At| {
                keywords
                    .iter()
                    .any(|k| self.schema.get(at, k).is_some_and(|r| *k != "required" || self.schema.items(r).is_some()))
            };
            if self.sources.iter().any(|&at| speaks(at)) {
                types = types.or(hint.into());
            }
        }
        if types == Types::NONE && self.sources.iter().any(|&at| !self.stray_properties(at).is_empty()) {
            types = Type::Object.into();
        }
        if types == Types::NONE { Types::ALL } else { types }
    }
}
