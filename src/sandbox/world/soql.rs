//! Simple SOQL (Salesforce's query language): `SELECT … FROM … [WHERE …] [ORDER BY …] [LIMIT n] [OFFSET n]` over one
//! object and its parents. No subqueries, aggregates other than `COUNT()`, or grouping.

use super::{
    conditions::{Conditions, DEPTH},
    path,
    predicate::{Operator, Predicate},
};
use crate::domain::document::{Number, Value};

/// A query, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// What is selected.
    pub select: Select,
    /// The object, as written.
    pub from: String,
    /// The condition.
    pub condition: Predicate,
    /// Fields to sort by, with whether from last to first.
    pub order: Vec<(Vec<String>, bool)>,
    /// How many at most.
    pub limit: Option<usize>,
    /// How many to skip.
    pub offset: usize,
}

/// What a query selects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Select {
    /// `COUNT()`
    Count,
    /// `FIELDS(ALL)` and its kin.
    All,
    /// Fields by path.
    Fields(Vec<Vec<String>>),
}

/// Reads a query.
///
/// # Errors
/// What was expected where, as Salesforce's own messages put it: without the error code.
pub fn read(text: &str) -> Result<Query, String> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0 };
    let query = parser.query()?;
    match parser.peek() {
        None => Ok(query),
        Some(token) => Err(format!("unexpected token: {:?}", token.text)),
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    text: String,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Text,
    Sign,
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let token = if c.is_whitespace() {
            continue;
        } else if c == '\'' {
            let mut content = String::new();
            loop {
                match chars.next() {
                    Some('\'') => break,
                    Some('\\') => match chars.next() {
                        Some('n') => content.push('\n'),
                        Some(escaped) => content.push(escaped),
                        None => return Err("a text is not closed with '".to_owned()),
                    },
                    Some(c) => content.push(c),
                    None => return Err("a text is not closed with '".to_owned()),
                }
            }
            Token { text: content, kind: Kind::Text }
        } else if "=!<>(),".contains(c) {
            let mut sign = String::from(c);
            if "!<>".contains(c) {
                sign.extend(chars.next_if(|n| *n == '=' || (c == '<' && *n == '>')));
            }
            Token { text: sign, kind: Kind::Sign }
        } else {
            let mut word = String::from(c);
            while let Some(c) = chars.next_if(|c| !c.is_whitespace() && !"=!<>(),'".contains(*c)) {
                word.push(c);
            }
            Token { text: word, kind: Kind::Word }
        };
        tokens.push(token);
    }
    Ok(tokens)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

impl Conditions for Parser {
    fn take(&mut self, text: &str) -> bool {
        let found = self.peek().is_some_and(|t| t.kind != Kind::Text && t.text.eq_ignore_ascii_case(text));
        self.at += usize::from(found);
        found
    }

    fn one(&mut self, depth: usize) -> Result<Predicate, String> {
        if depth > DEPTH {
            return Err("the condition nests too deeply".to_owned());
        }
        if self.take("NOT") {
            return Ok(self.one(depth + 1)?.negated());
        }
        if self.take("(") {
            let inner = self.any(depth + 1)?;
            self.expect(")")?;
            return Ok(inner);
        }
        let field = path::parse(&self.word("a field")?);
        let negated = self.take("NOT");
        if self.take("IN") || self.take("INCLUDES") {
            self.expect("(")?;
            let mut list = vec![self.literal()?];
            while self.take(",") {
                list.push(self.literal()?);
            }
            self.expect(")")?;
            let test = Predicate::test(field, Operator::In, Value::Array(list));
            return Ok(if negated { test.negated() } else { test });
        }
        if negated {
            self.expect("IN")?;
        }
        let sign = self.next("an operator")?;
        let (operator, negated) = match sign.text.to_ascii_uppercase().as_str() {
            "=" => (Operator::EqualsIgnoringCase, false),
            "!=" | "<>" => (Operator::EqualsIgnoringCase, true),
            ">" => (Operator::Greater, false),
            "<" => (Operator::Less, false),
            ">=" => (Operator::GreaterOrEqual, false),
            "<=" => (Operator::LessOrEqual, false),
            "LIKE" => (Operator::Like, false),
            _ => return Err(format!("unexpected token: {:?} (expected an operator)", sign.text)),
        };
        let test = Predicate::test(field, operator, self.literal()?);
        Ok(if negated { test.negated() } else { test })
    }
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self, expected: &str) -> Result<Token, String> {
        let token = self.peek().cloned().ok_or_else(|| format!("unexpected end of the query: expected {expected}"))?;
        self.at += 1;
        Ok(token)
    }

    fn expect(&mut self, text: &str) -> Result<(), String> {
        if self.take(text) {
            return Ok(());
        }
        let found = self.next(text)?;
        Err(format!("unexpected token: {:?} (expected {text})", found.text))
    }

    fn word(&mut self, expected: &str) -> Result<String, String> {
        let token = self.next(expected)?;
        if token.kind == Kind::Word {
            Ok(token.text)
        } else {
            Err(format!("unexpected token: {:?} (expected {expected})", token.text))
        }
    }

    fn query(&mut self) -> Result<Query, String> {
        self.expect("SELECT")?;
        let select = self.select()?;
        self.expect("FROM")?;
        let from = self.word("an object's name")?;
        let condition = if self.take("WHERE") { self.any(0)? } else { Predicate::always() };
        let mut order = Vec::new();
        if self.take("ORDER") {
            self.expect("BY")?;
            loop {
                let field = path::parse(&self.word("a field")?);
                let descending = !self.take("ASC") && self.take("DESC");
                if self.take("NULLS") && !self.take("FIRST") {
                    self.expect("LAST")?;
                }
                order.push((field, descending));
                if !self.take(",") {
                    break;
                }
            }
        }
        let limit = if self.take("LIMIT") { Some(self.count()?) } else { None };
        let offset = if self.take("OFFSET") { self.count()? } else { 0 };
        Ok(Query { select, from, condition, order, limit, offset })
    }

    fn select(&mut self) -> Result<Select, String> {
        if self.take("COUNT") {
            self.expect("(")?;
            self.expect(")")?;
            return Ok(Select::Count);
        }
        if self.take("FIELDS") {
            self.expect("(")?;
            self.word("ALL")?;
            self.expect(")")?;
            return Ok(Select::All);
        }
        let mut fields = Vec::new();
        loop {
            fields.push(path::parse(&self.word("a field")?));
            if !self.take(",") {
                return Ok(Select::Fields(fields));
            }
        }
    }

    fn count(&mut self) -> Result<usize, String> {
        let word = self.word("a number")?;
        word.parse().map_err(|_| format!("unexpected token: {word:?} (expected a number)"))
    }

    fn literal(&mut self) -> Result<Value, String> {
        let token = self.next("a value")?;
        match (token.kind, token.text.to_ascii_lowercase().as_str()) {
            (Kind::Text, _) => Ok(token.text.into()),
            (Kind::Word, "null") => Ok(Value::Null),
            (Kind::Word, "true") => Ok(true.into()),
            (Kind::Word, "false") => Ok(false.into()),
            (Kind::Word, _) if Number::parse(&token.text).is_some() => {
                Ok(Number::parse(&token.text).map_or(Value::Null, Value::from))
            }
            // Dates stand bare: 2026-11-01, 2026-11-01T00:00:00Z.
            (Kind::Word, _) if super::clock::read(&token.text.as_str().into()).is_some() => Ok(token.text.into()),
            _ => Err(format!("unexpected token: {:?} (expected a value)", token.text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::world::predicate::tests::Plain;

    #[test]
    fn a_query_is_read_whole() {
        let query =
            read("select Id, Account.Name from Contact where LastName='O\\'Neill' order by Name desc limit 5 offset 2");
        let query = query.map(|q| (q.select, q.from, q.order, q.limit, q.offset));
        let fields = vec![path::parse("Id"), path::parse("Account.Name")];
        let expected = (Select::Fields(fields), "Contact".to_owned(), vec![(path::parse("Name"), true)], Some(5), 2);
        assert_eq!(query, Ok(expected));
    }

    #[test]
    fn conditions_hold_as_salesforce_has_it() {
        let record =
            r#"{"Name":"Acme","Amount":1200.50,"Open":true,"CloseDate":"2026-12-01","Owner":{"Name":"Maria"}}"#;
        let record = Value::parse(record.as_bytes()).unwrap_or_default();
        for (condition, holds) in [
            ("Name = 'acme'", true),
            ("Name != 'acme'", false),
            ("Name LIKE 'Ac%'", true),
            ("(NOT Name LIKE '%x%') AND Amount > 1000", true),
            ("Amount <= 1200.5 AND Open = true", true),
            ("Name = 'x' OR Name = 'Acme' AND Amount < 10", false),
            ("(Name = 'x' OR Name = 'Acme') AND Amount > 10", true),
            ("Name IN ('Globex', 'Acme')", true),
            ("Name NOT IN ('Globex', 'Acme')", false),
            ("CloseDate >= 2026-12-01 AND CloseDate < 2027-01-01T00:00:00Z", true),
            ("Phone = null AND Name != null", true),
            ("Owner.Name = 'Maria'", true),
        ] {
            let query = read(&format!("SELECT Id FROM Account WHERE {condition}"));
            assert_eq!(query.map(|q| q.condition.holds(&record, &Plain)), Ok(holds), "{condition}");
        }
    }

    #[test]
    fn what_is_no_query_says_what_was_expected() {
        for (text, words) in [
            ("", "expected SELECT"),
            ("SELECT FROM Account", "expected FROM"),
            ("SELECT Id", "expected FROM"),
            ("SELECT Id FROM Account WHERE", "expected a field"),
            ("SELECT Id FROM Account WHERE Name", "expected an operator"),
            ("SELECT Id FROM Account WHERE Name = ", "expected a value"),
            ("SELECT Id FROM Account WHERE Name = 'x", "not closed"),
            ("SELECT Id FROM Account LIMIT x", "expected a number"),
            ("SELECT Id FROM Account; DROP", "\"DROP\""),
        ] {
            assert!(read(text).is_err_and(|e| e.contains(words)), "{text}: {:?}", read(text));
        }
        let deep = format!("SELECT Id FROM A WHERE {}a = 1", "(".repeat(10_000));
        assert!(read(&deep).is_err_and(|e| e.contains("deeply")));
        assert!(read(&format!("SELECT Id FROM A WHERE {}a = 1", "NOT ".repeat(10_000))).is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused_but_never_a_panic(
            text in "\\PC*|(SELECT|FROM|WHERE|ORDER BY|LIMIT|NOT|AND|IN|LIKE|a|'x|'y'|1|[(),=<>!]| ){0,30}",
        ) {
            let _ = read(&text);
        }
    }
}
