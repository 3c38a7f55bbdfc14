//! The README's table of keys is the program's own.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a README that cannot be read fails the test")]

use std::{fs, path::PathBuf};

const BEGIN: &str = "<!-- keys: written by `cargo test --test keys -- --ignored` -->\n\n";
const END: &str = "\n<!-- end of keys -->";

fn readme() -> (PathBuf, String) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = fs::read_to_string(&path).unwrap();
    (path, text)
}

/// The README before the table, the table, and the README after it.
fn parts(readme: &str) -> (&str, &str, &str) {
    let (before, rest) = readme.split_once(BEGIN).expect("the table's beginning is marked");
    let (table, after) = rest.split_once(END).expect("the table's end is marked");
    (before, table, after)
}

#[test]
fn the_readme_has_the_keys_that_hold() {
    let (_, readme) = readme();
    let (_, table, _) = parts(&readme);
    let told: Vec<&str> = table.lines().collect();
    let markdown = akx::app::keymap::markdown();
    let hold: Vec<&str> = markdown.lines().collect();
    let missing: Vec<&&str> = hold.iter().filter(|row| !told.contains(row)).collect();
    let gone: Vec<&&str> = told.iter().filter(|row| !hold.contains(row)).collect();
    assert!(
        told == hold,
        "README.md does not tell of {missing:#?}, tells of {gone:#?}, or has them in another order; \
         cargo test --test keys -- --ignored writes its table"
    );
}

#[test]
#[ignore = "writes the table into README.md"]
fn write_the_table() {
    let (path, readme) = readme();
    let (before, _, after) = parts(&readme);
    fs::write(path, format!("{before}{BEGIN}{}{END}{after}", akx::app::keymap::markdown())).unwrap();
}
