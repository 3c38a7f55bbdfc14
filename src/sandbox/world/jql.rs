//! Simple JQL (Jira's query language): `field operator value` joined by `AND`, `OR`, `NOT` and parentheses, then
//! `ORDER BY`. No functions, and no history operators (`WAS`, `CHANGED`).

use super::{
    clock,
    conditions::{Conditions, DEPTH},
    path,
    predicate::{Operator, Predicate},
};
use crate::domain::document::{Number, Value};

/// A query, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// The condition.
    pub condition: Predicate,
    /// Fields to sort by, with whether from last to first.
    pub order: Vec<(Vec<String>, bool)>,
}

/// Reads a query; an empty one finds everything.
///
/// # Errors
/// What was expected where, as a sentence.
pub fn read(text: &str) -> Result<Query, String> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0 };
    let all = parser.tokens.is_empty() || parser.is("ORDER");
    let condition = if all { Predicate::always() } else { parser.any(0)? };
    let mut order = Vec::new();
    if parser.take("ORDER") {
        parser.expect("BY")?;
        loop {
            let field = path::parse(&parser.next("a field")?.text);
            let descending = !parser.take("ASC") && parser.take("DESC");
            order.push((field, descending));
            if !parser.take(",") {
                break;
            }
        }
    }
    match parser.tokens.get(parser.at) {
        None => Ok(Query { condition, order }),
        Some(token) => Err(format!("Expecting operator or end of the query but got {:?}.", token.text)),
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    text: String,
    quoted: bool,
}

/// The signs that end a bare word.
const SIGNS: &str = "=!<>~(),";

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let mut text = String::new();
        let quoted = c == '"' || c == '\'';
        if c.is_whitespace() {
            continue;
        }
        if quoted {
            loop {
                match chars.next() {
                    Some('\\') => text.extend(chars.next()),
                    Some(end) if end == c => break,
                    Some(inside) => text.push(inside),
                    None => return Err(format!("The text {text:?} is not closed.")),
                }
            }
        } else {
            text.push(c);
            if "!<>".contains(c) {
                text.extend(chars.next_if(|n| "=~".contains(*n)));
            } else if !SIGNS.contains(c) {
                text.extend(std::iter::from_fn(|| chars.next_if(|n| !n.is_whitespace() && !SIGNS.contains(*n))));
            }
        }
        tokens.push(Token { text, quoted });
    }
    Ok(tokens)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

impl Conditions for Parser {
    fn take(&mut self, text: &str) -> bool {
        let found = self.is(text);
        self.at += usize::from(found);
        found
    }

    fn one(&mut self, depth: usize) -> Result<Predicate, String> {
        if depth > DEPTH {
            return Err("The query nests too deeply.".to_owned());
        }
        if self.take("NOT") || self.take("!") {
            return Ok(self.one(depth + 1)?.negated());
        }
        if self.take("(") {
            let inner = self.any(depth + 1)?;
            self.expect(")")?;
            return Ok(inner);
        }
        let field = path::parse(&self.next("a field")?.text);
        let test = |operator, value| Predicate::test(field.clone(), operator, value);
        if self.take("IS") {
            let negated = self.take("NOT");
            if !self.take("NULL") {
                self.expect("EMPTY")?;
            }
            let exists = test(Operator::Exists, Value::Null);
            return Ok(if negated { exists } else { exists.negated() });
        }
        let negated = self.take("NOT");
        if negated || self.is("IN") {
            self.expect("IN")?;
            self.expect("(")?;
            let mut any = vec![test(Operator::EqualsIgnoringCase, self.value()?)];
            while self.take(",") {
                any.push(test(Operator::EqualsIgnoringCase, self.value()?));
            }
            self.expect(")")?;
            let any = Predicate::Any(any);
            return Ok(if negated { any.negated() } else { any });
        }
        let sign = self.next("an operator")?;
        let (operator, negated) = match sign.text.as_str() {
            "=" => (Operator::EqualsIgnoringCase, false),
            "!=" => (Operator::EqualsIgnoringCase, true),
            "~" => (Operator::Contains, false),
            "!~" => (Operator::Contains, true),
            ">" => (Operator::Greater, false),
            "<" => (Operator::Less, false),
            ">=" => (Operator::GreaterOrEqual, false),
            "<=" => (Operator::LessOrEqual, false),
            other => return Err(format!("Expecting an operator after {:?} but got {other:?}.", field.join("."))),
        };
        let found = test(operator, self.value()?);
        Ok(if negated { found.negated() } else { found })
    }
}

impl Parser {
    /// Whether the next token is that keyword or sign.
    fn is(&self, text: &str) -> bool {
        self.tokens.get(self.at).is_some_and(|t| !t.quoted && t.text.eq_ignore_ascii_case(text))
    }

    fn next(&mut self, expected: &str) -> Result<Token, String> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token.ok_or_else(|| format!("Expecting {expected} but got the end of the query."))
    }

    fn expect(&mut self, text: &str) -> Result<(), String> {
        if self.take(text) {
            return Ok(());
        }
        let found = self.next(text)?;
        Err(format!("Expecting {text} but got {:?}.", found.text))
    }

    fn value(&mut self) -> Result<Value, String> {
        let token = self.next("a value")?;
        if !token.quoted && token.text.chars().all(|c| SIGNS.contains(c)) {
            return Err(format!("Expecting a value but got {:?}.", token.text));
        }
        if !token.quoted && token.text.eq_ignore_ascii_case("EMPTY") {
            return Ok(Value::Null);
        }
        let date = Value::from(token.text.replace('/', "-"));
        Ok(match Number::parse(&token.text) {
            Some(number) if !token.quoted => number.into(),
            // Jira writes dates with slashes as well.
            _ if clock::read(&date).is_some() => date,
            _ => token.text.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::world::predicate::Fields;

    struct Plain;

    impl Fields for Plain {
        fn values<'r>(&'r self, record: &'r Value, field: &[String]) -> Vec<&'r Value> {
            path::all(record, field)
        }
    }

    fn holds(query: &str, record: &str) -> Result<bool, String> {
        let record = Value::parse(record.as_bytes()).map_err(|e| e.to_string())?;
        read(query).map(|q| q.condition.holds(&record, &Plain))
    }

    #[test]
    fn queries_select() {
        let issue = r#"{"project":"OPS","status":"To Do","summary":"Rotate the certificates","priority":null,
            "created":"2026-10-05T09:00:00.000+0000","labels":["sso","urgent"],"points":3}"#;
        for (query, expected) in [
            ("", true),
            ("ORDER BY created DESC", true),
            ("project = ops", true),
            ("project = OPS AND status = \"To Do\"", true),
            ("project = OPS and status = Done", false),
            ("project = WEB OR summary ~ \"certificate\"", true),
            ("summary !~ rotate", false),
            ("status in (Done, 'to do')", true),
            ("status not in (Done, \"To Do\")", false),
            ("priority is EMPTY", true),
            ("priority is not EMPTY", false),
            ("labels = urgent", true),
            ("created >= 2026/10/01 AND created < \"2026-10-06\"", true),
            ("points > 2 AND NOT (points > 10 OR project != OPS)", true),
            ("points>=3", true),
        ] {
            assert_eq!(holds(query, issue), Ok(expected), "{query}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (query, message) in [
            ("project", "Expecting an operator but got the end of the query."),
            ("project OPS", "Expecting an operator after \"project\" but got \"OPS\"."),
            ("project = ", "Expecting a value but got the end of the query."),
            ("project = )", "Expecting a value but got \")\"."),
            ("project = \"OPS", "The text \"OPS\" is not closed."),
            ("project = OPS status = Done", "Expecting operator or end of the query but got \"status\"."),
            ("(project = OPS", "Expecting ) but got the end of the query."),
            ("status in Done", "Expecting ( but got \"Done\"."),
            ("status is Done", "Expecting EMPTY but got \"Done\"."),
        ] {
            assert_eq!(read(query).map(|_| ()), Err(message.to_owned()), "{query}");
        }
        let deep = format!("{}a = 1{}", "(".repeat(100), ")".repeat(100));
        assert_eq!(read(&deep).map(|_| ()), Err("The query nests too deeply.".to_owned()));
    }

    #[test]
    fn several_fields_sort() {
        let query = read("project = OPS ORDER BY priority DESC, created").map(|q| q.order);
        assert_eq!(query, Ok(vec![(vec!["priority".into()], true), (vec!["created".into()], false)]));
    }
}
