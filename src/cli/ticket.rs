//! `akx ticket`, and the ticket of a run that has just ended.

use std::path::Path;

use super::{history, options::Ticket as Options, output::Output, session::Session};
use crate::{
    domain::{
        document::{Object, Value},
        failure::{Failure, FailureKind},
        history::Ask,
        ticket::Ticket,
    },
    paths::files,
};

/// Makes a ticket of a run in the history.
pub(crate) fn ticket(session: &Session, options: &Options, output: &mut Output) -> Result<(), Failure> {
    let kept = session.kept_history();
    let record = match options.id {
        Some(id) => history::record(&kept, id)?,
        None => kept.find(&Ask { limit: 1, ..Ask::default() })?.pop().ok_or_else(|| {
            Failure::new(
                FailureKind::Usage,
                "There is no run in the history to make a ticket of.",
                "akx run makes one.",
            )
        })?,
    };
    let body = kept.body(record.id)?;
    // A record of long ago may hold what only today's settings tell for a secret.
    let known = session.known(session.token_at_hand().as_ref());
    let ticket = Ticket::of_record(&record, body.map(Into::into), &known);
    if let Some(directory) = &options.out {
        let files = write(&ticket, directory)?;
        if output.json() {
            let object: Object =
                [("files", Value::from(files)), ("masked", Value::from(ticket.masked()))].into_iter().collect();
            return output.value(&Value::Object(object));
        }
        say(&ticket, &files, output);
        return Ok(());
    }
    if output.json() {
        return output.value(&ticket.to_value());
    }
    output.line(ticket.markdown().trim_end())?;
    if !output.is_terminal() {
        say_masked(&ticket, output);
    }
    Ok(())
}

/// Writes a ticket's files into `directory`; returns their places.
pub(crate) fn write(ticket: &Ticket, directory: &Path) -> Result<Vec<String>, Failure> {
    ticket
        .files()
        .into_iter()
        .map(|(name, text)| {
            let path = directory.join(name);
            files::save(&path, text.as_bytes())?;
            Ok(path.display().to_string())
        })
        .collect()
}

/// Says where a ticket is, and what is masked in it.
pub(crate) fn say(ticket: &Ticket, files: &[String], output: &mut Output) {
    for file in files {
        output.say(&format!("Wrote {file}"));
    }
    say_masked(ticket, output);
}

fn say_masked(ticket: &Ticket, output: &mut Output) {
    match ticket.masked().as_slice() {
        _ if ticket.reveals() => output.warn("The ticket holds everything that was sent and answered, secrets too."),
        [] => output.say("No secrets were found in it."),
        masked => {
            output.say("Masked:");
            for place in masked {
                output.say(&format!("  - {place}"));
            }
        }
    }
}
