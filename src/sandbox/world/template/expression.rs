//! What stands between `{{` and `}}`: alternatives of a path or literal with pipes behind it.

use std::borrow::Cow;

use super::{Scope, pipe::Pipe};
use crate::{
    domain::document::{Number, Value},
    sandbox::world::{ids::IdStyle, path},
};

/// `a | pipe … || b | pipe …`: the first alternative that yields something other than `null`, else `null` or nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression(Vec<Chain>);

#[derive(Debug, Clone, PartialEq)]
struct Chain {
    start: Start,
    pipes: Vec<Pipe>,
}

#[derive(Debug, Clone, PartialEq)]
enum Start {
    Literal(Value),
    Path(String, Vec<String>),
    Fresh(IdStyle),
}

/// A word of an expression, with its parts between dots.
struct Word {
    raw: String,
    segments: Vec<String>,
    quoted: bool,
}

enum Token {
    Word(Word),
    Pipe,
    Or,
}

impl Expression {
    /// Reads what stands between the braces.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let tokens = tokens(text).map_err(|e| format!("{{{{{text}}}}}: {e}"))?;
        let chains = tokens.split(|t| matches!(t, Token::Or)).map(Chain::parse);
        chains.collect::<Result<_, _>>().map(Self).map_err(|e| format!("{{{{{text}}}}}: {e}"))
    }

    /// What the expression yields in `scope`, if anything.
    pub fn value<'v>(&'v self, scope: &Scope<'v>) -> Option<Cow<'v, Value>> {
        let mut last = None;
        for chain in &self.0 {
            match chain.value(scope) {
                Some(value) if value.is_null() => last = Some(value),
                Some(value) => return Some(value),
                None => {}
            }
        }
        last
    }
}

impl Chain {
    fn parse(tokens: &[Token]) -> Result<Self, String> {
        let mut steps = tokens.split(|t| matches!(t, Token::Pipe)).map(words);
        let start = match steps.next().unwrap_or_default().as_slice() {
            [one] => Start::parse(one)?,
            [] => return Err("a value is missing".to_owned()),
            [_, more, ..] => return Err(format!("{:?} is in the way: write | between a value and a pipe", more.raw)),
        };
        let pipes = steps.map(|words| {
            let mut words = words.into_iter().map(Word::text);
            let name = words.next().ok_or("a pipe's name is missing")?;
            Pipe::parse(&name, &words.collect::<Vec<_>>())
        });
        Ok(Self { start, pipes: pipes.collect::<Result<_, _>>()? })
    }

    fn value<'v>(&'v self, scope: &Scope<'v>) -> Option<Cow<'v, Value>> {
        let start = match &self.start {
            Start::Literal(value) => Some(Cow::Borrowed(value)),
            Start::Path(root, segments) => scope.get(root).and_then(|v| path::get(v, segments)).map(Cow::Borrowed),
            Start::Fresh(style) => Some(Cow::Owned(Value::String(scope.source.fresh(style)))),
        };
        self.pipes.iter().fold(start, |value, pipe| pipe.apply(value, scope.source).map(Cow::Owned))
    }
}

impl Start {
    fn parse(word: &Word) -> Result<Self, String> {
        if let Some(style) = word.raw.strip_prefix("fresh:") {
            return IdStyle::parse(style).map(Self::Fresh);
        }
        if word.quoted && word.segments.len() == 1 {
            return Ok(Self::Literal(Value::String(word.segments[0].clone())));
        }
        if let Some(number) = Number::parse(&word.raw) {
            return Ok(Self::Literal(number.into()));
        }
        Ok(match word.raw.as_str() {
            "true" => Self::Literal(true.into()),
            "false" => Self::Literal(false.into()),
            "null" => Self::Literal(Value::Null),
            _ => match word.segments.split_first() {
                Some((root, segments)) if !root.is_empty() => Self::Path(root.clone(), segments.to_vec()),
                _ => return Err(format!("{:?} is no path", word.raw)),
            },
        })
    }
}

impl Word {
    /// The word as a pipe's argument: the text, without quotes.
    fn text(&self) -> String {
        self.segments.join(".")
    }
}

fn words(tokens: &[Token]) -> Vec<&Word> {
    tokens.iter().filter_map(|t| if let Token::Word(w) = t { Some(w) } else { None }).collect()
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(&c) = chars.peek() {
        if c.is_whitespace() {
            chars.next();
        } else if c == '|' {
            chars.next();
            tokens.push(if chars.next_if_eq(&'|').is_some() { Token::Or } else { Token::Pipe });
        } else {
            let mut word = Word { raw: String::new(), segments: vec![String::new()], quoted: false };
            while let Some(c) = chars.next_if(|c| !c.is_whitespace() && *c != '|') {
                word.raw.push(c);
                match (c, word.segments.last_mut()) {
                    ('\'', Some(segment)) => {
                        word.quoted = true;
                        loop {
                            match chars.next() {
                                Some('\'') => break,
                                Some(c) => segment.push(c),
                                None => return Err("a quote is not closed".to_owned()),
                            }
                        }
                    }
                    ('.', _) => word.segments.push(String::new()),
                    (c, Some(segment)) => segment.push(c),
                    (_, None) => {}
                }
            }
            tokens.push(Token::Word(word));
        }
    }
    Ok(tokens)
}
