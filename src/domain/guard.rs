//! The guard rails: whether an action may run, must be asked about first, or is refused.
//!
//! Everything that sends a run decides here first, whether it was typed on the command line or pressed in the
//! full-screen program, so that both keep the same promises. That nothing goes past it is in the types: the client takes
//! a run only with a [`Clearance`], and only this module makes one.

use std::sync::Arc;

use super::{
    failure::{Failure, FailureKind},
    run::RunRequest,
    side_effect::{SideEffect, classify},
    text::{cut_end, thousands},
};

/// What kind of world an action would run in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Place {
    /// The sandbox: nothing there is real, so nothing is asked.
    Sandbox,
    /// A project that is neither the sandbox nor marked as production.
    #[default]
    Ordinary,
    /// A profile marked `production = true`: deleting wants a word typed.
    Production,
}

/// An action about to run, and everything the decision rests on.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// The action's name.
    pub action: &'a str,
    /// Its integration, when known.
    pub integration: Option<&'a str>,
    /// What it does to the world, declared or classified.
    pub effect: SideEffect,
    /// For whom it runs.
    pub by: By<'a>,
    /// Where it runs.
    pub place: Place,
    /// Where read-only was switched on, in words such as `--read-only`; `None` when it is off.
    pub read_only: Option<&'a str>,
    /// Whether the person has said yes beforehand (`--yes`).
    pub yes: bool,
}

/// Who runs it: named in the question, so that nobody answers for the wrong customer.
#[derive(Debug, Clone, Copy, Default)]
pub struct By<'a> {
    /// The connected user.
    pub user: Option<&'a str>,
    /// The profile.
    pub profile: Option<&'a str>,
}

/// Leave to run one action, whatever its parameters: what the guard rails say yes with, and what sending a run takes.
///
/// ```
/// use akx::domain::{guard::{Attempt, By, Decision, Place, decide}, side_effect::SideEffect};
///
/// let attempt = Attempt {
///     action: "SLACK_LIST_CHANNELS",
///     integration: Some("slack"),
///     effect: SideEffect::Read,
///     by: By::default(),
///     place: Place::Ordinary,
///     read_only: None,
///     yes: false,
/// };
/// assert!(matches!(decide(&attempt), Decision::Allow(_)));
/// ```
///
/// Nothing but the guard rails can make one:
///
/// ```compile_fail,E0451
/// let forged = akx::domain::guard::Clearance { action: "SLACK_SEND_MESSAGE".into(), reads: true };
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clearance {
    action: Arc<str>,
    reads: bool,
}

impl Clearance {
    /// Whether it is leave for `request`.
    pub fn covers(&self, request: &RunRequest) -> bool {
        *self.action == *request.action
    }

    /// Whether the action changes nothing, so that it does no harm if it has run unnoticed.
    pub const fn only_reads(&self) -> bool {
        self.reads
    }
}

/// Leave to run `action` if its `effect` is that it only reads, which is asked about nowhere.
pub fn leave_to_read(action: &str, effect: SideEffect) -> Option<Clearance> {
    (effect == SideEffect::Read).then(|| Clearance { action: action.into(), reads: true })
}

/// What the guard rails say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Send it.
    Allow(Clearance),
    /// Ask first; send only on an answer the question [accepts](Question::accepts).
    Ask(Question),
    /// Do not send it.
    Refuse(Failure),
}

/// A question put before an action runs. Its answer is no unless a person says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The question: the action, what it does, for whom and where.
    pub text: String,
    /// The word that must be typed to go on; without one, yes is enough.
    pub typed: Option<String>,
    action: String,
}

impl Question {
    /// Whether a typed `answer` means go on.
    pub fn accepts(&self, answer: &str) -> bool {
        let answer = answer.trim();
        match &self.typed {
            Some(word) => answer == word,
            None => answer.eq_ignore_ascii_case("y") || answer.eq_ignore_ascii_case("yes"),
        }
    }

    /// What is said of an answer that it does not accept.
    pub fn asked_again(&self, answer: &str) -> String {
        let answer = cut_end(answer.trim(), 40);
        let said = match &self.typed {
            _ if answer.is_empty() => "Nothing was typed".to_owned(),
            Some(word) if word.eq_ignore_ascii_case(&answer) => format!("“{answer}” is written otherwise"),
            Some(_) | None => format!("“{answer}” is another word"),
        };
        let wanted = self.typed.as_ref().map_or_else(String::new, |word| format!(": type {word} to run it"));
        format!("{said}{wanted}. Esc leaves without running.")
    }

    /// The leave that `answer` gives, or the failure where it is no.
    ///
    /// # Errors
    /// [`FailureKind::Refused`] where the answer was not yes.
    pub fn accept(&self, answer: &str) -> Result<Clearance, Failure> {
        if !self.accepts(answer) {
            return Err(self.declined());
        }
        Ok(Clearance { action: self.action.as_str().into(), reads: false })
    }

    /// The failure when there is nobody to ask.
    pub fn nobody_to_ask(&self) -> Failure {
        Failure::new(
            FailureKind::Refused,
            format!("Not run, since nobody is there to answer: {}", self.text),
            "Add --yes to run it without being asked, or run it in a terminal.",
        )
    }

    /// The failure when the answer was no.
    pub fn declined(&self) -> Failure {
        Failure::new(FailureKind::Refused, format!("{} was not run: the answer was no.", self.action), String::new())
    }
}

/// What an action does, told from its name where not even its integration is known.
///
/// The name's first word is taken for the integration's, unless the name already tells without: a verb that comes first
/// counts as one.
pub fn effect_by_name(action: &str) -> SideEffect {
    match classify(action, "", None) {
        SideEffect::Unknown => classify(action, action.split('_').next().unwrap_or_default(), None),
        told => told,
    }
}

/// Decides about one attempt.
///
/// Read-only refuses everything but read, even beforehand agreed to; the sandbox is never asked about; everywhere else
/// whatever does not only read is asked about, and a deletion in production wants the action's last word typed.
pub fn decide(attempt: &Attempt<'_>) -> Decision {
    let Attempt { action, effect, .. } = *attempt;
    let allow = || Decision::Allow(Clearance { action: action.into(), reads: effect == SideEffect::Read });
    if effect == SideEffect::Read {
        return allow();
    }
    if let Some(origin) = attempt.read_only {
        return Decision::Refuse(Failure::new(
            FailureKind::Refused,
            format!("{action} was not run: it {}, and akx is read-only here (by {origin}).", does(effect)),
            "Run an action that only reads, or take read-only away where it was set.",
        ));
    }
    if attempt.yes || attempt.place == Place::Sandbox {
        return allow();
    }
    let typed = (effect == SideEffect::Delete && attempt.place == Place::Production).then(|| last_word(action));
    let ending = typed.as_ref().map_or_else(|| "Run it?".to_owned(), |word| format!("Type {word} to run it."));
    Decision::Ask(Question { text: format!("{} {ending}", plan(attempt)), typed, action: action.to_owned() })
}

/// Decides about running an action up to `times` times in a row, as going through the pages of an answer does.
///
/// What only reads may; anything else is asked about everywhere, and what would want a word typed is refused.
pub fn decide_repeated(attempt: &Attempt<'_>, times: usize) -> Decision {
    let Attempt { action, effect, .. } = *attempt;
    match decide(attempt) {
        Decision::Allow(leave) if effect == SideEffect::Read || attempt.yes => Decision::Allow(leave),
        Decision::Ask(question) if question.typed.is_some() => Decision::Refuse(Failure::new(
            FailureKind::Refused,
            format!("{action} was not run: it {}, which is done once at a time here.", does(effect)),
            "Run it without asking for pages.",
        )),
        Decision::Allow(_) | Decision::Ask(_) => Decision::Ask(Question {
            text: format!("{} Going through pages runs it up to {times} times. Run it?", plan(attempt)),
            typed: None,
            action: action.to_owned(),
        }),
        Decision::Refuse(failure) => Decision::Refuse(failure),
    }
}

impl Decision {
    /// The same decision about running it `times` times: one question for all, that says how often.
    #[must_use]
    pub fn for_many(self, times: usize) -> Self {
        match self {
            Self::Ask(mut question) if times > 1 => {
                for (once, often) in [("Run it?", "Run it TIMES times?"), ("to run it.", "to run it TIMES times.")] {
                    if let Some(head) = question.text.strip_suffix(once) {
                        question.text = format!("{head}{}", often.replace("TIMES", &thousands(times)));
                        break;
                    }
                }
                Self::Ask(question)
            }
            Self::Allow(_) | Self::Ask(_) | Self::Refuse(_) => self,
        }
    }
}

/// The attempt in one sentence: the action, what it does, for whom and where.
pub fn plan(attempt: &Attempt<'_>) -> String {
    format!("{} {}{}.", attempt.action, does(attempt.effect), whereabouts(attempt))
}

const fn does(effect: SideEffect) -> &'static str {
    match effect {
        SideEffect::Read => "only reads",
        SideEffect::Unknown => "may change something (its name does not tell)",
        SideEffect::Write => "creates or changes something",
        SideEffect::Send => "reaches other people",
        SideEffect::Delete => "deletes something",
    }
}

/// `in slack as user-1, production profile acme`: whatever of it is known.
fn whereabouts(attempt: &Attempt<'_>) -> String {
    let mut words = String::new();
    if let Some(integration) = attempt.integration {
        words.push_str(" in ");
        words.push_str(integration);
    }
    if let Some(user) = attempt.by.user {
        words.push_str(" as ");
        words.push_str(user);
    }
    let production = attempt.place == Place::Production;
    match attempt.by.profile {
        Some(profile) => {
            words.push_str(if production { ", production profile " } else { ", profile " });
            words.push_str(profile);
        }
        None if production => words.push_str(", in production"),
        None => {}
    }
    words
}

fn last_word(action: &str) -> String {
    action.rsplit('_').find(|word| !word.is_empty()).unwrap_or(action).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{document::Value, wire::Wire};

    const EFFECTS: [SideEffect; 5] =
        [SideEffect::Read, SideEffect::Unknown, SideEffect::Write, SideEffect::Send, SideEffect::Delete];

    fn attempt(effect: SideEffect, place: Place) -> Attempt<'static> {
        Attempt {
            action: "HUBSPOT_DELETE_CONTACT",
            integration: Some("hubspot"),
            effect,
            by: By { user: Some("user-1"), profile: Some("acme") },
            place,
            read_only: None,
            yes: false,
        }
    }

    #[test]
    fn reading_is_always_allowed() {
        for place in [Place::Sandbox, Place::Ordinary, Place::Production] {
            let attempt = Attempt { read_only: Some("--read-only"), ..attempt(SideEffect::Read, place) };
            assert!(matches!(decide(&attempt), Decision::Allow(_)));
        }
    }

    #[test]
    fn read_only_refuses_everything_else_even_with_yes_and_in_the_sandbox() {
        for effect in EFFECTS.into_iter().skip(1) {
            for place in [Place::Sandbox, Place::Ordinary, Place::Production] {
                let attempt = Attempt { read_only: Some("AKX_READ_ONLY"), yes: true, ..attempt(effect, place) };
                let Decision::Refuse(failure) = decide(&attempt) else {
                    panic!("{effect} in {place:?} was let through")
                };
                assert_eq!(failure.kind, FailureKind::Refused);
                assert!(failure.message.contains("by AKX_READ_ONLY"), "{failure}");
            }
        }
    }

    #[test]
    fn everywhere_but_in_the_sandbox_a_change_is_asked_about() {
        for effect in EFFECTS.into_iter().skip(1) {
            assert!(matches!(decide(&attempt(effect, Place::Sandbox)), Decision::Allow(_)));
            for place in [Place::Ordinary, Place::Production] {
                assert!(matches!(decide(&attempt(effect, place)), Decision::Ask(_)), "{effect} in {place:?}");
                assert!(matches!(decide(&Attempt { yes: true, ..attempt(effect, place) }), Decision::Allow(_)));
            }
        }
    }

    #[test]
    fn the_question_names_integration_user_and_profile() {
        let Decision::Ask(question) = decide(&attempt(SideEffect::Send, Place::Ordinary)) else { panic!("not asked") };
        assert_eq!(
            question.text,
            "HUBSPOT_DELETE_CONTACT reaches other people in hubspot as user-1, profile acme. Run it?"
        );
        for yes in ["y", " YES\n"] {
            assert!(question.accepts(yes) && question.accept(yes).is_ok());
        }
        for no in ["", "n", "no", "yess", "CONTACT"] {
            assert!(!question.accepts(no) && question.accept(no).is_err(), "{no:?}");
        }
        assert_eq!(question.nobody_to_ask().kind.exit_code(), 7);
        assert_eq!(question.declined().kind.exit_code(), 7);
    }

    #[test]
    fn one_question_for_many_runs_says_how_many() {
        let asked = |effect, place, times| match decide(&attempt(effect, place)).for_many(times) {
            Decision::Ask(question) => question.text,
            other => panic!("not asked: {other:?}"),
        };
        assert!(asked(SideEffect::Send, Place::Ordinary, 40).ends_with("Run it 40 times?"));
        assert!(asked(SideEffect::Send, Place::Ordinary, 1).ends_with("Run it?"));
        assert!(asked(SideEffect::Delete, Place::Production, 2).ends_with("Type CONTACT to run it 2 times."));
    }

    #[test]
    fn leave_is_for_the_action_it_was_given_for() {
        let request = |action: &str| RunRequest {
            action: action.into(),
            parameters: Value::object(),
            wire: Wire::Live,
            credential: None,
        };
        let Decision::Allow(leave) = decide(&attempt(SideEffect::Read, Place::Ordinary)) else { panic!("not allowed") };
        assert!(leave.covers(&request("HUBSPOT_DELETE_CONTACT")) && !leave.covers(&request("HUBSPOT_DELETE_DEAL")));
        for effect in EFFECTS {
            assert_eq!(leave_to_read("A_B", effect).is_some(), effect == SideEffect::Read);
        }
    }

    #[test]
    fn deleting_in_production_wants_the_last_word() {
        let Decision::Ask(question) = decide(&attempt(SideEffect::Delete, Place::Production)) else {
            panic!("not asked")
        };
        assert_eq!(
            question.text,
            "HUBSPOT_DELETE_CONTACT deletes something in hubspot as user-1, production profile acme. \
             Type CONTACT to run it."
        );
        assert!(question.accepts("CONTACT\n") && !question.accepts("y") && !question.accepts("contact"));
    }

    #[test]
    fn only_reading_is_repeated_unasked() {
        for place in [Place::Sandbox, Place::Ordinary, Place::Production] {
            assert!(matches!(decide_repeated(&attempt(SideEffect::Read, place), 9), Decision::Allow(_)));
            for effect in EFFECTS.into_iter().skip(1) {
                let attempt = attempt(effect, place);
                let read_only = Attempt { read_only: Some("--read-only"), ..attempt };
                assert!(matches!(decide_repeated(&read_only, 9), Decision::Refuse(_)));
                assert!(matches!(decide_repeated(&Attempt { yes: true, ..attempt }, 9), Decision::Allow(_)));
                match decide_repeated(&attempt, 9) {
                    Decision::Ask(question) => assert!(question.text.contains("up to 9 times"), "{}", question.text),
                    Decision::Refuse(_) => assert_eq!((effect, place), (SideEffect::Delete, Place::Production)),
                    Decision::Allow(_) => panic!("{effect} in {place:?} was let through"),
                }
            }
        }
    }

    #[test]
    fn a_name_alone_is_read_on_the_safe_side() {
        for (name, effect) in [
            ("SLACK_LIST_CHANNELS", SideEffect::Read),
            ("SLACK_SEND_MESSAGE", SideEffect::Send),
            ("DELETE_GET_THING", SideEffect::Delete),
            ("SEND_EMAIL", SideEffect::Send),
            ("GOOGLE_DRIVE_LIST_FILES", SideEffect::Unknown),
            ("THING", SideEffect::Unknown),
            ("", SideEffect::Unknown),
        ] {
            assert_eq!(effect_by_name(name), effect, "{name}");
        }
    }

    #[test]
    fn what_is_not_known_is_not_named() {
        let bare = Attempt { integration: None, by: By::default(), ..attempt(SideEffect::Unknown, Place::Ordinary) };
        let Decision::Ask(question) = decide(&bare) else { panic!("not asked") };
        assert_eq!(question.text, "HUBSPOT_DELETE_CONTACT may change something (its name does not tell). Run it?");
    }
}
