//! Where akx keeps its files: the platform's usual places, each of which an environment variable can move.

pub mod files;

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use crate::{
    domain::failure::{Failure, FailureKind},
    settings::Environment,
};

/// The three directories akx uses. None is made before something is written there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    config: PathBuf,
    data: PathBuf,
    cache: PathBuf,
}

impl Paths {
    /// Paths under directories given outright.
    pub fn new(config: impl Into<PathBuf>, data: impl Into<PathBuf>, cache: impl Into<PathBuf>) -> Self {
        Self { config: config.into(), data: data.into(), cache: cache.into() }
    }

    /// The platform's directories for `akx`, where `AKX_CONFIG_DIR`, `AKX_DATA_DIR` and `AKX_CACHE_DIR` do not say
    /// otherwise.
    ///
    /// # Errors
    /// When one of the three is not given and the home directory is not known.
    pub fn from_environment(environment: &Environment) -> Result<Self, Failure> {
        let given = |name| environment.path(name);
        let usual = ProjectDirs::from("", "", "akx");
        let place = |name, usual: Option<&Path>| {
            given(name).or_else(|| usual.map(Path::to_owned)).ok_or_else(|| {
                Failure::new(
                    FailureKind::Configuration,
                    "There is no place for akx's files: the home directory is not known.",
                    format!("Set HOME, or name a directory in {name}."),
                )
            })
        };
        Ok(Self {
            config: place("AKX_CONFIG_DIR", usual.as_ref().map(ProjectDirs::config_dir))?,
            data: place("AKX_DATA_DIR", usual.as_ref().map(ProjectDirs::data_dir))?,
            cache: place("AKX_CACHE_DIR", usual.as_ref().map(ProjectDirs::cache_dir))?,
        })
    }

    /// The one file with profiles and settings.
    pub fn config_file(&self) -> PathBuf {
        self.config.join("config.toml")
    }

    /// Where the token pasted for `profile` is kept. `profile` is a checked profile name, never a path.
    pub fn token_file(&self, profile: &str) -> PathBuf {
        self.config.join("tokens").join(profile)
    }

    /// The directory relative paths in the config file start from.
    pub fn config_dir(&self) -> &Path {
        &self.config
    }

    /// What must not be lost: form drafts, later history and saved calls.
    pub fn data_dir(&self) -> &Path {
        &self.data
    }

    /// What can be asked for again: list replies, remembered dialects.
    pub fn cache_dir(&self) -> &Path {
        &self.cache
    }
}

/// The person's home directory, where it is known.
pub fn home() -> Option<PathBuf> {
    directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned())
}

/// `path` for a sentence: what lies in the home directory begins with `~`.
pub fn shown(path: &Path) -> String {
    shown_from(path, home().as_deref())
}

fn shown_from(path: &Path, home: Option<&Path>) -> String {
    let inside = home.filter(|home| home.parent().is_some()).and_then(|home| path.strip_prefix(home).ok());
    inside.map_or_else(|| path.display().to_string(), |inside| Path::new("~").join(inside).display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_at_home_is_told_shortly() {
        let shown = |path: &str, home: Option<&str>| shown_from(Path::new(path), home.map(Path::new));
        assert_eq!(shown("/home/ada/.local/share/akx/copied.txt", Some("/home/ada")), "~/.local/share/akx/copied.txt");
        assert_eq!(shown("/home/adam/x", Some("/home/ada")), "/home/adam/x");
        assert_eq!(shown("/var/x", Some("/")), "/var/x");
        assert_eq!(shown("/var/x", None), "/var/x");
    }

    #[test]
    fn each_directory_can_be_moved_by_itself() {
        let all = [("AKX_CONFIG_DIR", "/c"), ("AKX_DATA_DIR", "/d"), ("AKX_CACHE_DIR", "/k")];
        let paths = Paths::from_environment(&Environment::from_pairs(all)).unwrap();
        assert_eq!(paths, Paths::new("/c", "/d", "/k"));
        assert_eq!(paths.config_file(), Path::new("/c/config.toml"));
        assert_eq!(paths.token_file("acme"), Path::new("/c/tokens/acme"));
        let usual = Paths::from_environment(&Environment::from_pairs([("AKX_CONFIG_DIR", "")]));
        let moved = Paths::from_environment(&Environment::from_pairs([("AKX_DATA_DIR", "/d")]));
        if let (Ok(usual), Ok(moved)) = (usual, moved) {
            assert_eq!(moved.data_dir(), Path::new("/d"));
            assert_eq!(moved.cache_dir(), usual.cache_dir(), "an empty variable is no variable");
            assert_eq!(moved.config_dir(), usual.config_dir());
        }
    }
}
