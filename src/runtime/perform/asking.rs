//! Asking a server: one way for all of it, which always ends in an answer, also where there is nobody to ask.

use std::sync::Arc;

use tokio::task::AbortHandle;

use super::{
    super::host::Source, Ask, Connection, Failure, FailureKind, LoadId, Message, Now, Performer, mistake, unpanicked,
};
use crate::{
    app::{listing::Listing, remote::Dated},
    client::Client,
    domain::{drift, export::Shape, export::compare, fault::FaultAsk, shared::Shared},
};

impl Performer {
    /// The server there is, or why there is none.
    pub(super) fn client(&self) -> Result<Client, Failure> {
        match &self.connection {
            Some(Connection { source: Source::Server { client, .. }, .. }) => Ok(client.clone()),
            Some(Connection { source: Source::Kept { .. } | Source::File { .. }, .. }) => Err(Failure::new(
                FailureKind::Usage,
                "This list comes from a file, so there is no server to ask.",
                "Start akx without --offline and --catalogue.",
            )),
            None => Err(nothing_connected()),
        }
    }

    /// Asks the server in a task; `answer` makes the message of what came of it. Whatever happens, one is told.
    pub(super) fn ask<T, A>(
        &self,
        doing: &'static str,
        asking: impl FnOnce(Client) -> A,
        answer: impl FnOnce(Result<T, Failure>) -> Message + Send + 'static,
    ) -> Option<AbortHandle>
    where
        T: Send + 'static,
        A: Future<Output = Result<T, Failure>> + Send + 'static,
    {
        match self.client() {
            Ok(client) => {
                let (asking, teller) = (asking(client), self.teller.clone());
                let task = tokio::spawn(async move {
                    teller.tell(answer(unpanicked(asking, doing).await.and_then(|result| result)));
                });
                Some(task.abort_handle())
            }
            Err(failure) => {
                self.teller.tell(answer(Err(failure)));
                None
            }
        }
    }

    pub(super) fn compare_list(&self, listing: Shared<Listing>, with: String) {
        let reading = self.connection.as_ref().map(|c| self.host.other_list(c.others.clone(), with.clone()));
        let Some(reading) = reading else {
            return self.teller.tell(Message::ListsCompared { with, result: Err(nothing_connected()) });
        };
        let teller = self.teller.clone();
        tokio::spawn(async move {
            let comparing = async {
                let other = reading.await?;
                let compare = move || Shared::new(drift::compare(&listing.catalogue, &other));
                tokio::task::spawn_blocking(compare).await.map_err(|_| mistake("comparing"))
            };
            let result = unpanicked(comparing, "comparing").await.and_then(|result| result);
            teller.tell(Message::ListsCompared { with, result });
        });
    }

    pub(super) fn compare_definitions(&self, listing: Shared<Listing>, which: (Vec<usize>, Shape), now: Now) {
        let (actions, shape) = which;
        let asking = move |client: Client| async move {
            let Some(theirs) = client.definitions(shape, now).await? else { return Ok(None) };
            let compare = move || {
                let actions: Vec<_> = actions.iter().filter_map(|at| listing.action(*at)).collect();
                Some(compare::compare(&actions, &theirs, shape))
            };
            tokio::task::spawn_blocking(compare).await.map_err(|_| mistake("comparing"))
        };
        self.ask("comparing", asking, move |result| Message::DefinitionsCompared { shape, result });
    }

    pub(super) fn load_category(&self, category: String, now: Now) {
        let name = category.clone();
        let asking = move |client: Client| async move { client.of_category(&name, now).await };
        let answer = move |result| Message::CategoryLoaded { category, result };
        self.ask("asking for a category", asking, answer);
    }

    pub(super) fn load_connections(&self, load: LoadId, now: Now) {
        let asking = move |client: Client| async move {
            client.connections(now).await.map(|value| Dated { value, at: now.unix })
        };
        self.ask("asking what is connected", asking, move |result| Message::ConnectionsLoaded { load, result });
    }

    pub(super) fn faults(&self, load: LoadId, ask: FaultAsk, now: Now) {
        let asking =
            move |client: Client| async move { client.faults(ask).await.map(|value| Dated { value, at: now.unix }) };
        self.ask("switching a fault", asking, move |result| Message::FaultsTold { load, result });
    }

    pub(super) fn reset_world(&self) {
        let asking = |client: Client| async move { client.reset_world().await };
        self.ask("resetting the world", asking, Message::WorldReset);
    }

    /// Asks what there is to choose from; what was asked before is no longer waited for.
    pub(super) fn load_choices(&mut self, load: LoadId, ask: Ask, now: Now) {
        let asking = move |client: Client| async move { client.choices(&ask, now).await };
        let answer = move |result| Message::ChoicesLoaded { load, result };
        let task = self.ask("asking what there is to choose from", asking, answer);
        let before = std::mem::replace(&mut self.choosing, task.map(|task| (load, task)));
        if let Some((_, before)) = before {
            before.abort();
        }
    }

    pub(super) fn drop_choices(&mut self, load: LoadId) {
        if let Some((_, task)) = self.choosing.take_if(|(going, _)| *going == load) {
            task.abort();
        }
    }

    pub(super) fn profiles(&self, ask: crate::app::profiles::Ask) {
        let (host, teller) = (Arc::clone(&self.host), self.teller.clone());
        tokio::task::spawn_blocking(move || teller.tell(Message::ProfilesListed(host.profiles(ask))));
    }
}

/// What is answered where there is nothing that could be asked.
pub(super) fn nothing_connected() -> Failure {
    Failure::new(
        FailureKind::Usage,
        "Nothing is connected yet.",
        "Choose “Connect elsewhere” in the commands (^P), or wait until the connection is there.",
    )
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;
    use tokio::sync::mpsc::unbounded_channel;

    use super::*;
    use crate::{
        app::{Effect, effect::Destination, effect::JournalAsk, past::Purpose, profiles},
        domain::{
            catalogue::Catalogue,
            guard::leave_to_read,
            history::{Ask as HistoryAsk, Change, RecordId},
            run::{RunId, RunRequest},
            side_effect::SideEffect,
        },
        runtime::{Programs, host::Task},
    };

    /// Connects to nothing.
    struct Nobody;

    impl crate::runtime::Host for Nobody {
        fn connect(&self, _: Destination, _: Option<SecretString>) -> Task<Result<Connection, Failure>> {
            Box::pin(async { Err(nothing_connected()) })
        }
    }

    #[tokio::test]
    async fn whoever_asks_is_answered_also_where_there_is_nobody_to_ask() {
        let (sender, mut messages) = unbounded_channel();
        let home = tempfile::tempdir().unwrap();
        let mut performer = Performer::new(Arc::new(Nobody), sender, home.path().to_owned(), Programs::default());
        let load = LoadId(7);
        let listing = || Shared::new(Listing::new(Catalogue::read(br#"{"actions":{}}"#).unwrap()));
        let leave = leave_to_read("A_B", SideEffect::Read).unwrap();
        let request = RunRequest {
            action: "A_B".into(),
            parameters: crate::domain::document::Value::object(),
            wire: crate::domain::wire::Wire::Live,
            credential: None,
        };
        for effect in [
            Effect::LoadCatalogue { load },
            Effect::CompareList { listing: listing(), with: "x".into() },
            Effect::CompareDefinitions { listing: listing(), actions: Vec::new(), shape: Shape::OpenAi },
            Effect::LoadCategory { category: "crm".into() },
            Effect::LoadConnections { load },
            Effect::Diagnose { load, reads: true, with: None },
            Effect::FindHistory { load, ask: HistoryAsk::default() },
            Effect::OpenRecord { id: RecordId(1), purpose: Purpose::Show },
            Effect::ChangeHistory(Change::Purge),
            Effect::Run { id: RunId(1), request, leave, of: None },
            Effect::Faults { load, ask: FaultAsk::Which },
            Effect::ResetWorld,
            Effect::Profiles(profiles::Ask::List),
            Effect::Journal(JournalAsk::Open { load, name: "work".into(), keys: [].into() }),
            Effect::RecallUsers,
        ] {
            let what = format!("{effect:?}");
            performer.perform(effect, Now::default());
            let told = tokio::time::timeout(std::time::Duration::from_secs(20), messages.recv()).await;
            assert!(told.is_ok_and(|told| told.is_some()), "no answer to {what}");
        }
    }
}
