//! Where the Paragon User Token comes from, and reading it when it is needed. It is never taken from the command line,
//! where every process on the machine could read it.

use std::{
    io::Read,
    path::{Path, PathBuf},
    time::Duration,
};

use secrecy::{ExposeSecret as _, SecretString};

use super::{Environment, Flags, Given, Profile, ProfileToken, Settings, Source};
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        redact::Known,
        token::{
            Claims,
            sign::{Grant, SigningKey, SigningKeyError},
        },
    },
    paths::Paths,
};

/// How long a minted token lasts unless somebody says otherwise: long enough for a command, short enough to lose.
pub const MINTED_LIFETIME: Duration = Duration::from_secs(3600);

/// No token or key is longer than this many bytes.
const LIMIT: u64 = 64 << 10;

/// Where a token will come from.
#[derive(Debug, Clone)]
pub enum TokenOrigin {
    /// Nowhere.
    Nowhere,
    /// Standard input.
    Stdin,
    /// A file.
    File(Given<PathBuf>),
    /// A variable's value.
    Text(Given<SecretString>),
    /// Another environment variable that a profile names, which is not set.
    Unset(Given<String>),
    /// What a program prints.
    Command(Given<Vec<String>>),
    /// An entry of the system's keyring.
    Keyring(Given<String>),
    /// Signed here.
    Mint(KeyOrigin),
}

/// Where the key that signs tokens will come from.
#[derive(Debug, Clone)]
pub enum KeyOrigin {
    /// A file.
    File(Given<PathBuf>),
    /// A variable's value.
    Text(Given<SecretString>),
}

impl PartialEq for KeyOrigin {
    /// Secrets are equal when they come from the same place; their text is not compared.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::File(a), Self::File(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a.source == b.source,
            (Self::File(_), Self::Text(_)) | (Self::Text(_), Self::File(_)) => false,
        }
    }
}

impl Eq for KeyOrigin {}

impl PartialEq for TokenOrigin {
    /// Secrets are equal when they come from the same place; their text is not compared.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nowhere, Self::Nowhere) | (Self::Stdin, Self::Stdin) => true,
            (Self::File(a), Self::File(b)) => a == b,
            (Self::Mint(a), Self::Mint(b)) => a == b,
            (Self::Keyring(a), Self::Keyring(b)) | (Self::Unset(a), Self::Unset(b)) => a == b,
            (Self::Command(a), Self::Command(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a.source == b.source,
            (
                Self::Nowhere
                | Self::Stdin
                | Self::File(_)
                | Self::Text(_)
                | Self::Unset(_)
                | Self::Command(_)
                | Self::Keyring(_)
                | Self::Mint(_),
                _,
            ) => false,
        }
    }
}

impl Eq for TokenOrigin {}

/// A token, ready to be sent.
#[derive(Debug, Clone)]
pub struct Token {
    /// The token itself.
    pub secret: SecretString,
    /// What it says of itself, when it is a JWT.
    pub claims: Option<Claims>,
    /// Where it came from.
    pub source: Source,
}

impl Token {
    /// The connected user it is for, when it says.
    pub fn user(&self) -> Option<&str> {
        self.claims.as_ref()?.subject.as_deref()
    }
}

impl TokenOrigin {
    /// The nearest source there is: `--token-file`, `AKX_TOKEN`, `AKX_TOKEN_FILE`, `AKX_SIGNING_KEY`,
    /// `AKX_SIGNING_KEY_PATH`, then the profile's.
    pub(super) fn find(
        flags: &Flags,
        environment: &Environment,
        profile: Option<&Profile>,
        paths: &Paths,
    ) -> Result<Self, Failure> {
        if let Some(path) = &flags.token_file {
            return Ok(Self::file(path.clone(), Source::Flag("--token-file")));
        }
        let variable =
            |name: &'static str| Ok(environment.text(name)?.map(|text| Given::new(text, Source::Variable(name))));
        let secret = |given: Given<&str>| Given::new(SecretString::from(given.value.to_owned()), given.source);
        if let Some(token) = variable("AKX_TOKEN")? {
            return Ok(Self::Text(secret(token)));
        }
        if let Some(path) = environment.path("AKX_TOKEN_FILE") {
            return Ok(Self::file(path, Source::Variable("AKX_TOKEN_FILE")));
        }
        if let Some(key) = KeyOrigin::of_environment(environment)? {
            return Ok(Self::Mint(key));
        }
        let Some(profile) = profile else { return Ok(Self::Nowhere) };
        let source = Source::Profile(profile.name.clone());
        Ok(match &profile.token {
            None => Self::Nowhere,
            // A path in the config file starts from the config file's directory.
            Some(ProfileToken::File(path)) => Self::File(Given::new(paths.config_dir().join(path), source)),
            Some(ProfileToken::Mint(path)) => {
                Self::Mint(KeyOrigin::File(Given::new(paths.config_dir().join(path), source)))
            }
            Some(ProfileToken::Keyring(entry)) => Self::Keyring(Given::new(entry.clone(), source)),
            Some(ProfileToken::Command(words)) => Self::Command(Given::new(words.clone(), source)),
            Some(ProfileToken::Environment(name)) => match environment.text(name)? {
                Some(text) => Self::Text(secret(Given::new(text, source))),
                None => Self::Unset(Given::new(name.clone(), source)),
            },
        })
    }

    fn file(path: PathBuf, source: Source) -> Self {
        if path == Path::new("-") { Self::Stdin } else { Self::File(Given::new(path, source)) }
    }

    /// Whether reading it takes what stands on standard input.
    pub const fn takes_stdin(&self) -> bool {
        matches!(self, Self::Stdin)
    }

    /// Whether it can be had again by itself once it has expired.
    pub const fn renews(&self) -> bool {
        matches!(self, Self::Command(_) | Self::Mint(_))
    }

    fn source(&self) -> Source {
        match self {
            Self::Nowhere => Source::Default,
            Self::Stdin => Source::Flag("--token-file"),
            Self::File(given) => given.source.clone(),
            Self::Text(given) => given.source.clone(),
            Self::Mint(key) => key.source().clone(),
            Self::Command(given) => given.source.clone(),
            Self::Unset(given) | Self::Keyring(given) => given.source.clone(),
        }
    }
}

impl KeyOrigin {
    /// Where it is, in words.
    pub fn words(&self) -> String {
        match self {
            Self::File(given) => format!("the signing key in {}, which {} names", given.value.display(), given.source),
            Self::Text(given) => format!("the signing key that {} holds", given.source),
        }
    }

    /// The key, once it is known to be one.
    ///
    /// # Errors
    /// When it cannot be read, or cannot sign.
    pub(super) fn read(&self) -> Result<(SecretString, SigningKey), Failure> {
        let (pem, holder) = match self {
            Self::Text(given) => (given.value.clone(), given.source.to_string()),
            Self::File(given) => (secret_file(given)?, given.value.display().to_string()),
        };
        let key = SigningKey::from_pem(&pem).map_err(|e| unusable(&holder, e))?;
        Ok((pem, key))
    }

    /// The nearest source there is: `AKX_SIGNING_KEY`, `AKX_SIGNING_KEY_PATH`, then a profile that may mint.
    pub(super) fn find(
        environment: &Environment,
        profile: Option<&Profile>,
        paths: &Paths,
    ) -> Result<Option<Self>, Failure> {
        if let Some(key) = Self::of_environment(environment)? {
            return Ok(Some(key));
        }
        Ok(profile.and_then(|profile| match &profile.token {
            Some(ProfileToken::Mint(path)) => {
                let path = paths.config_dir().join(path);
                Some(Self::File(Given::new(path, Source::Profile(profile.name.clone()))))
            }
            Some(
                ProfileToken::File(_)
                | ProfileToken::Environment(_)
                | ProfileToken::Command(_)
                | ProfileToken::Keyring(_),
            )
            | None => None,
        }))
    }

    fn of_environment(environment: &Environment) -> Result<Option<Self>, Failure> {
        if let Some(key) = environment.text("AKX_SIGNING_KEY")? {
            let source = Source::Variable("AKX_SIGNING_KEY");
            return Ok(Some(Self::Text(Given::new(key.to_owned().into(), source))));
        }
        let path = environment.path("AKX_SIGNING_KEY_PATH");
        Ok(path.map(|path| Self::File(Given::new(path, Source::Variable("AKX_SIGNING_KEY_PATH")))))
    }

    const fn source(&self) -> &Source {
        match self {
            Self::File(given) => &given.source,
            Self::Text(given) => &given.source,
        }
    }
}

impl Settings {
    /// Reads or mints the token, at Unix time `unix`.
    ///
    /// # Errors
    /// When there is none, when it cannot be read, when others could read a profile's file, or when it is for another
    /// user than the one named at least as near to the person.
    pub fn token(&self, unix: i64) -> Result<Token, Failure> {
        let source = self.token.source();
        let secret = match &self.token {
            TokenOrigin::Nowhere => return Err(self.no_token()),
            TokenOrigin::Unset(name) => {
                return Err(Failure::new(
                    FailureKind::Configuration,
                    format!("There is no token: {source} takes it from the variable {}, which is not set.", name.value),
                    format!("Set {}, or name another source of the token.", name.value),
                ));
            }
            TokenOrigin::Stdin => read_secret(&mut std::io::stdin().lock(), "standard input")?,
            TokenOrigin::File(given) => secret_file(given)?,
            TokenOrigin::Text(given) => given.value.clone(),
            TokenOrigin::Command(given) => command(given)?,
            TokenOrigin::Keyring(given) => super::keyring::token(given)?,
            TokenOrigin::Mint(key) => self.mint_with(key, unix, self.token_lifetime)?,
        };
        let secret = bare(&secret).ok_or_else(|| {
            Failure::new(
                FailureKind::Configuration,
                format!("What {source} holds is not a token: it is empty, or has spaces or unusual characters in it."),
                "A Paragon User Token is one line of letters, digits and -_. characters.",
            )
        })?;
        let token = Token { claims: Claims::read(secret.expose_secret()).ok(), secret, source };
        self.check_user(&token)?;
        Ok(token)
    }

    /// Mints a token of `lifetime` for the user and project chosen, with the signing key that was named.
    ///
    /// # Errors
    /// When there is no signing key that may mint, it cannot be used, or no user or project is chosen.
    pub fn mint(&self, unix: i64, lifetime: Duration) -> Result<SecretString, Failure> {
        match &self.signing_key {
            Some(key) => self.mint_with(key, unix, lifetime),
            None => Err(self.no_key()),
        }
    }

    /// What tells again the secrets that these settings go with, beside a token: a key that signs, which is read for it, the
    /// password of a proxy, and whatever `environment` holds under a secret's name.
    pub fn known(&self, environment: &Environment) -> Known {
        let proxy = self.proxy.as_ref().and_then(|proxy| proxy.value.password());
        let key = self.signing_key.as_ref().and_then(|key| key.read().ok());
        let key = key.map(|(pem, _)| SecretString::from(pem.expose_secret().replace("\\n", "\n")));
        // Each line of a key is a secret by itself.
        let lines = key.iter().flat_map(|pem| pem.expose_secret().lines()).filter(|line| !line.contains("-----"));
        Known::of(proxy.into_iter().chain(lines).chain(environment.secrets()))
    }

    fn mint_with(&self, key: &KeyOrigin, unix: i64, lifetime: Duration) -> Result<SecretString, Failure> {
        let (_, signing) = key.read()?;
        let Some(user) = &self.user else {
            return Err(Failure::new(
                FailureKind::Configuration,
                "No token was minted: it is not said for which connected user.",
                "Name the user with --user, AKX_USER or the profile's user.",
            ));
        };
        let project = Some(self.project()?);
        let grant = Grant { user: &user.value, project, issued_at: unix, lifetime };
        signing.mint(&grant).map_err(|e| unusable(&key.source().to_string(), e))
    }

    /// A token for one user must not run what was meant for another.
    fn check_user(&self, token: &Token) -> Result<(), Failure> {
        let (Some(user), Some(of_token)) = (&self.user, token.user()) else { return Ok(()) };
        if user.value == of_token || user.source.rank() < token.source.rank() {
            return Ok(());
        }
        Err(Failure::new(
            FailureKind::Configuration,
            format!(
                "The token from {} is for the user {of_token}, but {} says {}.",
                token.source, user.source, user.value
            ),
            format!("Use a token for {}, or leave {} out.", user.value, user.source),
        ))
    }

    fn no_token(&self) -> Failure {
        if self.unused_signing_key {
            return self.no_key();
        }
        if let Some(profile) = self.profile_name() {
            return Failure::new(
                FailureKind::NotAuthorised,
                format!("Profile {profile} names no source of a token."),
                format!(
                    "Name one (akx profile set {profile} token_file FILE, or token_env, token_command …), or put a \
                     Paragon User Token into AKX_TOKEN."
                ),
            );
        }
        Failure::new(
            FailureKind::NotAuthorised,
            "There is no token to ask ActionKit with.",
            "Put a Paragon User Token into AKX_TOKEN or a file named with --token-file; or try akx demo, which needs none.",
        )
    }

    fn no_key(&self) -> Failure {
        match self.profile_name().filter(|_| self.unused_signing_key) {
            Some(profile) => Failure::new(
                FailureKind::Configuration,
                format!("Profile {profile} has a signing key, but may not mint tokens with it."),
                "A signing key signs for every customer: if that is meant, add mint = true to the profile.",
            ),
            None => Failure::new(
                FailureKind::Configuration,
                "There is no signing key to mint a token with.",
                "Name one in AKX_SIGNING_KEY_PATH, or with signing_key_file and mint = true in a profile.",
            ),
        }
    }
}

fn unusable(holder: &str, error: SigningKeyError) -> Failure {
    Failure::new(
        FailureKind::Configuration,
        format!("The signing key in {holder} cannot be used: {error}."),
        "Paragon's dashboard makes such a key under Settings, SDK Setup.",
    )
}

/// The token without what people paste around it; `None` where the rest cannot be one.
fn bare(text: &SecretString) -> Option<SecretString> {
    let text = text.expose_secret().trim();
    let text = text.strip_prefix("Bearer ").unwrap_or(text).trim();
    let fits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
    fits.then(|| text.to_owned().into())
}

/// Reads a file that holds a secret. One that a profile names must be its owner's alone; what is named for this once
/// (a flag, a variable) may be a pipe or a mounted secret, and is taken as it is.
fn secret_file(given: &Given<PathBuf>) -> Result<SecretString, Failure> {
    let path = &given.value;
    let unreadable = |e: std::io::Error| {
        Failure::new(
            FailureKind::File,
            format!("The file {} that {} names could not be read: {e}.", path.display(), given.source),
            "Check the path, and that you may read it.",
        )
    };
    let mut file = std::fs::File::open(path).map_err(unreadable)?;
    if let Source::Profile(_) = given.source {
        let metadata = file.metadata().map_err(unreadable)?;
        if let Some(mode) = mode_for_others(&metadata) {
            return Err(Failure::new(
                FailureKind::Configuration,
                format!("The file {} holds a secret, but others may read it (mode {mode:o}).", path.display()),
                format!("Make it yours alone: chmod 600 {}", path.display()),
            ));
        }
    }
    read_secret(&mut file, &path.display().to_string())
}

/// The permission bits, where they let others in.
#[cfg(unix)]
fn mode_for_others(metadata: &std::fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = metadata.permissions().mode() & 0o777;
    (metadata.is_file() && mode & 0o077 != 0).then_some(mode)
}

#[cfg(not(unix))]
const fn mode_for_others(_: &std::fs::Metadata) -> Option<u32> {
    None
}

fn read_secret(from: &mut impl Read, whence: &str) -> Result<SecretString, Failure> {
    let mut text = String::new();
    let read = from.take(LIMIT + 1).read_to_string(&mut text);
    // From here on it is wiped when dropped.
    let text = SecretString::from(text);
    let problem = match read {
        Err(e) => format!("could not be read as text: {e}"),
        Ok(length) if length as u64 > LIMIT => "is too long to hold a token or a key".to_owned(),
        Ok(_) => return Ok(text),
    };
    Err(Failure::new(FailureKind::File, format!("What stands in {whence} {problem}."), "Check what is in it."))
}

fn command(given: &Given<Vec<String>>) -> Result<SecretString, Failure> {
    let [program, arguments @ ..] = given.value.as_slice() else { return Ok(String::new().into()) };
    let failed = |why: String| {
        Failure::new(
            FailureKind::Configuration,
            format!("The token command of {} ({program}) {why}.", given.source),
            "Run the command by itself to see what it says.",
        )
    };
    let output = std::process::Command::new(program)
        .args(arguments)
        .stdin(std::process::Stdio::null())
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|e| failed(format!("could not be started: {e}")))?;
    if !output.status.success() {
        return Err(failed(format!("failed ({})", output.status)));
    }
    read_secret(&mut output.stdout.as_slice(), &format!("what {program} printed"))
}
