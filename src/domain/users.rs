//! The connected users a person works with: ids with labels and notes, so that nobody copies ids by hand.

use super::document::{Object, Value};

/// How many users are kept.
const MOST: usize = 1_000;

/// A connected user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct User {
    /// The id, as the token's `sub` has it.
    pub id: String,
    /// What the person calls them; may be empty.
    pub label: String,
    /// What the person wants to remember; may be empty.
    pub note: String,
}

/// A change of the list: what is kept is changed rather than replaced, so that two programs at once lose nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UsersChange {
    /// This user is as told from now on, or is new.
    Put(User),
    /// The user with this id is taken off the list.
    Remove(String),
}

/// Takes a change into `users`, which stays in the order in which users were added.
pub fn change(users: &mut Vec<User>, change: &UsersChange) {
    match change {
        UsersChange::Put(user) => match users.iter().position(|there| there.id == user.id) {
            Some(at) => users[at].clone_from(user),
            None if users.len() < MOST => users.push(user.clone()),
            None => {}
        },
        UsersChange::Remove(id) => users.retain(|user| user.id != *id),
    }
}

/// The list as it is kept: `[{id, label, note}, …]`.
pub fn to_value(users: &[User]) -> Value {
    let one = |user: &User| {
        let mut object = Object::new();
        object.insert("id", user.id.as_str());
        object.insert("label", user.label.as_str());
        object.insert("note", user.note.as_str());
        Value::Object(object)
    };
    Value::Array(users.iter().map(one).collect())
}

/// Reads what [`to_value`] wrote; what it does not understand it leaves out.
pub fn from_value(value: &Value) -> Vec<User> {
    let text = |value: &Value, key| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut users: Vec<User> = Vec::new();
    for value in value.as_array().unwrap_or_default() {
        let user = User { id: text(value, "id"), label: text(value, "label"), note: text(value, "note") };
        if !user.id.is_empty() {
            change(&mut users, &UsersChange::Put(user));
        }
    }
    users
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(id: &str, label: &str) -> User {
        User { id: id.into(), label: label.into(), note: String::new() }
    }

    #[test]
    fn users_are_added_once_changed_in_place_and_removed() {
        let mut users = Vec::new();
        for one in [user("a", ""), user("b", ""), user("a", "Ada")] {
            change(&mut users, &UsersChange::Put(one));
        }
        assert_eq!(users, [user("a", "Ada"), user("b", "")]);
        change(&mut users, &UsersChange::Remove("b".into()));
        assert_eq!(users, [user("a", "Ada")]);
    }

    #[test]
    fn what_was_kept_is_read_again_and_nonsense_left_out() {
        let users = vec![user("a", "Ada \"x\""), User { note: "line\nline".into(), ..user("b", "") }];
        assert_eq!(from_value(&to_value(&users)), users);
        let odd = Value::parse(br#"[7, {"id":""}, {"id":"c","label":7}, {"id":"c","note":"n"}]"#).unwrap();
        assert_eq!(from_value(&odd), [User { note: "n".into(), ..user("c", "") }]);
        assert_eq!(from_value(&Value::Null), []);
    }
}
