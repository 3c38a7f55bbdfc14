//! What the full-screen program needs from whoever starts it: making connections, and reading a document. So that it
//! knows no sandbox and no flags.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use secrecy::SecretString;

use crate::{
    app::{
        effect::Destination,
        listing::Listing,
        profiles::{Ask, Listed},
        session::Session,
        viewer::Opened,
    },
    client::Client,
    domain::{
        catalogue::Catalogue,
        failure::{Failure, FailureKind},
        shared::Shared,
        users::User,
    },
    store::{
        cache::{Cache, ListKey},
        drafts::Drafts,
        history::History,
        rows::Journals,
        usage::Usages,
        users::UserLists,
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
    /// The connected users one works with.
    pub people: People,
    /// Makes clients for other users of the same project.
    pub others: Others,
    /// Where it is kept which of many runs are done; `None` where nothing is to be kept.
    pub journals: Option<Journals>,
}

/// Makes clients for other connected users of the project that a connection is for.
#[derive(Clone)]
pub struct Others(Arc<Maker>);

/// Makes a client for the user of an id.
type Maker = dyn Fn(String) -> Task<Result<Client, Failure>> + Send + Sync;

impl Others {
    /// Clients as `make` makes them; it must not block.
    pub fn new(make: impl Fn(String) -> Task<Result<Client, Failure>> + Send + Sync + 'static) -> Self {
        Self(Arc::new(make))
    }

    /// None: there is no server to speak to.
    pub fn none() -> Self {
        Self::new(|_| {
            let message = "There is no connection for another user here.";
            Box::pin(async move { Err(Failure::new(FailureKind::Refused, message, "Connect to a project first.")) })
        })
    }

    /// A client for `user`.
    ///
    /// # Errors
    /// When no token for that user can be had.
    pub async fn client(&self, user: String) -> Result<Client, Failure> {
        (self.0)(user).await
    }
}

impl fmt::Debug for Others {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Others")
    }
}

/// Where the connected users one works with are kept.
#[derive(Debug, Clone)]
pub enum People {
    /// On disk, for a profile.
    Kept {
        /// The lists.
        lists: UserLists,
        /// The profile's name.
        profile: String,
    },
    /// Nowhere: these, and what is changed about them until the end.
    Made(Vec<User>),
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

    /// Does what is asked about the profiles, and lists them. It may block.
    ///
    /// # Errors
    /// Why it was not done; nothing is changed then.
    fn profiles(&self, ask: Ask) -> Result<Listed, Failure> {
        let _ = ask;
        Ok(Listed::default())
    }

    /// The list to compare the one that is shown with: `with` is the file of a saved list, or another connected user.
    fn other_list(&self, others: Others, with: String) -> Task<Result<Catalogue, Failure>> {
        let _ = (others, with);
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
