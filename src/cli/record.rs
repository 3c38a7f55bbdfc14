//! Keeping what the command line runs in the history.

use super::{catalogue, clock::Watch, output::Output, session::Session};
use crate::{
    domain::{
        history::{About, Begun, RecordId, Whose},
        run::{Outcome, RunRequest},
        side_effect::SideEffect,
    },
    settings::Token,
    store::history::History,
};

/// For whom a run is.
pub(crate) fn whose(session: &Session, token: Option<&Token>) -> Whose {
    let settings = &session.settings;
    let named = || settings.user.as_ref().map(|user| user.value.as_str());
    Whose {
        profile: settings.profile_name().map(str::to_owned),
        project: settings.project.as_ref().map(|project| project.value.clone()).unwrap_or_default(),
        base_url: settings.base_url.value.clone(),
        user: token.and_then(Token::user).or_else(named).map(str::to_owned),
    }
}

/// What is known of an action: from what was read already, else from the kept list, so that what its schema calls
/// secret is known.
pub(crate) fn about(session: &Session, token: &Token, action: &str, effect: SideEffect) -> About {
    let kept = catalogue::kept(session, Some(token)).ok().flatten();
    let found = kept.as_ref().and_then(|loaded| catalogue::find(&loaded.catalogue, action));
    let (integration, schema) = found.map(|action| (action.integration, action.parameters)).unwrap_or_default();
    About { integration, effect, schema }
}

/// A run on its way into the history.
pub(crate) struct Recording {
    begun: Begun,
    kept: Option<(History, RecordId)>,
    watch: Watch,
}

impl Recording {
    /// Whether it stands in the history.
    pub(crate) const fn is_kept(&self) -> bool {
        self.kept.is_some()
    }

    /// Notes that `request` is about to be sent. Where it cannot be noted that is said, and the run goes on: a full
    /// disk must not stand between a person and their provider.
    pub(crate) fn begin(
        session: &Session,
        (request, about): (&RunRequest, &About),
        token: &Token,
        output: &mut Output,
    ) -> Self {
        let begun = Begun::new(session.now.unix, whose(session, Some(token)), request, about);
        let history = session.history().map(|history| history.knowing(session.known(Some(token))));
        let kept = history.and_then(|history| match history.begin(&begun) {
            Ok(id) => Some((history, id)),
            Err(failure) => {
                output.warn(&format!("{failure} This run is not kept."));
                None
            }
        });
        Self { begun, kept, watch: Watch::start() }
    }

    /// Notes how it ended; returns what was noted at its beginning, and how long it took.
    pub(crate) fn finish(self, outcome: &Outcome, output: &mut Output) -> (Begun, std::time::Duration) {
        let took = self.watch.elapsed();
        if let Some((history, id)) = self.kept
            && let Err(failure) = history.finish(id, outcome, (&self.begun.request.action, took))
        {
            output.warn(&format!("{failure} How this run ended is not kept."));
        }
        (self.begun, took)
    }
}
