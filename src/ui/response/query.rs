//! The lines on top of a response where a jq filter is typed.

use super::super::{paint::Paint, theme::Role};
use crate::{
    app::{geometry::Rect, viewer::Query},
    domain::text::{clean, cut_end, width},
};

/// Draws the filter, and below it what is wrong with it or what may stand at its cursor.
pub(super) fn draw(query: &Query, paint: &mut Paint<'_, '_>, area: Rect, focus: bool) {
    if area.height == 0 {
        return;
    }
    let x = paint.text(area, (area.x, area.y), Role::Key, "jq ");
    let (role, words) = told(query);
    let needed = u16::try_from(width(&words) + 1).unwrap_or(u16::MAX);
    let cell = Rect { x, width: area.right().saturating_sub(x).saturating_sub(needed), height: 1, ..area };
    paint.field(cell, &query.filter, focus);
    paint.text_right(area, area.y, x, (role, &words));
    if area.height < 2 {
        return;
    }
    let below = Rect { y: area.y + 1, height: 1, ..area };
    // A filter that is not whole yet is wrong as well: what it may become helps more than that it is.
    match (&query.told, complaint(query)) {
        (Some(Err(error)), Some(_)) if query.completion.candidates.is_empty() => {
            wrong(query, (&error.words, error.at), paint, (below, cell));
        }
        _ => offered(query, paint, below),
    }
}

/// What is wrong with a filter that is being typed.
pub(super) fn complaint(query: &Query) -> Option<&str> {
    match &query.told {
        Some(Err(error)) if query.typing && query.going.is_none() => Some(&error.words),
        Some(_) | None => None,
    }
}

/// How many results there are, in words.
pub(super) fn told(query: &Query) -> (Role, String) {
    match (&query.told, query.going) {
        (_, Some(_)) => (Role::Hint, "running …".to_owned()),
        (Some(Ok((1, false))), None) => (Role::Hint, "one result".to_owned()),
        (Some(Ok((n, false))), None) => (Role::Hint, format!("{n} results")),
        (Some(Ok((n, true))), None) => (Role::Warning, format!("the first {n} results")),
        (Some(Err(_)), None) => (Role::Error, "no result".to_owned()),
        (None, None) => (Role::Hint, String::new()),
    }
}

/// What is wrong, with a mark below the place in the filter.
fn wrong(query: &Query, error: (&str, Option<usize>), paint: &mut Paint<'_, '_>, at: (Rect, Rect)) {
    let ((words, place), (area, cell)) = (error, at);
    let words = clean(words);
    let columns = |characters: usize| {
        let before: String = query.filter.text().chars().take(characters).collect();
        width(&clean(&before))
    };
    // A long filter is shown from where its cursor is in sight, as the cell does.
    let shift = (columns(query.filter.cursor().1) + 1).saturating_sub(usize::from(cell.width));
    let mark = place.and_then(|p| columns(p).checked_sub(shift)).filter(|x| *x < usize::from(cell.width));
    // The line below the results has the words as well, so that only the mark must stand here.
    let Some(mark) = mark.and_then(|x| u16::try_from(x).ok()).map(|x| cell.x + x) else { return };
    paint.text(area, (mark, area.y), Role::Error, "^");
    let left = usize::from(mark.saturating_sub(area.x + 1));
    if width(&words) <= usize::from(area.right().saturating_sub(mark + 2)) {
        paint.text(area, (mark + 2, area.y), Role::Error, &words);
    } else if width(&words) <= left {
        let x = mark - 1 - u16::try_from(width(&words)).unwrap_or(0);
        paint.text(area, (x, area.y), Role::Error, &words);
    }
}

/// What may stand at the cursor, the one that Tab has put there marked.
fn offered(query: &Query, paint: &mut Paint<'_, '_>, area: Rect) {
    let candidates = &query.completion.candidates;
    if candidates.is_empty() {
        if query.filter.is_empty() {
            let words = "A jq filter, such as .name, .items[] or map(select(.id > 7)). ↑ brings back earlier ones.";
            paint.text(area, (area.x, area.y), Role::Hint, &cut_end(words, usize::from(area.width)));
        }
        return;
    }
    let mut x = paint.text(area, (area.x, area.y), Role::Key, "Tab");
    // The chosen one is kept in sight: what is before it goes first.
    let chosen = query.chosen.unwrap_or(0);
    let room = usize::from(area.width.saturating_sub(4));
    let mut first = 0;
    while first < chosen && candidates[first..=chosen].iter().map(|c| width(&clean(c)) + 2).sum::<usize>() > room {
        first += 1;
    }
    for (i, candidate) in candidates.iter().enumerate().skip(first) {
        let text = clean(candidate);
        if x + 2 >= area.right() {
            break;
        }
        let role = if query.chosen == Some(i) { Role::Match } else { Role::Hint };
        let room = usize::from(area.right() - x - 2);
        x = paint.text(area, (x + 2, area.y), role, &cut_end(&text, room));
    }
}
