//! Profiles as the interface shows and edits them: texts, never a secret.

/// The profiles, and what another one could be made of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listed {
    /// The profiles, by name.
    pub profiles: Vec<Profile>,
    /// What is offered for a new one.
    pub offers: Offers,
}

/// What the environment offers for a new profile; nothing of it is taken unasked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Offers {
    /// A project's id, and the variable that holds it.
    pub project: Option<(String, String)>,
    /// Where there is a key that signs tokens, in words.
    pub signing_key: Option<String>,
}

impl Listed {
    /// The profile called `name`.
    pub fn get(&self, name: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.name == name)
    }
}

/// One profile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// Whether it is used where none is named.
    pub is_default: bool,
    /// Where the token comes from, in words.
    pub token: String,
    /// Whether it names none, so that one is to be pasted.
    pub needs_token: bool,
    /// Whether it signs its tokens and does not say for which user.
    pub needs_user: bool,
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
    /// Where the token comes from, as a sentence.
    pub fn token_words(&self) -> String {
        match self.token.strip_prefix("none") {
            Some(why) => format!("It has no token{why}."),
            None => format!("The token comes from {}.", self.token),
        }
    }

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
    /// Let a profile sign its tokens with the key that is offered.
    Sign(String),
    /// Take a profile out of the file.
    Remove(String),
}
