//! The line on top: whom akx speaks for, and what is going on.

use super::{paint::Paint, theme::Role};
use crate::{
    app::{
        geometry::Rect,
        session::{TOKEN_WARNS, token_words},
        state::App,
    },
    domain::{
        guard::Place,
        text::{clean, cut_middle, width},
    },
};

/// The spinner's pictures.
pub(super) const SPINNER: [&str; 8] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠇"];

/// The spinner's picture now.
pub(super) fn spinner(app: &App) -> &'static str {
    SPINNER[app.spin() % SPINNER.len()]
}

pub(super) fn draw(app: &App, paint: &mut Paint<'_, '_>, area: Rect) {
    paint.fill(area, Role::Bar);
    let mut x = paint.text(area, (area.x, area.y), Role::Brand, " akx ");
    let right = right_side(app);
    let room = usize::from(area.right().saturating_sub(x)).saturating_sub(if right.is_empty() {
        0
    } else {
        width(&right) + 1
    });
    for (i, piece) in fitting(left_side(app), room).into_iter().enumerate() {
        x = paint.text(area, (x, area.y), Role::Bar, if i == 0 { " " } else { GAP });
        x = paint.text(area, (x, area.y), piece.role, &piece.text);
    }
    if !right.is_empty() {
        paint.text_right(area, area.y, x, (Role::Bar, &format!("{right} ")));
    }
}

/// What parts the pieces.
const GAP: &str = "   ";

/// A piece of the line.
struct Piece {
    role: Role,
    text: String,
    /// What says as much in less room.
    short: Option<String>,
    /// How readily it is left out where there is no room: the highest first.
    spare: u8,
}

impl Piece {
    fn new(role: Role, text: impl Into<String>, spare: u8) -> Self {
        Self { role, text: text.into(), short: None, spare }
    }

    /// The same, with a shorter text for little room.
    fn or(self, short: impl Into<String>) -> Self {
        Self { short: Some(short.into()), ..self }
    }
}

/// The pieces that find room in `columns`: first those that can become shorter, then some are left out. What keeps from
/// harm stays longest, then a token that ends soon.
fn fitting(mut pieces: Vec<Piece>, columns: usize) -> Vec<Piece> {
    let needed = |pieces: &[Piece]| -> usize { pieces.iter().map(|piece| width(&piece.text) + width(GAP)).sum() };
    // Before the first stands one column.
    while needed(&pieces) > columns + width(GAP) - 1 {
        let gives = (0..pieces.len()).max_by_key(|&at| (pieces[at].short.is_some(), pieces[at].spare));
        let Some(at) = gives else { break };
        match pieces[at].short.take() {
            Some(short) => pieces[at].text = short,
            None => drop(pieces.remove(at)),
        }
    }
    pieces
}

fn left_side(app: &App) -> Vec<Piece> {
    /// How much of a user's id is shown at least.
    const USER: usize = 16;
    let session = &app.session;
    let mut pieces = Vec::new();
    if session.profile.is_empty() {
        return pieces;
    }
    let mut place = session.profile.clone();
    if session.place == Place::Production {
        place.push_str(" PRODUCTION");
    }
    let role = match (session.color, session.place) {
        (Some(colour), _) => Role::BarMark(colour),
        (None, Place::Production) => Role::BarWarning,
        (None, Place::Ordinary | Place::Sandbox) => Role::Bar,
    };
    pieces.push(if session.project.is_empty() {
        Piece::new(role, place, 0)
    } else {
        Piece::new(role, format!("{place} ▸ {}", short(&session.project)), 0).or(place)
    });
    match app.faults.get().map_or(&[][..], Vec::as_slice) {
        [] => {}
        [one] => pieces.push(Piece::new(Role::BarWarning, format!("FAULT {}", one.fault), 3).or("FAULT")),
        several => pieces.push(Piece::new(Role::BarWarning, format!("{} FAULTS", several.len()), 3)),
    }
    if let Some(user) = session.user() {
        let user = clean(user);
        let piece = Piece::new(Role::Bar, &*user, 5);
        pieces.push(if width(&user) > USER { piece.or(cut_middle(&user, USER)) } else { piece });
    }
    if app.read_only().is_some() {
        pieces.push(Piece::new(Role::Bar, "READ-ONLY", 1));
    }
    if app.present {
        pieces.push(Piece::new(Role::Bar, "presenting", 2));
    }
    if session.offline {
        pieces.push(Piece::new(Role::Bar, "offline", 2));
    }
    if let Some(left) = session.claims.expires_in(app.now.unix) {
        let is_near = left <= TOKEN_WARNS && !session.origin.renews;
        let (role, spare) = if is_near { (Role::BarWarning, 4) } else { (Role::Bar, 6) };
        pieces.push(Piece::new(role, token_words(left), spare));
    }
    pieces
}

fn right_side(app: &App) -> String {
    let going = going(app);
    match (app.offers.len(), going.as_str()) {
        (0, _) => going,
        (n, "") => format!("{n} waiting: F2"),
        (n, _) => format!("{n} waiting: F2   {going}"),
    }
}

fn going(app: &App) -> String {
    let going = app.runs.going();
    if let Some(checking) = &app.checking {
        let share = (checking.done * 100).checked_div(checking.of);
        let share = share.map_or_else(String::new, |share| format!("{share} % "));
        format!("checking rows {share}{}", spinner(app))
    } else if going > 0 {
        format!("{going} running {}", spinner(app))
    } else if app.is_connecting() {
        format!("connecting {}", spinner(app))
    } else if app.catalogue.going_since().is_some() {
        format!("loading {}", spinner(app))
    } else {
        String::new()
    }
}

/// A project id by its ends.
fn short(id: &str) -> String {
    let chars: Vec<char> = id.chars().collect();
    if chars.len() <= 12 {
        return id.to_owned();
    }
    chars[..4].iter().chain(&['…']).chain(&chars[chars.len() - 4..]).collect()
}
