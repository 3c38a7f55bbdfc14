//! What the library says is wrong, in plain words and at the place to be mended.

use jsonschema::{
    JsonType, ValidationError,
    error::{TypeKind, ValidationErrorKind as Kind},
};

use super::{validate::Violation, words::format_words};
use crate::domain::{document::Pointer, text::start};

/// How deep shapes inside of shapes are looked into for what is wrong.
const DEPTH: u8 = 6;
/// How many values are named where one of several is expected.
const NAMED: usize = 8;
/// How much of a pattern is told, in bytes.
const PATTERN: usize = 200;

/// What an error of the library comes to: one violation, or those of the shape that is nearest.
pub(super) fn violations(error: &ValidationError<'_>) -> Vec<Violation> {
    told(error, 0)
}

fn told(error: &ValidationError<'_>, depth: u8) -> Vec<Violation> {
    let at: Pointer = error.instance_path().as_str().parse().unwrap_or_default();
    let keyword = error.kind().keyword().to_owned();
    let one = |at: Pointer, message: String| vec![Violation { at, keyword: keyword.clone(), message }];
    match error.kind() {
        Kind::Required { property } => {
            let name = property.as_str().map_or_else(|| property.to_string(), str::to_owned);
            one(at.child(name), "is required".to_owned())
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            match unexpected.as_slice() {
                [name] => one(at.child(name.clone()), "is not a parameter of this action".to_owned()),
                many => one(at, format!("has parameters this action does not know: {}", many.join(", "))),
            }
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            let shapes: Vec<Vec<Violation>> =
                context
                    .iter()
                    .map(|errors| {
                        if depth < DEPTH {
                            errors.iter().flat_map(|e| told(e, depth + 1)).collect()
                        } else {
                            Vec::new()
                        }
                    })
                    .collect();
            shared(context, &at)
                .map(|message| one(at.clone(), message))
                .or_else(|| nearest(shapes, &at))
                .unwrap_or_else(|| one(at, "has none of the shapes it may have".to_owned()))
        }
        kind => {
            let message = words(kind).unwrap_or_else(|| the_librarys(error));
            one(at, message)
        }
    }
}

/// What is wrong where every shape misses the same: the type, the value, a required member.
fn shared(context: &[Vec<ValidationError<'static>>], at: &Pointer) -> Option<String> {
    let here = |error: &&ValidationError<'_>| error.instance_path().as_str() == at.to_string();
    let each = |read: &dyn Fn(&Kind) -> Option<Vec<String>>| -> Option<Vec<String>> {
        let mut all: Vec<String> = Vec::new();
        for errors in context {
            let found = errors.iter().filter(here).find_map(|error| read(error.kind()))?;
            for one in found {
                if !all.contains(&one) {
                    all.push(one);
                }
            }
        }
        (!all.is_empty()).then_some(all)
    };
    let types = each(&|kind| match kind {
        Kind::Type { kind } => Some(nouns(kind).into_iter().map(str::to_owned).collect()),
        _ => None,
    });
    if let Some(types) = types {
        return Some(format!("must be {}", types.join(" or ")));
    }
    let values = each(&|kind| match kind {
        Kind::Constant { expected_value } => Some(vec![expected_value.to_string()]),
        Kind::Enum { options } => Some(options.as_array()?.iter().map(ToString::to_string).collect()),
        _ => None,
    });
    if let Some(values) = values {
        return Some(one_of(&values));
    }
    let mut sets = Vec::new();
    for errors in context {
        let missing: Option<Vec<&str>> = errors
            .iter()
            .map(|error| match error.kind() {
                Kind::Required { property } if here(&error) => property.as_str(),
                _ => None,
            })
            .collect();
        sets.push(missing.filter(|names| !names.is_empty())?.join(" and "));
    }
    (sets.len() > 1).then(|| format!("needs {}", sets.join(", or ")))
}

/// The violations of the shape that the value is nearest to: of its type, with its constants, and least wrong.
fn nearest(shapes: Vec<Vec<Violation>>, at: &Pointer) -> Option<Vec<Violation>> {
    let distance = |violations: &Vec<Violation>| {
        let count = |is: &dyn Fn(&Violation) -> bool| violations.iter().filter(|v| is(v)).count();
        let other = count(&|v| v.at == *at && matches!(v.keyword.as_str(), "type" | "const" | "enum" | "falseSchema"));
        let tags =
            count(&|v| v.at.tokens().len() == at.tokens().len() + 1 && matches!(v.keyword.as_str(), "const" | "enum"));
        let unknown = count(&|v| matches!(v.keyword.as_str(), "additionalProperties" | "unevaluatedProperties"));
        (other, tags, unknown, violations.len())
    };
    shapes.into_iter().filter(|violations| !violations.is_empty()).min_by_key(distance)
}

/// What is wrong, without the place; `None` for what is rare.
fn words(kind: &Kind) -> Option<String> {
    let counted = |n: u64, noun: &str| format!("{n} {noun}{}", if n == 1 { "" } else { "s" });
    Some(match kind {
        Kind::Type { kind } => format!("must be {}", nouns(kind).join(" or ")),
        Kind::Enum { options } => one_of(&options.as_array()?.iter().map(ToString::to_string).collect::<Vec<_>>()),
        Kind::Constant { expected_value } => format!("must be {expected_value}"),
        Kind::Format { format } => match format_words(format) {
            same if same == *format => format!("must have the format {format}"),
            words => format!("must be {}{words}", article(&words)),
        },
        Kind::Pattern { pattern } => format!("must match {}", start(pattern, PATTERN)),
        Kind::MinLength { limit } => format!("must have at least {}", counted(*limit, "character")),
        Kind::MaxLength { limit } => format!("must have at most {}", counted(*limit, "character")),
        Kind::MinItems { limit } => format!("must have at least {}", counted(*limit, "item")),
        Kind::MaxItems { limit } => format!("must have at most {}", counted(*limit, "item")),
        Kind::AdditionalItems { limit } => {
            format!("must have at most {}", counted(u64::try_from(*limit).unwrap_or(u64::MAX), "item"))
        }
        Kind::MinProperties { limit } => format!("must have at least {}", counted(*limit, "member")),
        Kind::MaxProperties { limit } => format!("must have at most {}", counted(*limit, "member")),
        Kind::Minimum { limit } => format!("must be at least {limit}"),
        Kind::Maximum { limit } => format!("must be at most {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("must be more than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("must be less than {limit}"),
        Kind::MultipleOf { multiple_of } => format!("must be a multiple of {multiple_of}"),
        Kind::UniqueItems => "must not have two items that are alike".to_owned(),
        Kind::Contains => "does not have the items it must have".to_owned(),
        Kind::FalseSchema => "must not be there".to_owned(),
        Kind::Not { .. } => "has a value that is ruled out".to_owned(),
        Kind::OneOfMultipleValid { .. } => "fits several shapes of which only one may fit".to_owned(),
        Kind::PropertyNames { error } => {
            let name = error.instance().as_str().map_or_else(String::new, |name| format!("{name:?} "));
            let why = words(error.kind()).unwrap_or_else(|| the_librarys(error));
            format!("has the name {name}which {why}")
        }
        Kind::UnevaluatedItems { .. } => "has more items than it may have".to_owned(),
        _ => return None,
    })
}

/// The library's own words without the value, which may be long or secret and is in sight anyway.
fn the_librarys(error: &ValidationError<'_>) -> String {
    let masked = error.masked_with("it").to_string();
    masked.strip_prefix("it ").map_or(masked.clone(), str::to_owned)
}

fn one_of(values: &[String]) -> String {
    let shown = values.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = if values.len() > NAMED { format!(" … ({} in all)", values.len()) } else { String::new() };
    if values.len() == 1 { format!("must be {shown}") } else { format!("must be one of {shown}{more}") }
}

fn nouns(kind: &TypeKind) -> Vec<&'static str> {
    let noun = |one: JsonType| match one {
        JsonType::Null => "null",
        JsonType::Boolean => "true or false",
        JsonType::Integer => "a whole number",
        JsonType::Number => "a number",
        JsonType::String => "text",
        JsonType::Array => "a list",
        JsonType::Object => "an object",
    };
    match kind {
        TypeKind::Single(one) => vec![noun(*one)],
        TypeKind::Multiple(many) => {
            let mut nouns: Vec<&str> = many.iter().map(noun).collect();
            nouns.sort_by_key(|noun| *noun == "null");
            nouns
        }
    }
}

fn article(words: &str) -> &'static str {
    match words {
        _ if words.starts_with("content") => "the ",
        _ if words.starts_with(['a', 'e', 'i', 'o', 'u']) => "an ",
        _ => "a ",
    }
}
