//! Asking what there is to choose from in the user's account.

use super::{Ask, LoadId, Message, Now, Performer, Source, unpanicked};

impl Performer {
    /// Asks what there is to choose from; what was asked before is no longer waited for.
    pub(super) fn load_choices(&mut self, load: LoadId, ask: Ask, now: Now) {
        let Some(Source::Server { client, .. }) = self.connection.as_ref().map(|c| c.source.clone()) else { return };
        let messages = self.messages.clone();
        let task = tokio::spawn(async move {
            let result = unpanicked(client.choices(&ask, now), "asking what there is to choose from").await;
            let _ = messages.send(Message::ChoicesLoaded { load, result: result.and_then(|r| r) });
        });
        if let Some((_, before)) = self.choosing.replace((load, task.abort_handle())) {
            before.abort();
        }
    }

    pub(super) fn drop_choices(&mut self, load: LoadId) {
        if let Some((_, task)) = self.choosing.take_if(|(going, _)| *going == load) {
            task.abort();
        }
    }
}
