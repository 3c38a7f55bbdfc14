//! What the full-screen program needs from whoever starts it: making connections, and reading a document. So that it
//! knows no sandbox and no flags.

use std::{future::Future, pin::Pin};

use secrecy::SecretString;

use crate::{
    app::{effect::Destination, listing::Listing, session::Session, viewer::Opened},
    client::Client,
    domain::{
        catalogue::Catalogue,
        failure::{Failure, FailureKind},
        shared::Shared,
    },
    store::{
        cache::{Cache, ListKey},
        drafts::Drafts,
        history::History,
        usage::Usages,
    },
};

/// A connection that was made.
#[derive(Debug, Clone)]
pub struct Connection {
    /// What the interface needs to know of it.
    pub session: Session,
    /// Where actions come from and runs go to.
    pub source: Source,
    /// Where drafts are kept; `None` where nothing is to be kept.
    pub drafts: Option<Drafts>,
    /// Where runs are noted.
    pub history: History,
    /// Where favourites and counts are kept; `None` where nothing is to be kept.
    pub usage: Option<Usages>,
}

/// Where the actions come from.
#[derive(Debug, Clone)]
pub enum Source {
    /// A server, with the list of last time where there is one.
    Server {
        /// The client, with the token in it.
        client: Client,
        /// Where lists are kept, and under which key; `None` where nothing is to be kept.
        cache: Option<(Cache, ListKey)>,
    },
    /// The list kept on disk, without a server; nothing can be run.
    Kept {
        /// Where lists are kept.
        cache: Cache,
        /// Under which key.
        key: ListKey,
    },
    /// A list that was saved, ready to be browsed; nothing can be run.
    File {
        /// The list.
        listing: Shared<Listing>,
        /// When it was fetched, in Unix seconds, where that is known.
        fetched_at: Option<i64>,
    },
}

/// A future that a task can carry.
pub type Task<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Makes connections.
pub trait Host: Send + Sync + 'static {
    /// Connects to `to`. `secret` is the token typed on the welcome screen, if any.
    fn connect(&self, to: Destination, secret: Option<SecretString>) -> Task<Result<Connection, Failure>>;

    /// The list to compare the one of `session` with: `with` is the file of a saved list, or another connected user.
    fn other_list(&self, session: Session, with: String) -> Task<Result<Catalogue, Failure>> {
        let _ = (session, with);
        Box::pin(async {
            let message = "There is no other list to compare with here.";
            Err(Failure::new(FailureKind::Refused, message, "Use akx drift."))
        })
    }

    /// Reads the rest of the document the program was started with, and opens the whole; `told` hears how many bytes
    /// of how many have come.
    fn document(&self, _told: Told) -> Task<Result<Opened, Failure>> {
        let nothing = Failure::new(FailureKind::Internal, "There is no document to read on.", "");
        Box::pin(async { Err(nothing) })
    }
}

/// Hears how many bytes of how many have come.
pub type Told = Box<dyn FnMut(u64, Option<u64>) + Send>;
