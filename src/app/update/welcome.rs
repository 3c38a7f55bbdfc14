//! The welcome screen.

use crate::app::{
    command::Move,
    effect::{Destination, Effect},
    overlay::Overlay,
    profiles::Ask,
    state::{App, Stage, Why},
    welcome::{Spot, Welcome},
};
use crate::domain::failure::{Failure, FailureKind};

impl App {
    /// Shows the welcome screen over everything, keeping what is typed.
    pub(super) fn open_welcome(&mut self) -> Vec<Effect> {
        let mut effects = self.put_form_away();
        effects.extend(self.abandon_attempt());
        self.overlays.clear();
        let configured = (!self.session.profile.is_empty()).then(|| self.session.profile.clone());
        self.stage = Stage::Welcome(Box::new(Welcome::new(configured)));
        effects.push(Effect::Profiles(Ask::List));
        effects
    }

    pub(super) fn secret_edited(&mut self, length: usize) -> Vec<Effect> {
        if let Some(Overlay::Prompt(prompt)) = self.overlays.last_mut() {
            prompt.field.set(&"•".repeat(length.min(200)));
            prompt.problem = None;
        } else if let Stage::Welcome(welcome) = &mut self.stage {
            welcome.secret_length = length;
        }
        Vec::new()
    }

    pub(super) fn welcome_move(&mut self, motion: Move) -> Vec<Effect> {
        let Stage::Welcome(welcome) = &mut self.stage else { return Vec::new() };
        match motion {
            Move::Up => welcome.move_by(-1),
            Move::Down => welcome.move_by(1),
            Move::Top => welcome.at = Spot::Sandbox,
            Move::Bottom => welcome.at = Spot::Connect,
            Move::Enter | Move::Toggle => return self.welcome_enter(),
            Move::Back if self.is_connecting() => return self.abandon_attempt(),
            Move::Back => return self.leave_welcome(),
            Move::PageUp | Move::PageDown | Move::Fold | Move::Unfold => {}
        }
        Vec::new()
    }

    /// Goes back to the explorer, if there is something to go back to.
    fn leave_welcome(&mut self) -> Vec<Effect> {
        let mut effects = vec![Effect::ForgetSecret];
        if self.session.base_url.is_empty() && !self.session.offline {
            // What was being connected to when this screen came is connected to after all.
            let Some(to) = self.destination.clone() else { return Vec::new() };
            effects.extend(self.connect(to, Why::Start));
        }
        self.stage = Stage::Explorer;
        effects
    }

    /// Chooses what the cursor is on.
    pub(super) fn welcome_enter(&mut self) -> Vec<Effect> {
        if self.is_connecting() {
            return Vec::new();
        }
        let Stage::Welcome(welcome) = &mut self.stage else { return Vec::new() };
        let to = match welcome.at {
            Spot::Sandbox => Destination::Sandbox,
            Spot::Configured if !self.session.base_url.is_empty() => return self.leave_welcome(),
            Spot::Configured => Destination::Configured,
            Spot::Project if welcome.project.is_empty() && welcome.offered.is_some() => {
                if let Some((project, _)) = &welcome.offered {
                    welcome.project.set(project);
                }
                welcome.move_by(1);
                return Vec::new();
            }
            Spot::Project | Spot::Token | Spot::BaseUrl | Spot::Profile => {
                welcome.move_by(1);
                return Vec::new();
            }
            Spot::Connect => {
                let project = welcome.project.text().trim().to_owned();
                if project.is_empty() {
                    welcome.at = Spot::Project;
                    welcome.failure = Some(Failure::new(
                        FailureKind::Usage,
                        "The project is missing.",
                        "Type the project's id, which the Paragon dashboard shows in its address.",
                    ));
                    return Vec::new();
                }
                if welcome.secret_length == 0 {
                    welcome.at = Spot::Token;
                    welcome.failure = Some(Failure::new(
                        FailureKind::Usage,
                        "The user token is missing.",
                        "Paste a Paragon User Token, as your app's server signs it for a connected user.",
                    ));
                    return Vec::new();
                }
                Destination::Project {
                    project,
                    base_url: welcome.base_url.text().trim().to_owned(),
                    profile: welcome.profile.text().trim().to_owned(),
                }
            }
        };
        welcome.failure = None;
        self.connect(to, Why::Welcome)
    }
}
