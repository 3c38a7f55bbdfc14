//! Edits made from bytes: used by the property tests and the fuzzer.

use akx::domain::form::{Edit, Form};

/// Every edit there is: `letter` says which, `text` with what.
pub(crate) fn edit(letter: u8, text: &str) -> Edit {
    let number = text.bytes().map(usize::from).sum::<usize>() % 5;
    match letter % 19 {
        0 => Edit::Text(text.to_owned()),
        1 => Edit::Json(text.to_owned()),
        2 => Edit::Absent,
        3 => Edit::Null,
        4 => Edit::UseDefault,
        5 => Edit::UseExample(number),
        6 => Edit::Choose(number),
        7 => Edit::Variant(number),
        8 => Edit::Toggle,
        9 => Edit::AddItem,
        10 => Edit::AddEntry(text.to_owned()),
        11 => Edit::RenameKey(text.to_owned()),
        12 => Edit::Remove,
        13 => Edit::MoveUp,
        14 => Edit::MoveDown,
        15 => Edit::Fold(number % 2 == 0),
        16 => Edit::AsJson(number % 2 == 0),
        17 => Edit::AnyType,
        _ => Edit::Text(String::new()),
    }
}

/// Makes one edit in one of the form's lines. A refused one changes nothing, and the cursor only goes to what is there.
pub(crate) fn make(form: &mut Form, line: usize, edit: Edit) -> bool {
    let rows = form.rows();
    let id = if rows.is_empty() { form.root() } else { rows[line % rows.len()].id };
    let before = form.value();
    match form.edit(id, edit) {
        Ok(next) => {
            assert!(next.is_none_or(|n| form.about(n).is_some()), "the cursor goes to a field that is there");
            true
        }
        Err(_) => {
            assert_eq!(form.value(), before, "a refused edit changes nothing");
            false
        }
    }
}
