//! Choosing a field's value from what the user's account has: the rows so far, what is asked, and the names of what was
//! chosen.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use super::{
    chooser::{Chooser, Item},
    remote::{Fetch, LoadId},
};
use crate::domain::{
    choices::{Ask, Choice, Choices, Source, may_be_elsewhere},
    failure::Failure,
    form::{FieldId, Row},
    now::Now,
};

/// How long nothing must be typed before the server is asked to search.
pub const SEARCH_REST: Duration = Duration::from_millis(300);

/// How many rows are kept.
const ROWS: usize = 20_000;

/// The choices for one field, as far as they have come.
#[derive(Debug, Clone)]
pub struct AccountChoices {
    /// The field they are for.
    pub field: FieldId,
    /// Its name.
    pub name: String,
    /// The rows.
    pub chooser: Chooser,
    /// How the asking stands.
    pub fetch: Fetch,
    /// When the server is to be asked for what is typed, in uptime.
    pub search_at: Option<Duration>,
    source: Source,
    /// What else may have them, where this source does not exist.
    others: Vec<Source>,
    list: Vec<Choice>,
    /// What the rows were searched for with at the server.
    searched: String,
    /// What asks for more rows, if there are more.
    next: Option<Ask>,
    /// Whether what is being asked goes behind the rows there are.
    appends: bool,
}

/// What follows from an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Then {
    /// Nothing.
    Nothing,
    /// The next source is to be asked.
    Ask(Ask),
    /// More rows could not be had, and this is why.
    Failed(Failure),
}

impl AccountChoices {
    /// Nothing asked yet; `sources` are tried in order. `None` where there is none.
    pub fn new(field: FieldId, name: String, mut sources: Vec<Source>) -> Option<Self> {
        if sources.is_empty() {
            return None;
        }
        let source = sources.remove(0);
        Some(Self {
            field,
            name,
            chooser: Chooser::new(Vec::new(), 0),
            fetch: Fetch::Idle,
            search_at: None,
            source,
            others: sources,
            list: Vec::new(),
            searched: String::new(),
            next: None,
            appends: false,
        })
    }

    /// Where the rows come from.
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// Whether there are more rows than have come.
    pub const fn has_more(&self) -> bool {
        self.next.is_some()
    }

    /// Whether an answer is waited for.
    pub const fn is_going(&self) -> bool {
        matches!(self.fetch, Fetch::Going { .. })
    }

    /// The load that is waited for.
    pub const fn load(&self) -> Option<LoadId> {
        match self.fetch {
            Fetch::Going { id, .. } => Some(id),
            Fetch::Idle | Fetch::Failed(_) => None,
        }
    }

    /// The choice under the cursor.
    pub fn chosen(&self) -> Option<&Choice> {
        self.list.get(self.chooser.chosen()?)
    }

    /// What asks for everything that holds what is typed, from the beginning.
    pub fn afresh(&mut self) -> Ask {
        self.search_at = None;
        self.appends = false;
        let search = if self.source.searches() { self.chooser.filter.text().trim().to_owned() } else { String::new() };
        self.searched.clone_from(&search);
        Ask::first(self.source.clone(), search)
    }

    /// What asks for more rows, where the cursor has come to the end of those there are.
    pub fn further(&mut self) -> Option<Ask> {
        let at_end = self.chooser.cursor + 1 >= self.chooser.len();
        if !at_end || self.is_going() || self.search_at.is_some() || self.list.len() >= ROWS {
            return None;
        }
        self.appends = true;
        self.next.clone()
    }

    /// Marks what was asked as under way.
    pub fn start(&mut self, id: LoadId, now: Now) {
        self.fetch = Fetch::Going { id, since: now };
    }

    /// Takes an answer; returns what follows, or `None` where nobody waits for it.
    pub fn take(&mut self, id: LoadId, result: Result<Choices, Failure>) -> Option<Then> {
        if self.load() != Some(id) {
            return None;
        }
        match result {
            Ok(choices) => {
                self.fetch = Fetch::Idle;
                self.next = choices.next;
                let items = choices.list.iter().map(item).collect();
                if self.appends {
                    self.list.extend(choices.list);
                    self.chooser.append(items, !self.is_searched());
                } else {
                    self.list = choices.list;
                    self.chooser.renew(items, !self.is_searched());
                }
                Some(Then::Nothing)
            }
            Err(failure) if self.list.is_empty() && may_be_elsewhere(failure.kind) && !self.others.is_empty() => {
                self.source = self.others.remove(0);
                Some(Then::Ask(self.afresh()))
            }
            Err(failure) => {
                self.fetch = Fetch::Failed(failure.clone());
                Some(if self.list.is_empty() { Then::Nothing } else { Then::Failed(failure) })
            }
        }
    }

    /// Whether the rows are what the server found for what is typed.
    fn is_searched(&self) -> bool {
        !self.searched.is_empty() && self.searched == self.chooser.filter.text().trim()
    }

    /// What is typed has changed: the rows there are are filtered, and where there may be others the server is asked, a
    /// little later.
    pub fn typed(&mut self, now: Now) {
        self.chooser.refilter();
        let complete = self.searched.is_empty() && self.next.is_none() && !self.is_going();
        let asks = self.source.searches() && !complete && !self.is_searched();
        self.search_at = asks.then_some(now.uptime + SEARCH_REST);
    }
}

fn item(choice: &Choice) -> Item {
    let id = choice.id();
    let note = match (choice.note.is_empty(), id == choice.label) {
        (true, true) => String::new(),
        (false, true) => choice.note.clone(),
        (true, false) => id,
        (false, false) => format!("{} · {id}", choice.note),
    };
    Item { label: choice.label.clone(), note }
}

/// The name of a row's field: that of its list, where it is an item of one.
pub fn field_name(rows: &[Row], row: &Row) -> String {
    let at = rows.iter().position(|r| r.id == row.id).unwrap_or(0);
    let mut named = row;
    for outer in rows.get(..at).unwrap_or_default().iter().rev() {
        if !named.label.bytes().all(|b| b.is_ascii_digit()) {
            break;
        }
        if outer.depth < named.depth {
            named = outer;
        }
    }
    named.label.clone()
}

/// What the values are called that were chosen from an account: shown beside them wherever they stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names(BTreeMap<(Arc<str>, String, String), String>);

impl Names {
    /// How many are kept.
    const AT_MOST: usize = 1_000;

    /// Keeps what `value` of the field `name` of `integration` is called.
    pub fn keep(&mut self, of: (&Arc<str>, &str), choice: &Choice) {
        let (integration, name) = of;
        if self.0.len() < Self::AT_MOST && choice.id() != choice.label {
            self.0.insert((Arc::clone(integration), name.to_owned(), choice.id()), choice.label.clone());
        }
    }

    /// What `value` of the field `name` of `integration` is called, if that is known.
    pub fn get(&self, integration: &Arc<str>, name: &str, value: &str) -> Option<&str> {
        if self.0.is_empty() || value.is_empty() {
            return None;
        }
        self.0.get(&(Arc::clone(integration), name.to_owned(), value.to_owned())).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        catalogue::Catalogue,
        choices::Wanted,
        document::{Document, Pointer, Value},
        failure::FailureKind,
        wire::Wire,
    };

    fn source(key: &str) -> Source {
        let list = br#"{"actions":{"slack":[{"type":"function","function":{"name":"SLACK_SEND"}}]}}"#;
        let catalogue = Catalogue::read(list).unwrap();
        let (at, filled) = (Pointer::root().child("channel"), Value::object());
        let action = catalogue.get("SLACK_SEND").unwrap();
        Source::dynamic(key, &Wanted { action: &action, at: &at, filled: &filled, wire: Wire::Live, credential: None })
    }

    fn choices() -> AccountChoices {
        let field = crate::domain::form::Form::new(&Value::object()).root();
        AccountChoices::new(field, "channel".to_owned(), vec![source("channels"), source("rooms")]).unwrap()
    }

    /// The answer to `ask` with these records.
    fn page(ask: &Ask, names: &[&str], more: bool) -> Choices {
        let records: Vec<String> = names.iter().map(|n| format!(r#"{{"value":"id-{n}","label":"{n}"}}"#)).collect();
        let next = if more { r#","nextPageCursor":"more""# } else { "" };
        let text = format!(r#"{{"output":{{"records":[{}]{next}}}}}"#, records.join(","));
        ask.read(&Document::read(text.as_str().into(), None)).unwrap()
    }

    fn labels(c: &AccountChoices) -> Vec<&str> {
        c.chooser.rows().map(|(_, item)| item.label.as_str()).collect()
    }

    #[test]
    fn pages_come_as_the_cursor_passes_the_end() {
        let mut c = choices();
        let ask = c.afresh();
        c.start(LoadId(1), Now::default());
        assert_eq!(c.further(), None, "one question at a time");
        assert_eq!(c.take(LoadId(9), Ok(page(&ask, &["x"], false))), None, "nobody waits for that");
        c.take(LoadId(1), Ok(page(&ask, &["a", "b"], true)));
        assert_eq!(labels(&c), ["a", "b"]);
        assert_eq!(c.further(), None, "not at the end yet");
        c.chooser.move_by(1, 10);
        let more = c.further().expect("more rows");
        c.start(LoadId(2), Now::default());
        c.take(LoadId(2), Ok(page(&more, &["c"], false)));
        assert_eq!((labels(&c), c.chooser.cursor, c.has_more()), (vec!["a", "b", "c"], 1, false));
        assert_eq!(c.chosen().map(Choice::id).as_deref(), Some("id-b"), "the cursor stays where it was");
        c.chooser.move_by(9, 10);
        assert_eq!(c.further(), None);
    }

    #[test]
    fn typing_filters_and_asks_the_server_only_where_there_is_more() {
        let mut c = choices();
        let ask = c.afresh();
        c.start(LoadId(1), Now::default());
        c.take(LoadId(1), Ok(page(&ask, &["general", "random"], false)));
        c.chooser.filter.set("ran");
        c.typed(Now::default());
        assert_eq!((labels(&c), c.search_at), (vec!["random"], None), "everything is here");
        let mut c = choices();
        let ask = c.afresh();
        c.start(LoadId(1), Now::default());
        c.take(LoadId(1), Ok(page(&ask, &["general", "random"], true)));
        c.chooser.filter.set("ops");
        c.typed(Now::default());
        assert_eq!((labels(&c).len(), c.search_at), (0, Some(SEARCH_REST)));
        let search = c.afresh();
        assert_eq!(search.search, "ops");
        c.start(LoadId(2), Now::default());
        c.take(LoadId(2), Ok(page(&search, &["Operations"], false)));
        assert_eq!(labels(&c), ["Operations"], "what the server found is not filtered once more");
        c.chooser.filter.set("");
        c.typed(Now::default());
        assert!(c.search_at.is_some(), "everything is asked for again");
    }

    #[test]
    fn where_one_source_has_nothing_the_next_is_asked() {
        let mut c = choices();
        let _ = c.afresh();
        c.start(LoadId(1), Now::default());
        let gone = Failure::new(FailureKind::UnknownAction, "No such list.", "");
        let Some(Then::Ask(ask)) = c.take(LoadId(1), Err(gone.clone())) else { panic!("no other source") };
        assert_eq!((ask.source.name(), c.source().name()), ("rooms", "rooms"));
        c.start(LoadId(2), Now::default());
        assert_eq!(c.take(LoadId(2), Err(gone)), Some(Then::Nothing));
        assert!(matches!(c.fetch, Fetch::Failed(_)));
        let mut c = choices();
        let _ = c.afresh();
        c.start(LoadId(1), Now::default());
        let denied = Failure::new(FailureKind::NotAuthorised, "The token has expired.", "");
        assert_eq!(c.take(LoadId(1), Err(denied)), Some(Then::Nothing), "another source would say the same");
    }

    #[test]
    fn names_are_known_by_integration_and_field() {
        let slack: Arc<str> = "slack".into();
        let mut names = Names::default();
        let choice = Choice { value: Value::from(1), label: "general".to_owned(), note: String::new() };
        names.keep((&slack, "channel"), &choice);
        assert_eq!(names.get(&slack, "channel", "1"), Some("general"));
        assert_eq!(names.get(&slack, "limit", "1"), None);
    }
}
