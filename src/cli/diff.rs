//! `akx diff`.

use std::process::ExitCode;

use super::{
    document,
    options::Diff,
    output::{Output, Style},
};
use crate::domain::{
    document::{Change, Document, Ignore, NodeId, Object, Value, diff as differences, exact, one_line},
    failure::{Failure, FailureKind},
    text::clean,
};

/// How much of a value is shown.
const COLUMNS: usize = 200;

/// Prints what differs from one document to another.
pub(crate) fn diff(options: &Diff, output: &mut Output) -> Result<ExitCode, Failure> {
    if options.left.as_os_str() == "-" && options.right.as_os_str() == "-" {
        return Err(Failure::new(
            FailureKind::Usage,
            "Standard input cannot be both documents.",
            "Give one of them as a file.",
        ));
    }
    let mut ignore = Ignore::default();
    for pattern in &options.ignore {
        ignore.add(pattern).map_err(|e| {
            Failure::new(FailureKind::Usage, format!("--ignore {pattern}: {e}."), "Write a key, or /a/*/b.")
        })?;
    }
    let (left, right) = (document::json(&options.left)?, document::json(&options.right)?);
    let found = differences(&left, &right, &ignore);
    if output.json() {
        let value = |document: &Document, node: NodeId| Value::parse(exact(document, node)).unwrap_or(Value::Null);
        let list = found.all.iter().map(|difference| {
            let mut object = Object::new();
            object.insert("at", difference.at.to_string());
            let (change, l, r) = match difference.change {
                Change::Added(node) => ("added", None, Some(node)),
                Change::Removed(node) => ("removed", Some(node), None),
                Change::Changed { left, right } => ("changed", Some(left), Some(right)),
            };
            object.insert("change", change);
            if let Some(node) = l {
                object.insert("left", value(&left, node));
            }
            if let Some(node) = r {
                object.insert("right", value(&right, node));
            }
            Value::Object(object)
        });
        let mut told = Object::new();
        told.insert("differences", Value::Array(list.collect()));
        told.insert("more", found.more);
        output.value(&Value::Object(told))?;
    } else {
        let mut out = String::new();
        for difference in &found.all {
            let at = if difference.at.tokens().is_empty() { "the whole".to_owned() } else { difference.at.to_string() };
            let (sign, style, l, r) = match difference.change {
                Change::Added(node) => ("+", Style::Strong, None, Some(node)),
                Change::Removed(node) => ("-", Style::Bad, Some(node), None),
                Change::Changed { left, right } => ("~", Style::Careful, Some(left), Some(right)),
            };
            out.extend([&*output.styled(style, &format!("{sign} {}", clean(&at))), "\n"]);
            if let Some(node) = l {
                out.extend(["  - ", &*one_line(&left, node, COLUMNS), "\n"]);
            }
            if let Some(node) = r {
                out.extend(["  + ", &*one_line(&right, node, COLUMNS), "\n"]);
            }
        }
        output.bytes(out.as_bytes())?;
        if found.all.is_empty() {
            output.remark("Nothing differs.");
        }
    }
    let differs = options.exit_code && !found.all.is_empty();
    Ok(if differs { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
