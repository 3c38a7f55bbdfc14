//! Keeping and removing calls that people save, told as messages.

use crate::{
    app::{Message, message::SaveError},
    domain::saved::SavedCall,
    store::saved::SavedCalls,
};

/// Keeps a call.
pub(super) fn save(calls: &SavedCalls, call: SavedCall, replace: bool) -> Message {
    let result = match calls.save(&call, replace) {
        Ok(true) => Ok(()),
        Ok(false) => Err(SaveError::Exists),
        Err(failure) => Err(SaveError::Other(failure.message)),
    };
    Message::CallSaved { call, result }
}

/// Removes a call; the list is told as it is then.
pub(super) fn forget(calls: &SavedCalls, name: &str) -> Message {
    if let Err(failure) = calls.remove(name) {
        tracing::warn!(%failure, "a saved call is not removed");
    }
    Message::CallsListed(calls.list())
}
