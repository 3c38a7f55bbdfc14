//! What is made by chance.

use ring::rand::{SecureRandom as _, SystemRandom};

use super::Message;
use crate::domain::form::{FieldId, uuid};

/// A new UUID for a field.
pub(super) fn new_uuid(field: FieldId) -> Message {
    let mut bytes = [0; 16];
    let uuid = match SystemRandom::new().fill(&mut bytes) {
        Ok(()) => Ok(uuid(bytes)),
        Err(_) => Err("The system gave no random numbers.".to_owned()),
    };
    Message::UuidMade { field, uuid }
}
