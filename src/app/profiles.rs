//! Profiles as the interface shows and edits them: texts, never a secret.

/// One profile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// Whether it is used where none is named.
    pub is_default: bool,
    /// Where the token comes from, in words.
    pub token: String,
    /// Its keys with their values as the file has them, and what each key wants; values that are not set are empty.
    pub keys: Vec<Key>,
}

/// A key of a profile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Key {
    /// The key.
    pub name: String,
    /// Its value as the file has it; empty where it is not set.
    pub value: String,
    /// What it wants.
    pub about: String,
}

impl Profile {
    /// The value of a key; empty where it is not set.
    pub fn value(&self, key: &str) -> &str {
        self.keys.iter().find(|k| k.name == key).map_or("", |k| k.value.as_str())
    }
}

/// What is to be done with the profiles before they are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Nothing.
    List,
    /// Set a key of a profile, or take it out where the value is empty; a profile that is not there is made.
    Set {
        /// The profile.
        profile: String,
        /// The key.
        key: String,
        /// The value, as typed.
        value: String,
    },
    /// Take a profile out of the file.
    Remove(String),
}
