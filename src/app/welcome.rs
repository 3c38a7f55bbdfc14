//! The welcome screen: the sandbox, or a project of one's own.

use super::{
    geometry::{Rect, Size, centred, inside},
    text_field::TextField,
};
use crate::domain::failure::Failure;

/// What can be chosen or filled in on the welcome screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Spot {
    /// Open the sandbox.
    Sandbox,
    /// Open what is configured.
    Configured,
    /// The project's id.
    Project,
    /// The user token, typed outside the app.
    Token,
    /// The base URL.
    BaseUrl,
    /// The name of the profile to keep it under.
    Profile,
    /// Connect to the project.
    Connect,
}

/// The welcome screen's state.
#[derive(Debug, Clone)]
pub struct Welcome {
    /// Where the cursor is.
    pub at: Spot,
    /// Whether flags, environment or a profile name a connection.
    pub configured: Option<String>,
    /// The project's id.
    pub project: TextField,
    /// The project that a variable of Paragon's tools names, and that variable: offered, not taken.
    pub offered: Option<(String, String)>,
    /// How many characters of token have been typed.
    pub secret_length: usize,
    /// The base URL; empty for ActionKit's cloud.
    pub base_url: TextField,
    /// The profile's name; empty to keep nothing.
    pub profile: TextField,
    /// Why the last attempt failed.
    pub failure: Option<Failure>,
}

impl Welcome {
    /// The screen as it opens; `configured` names what is configured already.
    pub fn new(configured: Option<String>) -> Self {
        Self {
            at: if configured.is_some() { Spot::Configured } else { Spot::Sandbox },
            configured,
            project: TextField::line(""),
            offered: None,
            secret_length: 0,
            base_url: TextField::line(""),
            profile: TextField::line(""),
            failure: None,
        }
    }

    /// The spots there are, top to bottom.
    pub fn spots(&self) -> Vec<Spot> {
        let mut spots = vec![Spot::Sandbox];
        if self.configured.is_some() {
            spots.insert(0, Spot::Configured);
        }
        spots.extend([Spot::Project, Spot::Token, Spot::BaseUrl, Spot::Profile, Spot::Connect]);
        spots
    }

    /// The number of the spot the cursor is on.
    pub fn place(&self) -> usize {
        self.spots().iter().position(|s| *s == self.at).unwrap_or(0)
    }

    /// Moves to the next spot (or the one before, where `by` is negative), round and round.
    pub fn move_by(&mut self, by: isize) {
        let spots = self.spots();
        let now = self.place();
        let len = isize::try_from(spots.len()).unwrap_or(1);
        let next = (isize::try_from(now).unwrap_or(0) + by).rem_euclid(len);
        self.at = spots[usize::try_from(next).unwrap_or(0)];
    }

    /// The text being typed, where the cursor is in one the app holds.
    pub fn field_mut(&mut self) -> Option<&mut TextField> {
        match self.at {
            Spot::Project => Some(&mut self.project),
            Spot::BaseUrl => Some(&mut self.base_url),
            Spot::Profile => Some(&mut self.profile),
            Spot::Sandbox | Spot::Configured | Spot::Token | Spot::Connect => None,
        }
    }

    /// Whether the cursor is where nothing can be typed.
    pub const fn is_outside_text(&self) -> bool {
        matches!(self.at, Spot::Sandbox | Spot::Configured | Spot::Connect)
    }
}

/// The welcome screen's box, borders included.
pub fn welcome_box(size: Size) -> Rect {
    let frame = u16::from(size.height > 8);
    let area = Rect::new(0, frame, size.width, size.height - 2 * frame);
    centred(area, 76, 22)
}

/// Where the welcome screen's spots stand, in order, when the cursor is on number `at`. A spot without room has an
/// empty place; the cursor's never is, as long as there is a line at all.
pub fn welcome_rows(size: Size, at: usize) -> Vec<Rect> {
    let inner = inside(welcome_box(size));
    let (first, step) = match inner.height {
        0..=9 => (1, 1),
        10..=18 => (3, 1),
        _ => (4, 2),
    };
    let last = u16::try_from(at).unwrap_or(0) * step + first;
    let up = (last + 1).saturating_sub(inner.height);
    (0..8)
        .map(|i| {
            let y = (first + i * step).checked_sub(up).filter(|y| *y < inner.height);
            y.map_or(Rect::ZERO, |y| Rect::new(inner.x, inner.y + y, inner.width, 1))
        })
        .collect()
}
