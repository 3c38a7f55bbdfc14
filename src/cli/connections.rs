//! `akx connections`.

use std::process::ExitCode;

use super::{
    options,
    output::{Output, Style},
    session::{Session, block_on, cancelled},
};
use crate::domain::{
    connection::{Account, Connection, ConnectionState, Connections, unix_of},
    document::{Object, Value},
    failure::{Failure, FailureKind},
    text,
};

/// Prints what the user has connected.
pub(crate) fn connections(
    session: &Session,
    options: &options::Connections,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    let token = session.token()?;
    let client = session.client(&token)?;
    let told = block_on(client.connections(session.now))?.ok_or_else(cancelled)??;
    let chosen = chosen(&told, &options.integrations)?;
    if output.json() {
        output.value(&Value::Array(chosen.iter().map(|c| json(c)).collect()))?;
    } else {
        output.bytes(table(&chosen, session.now.unix, output).as_bytes())?;
    }
    let missing = chosen.iter().filter(|c| !c.is_usable());
    if options.integrations.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    let mut code = ExitCode::SUCCESS;
    for connection in missing {
        output.say(&format!(
            "{}: {}. {}",
            connection.integration,
            connection.state.words(),
            connection.state.next_step()
        ));
        code = ExitCode::from(FailureKind::NotConnected.exit_code());
    }
    Ok(code)
}

fn chosen<'c>(told: &'c Connections, named: &[String]) -> Result<Vec<&'c Connection>, Failure> {
    if named.is_empty() {
        return Ok(told.integrations.iter().collect());
    }
    let find = |name: &String| {
        let there = told.integrations.iter().find(|c| c.integration.eq_ignore_ascii_case(name));
        there.ok_or_else(|| {
            Failure::new(
                FailureKind::Usage,
                format!("The server does not speak of an integration {name}."),
                "akx connections without a name lists all it speaks of.",
            )
        })
    };
    named.iter().map(find).collect()
}

fn json(connection: &Connection) -> Value {
    let text = |text: &Option<String>| text.as_deref().map_or(Value::Null, Value::from);
    let account = |account: &Account| {
        let mut object = Object::new();
        object.insert("id", text(&account.id));
        object.insert("external_id", text(&account.external_id));
        object.insert("label", text(&account.label));
        object.insert("state", state(account.state));
        object.insert("refreshed", text(&account.refreshed));
        object.insert("valid_until", text(&account.valid_until));
        object.insert("refresh_failures", i64::try_from(account.refresh_failures).unwrap_or(i64::MAX));
        Value::Object(object)
    };
    let mut object = Object::new();
    object.insert("integration", connection.integration.as_str());
    object.insert("state", state(connection.state));
    object.insert("accounts", Value::Array(connection.accounts.iter().map(account).collect()));
    Value::Object(object)
}

const fn state(state: ConnectionState) -> &'static str {
    match state {
        ConnectionState::Connected => "connected",
        ConnectionState::NeedsReconnecting => "needs_reconnecting",
        ConnectionState::Pending => "pending",
        ConnectionState::NotConnected => "not_connected",
    }
}

/// In a terminal columns with words, in a pipe the same separated by tabs.
fn table(connections: &[&Connection], unix: i64, output: &Output) -> String {
    let told = |written: &Option<String>| {
        let words = |at: &String| unix_of(at).map_or_else(|| at.clone(), |at| text::ago(unix.saturating_sub(at)));
        written.as_ref().map(words).unwrap_or_default()
    };
    let mut rows: Vec<(ConnectionState, [String; 5])> = Vec::new();
    for connection in connections {
        let name = text::clean(&connection.integration).into_owned();
        if connection.accounts.is_empty() {
            let words = connection.state.words().to_owned();
            rows.push((connection.state, [name, words, String::new(), String::new(), String::new()]));
            continue;
        }
        for account in &connection.accounts {
            let failures = match account.refresh_failures {
                0 => String::new(),
                1 => "1 failure to refresh".to_owned(),
                n => format!("{n} failures to refresh"),
            };
            let id = account.credential().filter(|_| connection.accounts.len() > 1).unwrap_or_default();
            let who = match id {
                "" => account.name().to_owned(),
                id if id == account.name() => id.to_owned(),
                id => format!("{} ({id})", account.name()),
            };
            let who = text::clean(&who).into_owned();
            let refreshed = text::clean(&told(&account.refreshed)).into_owned();
            rows.push((account.state, [name.clone(), account.state.words().to_owned(), who, refreshed, failures]));
        }
    }
    if !output.is_terminal() {
        return rows.iter().map(|(_, cells)| cells.join("\t") + "\n").collect();
    }
    let widest = |i: usize| rows.iter().map(|(_, cells)| text::width(&cells[i])).max().unwrap_or(0);
    let widths: [usize; 5] = std::array::from_fn(widest);
    let line = |(state, cells): &(ConnectionState, [String; 5])| {
        let style = match state {
            ConnectionState::Connected => Style::Text,
            ConnectionState::NeedsReconnecting => Style::Bad,
            ConnectionState::Pending => Style::Careful,
            ConnectionState::NotConnected => Style::Faint,
        };
        let cell = |i: usize| {
            let padding = " ".repeat(widths[i].saturating_sub(text::width(&cells[i])));
            let text = if i == 1 { output.styled(style, &cells[i]) } else { cells[i].clone() };
            format!("{text}{padding}")
        };
        (0..5).map(cell).collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}
