//! The regular expressions of JSON Schema (ECMA-262), through the validation library's engine.

/// Whether `text` matches `pattern` anywhere; `None` where the pattern is not understood or takes too long.
pub fn matches(pattern: &str, text: &str) -> Option<bool> {
    let schema = serde_json::json!({ "pattern": pattern });
    let validator = jsonschema::options().with_draft(jsonschema::Draft::Draft202012).build(&schema).ok()?;
    Some(validator.is_valid(&serde_json::Value::from(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_javascript() {
        assert_eq!(matches("^x-", "x-y"), Some(true));
        assert_eq!(matches("b$", "abc"), Some(false));
        assert_eq!(matches("^(?=.*[0-9])[a-z0-9]+$", "abc1"), Some(true), "with look-ahead");
        assert_eq!(matches("(", "x"), None);
    }
}
