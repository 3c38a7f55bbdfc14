//! Telling the loop what came of an effect.

use tokio::sync::mpsc::UnboundedSender;

use crate::app::{Message, remote::Stamp};

/// Tells the loop what came of the effects of one session: everything bears that session's stamp, so that no answer is
/// taken for another's, however late it comes.
#[derive(Debug, Clone)]
pub(super) struct Teller {
    of: Stamp,
    messages: UnboundedSender<Message>,
}

impl Teller {
    /// Speaks for the session before the first.
    pub(super) fn new(messages: UnboundedSender<Message>) -> Self {
        Self { of: Stamp::default(), messages }
    }

    /// The same for another session.
    pub(super) fn for_session(&self, of: Stamp) -> Self {
        Self { of, messages: self.messages.clone() }
    }

    pub(super) fn tell(&self, message: Message) {
        // The receiver lives as long as the loop; after it nobody listens, and nothing is lost.
        let _ = self.messages.send(Message::Answer { of: self.of, message: Box::new(message) });
    }
}
