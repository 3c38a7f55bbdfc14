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
mod manuals;
mod options;
mod output;
mod parameters;
mod pieces;
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
    let open = |output: &mut Output| {
        let session = Session::open(&options.global, environment)?;
        for warning in &session.settings.warnings {
            output.warn(warning);
        }
        Ok(session)
    };
    let done = |()| ExitCode::SUCCESS;
    match options.command {
        None => explore::explore(open(output)?, Start::Settings, looks, output).map(done),
        Some(Command::Demo) => explore::explore(open(output)?, Start::Demo, looks, output).map(done),
        Some(Command::List(list)) => list::list(&open(output)?, &list, output).map(done),
        Some(Command::Show(show)) => show::show(&open(output)?, &show, output).map(done),
        Some(Command::Export(export)) => export::export(&open(output)?, &export, output),
        Some(Command::Budget(budget)) => budget::budget(&open(output)?, &budget, output),
        Some(Command::Lint(lint)) => lint::lint(&open(output)?, &lint, output),
        Some(Command::Drift(drift)) => drift::drift(&open(output)?, &drift, output),
        Some(Command::Template(template)) => template::template(&open(output)?, &template, output).map(done),
        Some(Command::Choices(choices)) => choices::choices(&open(output)?, &choices, output).map(done),
        Some(Command::Validate(validate)) => validate::validate(&open(output)?, &validate, output),
        Some(Command::Run(mut run)) => {
            let session = open(output)?;
            saved::fill(&session, &mut run)?;
            run::run(&session, &run, output)
        }
        Some(Command::Saved(saved)) => saved::saved(&open(output)?, &saved, output).map(done),
        Some(Command::History(history)) => history::history(&open(output)?, &history, output).map(done),
        Some(Command::Replay(replay)) => replay::replay(&open(output)?, &replay, output).map(done),
        Some(Command::Ticket(ticket)) => ticket::ticket(&open(output)?, &ticket, output).map(done),
        Some(Command::View(view)) => view::view(&view, looks, output).map(done),
        Some(Command::Diff(diff)) => diff::diff(&diff, output),
        Some(Command::Jq(jq)) => Ok(jq::child(&jq)),
        Some(Command::Connections(which)) => connections::connections(&open(output)?, &which, output),
        Some(Command::Doctor(how)) => doctor::doctor(&open(output)?, &how, output),
        Some(Command::Profile(profile)) => profile::profile(&profile, (&options.global, environment), output),
        Some(Command::Users(users)) => users::users(&open(output)?, &users, output),
        Some(Command::Sandbox(sandbox)) => sandbox::sandbox(&open(output)?, &sandbox, output).map(done),
        Some(Command::Token(token)) => token::token(&open(output)?, &token, output),
        Some(Command::Completions { shell }) => manuals::completions(shell, output).map(done),
        Some(Command::Man(man)) => manuals::man(&man, output).map(done),
    }
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
