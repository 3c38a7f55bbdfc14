//! `akx profile`: the config file's profiles, also where the file is not sound.

use std::{fmt::Write as _, process::ExitCode};

use super::{
    options,
    output::{Output, Style},
};
use crate::{
    app::profiles::{Ask, Key, Listed, Offers, Profile as Card},
    domain::{
        document::{Object, Value},
        failure::{Failure, FailureKind},
        text,
    },
    paths::Paths,
    runtime,
    settings::{self, ConfigFile, Environment, Profile, ProfileToken, edit},
};

/// What a config file begins with that is not there yet.
const BEGINNING: &str = "\
# Profiles of akx: [profiles.NAME] each. akx profile show NAME tells every key.
#
# [profiles.staging]
# project = \"38b1f170-0c43-4eae-9a04-ab85325d99f7\"
# token_file = \"tokens/staging\"      # a file only you can read
# read_only = true
";

/// Lists, shows or edits profiles.
pub(crate) fn profile(
    options: &options::Profile,
    (global, environment): (&options::Global, &Environment),
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    let paths = Paths::from_environment(environment)?;
    match options {
        options::Profile::List => list(&paths, output),
        options::Profile::Show { name } => show(name.as_deref(), &paths, output),
        options::Profile::Add { name, from_env, mint } => {
            let new =
                New { name, from_env: *from_env, mint: *mint, flags: global.flags(), offers: environment.offers() };
            add(&new, &paths, output)
        }
        options::Profile::Edit => edit_file(&paths, environment, output),
        options::Profile::Set { name, key, value } => {
            edit::set(name, key, value.as_deref().unwrap_or_default(), &paths)?;
            warn(&ConfigFile::load(&paths.config_file())?, output);
            output.say(&format!("Changed {key} of {name} in {}.", paths.config_file().display()));
            Ok(ExitCode::SUCCESS)
        }
        options::Profile::Remove { name } => {
            edit::remove(name, &paths)?;
            output.say(&format!("Took {name} out of {}.", paths.config_file().display()));
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn warn(config: &ConfigFile, output: &mut Output) {
    for warning in &config.warnings {
        output.warn(warning);
    }
}

/// Where a profile's token comes from, in words that never hold one.
fn token(profile: &Profile) -> String {
    match &profile.token {
        Some(ProfileToken::File(path)) => format!("the file {}", path.display()),
        Some(ProfileToken::Environment(name)) => format!("the variable {name}"),
        Some(ProfileToken::Command(words)) => format!("the command {}", words.first().map_or("", String::as_str)),
        Some(ProfileToken::Mint(path)) => format!("the signing key {}, which signs for every customer", path.display()),
        Some(ProfileToken::Keyring(entry)) => format!("the system keyring, as {entry}"),
        None if profile.unused_signing_key => "none: its signing key may sign only with mint = true".to_owned(),
        None => "none yet".to_owned(),
    }
}

/// Does what is asked and lists the profiles, as the interface shows them.
pub(crate) fn listed(ask: &Ask, environment: &Environment, paths: &Paths) -> Result<Listed, Failure> {
    let offers = environment.offers();
    match ask {
        Ask::List => {}
        Ask::Set { profile, key, value } => edit::set(profile, key, value, paths)?,
        Ask::Sign(name) => {
            if let Some(key) = &offers.signing_key {
                settings::let_sign(name, key, paths)?;
            }
        }
        Ask::Remove(name) => edit::remove(name, paths)?,
    }
    let offers = Offers {
        project: offers.project.map(|given| (given.value, given.source.to_string())),
        signing_key: offers.signing_key.map(|key| key.words()),
    };
    Ok(Listed { profiles: cards(paths)?, offers })
}

fn cards(paths: &Paths) -> Result<Vec<Card>, Failure> {
    let config = ConfigFile::load(&paths.config_file())?;
    let card = |profile: &Profile| {
        let written = edit::values(&profile.name, paths)?;
        let value = |key: &str| written.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone()).unwrap_or_default();
        Ok(Card {
            name: profile.name.clone(),
            is_default: config.default_profile.as_deref() == Some(&profile.name),
            token: token(profile),
            needs_token: profile.token.is_none() && !profile.unused_signing_key,
            needs_user: matches!(profile.token, Some(ProfileToken::Mint(_))) && profile.user.is_none(),
            keys: edit::KEYS
                .iter()
                .map(|(key, about)| Key { name: (*key).to_owned(), value: value(key), about: (*about).to_owned() })
                .collect(),
        })
    };
    config.profiles.iter().map(card).collect()
}

fn list(paths: &Paths, output: &mut Output) -> Result<ExitCode, Failure> {
    warn(&ConfigFile::load(&paths.config_file())?, output);
    let cards = cards(paths)?;
    if output.json() {
        output.value(&Value::Array(cards.iter().map(json).collect()))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut lines = String::new();
    for card in &cards {
        let marks = ["production", "read_only", "sandbox"].into_iter().filter(|key| card.value(key) == "true");
        let marks: Vec<&str> = marks.chain(card.is_default.then_some("default")).collect();
        let cells = [card.name.as_str(), card.value("project"), card.value("user"), &marks.join(","), &card.token];
        let cells: Vec<String> = cells.iter().map(|cell| text::clean(cell).into_owned()).collect();
        lines.push_str(&cells.join("\t"));
        lines.push('\n');
    }
    output.bytes(lines.as_bytes())?;
    if cards.is_empty() {
        output.say(&format!("There are no profiles in {} yet.", paths.config_file().display()));
    }
    Ok(ExitCode::SUCCESS)
}

fn json(card: &Card) -> Value {
    let mut object = Object::new();
    object.insert("name", card.name.as_str());
    object.insert("default", card.is_default);
    object.insert("token", card.token.as_str());
    for key in card.keys.iter().filter(|key| !key.value.is_empty()) {
        object.insert(key.name.as_str(), key.value.as_str());
    }
    Value::Object(object)
}

fn show(name: Option<&str>, paths: &Paths, output: &mut Output) -> Result<ExitCode, Failure> {
    let config = ConfigFile::load(&paths.config_file())?;
    warn(&config, output);
    let cards = cards(paths)?;
    let only = || {
        config.default_profile.clone().or_else(|| cards.first().filter(|_| cards.len() == 1).map(|c| c.name.clone()))
    };
    let name = name.map(str::to_owned).or_else(only);
    let card = name.as_ref().and_then(|name| cards.iter().find(|card| card.name == *name)).ok_or_else(|| {
        let names: Vec<&str> = cards.iter().map(|card| card.name.as_str()).collect();
        let there = if names.is_empty() {
            "There are no profiles.".to_owned()
        } else {
            format!("There are: {}.", names.join(", "))
        };
        match &name {
            Some(name) => Failure::new(FailureKind::Usage, format!("There is no profile {name}."), there),
            None => Failure::new(FailureKind::Usage, "No profile is named.", there),
        }
    })?;
    if output.json() {
        output.value(&json(card))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut page = String::new();
    for key in &card.keys {
        let value = if key.value.is_empty() {
            output.styled(Style::Faint, "not set")
        } else {
            text::clean(&key.value).into_owned()
        };
        // Writing to a String cannot fail.
        let _ = writeln!(page, "{}  {value}", output.styled(Style::Key, &format!("{:<16}", key.name)));
        let _ = writeln!(page, "{:16}  {}", "", output.styled(Style::Faint, &key.about));
    }
    let _ = writeln!(page, "\n{}", text::clean(&card.token_words()));
    output.bytes(page.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// A profile that is to be made.
struct New<'a> {
    name: &'a str,
    from_env: bool,
    mint: bool,
    flags: settings::Flags,
    offers: settings::Offers,
}

/// Makes a profile. What the variables of Paragon's tools offer is taken only where somebody says so.
fn add(new: &New<'_>, paths: &Paths, output: &mut Output) -> Result<ExitCode, Failure> {
    let name = new.name;
    if ConfigFile::load(&paths.config_file())?.profile(name).is_some() {
        return Err(Failure::new(
            FailureKind::Usage,
            format!("There is a profile {name} already."),
            format!("See it with akx profile show {name}, or choose another name."),
        ));
    }
    let project = match (&new.flags.project, &new.offers.project) {
        (Some(project), _) => project.clone(),
        (None, Some(offered)) => {
            let (id, variable) = (&offered.value, &offered.source);
            if !new.from_env && !agreed(output, &format!("{variable} says the project {id}. Take it?"))? {
                return Err(Failure::new(
                    FailureKind::Usage,
                    format!("No profile was made: {variable} says a project, but nobody said to take it."),
                    "Add --from-env to take it, or name another with --project.",
                ));
            }
            id.clone()
        }
        (None, None) => {
            return Err(Failure::new(
                FailureKind::Usage,
                "No profile was made: it is not said for which project.",
                "Name its id with --project, as the Paragon dashboard shows it.",
            ));
        }
    };
    let profile = settings::NewProfile {
        project,
        base_url: new.flags.base_url.clone(),
        user: new.flags.user.clone(),
        read_only: new.flags.read_only,
        ..settings::NewProfile::default()
    };
    settings::write_profile(name, &profile, paths)?;
    output.say(&format!("Made the profile {name} in {}.", paths.config_file().display()));
    match &new.offers.signing_key {
        Some(key) => {
            let question = format!("There is {}. It signs for every customer. May {name} sign tokens with it?", key.words());
            if new.mint || agreed(output, &question)? {
                settings::let_sign(name, key, paths)?;
                output.say(&format!("{name} signs its tokens itself now: akx --profile {name} token mint."));
            } else {
                output.say(&format!("It has no token yet; there is {}: --mint lets a profile use it.", key.words()));
            }
        }
        None if new.mint => {
            output.warn("There is no SIGNING_KEY and no SIGNING_KEY_PATH, so it cannot sign tokens.");
        }
        None => output.say(&format!(
            "It has no token yet: akx profile set {name} token_file FILE (or token_env, token_command, signing_key_file)."
        )),
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether somebody is there who says yes.
fn agreed(output: &mut Output, question: &str) -> Result<bool, Failure> {
    let answer = output.ask(question, "[y/N]")?;
    Ok(answer.is_some_and(|answer| matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")))
}

/// Has the file edited until it is sound, or left as it was.
fn edit_file(paths: &Paths, environment: &Environment, output: &mut Output) -> Result<ExitCode, Failure> {
    let there = edit::text(paths)?;
    let mut text = if there.is_empty() { BEGINNING.to_owned() } else { there };
    let variable = |name| environment.text(name).ok().flatten().filter(|t| !t.trim().is_empty());
    let editor = variable("VISUAL").or_else(|| variable("EDITOR")).unwrap_or("vi").to_owned();
    loop {
        let edited = runtime::edit(&editor, &text, paths.config_dir(), ".toml")
            .map_err(|why| Failure::new(FailureKind::Usage, why, "Put the name of an editor into EDITOR."))?;
        let Some(edited) = edited else {
            output.say("Nothing was changed.");
            return Ok(ExitCode::SUCCESS);
        };
        match edit::replace(&edited, paths) {
            Ok(config) => {
                warn(&config, output);
                let file = paths.config_file();
                output.say(&format!("Saved {} in {}.", count(config.profiles.len()), file.display()));
                return Ok(ExitCode::SUCCESS);
            }
            Err(failure) if failure.kind == FailureKind::Configuration => {
                output.warn(&failure.message);
                let answer = output.ask("It is not saved yet. Edit it again?", "[Y/n]")?;
                if answer.is_none_or(|answer| answer.trim().eq_ignore_ascii_case("n")) {
                    return Err(failure);
                }
                text = edited;
            }
            Err(failure) => return Err(failure),
        }
    }
}

fn count(profiles: usize) -> String {
    if profiles == 1 { "1 profile".to_owned() } else { format!("{profiles} profiles") }
}
