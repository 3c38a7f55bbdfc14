//! The line at the bottom: the keys that matter here, and what has just happened.

use super::{paint::Paint, theme::Role};
use crate::{
    app::{
        command::{Command, Move},
        geometry::Rect,
        keymap::{self, Binding},
        state::App,
    },
    domain::text::{cut_end, width},
};

pub(super) fn draw(app: &App, paint: &mut Paint<'_, '_>, area: Rect) {
    if area.height == 0 {
        return;
    }
    let room = usize::from(area.width).saturating_sub(2);
    let notice = app.notice.as_ref().map(|n| (Role::from(n.tone), cut_end(&n.text, room).into_owned()));
    let notice_width = notice.as_ref().map_or(0, |(_, t)| width(t));
    let taken = if notice.is_some() { u16::try_from(notice_width + 3).unwrap_or(u16::MAX) } else { 0 };
    let limit = area.right().saturating_sub(taken);
    let keys: Vec<(String, &str)> =
        shown(&keymap::holding(&app.contexts()), usize::from(limit.saturating_sub(area.x + 1)));
    let mut x = area.x + 1;
    for (key, word) in &keys {
        x = paint.text(area, (x, area.y), Role::Key, key);
        x = paint.text(area, (x + 1, area.y), Role::Hint, word) + 2;
    }
    if let Some((role, text)) = notice {
        paint.text_right(area, area.y, area.x, (role, &format!("{text} ")));
    }
}

/// The keys that find room in `columns`, with their words.
///
/// How to run and the way to everything else stay, or, over the explorer, the way back: of the rest, the last go first.
fn shown(holding: &[&'static Binding], columns: usize) -> Vec<(String, &'static str)> {
    let over = !holding.iter().any(|b| b.command == Command::Run);
    let way = if over { Command::Move(Move::Back) } else { Command::Palette };
    let stays = |b: &Binding| matches!(b.command, Command::Run | Command::Help) || b.command == way;
    let mut shown: Vec<(String, &'static Binding)> = holding
        .iter()
        .filter(|b| !b.footer.is_empty())
        .filter_map(|b| Some((b.keys.first()?.to_string(), *b)))
        .collect();
    let needed = |(key, b): &(String, &Binding)| width(key) + 1 + width(b.footer) + 2;
    let mut sum: usize = shown.iter().map(needed).sum();
    // The two columns after the last one may be missing.
    while sum > columns + 2 {
        let Some(goes) = shown.iter().rposition(|(_, b)| !stays(b)).or_else(|| shown.len().checked_sub(1)) else {
            break;
        };
        sum -= needed(&shown.remove(goes));
    }
    shown.into_iter().map(|(key, b)| (key, b.footer)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::keymap::Context;

    fn words(columns: usize) -> String {
        let contexts = [Context::EmptyCell, Context::Form, Context::Explorer, Context::Everywhere];
        let shown = shown(&keymap::holding(&contexts), columns);
        shown.iter().map(|(key, word)| format!("{key} {word}")).collect::<Vec<_>>().join("  ")
    }

    #[test]
    fn how_to_run_and_how_to_find_the_rest_stays_however_narrow() {
        assert!(words(500).ends_with("quit"));
        for columns in 0..200 {
            let words = words(columns);
            assert!(width(&words) <= columns, "{columns}: {words}");
            assert_eq!(words.contains("^R run"), columns >= 6, "{columns}: {words}");
            assert_eq!(words.contains("help"), columns >= 28, "{columns}: {words}");
        }
    }
}
