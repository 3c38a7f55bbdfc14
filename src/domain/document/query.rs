//! jq: a filter over JSON.
//!
//! A filter can call itself without end and so bring down the process that runs it, which is why whoever wants to go on
//! afterwards runs it in a process of its own.

use jaq_core::{
    Compiler, Ctx, Filter, Vars, compile, data,
    load::{self, Arena, File, Loader, lex, parse::Expect},
    unwrap_valr,
};
use jaq_json::{
    Val, read,
    write::{Pp, write},
};

use super::{Reading, address, scan, skip};

mod surrogates;
mod tame;
mod value;

pub use tame::is_tame;

/// Why there are no results, or no more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct QueryError {
    /// What is wrong, as a sentence.
    pub words: String,
    /// Where in the filter, in characters from 0; `None` where the filter is understood and fails on its input.
    pub at: Option<usize>,
}

/// How results are handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// As JSON, on one line.
    #[default]
    Json,
    /// Texts as they are, without quotes; anything else as JSON.
    Plain,
}

/// How many arrays and objects a filter takes one in another, as many as jq does: values are gone through by calls.
const DEPTH: usize = 10_000;

/// Longer complaints of a filter, which may hold all of its input, are cut here.
const WORDS: usize = 300;

/// Runs `filter` over each JSON value in `input` and hands its results to `each`, until that returns `false`.
///
/// Numbers keep their text and objects the order of their keys. A filter that begins by taking a list apart
/// (`.[] | …`, `.records[] | …`) is run item by item, so that the whole never stands in memory as values.
///
/// # Errors
/// When the filter cannot be understood or fails; results before the failure have been handed out.
pub fn query(filter: &str, input: &[u8], form: Form, each: &mut dyn FnMut(&[u8]) -> bool) -> Result<(), QueryError> {
    let mut at = if input.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    if let Some((keys, _)) = item_by_item(filter)
        && let Some(mut items) = Items::of_any(filter, form)?
    {
        while let Some(list) = list_at(input, scan::space(input, at), &keys) {
            items.begin_another();
            items.done = list.0;
            match items.feed(&input[list.0..], true, each)? {
                Fed::Up(to) => at = list.1.unwrap_or(list.0 + to),
                Fed::Enough => return Ok(()),
            }
        }
    }
    if at > 3 && scan::space(input, at) == input.len() {
        return Ok(());
    }
    let whole = compiled(filter)?;
    shallow(&input[at..])?;
    let mut writer = Writer::new(form);
    let input = surrogates::replaced(&input[at..]);
    for (i, value) in read::parse_many(&input).enumerate() {
        let value = value.map_err(|e| fault(format!("The input is not JSON: {e}.")))?;
        if i == 0 {
            // Mostly the only one: giving it back piece by piece takes longer than reading it, and the end is near.
            std::mem::forget(value.clone());
        }
        if !writer.run(&whole, Ctx::new(&whole.lut, Vars::new([])), value, each)? {
            break;
        }
    }
    Ok(())
}

type Compiled = Filter<data::JustLut<Val>>;

/// A filter that takes a list apart, fed with the list bit by bit: only the item under way is kept.
pub struct Items {
    /// What is done with each item.
    filter: Compiled,
    writer: Writer,
    reading: Reading,
    keys: value::Keys,
    /// How many bytes are done with.
    done: usize,
}

/// How far a list was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fed {
    /// So many bytes are done with. What follows them is to be given again with more behind it, unless the list is
    /// [over](Items::is_over).
    Up(usize),
    /// No more results are wanted.
    Enough,
}

impl Items {
    /// For `filter`, if it begins by taking apart the very value that it is given (`.[] | …`).
    ///
    /// # Errors
    /// When the filter cannot be understood.
    pub fn of(filter: &str, form: Form) -> Result<Option<Self>, QueryError> {
        match item_by_item(filter) {
            Some((keys, _)) if keys.is_empty() => Self::of_any(filter, form),
            Some(_) | None => Ok(None),
        }
    }

    /// For `filter`, if it begins by taking apart a list, wherever that is.
    fn of_any(filter: &str, form: Form) -> Result<Option<Self>, QueryError> {
        let Some((_, rest)) = item_by_item(filter) else { return Ok(None) };
        // The whole filter is what is told about, even where only its second half is run.
        let filter = compiled(rest).or_else(|e| compiled(filter).and(Err(e)))?;
        let keys = value::Keys::default();
        Ok(Some(Self { filter, writer: Writer::new(form), reading: Reading::default(), keys, done: 0 }))
    }

    /// Makes ready for another list.
    pub const fn begin_another(&mut self) {
        self.reading = Reading::Before;
    }

    /// Whether the list has ended.
    pub const fn is_over(&self) -> bool {
        matches!(self.reading, Reading::After)
    }

    /// Runs the filter over the items that `text`, a piece of a list, holds whole, and hands the results to `each` until that returns
    /// `false`. `last` says that there is no more.
    ///
    /// # Errors
    /// When the filter fails, or the list is broken; results before that have been handed out.
    pub fn feed(&mut self, text: &[u8], last: bool, each: &mut dyn FnMut(&[u8]) -> bool) -> Result<Fed, QueryError> {
        let Self { filter, writer, reading, keys, done } = self;
        let context = Ctx::new(&filter.lut, Vars::new([]));
        let mut going = Ok(true);
        let to = reading.list(text, last, &mut |item| {
            if going == Ok(true) {
                going = match value::value(item, keys) {
                    Ok(value) => writer.run(filter, context.clone(), value, each),
                    Err(value::Refused::Deep) => Err(too_deep()),
                    Err(value::Refused::Broken) => {
                        let before = item.as_ptr().addr().saturating_sub(text.as_ptr().addr());
                        Err(broken(*done + before))
                    }
                };
            }
        });
        if !going? {
            return Ok(Fed::Enough);
        }
        *done += to;
        if *reading == Reading::Broken { Err(broken(*done)) } else { Ok(Fed::Up(to)) }
    }
}

/// What becomes of results.
struct Writer {
    form: Form,
    /// The result being written, kept to spare making it anew.
    line: Vec<u8>,
}

impl Writer {
    fn new(form: Form) -> Self {
        Self { form, line: Vec::with_capacity(4096) }
    }

    /// Whether more is wanted.
    fn run<'f>(
        &mut self,
        filter: &'f Compiled,
        context: Ctx<'f, data::JustLut<Val>>,
        value: Val,
        each: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<bool, QueryError> {
        for result in filter.id.run((context, value)).map(unwrap_valr) {
            let result = result.map_err(|e| fault(format!("{}.", cut(&said(e.into_val())))))?;
            self.line.clear();
            match (&result, self.form) {
                (Val::TStr(text), Form::Plain) => self.line.extend_from_slice(text),
                _ => write(&mut self.line, &Pp::default(), 0, &result)
                    .map_err(|e| fault(format!("A result could not be written: {e}.")))?,
            }
            if !each(&self.line) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The keys and the rest of a filter of the form `.a.b[] | rest`.
fn item_by_item(filter: &str) -> Option<(Vec<&str>, &str)> {
    let mut rest = filter.trim_start().strip_prefix('.')?;
    let mut keys = Vec::new();
    while rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        keys.push(&rest[..end]);
        rest = &rest[end..];
        match rest.strip_prefix('.') {
            Some(after) => rest = after,
            None => break,
        }
    }
    let rest = rest.strip_prefix("[]")?.trim_start();
    if rest.is_empty() {
        return Some((keys, "."));
    }
    let rest = rest.strip_prefix('|')?;
    (!rest.starts_with('=')).then_some((keys, rest))
}

/// Where the list opens that `keys` lead to from the value at `at`, if it is one; and where that value ends, unless it is
/// the list.
fn list_at(input: &[u8], mut at: usize, keys: &[&str]) -> Option<(usize, Option<usize>)> {
    let mut whole = None;
    for key in keys {
        let (value, end) = member(input, at, key)?;
        at = value;
        whole.get_or_insert(end);
    }
    (input.get(at) == Some(&b'[')).then_some((at, whole))
}

/// Where the value of `key` begins in the object at `at`, and where the object ends; nothing where the key is twice in it.
fn member(input: &[u8], at: usize, key: &str) -> Option<(usize, usize)> {
    if input.get(at) != Some(&b'{') {
        return None;
    }
    let (mut at, mut found) = (scan::space(input, at + 1), None);
    while input.get(at) == Some(&b'"') {
        let end = scan::scalar_end(input, at)?;
        let is_it = address::is_text(&input[at + 1..end - 1], key);
        let colon = scan::space(input, end);
        if input.get(colon) != Some(&b':') {
            return None;
        }
        let value = scan::space(input, colon + 1);
        if is_it && found.replace(value).is_some() {
            return None;
        }
        at = scan::space(input, skip::value_end(input, value)?);
        if input.get(at) == Some(&b',') {
            at = scan::space(input, at + 1);
        }
    }
    found.filter(|_| input.get(at) == Some(&b'}')).map(|value| (value, at + 1))
}

/// Refuses what is nested too deep.
fn shallow(input: &[u8]) -> Result<(), QueryError> {
    let mut at = scan::space(input, 0);
    while let Some((end, depth)) = skip::measured(input, at) {
        if depth > DEPTH {
            return Err(too_deep());
        }
        at = scan::space(input, end);
    }
    // What is no JSON, or cut short, is told by who reads it; it may be deep nevertheless.
    if scan::opened(&input[at..]) > DEPTH { Err(too_deep()) } else { Ok(()) }
}

fn broken(at: usize) -> QueryError {
    fault(format!("The input is not JSON: it breaks at byte {at}."))
}

fn too_deep() -> QueryError {
    fault(format!("The input is nested more than {DEPTH} levels deep."))
}

fn fault(words: String) -> QueryError {
    QueryError { words, at: None }
}

/// What a filter says by failing: texts without quotes.
fn said(value: Val) -> String {
    match value {
        Val::TStr(text) => String::from_utf8_lossy(&text).into_owned(),
        other => other.to_string(),
    }
}

fn cut(words: &str) -> String {
    match words.char_indices().nth(WORDS) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words.trim_end_matches('.').to_owned(),
    }
}

fn compiled(filter: &str) -> Result<Compiled, QueryError> {
    let definitions = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let functions = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    let (loader, arena) = (Loader::new(definitions), Arena::default());
    let told = |place: &str, words: String| QueryError { words, at: Some(offset(filter, place)) };
    let modules = loader.load(&arena, File { code: filter, path: () }).map_err(|errors| {
        let first = errors.into_iter().next().map(|(_, error)| misread(error));
        let (words, place) = first.unwrap_or_else(|| ("The filter cannot be read.".to_owned(), filter));
        told(place, words)
    })?;
    Compiler::default().with_funs(functions).compile(modules).map_err(|errors| {
        let first = errors.into_iter().flat_map(|(_, errors)| errors).next();
        let (name, words) = first
            .map_or((filter, "The filter cannot be read.".to_owned()), |(name, what)| (name, unknown(name, &what)));
        told(name, words)
    })
}

/// How many characters of `filter` stand before `piece`, which is a slice of it.
fn offset(filter: &str, piece: &str) -> usize {
    let at = piece.as_ptr().addr().checked_sub(filter.as_ptr().addr()).filter(|at| *at <= filter.len());
    let before = at.and_then(|at| filter.get(..at)).unwrap_or(filter);
    before.chars().count()
}

/// What is wrong with a filter that cannot be read, and the piece of it where.
fn misread(error: load::Error<&str>) -> (String, &str) {
    let nothing = || ("The filter cannot be read.".to_owned(), "");
    match error {
        load::Error::Io(errors) => errors.into_iter().next().map_or_else(nothing, |(place, _)| {
            ("Modules cannot be loaded here; write the filter as one.".to_owned(), place)
        }),
        load::Error::Lex(errors) => errors.into_iter().next().map_or_else(nothing, |(expected, place)| {
            let words = match expected {
                lex::Expect::Delim("(") => "This bracket is never closed: `)` is missing.",
                lex::Expect::Delim("[") => "This bracket is never closed: `]` is missing.",
                lex::Expect::Delim("{") => "This brace is never closed: `}` is missing.",
                lex::Expect::Delim(_) => "This text is never closed: `\"` is missing.",
                lex::Expect::Digit => "A digit is missing here.",
                lex::Expect::Ident => "A name is missing here.",
                lex::Expect::Escape => "There is no such escape in a text.",
                lex::Expect::Unicode => "\\u takes four hexadecimal digits.",
                _ => "This character means nothing in jq.",
            };
            // What is never closed is told about where it opens.
            let place = if let lex::Expect::Delim(open) = expected { open } else { place };
            (words.to_owned(), place)
        }),
        load::Error::Parse(errors) => errors.into_iter().next().map_or_else(nothing, |(expected, place)| {
            let words = match (&expected, place.is_empty()) {
                (Expect::Term, true) => {
                    "Something is missing at the end: a path such as .name, or a function.".to_owned()
                }
                (Expect::Term, false) => "A path such as .name, or a function, is expected here.".to_owned(),
                (Expect::Key, _) => "The name of a key is expected after the dot.".to_owned(),
                (Expect::Nothing, _) => "This does not belong here: is a | missing before it?".to_owned(),
                (Expect::Just(word), true) => format!("`{word}` is missing at the end."),
                (Expect::Just(word), false) => format!("`{word}` is expected here."),
                (other, true) => format!("A {} is missing at the end.", other.as_str()),
                (other, false) => format!("A {} is expected here.", other.as_str()),
            };
            (words, place)
        }),
    }
}

fn unknown(name: &str, what: &compile::Undefined) -> String {
    match what {
        compile::Undefined::Filter(arguments) => {
            let known = functions();
            let same: Vec<usize> = known.iter().filter(|(n, _)| n == name).map(|(_, takes)| *takes).collect();
            if let Some(takes) = same.first() {
                let takes = match takes {
                    0 => "nothing in brackets".to_owned(),
                    1 => "one thing in brackets".to_owned(),
                    n => format!("{n} things in brackets, with ; between"),
                };
                return format!("{name} takes {takes}, not {arguments}.");
            }
            let near = known
                .iter()
                .map(|(n, _)| (strsim::damerau_levenshtein(n, name), n))
                .filter(|(distance, _)| *distance <= (name.chars().count() / 4).max(1))
                .min();
            match near {
                Some((_, near)) => format!("There is no function {name}; is it {near}?"),
                None => format!("There is no function {name}. A key is written with a dot: .{name}"),
            }
        }
        other => format!("There is no {} {name}.", other.as_str()),
    }
}

/// The functions there are, by name, with how many arguments each takes; sorted.
pub fn functions() -> Vec<(String, usize)> {
    let defined =
        jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs()).map(|d| (d.name.to_owned(), d.args.len()));
    let native = jaq_core::funs::<data::JustLut<Val>>().chain(jaq_std::funs()).chain(jaq_json::funs());
    let mut all: Vec<_> =
        defined.chain(native.map(|(name, arguments, _)| (name.to_owned(), arguments.len()))).collect();
    all.retain(|(name, _)| name.starts_with(|c: char| c.is_ascii_alphabetic()));
    all.sort();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::document::testing::any_json;

    fn results(filter: &str, input: &str) -> Result<Vec<String>, QueryError> {
        let mut all = Vec::new();
        query(filter, input.as_bytes(), Form::Json, &mut |result| {
            all.push(String::from_utf8_lossy(result).into_owned());
            true
        })?;
        Ok(all)
    }

    #[test]
    fn numbers_and_order_are_kept() {
        let found = results(".[]", r#"[0.10, 9007199254740993, {"b":1,"a":2}]"#);
        assert_eq!(found.unwrap(), ["0.10", "9007199254740993", r#"{"b":1,"a":2}"#]);
        assert_eq!(results(".a", r#"{"a":1} {"a":2}"#).unwrap(), ["1", "2"]);
        assert_eq!(results(".[]", "[1] [2]\n{\"a\":3}").unwrap(), ["1", "2", "3"], "one input after the other");
    }

    #[test]
    fn texts_can_be_plain_and_enough_is_enough() {
        let mut all = Vec::new();
        let take = &mut |result: &[u8]| {
            all.push(result.to_vec());
            all.len() < 2
        };
        query(".[]", br#"["a\n\"b\"",1,2]"#, Form::Plain, take).unwrap();
        assert_eq!(all, [&b"a\n\"b\""[..], b"1"]);
    }

    #[test]
    fn what_is_wrong_is_told_in_words_with_its_place() {
        for (filter, at, words) in [
            (".a | ", 5, "missing at the end"),
            (".a b", 3, "is a | missing"),
            (".a | selct(.b)", 5, "is it select?"),
            (".a | name", 5, ".name"),
            ("sort_by", 0, "takes one thing in brackets, not 0"),
            (".é | nope(1)", 1, "means nothing"),
            (".a[", 2, "never closed: `]`"),
            (".a | \"x", 5, "never closed: `\"`"),
            ("$x", 0, "no variable $x"),
            (".a.", 3, "key"),
            ("if .a then 1", 12, "missing at the end"),
            ("include \"m\"; .", 9, "Modules"),
        ] {
            let error = results(filter, "1").unwrap_err();
            assert!(error.words.contains(words), "{filter}: {error:?}");
            assert_eq!(error.at, Some(at), "{filter}: {error:?}");
        }
        for (filter, input, words) in [
            (".", "{", "not JSON"),
            (".a", "1", "cannot index"),
            (".[] | .", "[1,", "not JSON"),
            ("error(\"no\")", "1", "no."),
        ] {
            let error = results(filter, input).unwrap_err();
            assert!(error.at.is_none() && error.words.contains(words), "{filter}: {error:?}");
        }
        let long = results("error", &format!("\"{}\"", "x".repeat(9000))).unwrap_err();
        assert!(long.words.chars().count() < 310, "{}", long.words.len());
    }

    #[test]
    fn which_filters_are_run_item_by_item() {
        for (filter, expected) in [
            (".[] | .a", Some((vec![], " .a"))),
            (" .[]", Some((vec![], "."))),
            (".a.b_1[]|select(.x)", Some((vec!["a", "b_1"], "select(.x)"))),
            (".[] |= 1", None),
            (".[]?", None),
            (".[] as $x | $x", None),
            (".[].a", None),
            (".[], 1", None),
            ("..[] | 1", None),
            (".a", None),
            ("map(.a)", None),
        ] {
            assert_eq!(item_by_item(filter), expected, "{filter}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn item_by_item_or_as_a_whole_is_the_same(items in prop::collection::vec(any_json(), 0..5), key in "[ab]") {
            let list = format!("[{}]", items.join(" ,"));
            let object = format!(r#"{{"x":[{{}}], "{key}" : {list}}}"#);
            // In brackets the filter is the same, and is not seen to take the list apart.
            prop_assert_eq!(results(".[] | .", &list), results("(.[]) | .", &list));
            prop_assert_eq!(results(".a[] | [.]", &object), results("(.a[]) | [.]", &object));
        }
    }
}
