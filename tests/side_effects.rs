//! The side effects of every real action's name, against a table a person has read line by line.

use akx::domain::side_effect::{SideEffect, classify};

const NAMES: &str = include_str!("fixtures/action-names.txt");
const REVIEWED: &str = include_str!("fixtures/side-effects.txt");

fn lines(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_once(' '))
}

#[test]
fn the_rule_agrees_with_the_reviewed_table() {
    let reviewed: Vec<(&str, &str)> = lines(REVIEWED).collect();
    let names: Vec<(&str, &str)> = lines(NAMES).collect();
    assert_eq!(names.len(), 701);
    assert_eq!(reviewed.len(), names.len());
    let wrong: Vec<String> = names
        .iter()
        .zip(&reviewed)
        .filter_map(|(&(integration, name), &(table_name, word))| {
            assert_eq!(name, table_name, "the two tables stand in the same order");
            let expected: SideEffect = word.trim().parse().expect("a side effect's word");
            let found = classify(name, integration, None);
            (found != expected).then(|| format!("{name}: {found}, the table says {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
