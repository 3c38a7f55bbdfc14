//! The line on top: whom akx speaks for, and what is going on.

use super::{paint::Paint, theme::Role};
use crate::{
    app::{
        geometry::Rect,
        session::{TOKEN_WARNS, token_words},
        state::App,
    },
    domain::{guard::Place, text::width},
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
    let mut left = usize::from(area.right()) - room.min(usize::from(area.right()));
    for (i, piece) in left_side(app).into_iter().enumerate() {
        let (role, piece) = piece;
        let needed = width(&piece) + if i == 0 { 1 } else { 3 };
        if left + needed > usize::from(area.right()) {
            break;
        }
        left += needed;
        x = paint.text(area, (x, area.y), Role::Bar, if i == 0 { " " } else { "   " });
        x = paint.text(area, (x, area.y), role, &piece);
    }
    if !right.is_empty() {
        paint.text_right(area, area.y, x, (Role::Bar, &format!("{right} ")));
    }
}

fn left_side(app: &App) -> Vec<(Role, String)> {
    let session = &app.session;
    let mut pieces = Vec::new();
    if session.profile.is_empty() {
        return pieces;
    }
    let mut place = session.profile.clone();
    if session.place == Place::Production {
        place.push_str(" PRODUCTION");
    }
    if !session.project.is_empty() {
        place.push_str(" ▸ ");
        place.push_str(&short(&session.project));
    }
    let role = match (session.color, session.place) {
        (Some(colour), _) => Role::BarMark(colour),
        (None, Place::Production) => Role::BarWarning,
        (None, Place::Ordinary | Place::Sandbox) => Role::Bar,
    };
    pieces.push((role, place));
    match app.faults.get().map_or(&[][..], Vec::as_slice) {
        [] => {}
        [one] => pieces.push((Role::BarWarning, format!("FAULT {}", one.fault))),
        several => pieces.push((Role::BarWarning, format!("{} FAULTS", several.len()))),
    }
    if let Some(user) = session.user() {
        pieces.push((Role::Bar, user.to_owned()));
    }
    if app.read_only().is_some() {
        pieces.push((Role::Bar, "READ-ONLY".to_owned()));
    }
    if app.present {
        pieces.push((Role::Bar, "presenting".to_owned()));
    }
    if session.offline {
        pieces.push((Role::Bar, "offline".to_owned()));
    }
    if let Some(left) = session.claims.expires_in(app.now.unix) {
        let is_near = left <= TOKEN_WARNS && !session.origin.renews;
        pieces.push((if is_near { Role::BarWarning } else { Role::Bar }, token_words(left)));
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
