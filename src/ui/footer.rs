//! The line at the bottom: the keys that matter here, and what has just happened.

use super::{paint::Paint, theme::Role};
use crate::{
    app::{geometry::Rect, keymap, state::App},
    domain::text::{cut_end, width},
};

pub(super) fn draw(app: &App, paint: &mut Paint<'_, '_>, area: Rect) {
    if area.height == 0 {
        return;
    }
    let room = usize::from(area.width).saturating_sub(2);
    let notice = app.notice.as_ref().map(|n| (Role::from(n.tone), cut_end(&n.text, room).into_owned()));
    let notice_width = notice.as_ref().map_or(0, |(_, t)| width(t));
    let limit = area.right().saturating_sub(u16::try_from(notice_width + 3).unwrap_or(u16::MAX));
    let mut x = area.x + 1;
    for binding in keymap::holding(&app.contexts()).into_iter().filter(|b| !b.footer.is_empty()) {
        let key = binding.keys[0].to_string();
        let columns = u16::try_from(width(&key) + 1 + width(binding.footer) + 2).unwrap_or(u16::MAX);
        if x.saturating_add(columns) > if notice.is_some() { limit } else { area.right() } {
            break;
        }
        x = paint.text(area, (x, area.y), Role::Key, &key);
        x = paint.text(area, (x + 1, area.y), Role::Hint, binding.footer) + 2;
    }
    if let Some((role, text)) = notice {
        paint.text_right(area, area.y, area.x, (role, &format!("{text} ")));
    }
}
