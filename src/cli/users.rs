//! `akx users`.

use std::process::ExitCode;

use super::{options, output::Output, session::Session};
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        text,
        users::{User, UsersChange, to_value},
    },
    store::users::UserLists,
};

/// Lists, adds and removes the connected users one works with.
pub(crate) fn users(session: &Session, options: &options::Users, output: &mut Output) -> Result<ExitCode, Failure> {
    let lists = UserLists::new(session.paths.data_dir());
    let name = list_of(session, session.settings.profile_name());
    match options {
        options::Users::List => {
            let users = lists.load(&name);
            if output.json() {
                output.value(&to_value(&users))?;
            } else {
                let clean = |text: &str| text::clean(text).into_owned();
                let line = |u: &User| format!("{}\t{}\t{}\n", clean(&u.id), clean(&u.label), clean(&u.note));
                output.bytes(users.iter().map(line).collect::<String>().as_bytes())?;
                if users.is_empty() {
                    output.say("No users are kept yet. akx users add ID keeps one.");
                }
            }
        }
        options::Users::Add { id, label, note } => {
            let id = id.trim();
            if id.is_empty() {
                return Err(Failure::new(
                    FailureKind::Usage,
                    "The user's id is empty.",
                    "Name a user as a token's sub.",
                ));
            }
            let known = lists.load(&name).into_iter().find(|user| user.id == id);
            let known = known.unwrap_or_else(|| User { id: id.to_owned(), ..User::default() });
            let user = User {
                label: label.clone().unwrap_or(known.label),
                note: note.clone().unwrap_or(known.note),
                id: known.id,
            };
            lists.change(&name, &UsersChange::Put(user))?;
            output.say(&format!("Kept {id} for {name}."));
        }
        options::Users::Remove { id } => {
            if !lists.load(&name).iter().any(|user| user.id == *id) {
                return Err(Failure::new(
                    FailureKind::Usage,
                    format!("There is no user {id} on the list for {name}."),
                    "akx users list shows who is.",
                ));
            }
            lists.change(&name, &UsersChange::Remove(id.clone()))?;
            output.say(&format!("Took {id} off the list for {name}."));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Under which name users are kept: the profile's; without one the project's.
pub(crate) fn list_of(session: &Session, profile: Option<&str>) -> String {
    let project = || session.settings.project.as_ref().map_or_else(|| "akx".to_owned(), |p| p.value.clone());
    profile.map_or_else(project, str::to_owned)
}
