//! The command line: the same jobs as the full-screen program, without a screen.
//!
//! Data goes to stdout, words to stderr. With `--json` stdout holds exactly one JSON document, also when something
//! failed. What a failure's exit code is, its kind says.

mod answer;
mod budget;
mod catalogue;
mod choices;
mod choose;
mod clock;
mod completions;
mod connections;
mod diff;
mod doctor;
mod document;
mod drift;
mod explore;
mod export;
mod history;
mod jq;
mod lint;
mod list;
mod log;
mod options;
mod output;
mod parameters;
mod profile;
mod receiving;
mod record;
mod replay;
mod rows;
mod run;
mod sandbox;
mod saved;
mod select;
mod session;
mod show;
mod template;
mod ticket;
mod token;
mod users;
mod validate;
mod view;

use std::{ffi::OsString, process::ExitCode};

use clap::{Parser as _, error::ErrorKind};

use self::{
    explore::{Looks, Start},
    options::{Command, Options},
    output::Output,
    session::Session,
};
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        search::QUALIFIERS,
    },
    settings::Environment,
};

/// Runs the command this process was started with.
pub fn main() -> ExitCode {
    let environment = Environment::of_process();
    let options = match Options::try_parse_from(std::env::args_os().map(negated)) {
        Ok(options) => options,
        Err(error) => return not_parsed(&error, &environment),
    };
    let mut output = Output::new(options.global.json, options.global.color, &environment);
    match perform(options, &environment, &mut output) {
        Ok(code) => code,
        Err(failure) => output.fail(&failure),
    }
}

/// A qualifier turned round, such as `-in:slack`, is no option: its sign becomes one that only a query reads.
fn negated(argument: OsString) -> OsString {
    let key = argument.to_str().and_then(|text| text.strip_prefix('-')?.split_once(':'));
    match key {
        Some((key, value)) if QUALIFIERS.iter().any(|(known, _)| *known == key) => {
            format!("\u{2212}{key}:{value}").into()
        }
        Some(_) | None => argument,
    }
}

fn perform(options: Options, environment: &Environment, output: &mut Output) -> Result<ExitCode, Failure> {
    if let Some(path) = &options.global.log {
        log::start(path)?;
    }
    let named = options.global.env_file.as_deref().map(|path| environment.with_file(path)).transpose()?;
    let environment = named.as_ref().unwrap_or(environment);
    let looks = Looks { color: options.global.color, present: options.global.present, environment };
    // What needs no server needs no settings either, so that none can stand in its way.
    let command = match options.command {
        Some(Command::Completions { shell }) => {
            return completions::completions(shell, output).map(|()| ExitCode::SUCCESS);
        }
        Some(Command::View(view)) => return view::view(&view, looks, output).map(|()| ExitCode::SUCCESS),
        Some(Command::Diff(diff)) => return diff::diff(&diff, output),
        Some(Command::Profile(profile)) => return profile::profile(&profile, environment, output),
        Some(Command::Jq(jq)) => return Ok(jq::child(&jq)),
        other => other,
    };
    let session = Session::open(&options.global, environment)?;
    for warning in &session.settings.warnings {
        output.warn(warning);
    }
    match command {
        None => explore::explore(session, Start::Settings, looks, output),
        Some(Command::Demo) => explore::explore(session, Start::Demo, looks, output),
        Some(Command::List(list)) => list::list(&session, &list, output),
        Some(Command::Show(show)) => show::show(&session, &show, output),
        Some(Command::Export(export)) => return export::export(&session, &export, output),
        Some(Command::Budget(budget)) => return budget::budget(&session, &budget, output),
        Some(Command::Lint(lint)) => return lint::lint(&session, &lint, output),
        Some(Command::Drift(drift)) => return drift::drift(&session, &drift, output),
        Some(Command::Connections(which)) => return connections::connections(&session, &which, output),
        Some(Command::Users(users)) => return users::users(&session, &users, output),
        Some(Command::Doctor(how)) => return doctor::doctor(&session, &how, output),
        Some(Command::Template(template)) => template::template(&session, &template, output),
        Some(Command::Validate(validate)) => return validate::validate(&session, &validate, output),
        Some(Command::Saved(saved)) => saved::saved(&session, &saved, output),
        Some(Command::Run(mut run)) => {
            saved::fill(&session, &mut run)?;
            return run::run(&session, &run, output);
        }
        Some(Command::Choices(choices)) => choices::choices(&session, &choices, output),
        Some(Command::History(history)) => history::history(&session, &history, output),
        Some(Command::Replay(replay)) => replay::replay(&session, &replay, output),
        Some(Command::Ticket(ticket)) => ticket::ticket(&session, &ticket, output),
        Some(Command::Sandbox(sandbox)) => sandbox::sandbox(&session, &sandbox, output),
        Some(Command::Token(token)) => return token::token(&session, &token, output),
        Some(Command::Completions { shell }) => completions::completions(shell, output),
        Some(Command::View(view)) => view::view(&view, looks, output),
        Some(Command::Profile(profile)) => return profile::profile(&profile, environment, output),
        Some(Command::Diff(diff)) => return diff::diff(&diff, output),
        Some(Command::Jq(jq)) => return Ok(jq::child(&jq)),
    }
    .map(|()| ExitCode::SUCCESS)
}

/// Where akx itself lies, to be started again for what needs a process of its own.
fn program() -> Result<std::path::PathBuf, Failure> {
    // On Linux this leads to what runs now, even where the file has been replaced by a newer one meanwhile.
    let this = std::path::PathBuf::from("/proc/self/exe");
    if cfg!(target_os = "linux") && this.exists() {
        return Ok(this);
    }
    std::env::current_exe().map_err(|e| {
        Failure::new(FailureKind::Internal, format!("akx does not find itself: {e}."), "Start it by its whole path.")
    })
}

/// Help and version are no failures; anything else is told in clap's words, or as JSON where that was asked for.
fn not_parsed(error: &clap::Error, environment: &Environment) -> ExitCode {
    let asked_for = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let wants_json = std::env::args_os().skip(1).take_while(|a| a != "--").any(|a| a == "--json");
    if asked_for || !wants_json {
        // Where even that cannot be printed there is nobody to tell.
        let _ = error.print();
        return if asked_for { ExitCode::SUCCESS } else { ExitCode::from(FailureKind::Usage.exit_code()) };
    }
    let text = error.to_string();
    let (message, rest) = text.split_once("\n\n").unwrap_or((&text, ""));
    let message = message.strip_prefix("error: ").unwrap_or(message).trim();
    let hint = rest.lines().find(|line| line.trim_start().starts_with("tip:")).unwrap_or("See akx --help.");
    let failure = Failure::new(FailureKind::Usage, message, hint.trim());
    Output::new(true, options::When::Never, environment).fail(&failure)
}
