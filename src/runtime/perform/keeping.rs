//! What is kept on disk between two times: read and written by the writer, in order. Whatever cannot be kept is told.

use super::{
    super::host::{Connection, People},
    Failure, Message, Performer,
};
use crate::{
    app::message::SaveError,
    domain::{
        document::Value,
        saved::SavedCall,
        usage::UsageChange,
        users::{self, UsersChange},
    },
    store::{
        drafts::{DraftKey, Drafts},
        filters::Filters,
        saved::SavedCalls,
        usage::Usages,
    },
};

impl Performer {
    /// Does `work` on the disk; where that fails, it is told of what.
    fn keep(&self, what: impl Into<String>, work: impl FnOnce() -> Result<(), Failure> + Send + 'static) {
        self.writer.add(self.told(what.into(), work));
    }

    fn told(
        &self,
        what: String,
        work: impl FnOnce() -> Result<(), Failure> + Send + 'static,
    ) -> impl FnOnce() + Send + 'static {
        let teller = self.teller.clone();
        move || {
            if let Err(failure) = work() {
                tracing::warn!(%failure, what, "not kept");
                teller.tell(Message::NotKept { what, failure });
            }
        }
    }

    /// Does `work`, which reads, and tells what it makes of it.
    fn recalled(&self, work: impl FnOnce() -> Message + Send + 'static) {
        let teller = self.teller.clone();
        self.writer.add(move || teller.tell(work()));
    }

    pub(super) fn recall(&self, action: String) {
        let Some((drafts, key)) = self.draft(&action) else {
            return self.teller.tell(Message::DraftRecalled { action, draft: None });
        };
        let teller = self.teller.clone();
        self.writer.read_draft(key.clone(), move || {
            let draft = drafts.load(&key);
            teller.tell(Message::DraftRecalled { action, draft });
        });
    }

    /// Keeps a draft in place of an older one; of several that wait for the disk the last one is.
    pub(super) fn remember(&self, action: &str, draft: Option<Value>) {
        let Some((drafts, key)) = self.draft(action) else { return };
        let of = key.clone();
        let work = self.told(format!("The draft of {action}"), move || match draft {
            Some(draft) => drafts.save(&key, &draft),
            None => drafts.remove(&key),
        });
        self.writer.write_draft(of, work);
    }

    fn draft(&self, action: &str) -> Option<(Drafts, DraftKey)> {
        let Connection { session, drafts, .. } = self.connection.as_ref()?;
        let user = session.user().unwrap_or_default().to_owned();
        Some((drafts.clone()?, DraftKey { project: session.project.clone(), user, action: action.to_owned() }))
    }

    /// Where it is kept what is used, and for which project.
    pub(super) fn usage(&self) -> Option<(Usages, String)> {
        let Connection { session, usage, .. } = self.connection.as_ref()?;
        Some((usage.clone()?, session.project.clone()))
    }

    pub(super) fn recall_usage(&self) {
        match self.usage() {
            Some((usages, project)) => self.recalled(move || Message::UsageRecalled(usages.load(&project))),
            None => self.teller.tell(Message::UsageRecalled(crate::domain::usage::Usage::default())),
        }
    }

    pub(super) fn keep_usage(&self, change: UsageChange) {
        let Some((usages, project)) = self.usage() else { return };
        self.keep("Favourites and what was run last", move || usages.change(&project, &change));
    }

    pub(super) fn recall_users(&self) {
        match self.connection.as_ref().map(|c| c.people.clone()) {
            Some(People::Kept { lists, profile }) => {
                self.recalled(move || Message::UsersRecalled(lists.load(&profile)));
            }
            Some(People::Made(users)) => self.teller.tell(Message::UsersRecalled(users)),
            None => self.teller.tell(Message::UsersRecalled(Vec::new())),
        }
    }

    pub(super) fn keep_users(&mut self, change: UsersChange) {
        match self.connection.as_mut().map(|c| &mut c.people) {
            Some(People::Kept { lists, profile }) => {
                let (lists, profile) = (lists.clone(), profile.clone());
                self.keep("The list of users", move || lists.change(&profile, &change));
            }
            Some(People::Made(list)) => users::change(list, &change),
            None => {}
        }
    }

    pub(super) fn recall_filters(&self) {
        let filters = Filters::new(&self.data);
        self.recalled(move || Message::FiltersRecalled(filters.load()));
    }

    pub(super) fn keep_filter(&self, filter: String) {
        let filters = Filters::new(&self.data);
        self.keep("The filter", move || filters.add(&filter));
    }

    pub(super) fn save_call(&self, call: SavedCall, replace: bool) {
        let calls = self.saved();
        self.recalled(move || {
            let result = match calls.save(&call, replace) {
                Ok(true) => Ok(()),
                Ok(false) => Err(SaveError::Exists),
                Err(failure) => Err(SaveError::Other(failure.message)),
            };
            Message::CallSaved { call, result }
        });
    }

    pub(super) fn list_calls(&self) {
        let calls = self.saved();
        self.recalled(move || Message::CallsListed(calls.list()));
    }

    pub(super) fn recall_call(&self, name: String) {
        let calls = self.saved();
        self.recalled(move || Message::CallRecalled(calls.load(&name)));
    }

    /// Removes a saved call; the list is told as it is then.
    pub(super) fn forget_call(&self, name: String) {
        let (calls, listed) = (self.saved(), self.saved());
        self.keep(format!("The saved call {name} is still there"), move || calls.remove(&name).map(drop));
        self.recalled(move || Message::CallsListed(listed.list()));
    }

    fn saved(&self) -> SavedCalls {
        SavedCalls::new(&self.data)
    }
}
