//! Effects about whom akx speaks for: users, profiles, and the doctor's look.

use super::{Performer, Usages, asking::nothing_connected, unpanicked};
use crate::{
    app::{Message, remote::LoadId},
    domain::{now::Now, usage::Usage},
};

impl Performer {
    pub(super) fn diagnose(&self, load: LoadId, (reads, with): (bool, Option<String>), now: Now) {
        let client = self.client();
        let (Ok(client), Some(connection)) = (client, &self.connection) else {
            let result = Err(nothing_connected());
            return self.teller.tell(Message::Diagnosed { load, result, other: None });
        };
        let client = client.with_wire(connection.session.wire);
        let origin = &connection.session.origin;
        let named = (origin.source.clone(), origin.way.clone());
        let usage = reads.then(|| self.usage().map(|(usages, key)| (usages.clone(), key.clone())));
        let (teller, others) = (self.teller.clone(), connection.others.clone());
        tokio::spawn(async move {
            let looking = async {
                let usage = match usage {
                    Some(kept) => Some(usage_of(kept).await),
                    None => None,
                };
                let facts = client.facts(named.clone(), usage.as_ref(), now).await;
                let Some(with) = with else { return (facts, None) };
                let other = match others.client(with).await {
                    Ok(other) => Ok(other.facts(named, usage.as_ref(), now).await),
                    Err(failure) => Err(failure),
                };
                (facts, Some(Box::new(other)))
            };
            let (result, other) = match unpanicked(looking, "looking at the connection").await {
                Ok((facts, other)) => (Ok(Box::new(facts)), other),
                Err(failure) => (Err(failure), None),
            };
            teller.tell(Message::Diagnosed { load, result, other });
        });
    }
}

/// What is used, as it is kept; nothing where nothing is.
async fn usage_of(kept: Option<(Usages, String)>) -> Usage {
    let Some((usages, project)) = kept else { return Usage::default() };
    tokio::task::spawn_blocking(move || usages.load(&project)).await.unwrap_or_default()
}
