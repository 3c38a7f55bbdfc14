//! Bare `akx` and `akx demo`: handing over to the full-screen explorer, and making its connections.

use std::{
    io::IsTerminal as _,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use secrecy::{ExposeSecret as _, SecretString};

use super::{clock, options::When, output::Output, session::Session};
use crate::{
    app::{
        effect::Destination,
        listing::Listing,
        profiles::{Ask, Listed},
        session::{Origin, Session as AppSession},
        state,
    },
    client::{Client, ListFilter, Target},
    domain::{
        catalogue::Catalogue,
        doctor::{Via, Way},
        failure::{Failure, FailureKind},
        guard::Place,
        redact::Known,
        shared::Shared,
        token::Claims,
        users::User,
    },
    runtime::{
        self, Connection, Host,
        host::{Others, People, Source, Task},
    },
    sandbox,
    settings::{self, Environment, Given, NewProfile, TokenOrigin},
    store::{drafts::Drafts, history::History, rows::Journals, usage::Usages, users::UserLists},
    ui::Theme,
};

/// With what the explorer opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// What the settings say: a profile, a saved catalogue, or the welcome screen where there is nothing yet.
    Settings,
    /// The built-in sandbox.
    Demo,
}

/// How the explorer's terminal is to look.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Looks<'a> {
    pub(crate) color: When,
    /// Whether ids, addresses and tokens are masked from the start.
    pub(crate) present: bool,
    pub(crate) environment: &'a Environment,
}

/// How long the demo's token lasts.
const LIFETIME: Duration = Duration::from_secs(12 * 3600);

/// Opens the explorer and stays until it is left.
///
/// # Errors
/// When there is no terminal to draw on, or it fails.
pub(crate) fn explore(session: Session, start: Start, looks: Looks<'_>, output: &Output) -> Result<(), Failure> {
    if !(output.is_terminal() && std::io::stdin().is_terminal()) {
        return Err(Failure::new(
            FailureKind::Usage,
            "The explorer needs a terminal, and this is none.",
            "Use a command instead, such as akx list or akx run; akx --help names them all.",
        ));
    }
    let start = match start {
        Start::Demo => state::Start::Open(Destination::Sandbox),
        Start::Settings if is_configured(&session) => state::Start::Open(Destination::Configured),
        Start::Settings => state::Start::Welcome,
    };
    let data = session.paths.data_dir().to_path_buf();
    let host = Arc::new(Connector { session: Arc::new(session), sandbox: Arc::default() });
    stay(start, host, data, looks)
}

/// Opens the full-screen program with `start` and stays until it is left.
///
/// # Errors
/// When the terminal fails.
pub(crate) fn stay(start: state::Start, host: Arc<dyn Host>, data: PathBuf, looks: Looks<'_>) -> Result<(), Failure> {
    let mut programs = runtime::Programs::find(|name| looks.environment.text(name).ok().flatten());
    programs.akx = super::program()?;
    let theme = theme(looks);
    let broken = |e: std::io::Error| {
        Failure::new(
            FailureKind::Internal,
            format!("The terminal could not be used: {e}."),
            "Use a command instead, such as akx list or akx run.",
        )
    };
    // One thread draws and takes keys; one more serves the sandbox and the network beside it.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(broken)?;
    let options = runtime::Options { start, theme, present: looks.present, host, data, programs };
    let result = runtime.block_on(runtime::explore(options)).map_err(broken);
    // A name lookup or a large answer still under way would otherwise hold the end up.
    runtime.shutdown_background();
    result
}

/// Whether anybody named something to open.
fn is_configured(session: &Session) -> bool {
    let settings = &session.settings;
    settings.catalogue.is_some() || settings.project.is_some() || settings.token != TokenOrigin::Nowhere
}

/// The theme that the terminal's own signs ask for; `AKX_THEME` overrides them.
fn theme(looks: Looks<'_>) -> Theme {
    let text = |name| looks.environment.text(name).ok().flatten().unwrap_or_default();
    if looks.color == When::Never || (looks.color == When::Auto && looks.environment.has("NO_COLOR")) {
        return Theme::Plain;
    }
    match text("AKX_THEME") {
        "dark" => return Theme::Dark,
        "light" => return Theme::Light,
        "16" => return Theme::Sixteen,
        "plain" => return Theme::Plain,
        _ => {}
    }
    if !matches!(text("COLORTERM"), "truecolor" | "24bit") {
        return Theme::Sixteen;
    }
    // COLORFGBG is `foreground;background` in the sixteen colours; 7 and 9 to 15 are light.
    match text("COLORFGBG").rsplit(';').next().and_then(|b| b.parse::<u8>().ok()) {
        Some(7 | 9..=15) => Theme::Light,
        Some(_) | None => Theme::Dark,
    }
}

/// Makes the explorer's connections.
struct Connector {
    session: Arc<Session>,
    /// The sandbox, once it has been started; it stops with the program.
    sandbox: Arc<Mutex<Option<sandbox::Running>>>,
}

impl Host for Connector {
    fn profiles(&self, ask: Ask) -> Result<Listed, Failure> {
        super::profile::listed(&ask, self.session.environment(), &self.session.paths)
    }

    fn connect(&self, to: Destination, secret: Option<SecretString>) -> Task<Result<Connection, Failure>> {
        let session = Arc::clone(&self.session);
        match to {
            Destination::Sandbox => {
                let running = Arc::clone(&self.sandbox);
                Box::pin(async move { to_sandbox(&session, &running, None).await })
            }
            Destination::SandboxAs(user) => {
                let running = Arc::clone(&self.sandbox);
                Box::pin(async move { to_sandbox(&session, &running, Some(&user)).await })
            }
            // Reading files, minting, and running a token command all block.
            Destination::Configured => blocking(move || to_configured(&session)),
            Destination::As { profile, user } => {
                blocking(move || to_configured(&session.with(profile.as_deref(), user.as_deref())?))
            }
            Destination::Pasted { profile } => blocking(move || {
                let mut session = session.with(profile.as_deref(), None)?;
                let source = settings::Source::Flag("what was pasted");
                let secret = secret.ok_or_else(no_token)?;
                claims_of_pasted(&secret)?;
                session.settings.token = TokenOrigin::Text(Given::new(secret, source));
                session.settings.user = None;
                to_configured(&session)
            }),
            Destination::Project { project, base_url, profile } => {
                Box::pin(async move { to_project(&session, (project, base_url, profile), secret).await })
            }
        }
    }

    fn other_list(&self, others: Others, with: String) -> Task<Result<Catalogue, Failure>> {
        Box::pin(other_list(others, with))
    }
}

/// The list of a file, where `with` names one; else that of the connected user.
async fn other_list(others: Others, with: String) -> Result<Catalogue, Failure> {
    let path = PathBuf::from(&with);
    if path.is_file() {
        return blocking(move || super::drift::file(&path).map(|loaded| loaded.catalogue)).await;
    }
    let everything = ListFilter { unconnected: true, ..ListFilter::default() };
    Ok(others.client(with).await?.list(&everything, clock::now()).await?.catalogue)
}

/// Clients for other users of the project that `session` is for.
fn others(session: &Session) -> Others {
    let session = session.clone();
    Others::new(move |user| {
        let session = session.clone();
        blocking(move || {
            let other = session.for_user(&user, settings::Source::Flag("the list of users"));
            other.client(&other.token()?)
        })
    })
}

/// The same in the embedded sandbox, whose key is here.
fn others_of_sandbox(target: &Target) -> Others {
    let target = target.clone();
    Others::new(move |user| {
        let target = target.clone();
        blocking(move || Client::new(target, &token_of_sandbox(&user)?))
    })
}

fn token_of_sandbox(user: &str) -> Result<SecretString, Failure> {
    sandbox::token(user, sandbox::PROJECT, LIFETIME, clock::now().unix).map_err(|e| {
        Failure::new(FailureKind::Internal, format!("The sandbox's token could not be signed: {e}."), "Try again.")
    })
}

fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Task<Result<T, Failure>> {
    Box::pin(async move {
        let done = tokio::task::spawn_blocking(work).await;
        done.unwrap_or_else(|_| {
            Err(Failure::new(FailureKind::Internal, "akx made a mistake while connecting.", "Try again."))
        })
    })
}

/// What a pasted token says of itself; anything else that was pasted or typed is no session.
fn claims_of_pasted(secret: &SecretString) -> Result<Claims, Failure> {
    Claims::read(secret.expose_secret()).map_err(|e| {
        Failure::new(
            FailureKind::NotAuthorised,
            format!("What was pasted is no user token: {e}."),
            "Paste the whole token, as your app's server signs it: three parts with dots between.",
        )
    })
}

fn no_token() -> Failure {
    Failure::new(FailureKind::NotAuthorised, "The user token is missing.", "Paste a Paragon User Token.")
}

async fn to_sandbox(
    session: &Session,
    running: &Mutex<Option<sandbox::Running>>,
    user: Option<&str>,
) -> Result<Connection, Failure> {
    let there = running.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(sandbox::Running::base_url);
    let base_url = match there {
        Some(base_url) => base_url,
        None => {
            let started = sandbox::start(sandbox::Config::default()).await.map_err(|e| {
                Failure::new(FailureKind::Internal, format!("The sandbox did not start: {e}."), "Try again.")
            })?;
            let base_url = started.base_url();
            *running.lock().unwrap_or_else(PoisonError::into_inner) = Some(started);
            base_url
        }
    };
    let user = user.or(sandbox::USERS.first().map(|u| u.id)).unwrap_or("demo");
    let token = token_of_sandbox(user)?;
    let session = session.for_sandbox();
    let target = session.furnished(Target::new(base_url.clone(), sandbox::PROJECT));
    let app = AppSession {
        profile: "sandbox".to_owned(),
        named: None,
        home: None,
        place: Place::Sandbox,
        color: None,
        known: Known::of_token(token.expose_secret()).and(&session.known(None)),
        base_url,
        project: sandbox::PROJECT.to_owned(),
        claims: Claims::read(token.expose_secret()).unwrap_or_default(),
        read_only: session.settings.read_only.as_ref().map(ToString::to_string),
        wire: None,
        forgets: false,
        offline: false,
        origin: Origin {
            source: "the sandbox".to_owned(),
            renews: true,
            mints: true,
            way: Way { proxy: Via::Loopback, ca_file: None },
        },
        warnings: Vec::new(),
    };
    // Every demo starts afresh: nothing of the sandbox is kept on disk.
    let others = others_of_sandbox(&target);
    let source = Source::Server { client: Client::new(target, &token)?, cache: None };
    let about =
        |u: &sandbox::DemoUser| User { id: u.id.to_owned(), label: u.name.to_owned(), note: u.about.to_owned() };
    let people = People::Made(sandbox::USERS.iter().map(about).collect());
    Ok(Connection {
        session: app,
        source,
        drafts: None,
        usage: None,
        people,
        history: History::in_memory(),
        others,
        journals: None,
    })
}

fn to_configured(session: &Session) -> Result<Connection, Failure> {
    let settings = &session.settings;
    let connection = |app, source| kept(session, people(session, settings.profile_name()), app, source);
    let mut app = AppSession {
        profile: settings.profile_name().unwrap_or("akx").to_owned(),
        named: named(settings),
        home: settings.profile_user.clone(),
        place: session.place(),
        color: settings.color,
        known: session.known(None),
        base_url: settings.base_url.value.clone(),
        project: settings.project.as_ref().map(|p| p.value.clone()).unwrap_or_default(),
        claims: Claims::default(),
        read_only: settings.read_only.as_ref().map(ToString::to_string),
        wire: settings.wire.as_ref().map(|w| w.value),
        forgets: settings.history.is_none(),
        offline: false,
        origin: Origin::default(),
        warnings: settings.warnings.clone(),
    };
    if settings.catalogue.is_none() && settings.offline {
        app.offline = true;
        let key = super::catalogue::kept_key(session)?;
        return Ok(connection(app, Source::Kept { cache: session.cache.clone(), key }));
    }
    if settings.catalogue.is_some() {
        let loaded = super::catalogue::without_server(session)?;
        app.offline = true;
        if let Some(given) = &settings.catalogue {
            app.profile = given.value.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        }
        let listing = Shared::new(Listing::new(loaded.catalogue));
        return Ok(connection(app, Source::File { listing, fetched_at: loaded.fetched_at }));
    }
    let token = session.token()?;
    let cache = Some((session.cache.clone(), session.list_key(Some(&token))?));
    app.claims = token.claims.clone().unwrap_or_default();
    app.known = session.known(Some(&token));
    app.origin = Origin {
        source: token.source.to_string(),
        renews: settings.token.renews(),
        mints: matches!(settings.token, TokenOrigin::Mint(_)),
        way: session.way(&app.base_url),
    };
    if app.wire.is_none() {
        app.wire = session.cache.wire(&app.base_url);
    }
    let source = Source::Server { client: session.client(&token)?, cache };
    Ok(connection(app, source))
}

/// A connection with what is kept for it on disk, as far as anything is to be.
fn kept(session: &Session, people: People, app: AppSession, source: Source) -> Connection {
    let (data, persist) = (session.paths.data_dir(), session.settings.persist);
    Connection {
        history: session.kept_history().knowing(app.known.clone()),
        session: app,
        source,
        drafts: persist.then(|| Drafts::new(data)),
        usage: persist.then(|| Usages::new(data)),
        people,
        others: others(session),
        // What is done of many runs is kept in any case: without it a second attempt could run something twice.
        journals: Some(Journals::new(data)),
    }
}

/// The users kept for a profile; without one, those of the project.
fn people(session: &Session, profile: Option<&str>) -> People {
    People::Kept { lists: UserLists::new(session.paths.data_dir()), profile: super::users::list_of(session, profile) }
}

/// The profile, where it alone says which project on which server.
fn named(settings: &settings::Settings) -> Option<String> {
    let says = |source: &settings::Source| matches!(source, settings::Source::Profile(_) | settings::Source::Default);
    let project = settings.project.as_ref().is_some_and(|p| says(&p.source));
    let name = settings.profile_name().filter(|_| project && says(&settings.base_url.source));
    name.map(str::to_owned)
}

async fn to_project(
    session: &Session,
    (project, base_url, profile): (String, String, String),
    secret: Option<SecretString>,
) -> Result<Connection, Failure> {
    let secret = secret.ok_or_else(no_token)?;
    let claims = claims_of_pasted(&secret)?;
    let usual = base_url.is_empty();
    let target = Target::new(if usual { settings::BASE_URL.to_owned() } else { base_url }, project.clone());
    let target = session.furnished(target);
    let base_url = target.base_url.clone();
    let client = Client::new(target, &secret)?;
    // What cannot list is not worth keeping: the words for it belong on the screen where it was typed.
    client.list(&ListFilter::default(), clock::now()).await?;
    let known = Known::of_token(secret.expose_secret()).and(&session.known(None));
    if !profile.is_empty() {
        let new = NewProfile {
            project: project.clone(),
            base_url: (!usual).then(|| base_url.clone()),
            user: claims.subject.clone(),
            token: Some(secret),
            ..NewProfile::default()
        };
        settings::write_profile(&profile, &new, &session.paths)?;
    }
    let way = session.way(&base_url);
    let app = AppSession {
        named: Some(profile.clone()).filter(|name| !name.is_empty()),
        home: None,
        profile: if profile.is_empty() { "akx".to_owned() } else { profile },
        place: Place::Ordinary,
        color: None,
        known,
        base_url,
        project,
        claims,
        read_only: session.settings.read_only.as_ref().map(ToString::to_string),
        wire: None,
        forgets: session.settings.history.is_none(),
        offline: false,
        origin: Origin { source: "what was pasted".to_owned(), way, ..Origin::default() },
        warnings: Vec::new(),
    };
    let people = people(session, app.named.as_deref());
    Ok(kept(session, people, app, Source::Server { client, cache: None }))
}
