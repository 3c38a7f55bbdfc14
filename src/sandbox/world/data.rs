//! The world's data files, `assets/sandbox/world/<integration>.json`: what exists in a provider's account at the
//! beginning, and what each action does to it. One engine reads them all; no action has code of its own.
//!
//! # The file
//!
//! ```json
//! {
//!   "integration": "slack",
//!   "errors": { "not_found": {"ok": false, "error": "{{error.resource}}_not_found"}, "invalid": {…} },
//!   "resources": { "channels": { … } },
//!   "actions": { "SLACK_LIST_CHANNELS": { … } }
//! }
//! ```
//!
//! `errors` holds the bodies of the provider's refusals, as templates that see `error.resource`, `error.id`,
//! `error.message` and `error.kind`: `not_found` for a record that does not exist, `invalid` for everything else (its
//! kind is `query`, `resource` or `cursor`). Both may be absent.
//!
//! # A resource
//!
//! | member | meaning (all are optional) |
//! |---|---|
//! | `id` | the path of the id inside a record; `id` |
//! | `id_style` | what new ids look like ([`IdStyle`]), such as `C0<upper:9>`; `<uuid>` |
//! | `also_known_as` | other names an action may call the resource by (names are compared ignoring case) |
//! | `new` | template of what every new record holds, under what the action sets; sees what `set` sees |
//! | `fields_in` | the path under which filters and sorting look first, such as `properties` |
//! | `fields` | names filters use that are not paths, with the path meant: `{"subject": "_.subject"}` |
//! | `relations` | `{"Account": {"in": "Account", "by": "AccountId"}}`: filters and SOQL read `Account.Name` of the related record |
//! | `text` | the paths a search for words looks into; every text of the record |
//! | `qualifiers` | `{"from": ["user", "username"]}`: `from:maria` in a search for words looks for it in these paths; `=path` wants it whole, `>path` and `<path` want something later or earlier (dates, numbers) |
//! | `newest_first` | `true`: lists begin with the record made last |
//! | `parameter` | template of what each `record` adds to the account's actions: `{"name", "in": [ACTION…], "schema"}` |
//! | `records` | the records at the beginning, in the provider's own shape |
//!
//! Records keep the provider's shape. What the provider knows but does not show goes into a member called `_` (an
//! object) at the record's root: filters, searches and templates see it, replies never do.
//!
//! # An action
//!
//! | member | meaning (all but `do` are optional) |
//! |---|---|
//! | `do` | `create`, `get`, `list`, `update`, `delete`, or `answer` (nothing but the reply) |
//! | `resource` | the resource's name; may be a template (`{{param.recordType}}`) |
//! | `find` | records needed first, each `{"as": NAME, "in": RESOURCE, "by": PATH or [PATHS], "is": TEMPLATE}`; templates below see the record as NAME. One that is not there is the provider's `not_found`, unless `"optional": true`, or `"or_create": TEMPLATE` makes it. Where `is` yields nothing and it is not optional, it is `not_found` as well |
//! | `id` | template of the id of the record meant (`get`, `update`, `delete`) |
//! | `by` | path, or paths, compared with `id` instead of the resource's id; the first record that fits is meant |
//! | `where` | `{PATH: TEMPLATE}`: only records with that value there (in arrays: among its items); a template that yields nothing is no condition. With `update` and `delete` and no `id`: all such records |
//! | `like` | as `where`, but the value there need only contain the text, ignoring case |
//! | `formula` | template of a filter formula (an OR of ANDs, [`super::formula`]) |
//! | `words` | template of a text searched for ([`super::words`]) |
//! | `soql` | template of a SOQL query ([`super::soql`]); it names the resource itself |
//! | `jql` | template of a JQL query ([`super::jql`]) |
//! | `sort` | `{"by": TEMPLATE, "descending": TEMPLATE}`: `by` yields a path, `descending` a boolean or `desc…` |
//! | `page` | `{"by": "cursor", "offset" or "number", "at": TEMPLATE, "size": TEMPLATE}` |
//! | `set` | template of the new record, or of what an update changes (merged, object by object) |
//! | `also` | a list of further changes afterwards: `do` (`create`, `update`, `delete`), `resource`, `id`, `by`, `where`, `set`; they see `record`. With `each` (a template that yields an array) once for every item, as `item` and `index` |
//! | `not_found` | template of the refusal where a record is missing, instead of the file's |
//! | `reply` | template of the provider's answer; absent: the record, the list, or `{}` |
//!
//! # Templates
//!
//! Any JSON. A text that is one hole, `"{{param.channel}}"`, becomes the value itself, number text and all; a member or
//! item whose hole yields nothing is left out. Holes inside other text stay text.
//!
//! - `{{a.b.0.'odd.name'}}`: a path. Roots: `param` (the action's parameters), `user` (`id`, `name`, `email` of the
//!   connected user), `now` (`unix`, `ms`, `iso`, `seconds`, `date`, `salesforce`, `rfc2822`), `new.id` (the id a
//!   `create` is about to give), `record` (what the action made, found, changed or deleted), `records` (a list's page),
//!   `page` (`next`: absent on the last page, `count`, `total`, `offset`, `size`, `number`, `pages`, `more`), `query.fields` of a
//!   SOQL query, names of `find`, and `item` and `index` inside `$each`.
//! - `{{param.limit || 20}}`: the first that is neither nothing nor `null`. Literals: numbers, `true`, `false`, `null`,
//!   `'text'`.
//! - `{{param.to | split , | first}}`: pipes, one after the other; they bind tighter than `||`: `text`,
//!   `number`, `json`, `parse`, `lower`, `upper`, `trim CHARS`, `count`, `bytes`, `first`, `last`, `list`, `join SEP`,
//!   `split SEP`, `without KEY…`, `only KEY…`, `at PATH`, `each PATH`, `find RESOURCE [FIELD]`, `excerpt N`, `drop CHARS`, `base64`,
//!   `keyed NAME VALUE` (an array's items as an object), `base64url`, `unbase64`, `hex`, `unhex`, `begins TEXT`, `not`, `is TEXT`. Arguments with spaces are quoted: `join ', '`.
//! - `{{fresh:r-<digits:19>}}`: a new id of that style.
//! - `"...": "{{param | without recordId}}"`: spreads an object's members (`...1`, `...2` where there are several).
//! - `{"$each": "{{records}}", "$as": {"id": "{{item.id}}"}}`: an array made of each item.
//! - `{"$if": "{{param.x}}", "$then": …, "$else": …}`.

mod read;

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

pub use read::{read, read_actions, read_value};

use super::{files::FILES, ids::IdStyle, path, template::Template};
use crate::{domain::document::Value, sandbox::general};

/// An integration's data, read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Provider {
    /// The integration's key.
    pub integration: String,
    /// The body of a refusal because a record does not exist.
    pub not_found: Option<Template>,
    /// The body of any other refusal.
    pub invalid: Option<Template>,
    /// Its resources, by name.
    pub resources: BTreeMap<String, Resource>,
    /// What each action does, by name.
    pub actions: BTreeMap<String, ActionData>,
}

/// One kind of record.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// The path of the id.
    pub id: Vec<String>,
    /// What new ids look like.
    pub id_style: IdStyle,
    /// Other names of it.
    pub also_known_as: Vec<String>,
    /// What every new record holds.
    pub new: Option<Template>,
    /// Where filters look first.
    pub fields_in: Vec<String>,
    /// Filter names that are not paths.
    pub fields: BTreeMap<String, Vec<String>>,
    /// Related resources: name → (resource, path of its id in this record).
    pub relations: BTreeMap<String, (String, Vec<String>)>,
    /// Where a search for words looks; empty is everywhere.
    pub text: Vec<Vec<String>>,
    /// Qualifiers of a search for words: how the paths are compared.
    pub qualifiers: BTreeMap<String, Vec<(Comparison, Vec<String>)>>,
    /// Whether lists begin with the record made last.
    pub newest_first: bool,
    /// What each record adds to the account's actions.
    pub parameter: Option<Template>,
    /// The records at the beginning.
    pub records: Vec<Arc<Value>>,
}

/// How a qualifier compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// The value contains the text, ignoring case.
    Contains,
    /// The value is the text, ignoring case.
    Is,
    /// The value comes after it.
    After,
    /// The value comes before it.
    Before,
}

impl Resource {
    /// The paths a record is recognised by: `by`, or the id's own.
    pub fn keys<'a>(&'a self, by: &'a [Vec<String>]) -> &'a [Vec<String>] {
        if by.is_empty() { std::slice::from_ref(&self.id) } else { by }
    }
}

impl Provider {
    /// The resource of that name or other name, ignoring case, with its own name.
    pub fn resource(&self, name: &str) -> Option<(&str, &Resource)> {
        let named = |n: &str| n.eq_ignore_ascii_case(name);
        let mut resources = self.resources.iter();
        resources.find(|(n, r)| named(n) || r.also_known_as.iter().any(|a| named(a))).map(|(n, r)| (n.as_str(), r))
    }
}

impl Comparison {
    /// A path with the sign before it that tells the comparison.
    fn read(text: &str) -> (Self, Vec<String>) {
        let signs = [("=", Self::Is), (">", Self::After), ("<", Self::Before)];
        let signed = signs.into_iter().find_map(|(sign, c)| text.strip_prefix(sign).map(|path| (c, path)));
        let (comparison, path) = signed.unwrap_or((Self::Contains, text));
        (comparison, path::parse(path))
    }
}

/// What an action does.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionData {
    /// The records it needs first.
    pub find: Vec<Lookup>,
    /// The change or reading itself.
    pub step: Step,
    /// The filter formula.
    pub formula: Option<Template>,
    /// The words searched for.
    pub words: Option<Template>,
    /// The SOQL query.
    pub soql: Option<Template>,
    /// The JQL query.
    pub jql: Option<Template>,
    /// Path and direction of sorting.
    pub sort: Option<(Template, Option<Template>)>,
    /// How results are paged.
    pub page: Option<Paging>,
    /// Changes afterwards.
    pub also: Vec<Step>,
    /// The refusal where a record is missing, instead of the provider's.
    pub not_found: Option<Template>,
    /// The answer.
    pub reply: Option<Template>,
}

/// One change or reading.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What is done.
    pub does: Does,
    /// To which resource.
    pub resource: Option<Template>,
    /// The id of the record meant.
    pub id: Option<Template>,
    /// The paths compared with `id`; empty: the resource's id.
    pub by: Vec<Vec<String>>,
    /// Values that must stand at a path.
    pub conditions: Vec<(Vec<String>, Template)>,
    /// Texts that must occur at a path.
    pub like: Vec<(Vec<String>, Template)>,
    /// What is set.
    pub set: Option<Template>,
    /// The array for whose every item it is done.
    pub each: Option<Template>,
}

/// What can be done to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// Makes a record.
    Create,
    /// Reads one record.
    Get,
    /// Reads the records that fit.
    List,
    /// Changes records.
    Update,
    /// Removes records.
    Delete,
    /// Nothing.
    Answer,
}

/// A record needed by an action.
#[derive(Debug, Clone, PartialEq)]
pub struct Lookup {
    /// The name templates see it by.
    pub name: String,
    /// The resource it is looked for in.
    pub resource: String,
    /// The paths compared; empty: the resource's id.
    pub by: Vec<Vec<String>>,
    /// The value looked for.
    pub is: Template,
    /// Whether it may be missing.
    pub optional: bool,
    /// What is made where it is missing.
    pub or_create: Option<Template>,
}

/// How a list is cut into pages.
#[derive(Debug, Clone, PartialEq)]
pub struct Paging {
    /// The style.
    pub style: PageStyle,
    /// Where the page starts, as the caller says.
    pub at: Template,
    /// How many records a page holds.
    pub size: Option<Template>,
}

/// The three ways pages are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageStyle {
    /// An opaque text from the page before.
    Cursor,
    /// How many records to skip.
    Offset,
    /// The page's number, from 1.
    Number,
}

/// A mistake in a data file: where, and what.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {message}")]
pub struct DataError {
    /// The place, such as `slack/actions/SLACK_SEND_MESSAGE/reply`.
    pub at: String,
    /// What is wrong there.
    pub message: String,
}

/// The provider of that integration, if it has a data file or is made of archetypes; on first use.
///
/// # Errors
/// The first mistake in its file; a test reads them all, so never in a released program.
pub fn provider(integration: &str) -> Result<Option<Arc<Provider>>, DataError> {
    static READ: [OnceLock<Result<Arc<Provider>, DataError>>; FILES.len()] = [const { OnceLock::new() }; FILES.len()];
    let file = FILES.iter().zip(&READ).find(|((name, _), _)| *name == integration);
    let read = file.map(|((name, text), read)| read.get_or_init(|| self::read(name, text).map(Arc::new)).clone());
    match read {
        Some(read) => read.map(Some),
        None => Ok(general::provider(integration)),
    }
}

/// Every provider with a data file, by integration.
///
/// # Errors
/// As [`provider`].
pub fn providers() -> Result<BTreeMap<&'static str, Arc<Provider>>, DataError> {
    FILES.iter().filter_map(|(name, _)| Some((*name, provider(name).transpose()?))).map(|(n, p)| Ok((n, p?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_data_file_is_right() {
        let providers = providers().map_err(|e| e.to_string());
        assert_eq!(providers.map(|p| p.len()), Ok(FILES.len()));
    }

    #[test]
    fn the_seed_records_have_ids_and_no_two_the_same() {
        for (name, provider) in providers().into_iter().flatten() {
            for (resource, data) in &provider.resources {
                let mut seen = std::collections::BTreeSet::new();
                for record in &data.records {
                    let id = path::get(record, &data.id).map(super::super::template::plain);
                    assert!(id.is_some(), "{name}/{resource}: a record has no id: {record}");
                    assert!(seen.insert(id.clone()), "{name}/{resource}: {id:?} occurs twice");
                }
            }
        }
    }

    #[test]
    fn the_people_are_example_people() {
        for (name, text) in FILES {
            for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || "@.-_+".contains(c))) {
                // `@odata.context` and its like are the names of members.
                if let Some((who, host)) = word.trim_matches('.').split_once('@')
                    && !who.is_empty()
                    && host.contains('.')
                {
                    let example = host == "example.com" || host.ends_with(".example.com");
                    assert!(example, "{name}: {word} is not an example.com address");
                }
            }
        }
    }

    #[test]
    fn a_mistake_names_its_place() {
        let cases = [
            ("[]", "x: must be an object"),
            ("{", "x: not valid JSON"),
            (r#"{"integration":"y"}"#, r#"x: integration is "y""#),
            (r#"{"integration":"x","more":1}"#, r#"x: "more" is not known here"#),
            (r#"{"integration":"x","actions":{"A":{"do":"jump"}}}"#, r#"x/actions/A: do is "jump""#),
            (r#"{"integration":"x","actions":{"A":{"do":"list"}}}"#, "x/actions/A: needs a resource"),
            (
                r#"{"integration":"x","actions":{"A":{"do":"answer","reply":{"a":"{{b | c}}"}}}}"#,
                r#"x/actions/A/reply: {{b | c}}: "c" is no pipe"#,
            ),
            (
                r#"{"integration":"x","actions":{"A":{"do":"answer","find":[{"as":"r"}]}}}"#,
                "x/actions/A/find/0: needs in",
            ),
            (r#"{"integration":"x","resources":{"r":{"id_style":"<x>"}}}"#, "x/resources/r: id style"),
            (r#"{"integration":"x","resources":{"r":{"records":[1]}}}"#, "x/resources/r: every record"),
        ];
        for (text, expected) in cases {
            let error = read("x", text).err().map(|e| e.to_string()).unwrap_or_default();
            assert!(error.starts_with(expected), "{error:?} should start with {expected:?}");
        }
    }
}
