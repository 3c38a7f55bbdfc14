//! Several pages as one document: the records of all of them, exactly as they came.

use std::collections::BTreeSet;

use super::{Page, Pager, has_more_elsewhere, records};
use crate::domain::{
    document::{self, Document, Pointer, Value},
    text::{clean, counted, cut_end, human_size},
};

/// How many pages are asked for unless somebody says otherwise.
pub const LIMIT: usize = 100;

/// Why no further page was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// The last page said that it is the last one.
    End,
    /// The last page says that there is more, but not how an action could ask for it.
    Elsewhere,
    /// The last page held no records.
    Empty,
    /// An answer named a page that was there already.
    Again,
    /// As many pages came as were asked for.
    Limit,
    /// Together they would be larger than this many bytes.
    TooLarge(usize),
    /// An answer held no list where the first one did.
    Different,
    /// A person stopped it.
    Cancelled,
    /// Asking for a page failed, in words.
    Failed(String),
}

impl Stop {
    /// Whether everything there is has come.
    pub const fn is_complete(&self) -> bool {
        matches!(self, Self::End | Self::Empty)
    }

    /// Why it stopped, as a part of a sentence.
    pub fn words(&self) -> String {
        match self {
            Self::End | Self::Empty => "that is all".to_owned(),
            Self::Elsewhere => {
                "stopped, since the answer says that there is more, but names no page this action could ask for"
                    .to_owned()
            }
            Self::Again => "stopped, since the server named a page again".to_owned(),
            Self::Limit => "stopped at the limit, there is more".to_owned(),
            Self::TooLarge(limit) => format!("stopped at {}", human_size(u64::try_from(*limit).unwrap_or(u64::MAX))),
            Self::Different => "stopped, since the last answer holds no list".to_owned(),
            Self::Cancelled => "stopped by you".to_owned(),
            Self::Failed(why) => format!("stopped: {}", cut_end(&clean(why), 300)),
        }
    }
}

/// What was merged, and where it stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// How many pages.
    pub pages: usize,
    /// How many records.
    pub records: usize,
    /// Why it stopped; `None` while it goes on.
    pub stop: Option<Stop>,
    /// The page that would have been next, where there is one.
    pub next: Option<Page>,
}

impl Merged {
    /// `3 pages, 57 records`, and why it stopped.
    pub fn words(&self) -> String {
        let mut words = format!("{}, {}", counted(self.pages, "page"), counted(self.records, "record"));
        if let Some(stop) = &self.stop {
            words.push_str("; ");
            words.push_str(&stop.words());
        }
        words
    }
}

/// What is to be done after an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Ask with these parameters.
    Ask(Value),
    /// It is over: see [`Merged::stop`].
    Done,
}

/// Pages on their way into one document.
///
/// The document is the last page with the records of all of them in its list: what stands around the list, such as the
/// cursor, tells where it stopped. Not a byte of a record is changed.
#[derive(Debug, Clone)]
pub struct Collecting {
    pager: Pager,
    limit: usize,
    bytes_at_most: usize,
    seen: BTreeSet<String>,
    /// Where the list stands.
    place: Option<Pointer>,
    records: Vec<u8>,
    before: Vec<u8>,
    after: Vec<u8>,
    merged: Merged,
}

impl Collecting {
    /// Begins: at most `limit` pages and `bytes_at_most` bytes.
    pub fn new(pager: Pager, limit: usize, bytes_at_most: usize) -> Self {
        let merged = Merged { pages: 0, records: 0, stop: None, next: None };
        Self {
            pager,
            limit: limit.max(1),
            bytes_at_most,
            seen: BTreeSet::new(),
            place: None,
            records: Vec::new(),
            before: Vec::new(),
            after: Vec::new(),
            merged,
        }
    }

    /// What has been merged so far.
    pub const fn merged(&self) -> &Merged {
        &self.merged
    }

    /// The document of all pages so far.
    pub fn bytes(&self) -> Vec<u8> {
        [&self.before[..], &self.records, &self.after].concat()
    }

    /// Ends it before its time.
    pub fn stop(&mut self, stop: Stop) {
        self.merged.stop.get_or_insert(stop);
    }

    /// Takes the answer that `parameters` asked for.
    pub fn take(&mut self, parameters: &Value, answer: &Document) -> Next {
        let first = self.merged.pages == 0;
        let list = match &self.place {
            _ if answer.content() != &document::Content::Json => None,
            Some(place) => document::lookup(answer, place),
            None => records(answer),
        };
        let list = list.filter(|node| document::exact(answer, *node).starts_with(b"["));
        let Some(list) = list else {
            if first {
                // No list, so no pages: the answer as it is.
                self.before = answer.bytes().to_vec();
                self.merged.pages = 1;
            }
            return self.done(if first { Stop::End } else { Stop::Different });
        };
        let span = document::span(answer, list);
        let bytes = answer.bytes();
        let (opens, closes) = (span.start + 1, span.end.saturating_sub(1).max(span.start + 1));
        let inside = bytes.get(opens..closes).unwrap_or_default().trim_ascii();
        let count = answer.child_count(list);
        if !first && self.records.len() + inside.len() + bytes.len() > self.bytes_at_most {
            return self.done(Stop::TooLarge(self.bytes_at_most));
        }
        if count > 0 {
            if !self.records.is_empty() {
                self.records.push(b',');
            }
            self.records.extend_from_slice(inside);
        }
        self.before = bytes.get(..opens).unwrap_or_default().to_vec();
        self.after = bytes.get(closes..).unwrap_or_default().to_vec();
        self.place.get_or_insert_with(|| document::pointer(answer, list));
        self.merged.pages += 1;
        self.merged.records += count;
        self.merged.next = None;
        let Some(next) = self.pager.next(parameters, answer) else {
            let more = count > 0 && has_more_elsewhere(answer);
            return self.done(if more { Stop::Elsewhere } else { Stop::End });
        };
        if count == 0 {
            return self.done(Stop::Empty);
        }
        if !self.seen.insert(next.named.clone()) || next.parameters == *parameters {
            return self.done(Stop::Again);
        }
        let ask = next.parameters.clone();
        self.merged.next = Some(next);
        if self.merged.pages >= self.limit { self.done(Stop::Limit) } else { Next::Ask(ask) }
    }

    fn done(&mut self, stop: Stop) -> Next {
        self.stop(stop);
        Next::Done
    }
}
