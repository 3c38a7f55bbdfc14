//! The line at the bottom: the keys that matter here; and what has just happened, beside them where there is room for
//! both, else on the line above, so that it never takes a key away.

use super::{paint::Paint, theme::Role};
use crate::{
    app::{
        command::{Command, Move},
        geometry::Rect,
        keymap::{self, Binding},
        state::App,
    },
    domain::text::{width, wrap},
};

/// How many lines a sentence above the keys may take.
const LINES: usize = 2;

pub(super) fn draw(app: &App, paint: &mut Paint<'_, '_>, area: Rect) {
    let mut x = area.x + 1;
    for (key, word) in &shown(&keymap::holding(&app.contexts()), room(area)) {
        x = paint.text(area, (x, area.y), Role::Key, key);
        x = paint.text(area, (x + 1, area.y), Role::Hint, word) + 2;
    }
}

/// What has just happened: over everything else, as it may stand on a border.
pub(super) fn draw_notice(app: &App, paint: &mut Paint<'_, '_>, area: Rect) {
    let Some(notice) = &app.notice else { return };
    let role = Role::from(notice.tone);
    let keys = all(&keymap::holding(&app.contexts()));
    let taken: usize = keys.iter().map(needed).sum();
    if taken + 1 + width(&notice.text) <= room(area) {
        paint.text_right(area, area.y, area.x, (role, &format!("{} ", notice.text)));
        return;
    }
    // The border's corners stay.
    let lines = wrap(&notice.text, usize::from(area.width).saturating_sub(4), LINES);
    let above = |up: usize| area.y.checked_sub(u16::try_from(up).unwrap_or(u16::MAX));
    if let ([line], Some(y)) = (lines.as_slice(), above(1)) {
        let row = Rect { y, width: area.width.saturating_sub(1), ..area };
        paint.text_right(row, y, area.x, (role, &format!(" {line} ")));
        return;
    }
    for (i, line) in lines.iter().enumerate() {
        if let Some(y) = above(lines.len() - i) {
            paint.fill(Rect { y, ..area }, Role::Bar);
            paint.text(Rect { y, ..area }, (area.x + 2, y), role, line);
        }
    }
}

fn room(area: Rect) -> usize {
    usize::from(area.width.saturating_sub(1))
}

/// Every key the footer tells, with its binding.
fn all(holding: &[&'static Binding]) -> Vec<(String, &'static Binding)> {
    let told = holding.iter().filter(|b| !b.footer.is_empty());
    told.filter_map(|b| Some((b.keys.first()?.to_string(), *b))).collect()
}

/// The columns a key takes with its word and what stands before the next.
fn needed((key, b): &(String, &Binding)) -> usize {
    width(key) + 1 + width(b.footer) + 2
}

/// The keys that find room in `columns`, with their words.
///
/// How to run and the way to everything else stay, or, over the explorer, the way back: of the rest, the last go first.
fn shown(holding: &[&'static Binding], columns: usize) -> Vec<(String, &'static str)> {
    let over = !holding.iter().any(|b| b.command == Command::Run);
    let way = if over { Command::Move(Move::Back) } else { Command::Palette };
    let stays = |b: &Binding| matches!(b.command, Command::Run | Command::Help) || b.command == way;
    let mut shown = all(holding);
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
        let contexts = [Context::Sent, Context::Form, Context::Explorer, Context::Everywhere];
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
