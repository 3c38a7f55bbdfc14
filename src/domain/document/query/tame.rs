//! Filters that cannot run away, told by what they name.

/// What takes no more room and time than its input gives it, and always ends.
const TAME: &str = "add all and any as ascii_downcase ascii_upcase ceil contains del elif else empty end endswith false \
    first floor from_entries group_by has if inside join keys keys_unsorted last length ltrimstr map \
    map_values max max_by min min_by not null or reverse round rtrimstr select sort sort_by split \
    startswith test then to_entries tojson tonumber tostring true type unique unique_by with_entries";

/// Whether `filter` surely ends, and takes not much more memory than its input: it defines nothing, repeats nothing, and
/// names only functions that are known to behave. One that is not is not wild, only unknown.
pub fn is_tame(filter: &str) -> bool {
    let is_name = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let bytes = filter.as_bytes();
    let mut at = 0;
    while let Some(&b) = bytes.get(at) {
        at += 1;
        match b {
            b'"' => {
                // An escape may be the beginning of another filter in the text.
                let Some(length) = bytes[at..].iter().position(|b| matches!(b, b'"' | b'\\')) else { return false };
                at += length + 1;
                if bytes[at - 1] == b'\\' {
                    return false;
                }
            }
            // The name of a key.
            b'.' if bytes.get(at).is_some_and(|&b| is_name(b)) => {
                while bytes.get(at).is_some_and(|&b| is_name(b)) {
                    at += 1;
                }
            }
            // All that is below, a comment, a format, a module's name; a product may be a text that is repeated.
            b'.' if bytes.get(at) == Some(&b'.') => return false,
            b'#' | b'@' | b'$' | b'*' | b'\'' => return false,
            b':' if bytes.get(at) == Some(&b':') => return false,
            b if b.is_ascii_alphabetic() || b == b'_' => {
                let start = at - 1;
                while bytes.get(at).is_some_and(|&b| is_name(b)) {
                    at += 1;
                }
                if !TAME.split(' ').any(|name| name == &filter[start..at]) {
                    return false;
                }
            }
            b if !b.is_ascii() => return false,
            _ => {}
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_run_away_is_not_tame() {
        for tame in [
            ".",
            ".[] | .id",
            ".records[] | select(.Owner.Name == \"Ann\" and .n >= 1.5e3)",
            "map(select(.a | test(\"x.*y\"))) | length",
            ".def, .\"repeat\", .range",
            "[.[] | {(.name): .id}] | add",
        ] {
            assert!(is_tame(tame), "{tame}");
        }
        for wild in [
            "def f: [f]; f",
            "[repeat(1)]",
            "[range(1e9)]",
            "recurse",
            "..",
            "\"x\" * 1e9",
            "\"\\(repeat(1))\"",
            "[limit(3; .[])]",
            ".[\"a\\u0062\"]",
            "reduce .[] as $x (0; . + $x)",
            "fromjson",
            "\"open",
            "nope",
            "input",
            "$__prog_args",
        ] {
            assert!(!is_tame(wild), "{wild}");
        }
    }

    #[test]
    fn every_tame_name_is_a_word_of_the_language_or_a_function() {
        let functions = crate::domain::document::functions();
        let words = ["and", "as", "elif", "else", "end", "if", "or", "then"];
        for name in TAME.split(' ') {
            assert!(words.contains(&name) || functions.iter().any(|(known, _)| known == name), "{name}");
        }
        assert!(TAME.split(' ').is_sorted());
    }
}
