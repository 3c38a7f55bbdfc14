//! What a server says is never executed by the terminal: escape sequences and signs that turn the direction of writing
//! come out of no command that writes words.

use crate::support::Akx;

/// Clears the screen, hides, turns the direction of writing, and is no plain text in any other way.
const NASTY: &str = r"a\u001b[2J\u009b31m\u202eb\u200b\u0007c";

fn catalogue() -> String {
    let schema = format!(
        r#"{{"type":"object","title":"{NASTY}","description":"{NASTY}","required":["{NASTY}","q"],"properties":{{
            "{NASTY}":{{"type":"string","description":"{NASTY}","default":"{NASTY}","examples":["{NASTY}"]}},
            "q":{{"enum":["{NASTY}","x"],"description":"{NASTY}"}},
            "r":{{"$ref":"{NASTY}"}},"t":{{"type":"{NASTY}","format":"{NASTY}","pattern":"{NASTY}"}}}}}}"#
    );
    let action = |name: &str| {
        format!(r#"{{"name":"{name}","description":"{NASTY} channel","integration":"x{NASTY}","parameters":{schema}}}"#)
    };
    format!(r#"{{"actions":[{},{}]}}"#, action("X_GET_THING"), action(&format!("X_GET_OTHER{NASTY}")))
}

#[test]
fn nothing_a_catalogue_says_reaches_the_terminal_as_a_command() {
    let akx = Akx::new();
    let file = akx.file("list.json", &catalogue());
    let akx = akx.with("AKX_CATALOGUE", &file);
    let commands: [&[&str]; 11] = [
        &["list"],
        &["list", "channel"],
        &["show", "X_GET_THING"],
        &["show", "X_GET_THINK"],
        &["lint"],
        &["budget"],
        &["drift"],
        &["export", "in:slack"],
        &["validate", "X_GET_THING", "--params", r#"{"q":"\u001b[2J","t":1}"#],
        &["run", "X_GET_THING", "-p", "q=\u{202e}", "--dry-run"],
        &["choices", "X_GET_THING", "q"],
    ];
    for arguments in commands {
        let ended = akx.run(arguments);
        let all = ended.data() + &ended.words();
        let nasty = all.chars().find(|c| {
            (c.is_control() && !matches!(c, '\n' | '\t')) || matches!(c, '\u{200b}' | '\u{202a}'..='\u{202e}')
        });
        assert_eq!(nasty, None, "{arguments:?}: {all:?}");
        assert!(!all.is_empty(), "{arguments:?}");
    }
}
