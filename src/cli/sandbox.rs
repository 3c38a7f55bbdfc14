//! `akx sandbox` and `akx sandbox token`.

use std::{fmt::Write as _, io::Write as _, path::PathBuf, sync::Arc, time::Duration};

use secrecy::ExposeSecret;

use super::{
    options::{Sandbox, SandboxCommand},
    output::Output,
    session::Session,
};
use crate::{
    domain::{
        catalogue::Catalogue,
        document::{Object, Value},
        failure::{Failure, FailureKind},
        text,
        token::sign::SigningKeyError,
        wire::Wire,
    },
    paths::files,
    sandbox::{self, Config, PROJECT, SandboxError, USERS, keep::Shelf, webhook},
};

/// How long the token lasts that the sandbox prints at its start.
const LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// Serves the sandbox until `^C`, or prints a token for one of its users.
pub(crate) fn sandbox(session: &Session, options: &Sandbox, output: &mut Output) -> Result<(), Failure> {
    match &options.command {
        Some(SandboxCommand::Token { id, lifetime }) => {
            let project = session.settings.project.as_ref().map_or(PROJECT, |project| project.value.as_str());
            let token = sandbox::token(id, project, *lifetime, session.now.unix).map_err(unsigned)?;
            print_token(session, id, token.expose_secret(), output)
        }
        Some(SandboxCommand::Key) if output.json() => {
            output.value(&Object::from_iter([("signing_key", sandbox::private_key())]).into())
        }
        Some(SandboxCommand::Key) => output.bytes(sandbox::private_key().as_bytes()),
        None => serve(session, options, output),
    }
}

fn print_token(session: &Session, user: &str, token: &str, output: &mut Output) -> Result<(), Failure> {
    if !output.json() {
        return output.line(token);
    }
    let claims = crate::domain::token::Claims::read(token).unwrap_or_default();
    let mut object = Object::new();
    object.insert("token", token);
    object.insert("user", user);
    object.insert("expires_at", claims.expires_at.unwrap_or(session.now.unix));
    output.value(&Value::Object(object))
}

/// The catalogue, key and rest that the options ask for.
fn config(session: &Session, options: &Sandbox, output: &Output) -> Result<Config, Failure> {
    let read = |path: &std::path::Path| {
        files::read(path, 512 << 20)
            .and_then(|bytes| bytes.ok_or_else(|| std::io::ErrorKind::NotFound.into()))
            .map_err(|e| files::unreadable(path, &e))
    };
    let catalogue = match &session.settings.catalogue {
        None => None,
        Some(given) => Some(Catalogue::read(&read(&given.value)?).map_err(|e| {
            Failure::new(
                FailureKind::File,
                format!("The catalogue {} cannot be served: {e}.", given.value.display()),
                "Save a list reply of ActionKit, or an MCP tools/list result, as it came.",
            )
        })?),
    };
    let public_key = match &options.public_key {
        None => None,
        Some(path) => Some(String::from_utf8_lossy(&read(path)?).into_owned()),
    };
    Ok(Config {
        port: options.port,
        listen: options.listen,
        wire: session.settings.wire.as_ref().map_or(Wire::Live, |wire| wire.value),
        rate: options.rate.0,
        public_key,
        catalogue,
        scale: options.scale,
        seed: options.seed,
        data: options.data.as_ref().map(|directory| {
            let shelf: Arc<dyn Shelf> = Arc::new(InFile(directory.join("sandbox.json")));
            shelf
        }),
        log: if output.json() { None } else { Some(log_line) },
        faults: options.fault.clone(),
    })
}

/// The file the worlds are kept in.
#[derive(Debug)]
struct InFile(PathBuf);

impl Shelf for InFile {
    fn read(&self) -> Result<Option<Vec<u8>>, Failure> {
        files::read(&self.0, 512 << 20).map_err(|e| files::unreadable(&self.0, &e))
    }

    fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        files::save(&self.0, bytes)
    }
}

/// A request answered, on stderr.
fn log_line(line: &str) {
    // Where nobody can read it any more, nothing is lost.
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn serve(session: &Session, options: &Sandbox, output: &mut Output) -> Result<(), Failure> {
    let config = config(session, options, output)?;
    let own_key = config.public_key.is_some();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|e| {
        Failure::new(FailureKind::Internal, format!("The program's runtime could not be started: {e}."), "Try again.")
    })?;
    runtime.block_on(async {
        let stopped = told_to_stop();
        let running = sandbox::start(config).await.map_err(|e| not_started(&e))?;
        announce(session, &running.base_url(), own_key, output)?;
        if !options.listen.is_loopback() {
            output.say(
                "\nOther machines can reach it at this machine's addresses: whoever does may read and change its made-up worlds, reset them and set \
                 faults, and its key is public knowledge. Nothing of yours is in it.",
            );
        }
        stopped.await;
        running.shutdown().await;
        output.say("Stopped.");
        Ok(())
    })
}

/// Listens from now on for `^C` and for the system's word that the program should end; gives what waits for either.
fn told_to_stop() -> impl Future<Output = ()> {
    #[cfg(unix)]
    let mut signals = {
        use tokio::signal::unix::{SignalKind, signal};
        [SignalKind::interrupt(), SignalKind::terminate()].map(|kind| signal(kind).ok())
    };
    async move {
        #[cfg(unix)]
        if let [Some(interrupt), Some(terminate)] = &mut signals {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
        // Where signals cannot be had, the system ends the program by itself.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Words on stderr; on stdout the lines a shell takes as they are, or one JSON object.
fn announce(session: &Session, base_url: &str, own_key: bool, output: &mut Output) -> Result<(), Failure> {
    let user = session.settings.user.as_ref().map(|user| user.value.as_str());
    let user = user.or_else(|| USERS.first().map(|user| user.id)).unwrap_or("user-1");
    let project = session.settings.project.as_ref().map_or(PROJECT, |project| project.value.as_str());
    let token =
        if own_key { None } else { Some(sandbox::token(user, project, LIFETIME, session.now.unix).map_err(unsigned)?) };
    let token = token.as_ref().map(ExposeSecret::expose_secret);
    if output.json() {
        let mut object = Object::new();
        object.insert("base_url", base_url);
        object.insert("project", project);
        object.insert("user", user);
        object.insert("token", token.map_or(Value::Null, Value::from));
        return output.line(&Value::Object(object).to_json());
    }
    output.say(&format!("The sandbox listens on {base_url}; ^C stops it. In another terminal:\n"));
    let mut exports = format!("export AKX_BASE_URL={base_url}\nexport AKX_PROJECT_ID={}\n", quoted(project));
    match token {
        Some(token) => {
            let _ = writeln!(exports, "export AKX_TOKEN={token}");
        }
        None => exports.push_str("# AKX_TOKEN: a token signed with the private half of your key\n"),
    }
    exports.push_str("# For Paragon's MCP server, and what else is set up as it is:\n");
    for name in ["ACTIONKIT_BASE_URL", "ZEUS_BASE_URL", "PROXY_BASE_URL"] {
        let _ = writeln!(exports, "export {name}={base_url}");
    }
    let _ = writeln!(exports, "export PROJECT_ID={}", quoted(project));
    exports.push_str(if own_key {
        "# SIGNING_KEY: the private half of your key\n"
    } else {
        "export SIGNING_KEY=\"$(akx sandbox key)\"\n"
    });
    output.bytes(exports.as_bytes())?;
    output.say(&format!(
        "\nIts description: {base_url}/openapi.json; webhooks are signed with {}.",
        webhook::SIGNING_SECRET
    ));
    output.say(
        "\nakx list send message\n\
         akx run SLACK_SEND_MESSAGE -p channel=C0123456789 -p message=Hello -p botName=akx -p botIcon=:wave:\n\n\
         Users it knows (akx sandbox token USER):",
    );
    for user in USERS {
        output.say(&format!("  {}  {}", user.id, user.about));
    }
    Ok(())
}

/// `text` as one word of a shell.
fn quoted(text: &str) -> String {
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:/@".contains(&b));
    if plain { text.to_owned() } else { format!("'{}'", text::clean(text).replace('\'', "'\\''")) }
}

fn not_started(error: &SandboxError) -> Failure {
    let hint = match error {
        SandboxError::Bind { .. } => "Choose another --port, or leave it out for a free one.",
        SandboxError::Data(_) => "Choose another --data directory, or remove the file in it.",
        SandboxError::PublicKey(_) => "Give the PEM file of an RSA public key.",
    };
    Failure::new(FailureKind::Usage, format!("The sandbox was not started: {error}."), hint)
}

fn unsigned(error: SigningKeyError) -> Failure {
    Failure::new(FailureKind::Internal, format!("No token was made: {error}."), "Try again.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worlds_are_kept_in_a_file_of_the_directory() -> Result<(), Box<dyn std::error::Error>> {
        let directory = tempfile::tempdir()?;
        let shelf = InFile(directory.path().join("new/sandbox.json"));
        assert_eq!(shelf.read().map_err(|f| f.message)?, None);
        shelf.write(b"{}").map_err(|f| f.message)?;
        assert_eq!(shelf.read().map_err(|f| f.message)?, Some(b"{}".to_vec()));
        Ok(())
    }

    #[test]
    fn what_a_shell_would_take_apart_is_quoted() {
        assert_eq!(quoted("maria@acme.example"), "maria@acme.example");
        assert_eq!(quoted("a b'c"), "'a b'\\''c'");
    }
}
