//! Any schema makes a form, any value goes through it unharmed, and any edits leave it whole.
//!
//! The input is lines: a schema, a value, then one edit a line as `field number, letter, text`,
//! which is also read as an argument of the command line.

#![no_main]

#[path = "../../tests/support/form_edits.rs"]
mod edits;
#[path = "../../tests/support/form_laws.rs"]
mod laws;

use akx::domain::{
    arguments::{Signature, Typing},
    document::Value,
    form::Form,
    schema::{
        outline,
        sample::{Extent, template},
    },
};
use libfuzzer_sys::fuzz_target;

/// How many edits of one input are made.
const EDITS: usize = 40;

fn run(text: &str) {
    let mut lines = text.split('\n');
    let Ok(schema) = Value::parse(lines.next().unwrap_or_default().as_bytes()) else { return };
    let _ = (outline(&schema), template(&schema, Extent::Required), template(&schema, Extent::All));
    let mut form = match Value::parse(lines.next().unwrap_or_default().as_bytes()) {
        Ok(value) => laws::loads(&schema, &value),
        Err(_) => Form::new(&schema),
    };
    let mut signature = Signature::of(Some(&schema));
    for line in lines.take(EDITS) {
        let Some((&field, rest)) = line.as_bytes().split_first() else { continue };
        let Some((&letter, _)) = rest.split_first() else { continue };
        let text = line.get(2..).unwrap_or_default();
        edits::make(&mut form, usize::from(field), edits::edit(letter, text));
        let _ = signature.apply(&[line, text], form.value(), Typing::Loose);
        laws::look(&form);
    }
    laws::is_kept(&form);
    let _ = form.check();
}

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        run(text);
    }
});
