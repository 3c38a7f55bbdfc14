//! Effects about whom akx speaks for: users, profiles, and the doctor's look.

use std::sync::Arc;

use super::{
    super::host::{People, Source},
    Performer, unpanicked,
};
use crate::{
    app::{Message, profiles::Ask, remote::LoadId},
    domain::{
        now::Now,
        users::{self, UsersChange},
    },
};

impl Performer {
    pub(super) fn diagnose(&self, load: LoadId, (reads, with): (bool, Option<String>), now: Now) {
        let Some(connection) = &self.connection else { return };
        let Source::Server { client, .. } = &connection.source else { return };
        let client = client.clone().with_wire(connection.session.wire);
        let origin = &connection.session.origin;
        let named = (origin.source.clone(), origin.way.clone());
        let usage = reads.then(|| self.usage().map(|(usages, key)| usages.load(&key)).unwrap_or_default());
        let (messages, others) = (self.messages.clone(), connection.others.clone());
        tokio::spawn(async move {
            let looking = async {
                let facts = client.facts(named.clone(), usage.as_ref(), now).await;
                let Some(with) = with else { return (facts, None) };
                let other = match others.client(with).await {
                    Ok(other) => Ok(other.facts(named, usage.as_ref(), now).await),
                    Err(failure) => Err(failure),
                };
                (facts, Some(Box::new(other)))
            };
            match unpanicked(looking, "looking at the connection").await {
                Ok((facts, other)) => {
                    let _ = messages.send(Message::Diagnosed { load, facts: Box::new(facts), other });
                }
                Err(failure) => tracing::error!(%failure, "the doctor gave no report"),
            }
        });
    }

    pub(super) fn profiles(&self, ask: Ask) {
        let (host, messages) = (Arc::clone(&self.host), self.messages.clone());
        tokio::task::spawn_blocking(move || {
            let _ = messages.send(Message::ProfilesListed(host.profiles(ask)));
        });
    }

    pub(super) fn recall_users(&self) {
        let users = match self.connection.as_ref().map(|c| &c.people) {
            Some(People::Kept { lists, profile }) => lists.load(profile),
            Some(People::Made(users)) => users.clone(),
            None => Vec::new(),
        };
        self.tell(Message::UsersRecalled(users));
    }

    pub(super) fn keep_users(&mut self, change: &UsersChange) {
        match self.connection.as_mut().map(|c| &mut c.people) {
            Some(People::Kept { lists, profile }) => {
                if let Err(failure) = lists.change(profile, change) {
                    tracing::warn!(%failure, "the users are not kept");
                }
            }
            Some(People::Made(list)) => users::change(list, change),
            None => {}
        }
    }
}
