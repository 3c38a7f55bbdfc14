//! The action pane: an action's description, or its form.

use std::borrow::Cow;

use super::{has_focus, paint::Paint, theme::Role};
use crate::{
    app::{
        account::field_name,
        geometry::{Pane, Rect, split_y},
        open_form::{At, Button, OpenForm},
        page::{Page, Tone, Wrap},
        state::App,
    },
    domain::{
        form::{Presence, Row, Widget},
        markdown::plain,
        text::{clean, cut_end, cut_middle, width, wrap},
    },
};

pub(super) fn draw(app: &App, paint: &mut Paint<'_, '_>, area: Rect) {
    match &app.form {
        Some(form) if app.showing_form => draw_form(app, form, paint, area),
        _ => {
            let title =
                if app.browse.action().is_none() && app.browse.row().is_some() { "Integration" } else { "Action" };
            let hint = if app.browse.action().is_some() { "Enter fills it in" } else { "" };
            let inner = paint.pane(area, has_focus(app, Pane::Action), title, &[(Role::Hint, hint.to_owned())]);
            paint.page(inner, &app.browse.detail);
        }
    }
}

fn draw_form(app: &App, form: &OpenForm, paint: &mut Paint<'_, '_>, area: Rect) {
    let focus = has_focus(app, Pane::Action);
    let effect = app.listing().and_then(|l| l.catalogue.position(&form.action)).map(|i| app.side_effect(i));
    let account = app.account_of(&form.action).map(|account| (Role::Hint, format!("as {} · ", account.name)));
    let right: Vec<(Role, String)> =
        account.into_iter().chain(effect.map(|e| (Role::Effect(e), e.name().to_owned()))).collect();
    let inner = paint.pane(area, focus, &form.action, &right);
    let parts = form.parts(area);
    if let Some(json) = &form.json {
        let (text, note) = crate::app::geometry::split_bottom(inner, 2);
        paint.field(text, &json.text, focus);
        let (role, words) = match &json.error {
            Some(error) => (Role::Error, error.clone()),
            None => (Role::Hint, "The whole form as JSON. ^T takes it back into the fields.".to_owned()),
        };
        for (line, y) in wrap(&words, usize::from(note.width), 2).iter().zip(note.top()..note.bottom()) {
            paint.text(note, (note.x, y), role, line);
        }
        return;
    }
    description(app, form, paint, parts.description);
    match &form.lines {
        Some(lines) => {
            let label = form.rows().iter().find(|r| r.id == lines.field).map_or("", |r| r.label.as_str());
            let (title, text) = split_y(parts.fields, 1);
            let x = paint.text(title, (title.x, title.y), Role::Name, label);
            paint.text(title, (x + 1, title.y), Role::Hint, "Esc or Tab: done, the text is kept");
            let secret = |r: &Row| r.id == lines.field && matches!(r.widget, Widget::Text { secret: true, .. });
            paint.masked_field(text, &lines.text, focus, form.rows().iter().any(secret));
        }
        None => {
            filter(form, paint, parts.filter, focus);
            fields(app, form, paint, (parts.fields, focus && !form.is_filtering()));
        }
    }
    about(form, paint, parts.about);
    let chosen = match form.at() {
        At::Button(button) if focus => Button::ALL.iter().position(|b| *b == button),
        At::Button(_) | At::Field(_) => None,
    };
    let wait = app.seconds_to_wait().map(|s| format!("Run in {s} s"));
    let labels: Vec<&str> = Button::ALL
        .iter()
        .map(|b| match (b, &wait) {
            (Button::Run, Some(wait)) => wait.as_str(),
            (b, _) => b.label(),
        })
        .collect();
    paint.buttons(parts.buttons, &labels, chosen);
}

fn description(app: &App, form: &OpenForm, paint: &mut Paint<'_, '_>, area: Rect) {
    let action = app.listing().and_then(|l| l.catalogue.get(&form.action));
    let Some(action) = action else { return };
    let columns = usize::from(area.width).saturating_sub(1);
    let rows = usize::from(area.height.saturating_sub(1));
    // A few more bytes than there is room for: marks take some.
    let text = plain(&action.description, columns * (rows + 1) * 2);
    for (line, y) in wrap(&text, columns, rows).iter().zip(area.top()..area.bottom()) {
        paint.text(area, (area.x, y), Role::Hint, line);
    }
    if let Some(remark) = form.remark().filter(|_| area.height > 0) {
        paint.text(area, (area.x, area.bottom() - 1), Role::Warning, &cut_end(&clean(remark), columns));
    }
}

/// How many columns of the screen values are happy with.
const VALUES: usize = 28;

/// The column the values stand in: as far right as the longest label needs, within two fifths of the width or what is
/// more than values mostly take.
fn value_column(form: &OpenForm, area: Rect) -> u16 {
    let longest = form.rows().iter().map(|row| label_width(row, area)).max().unwrap_or(0);
    let columns = usize::from(area.width);
    let most = (columns * 2 / 5).max(columns.saturating_sub(VALUES));
    area.x + u16::try_from(longest.clamp(8, most.max(8))).unwrap_or(8) + 1
}

/// The line that fields are looked for in.
fn filter(form: &OpenForm, paint: &mut Paint<'_, '_>, area: Rect, focus: bool) {
    let Some(filter) = form.filter.as_ref().filter(|_| area.height > 0) else { return };
    let (found, all) = filter.found;
    let count = if filter.text.is_empty() { format!("{all} fields") } else { format!("{found} of {all} fields") };
    let note = if filter.typing { count } else { format!("{count} · Esc shows all") };
    let x = paint.text(area, (area.x, area.y), Role::Key, "› ");
    let room = area.right().saturating_sub(x + u16::try_from(width(&note)).unwrap_or(0) + 2);
    paint.field(Rect { x, width: room, ..area }, &filter.text, focus && filter.typing);
    paint.text_right(area, area.y, x + room, (Role::Hint, &format!("{note} ")));
}

fn label_width(row: &Row, area: Rect) -> usize {
    let signs = usize::from(row.expandable) + if row.required { 2 } else { 0 };
    2 + usize::from(indent(row, area)) + width(&name(row)) + signs
}

/// How far a row is indented: by its depth, as long as that leaves room for its name.
fn indent(row: &Row, area: Rect) -> u16 {
    row.depth.saturating_mul(2).min(area.width / 5)
}

/// A row's name as it is drawn; one without letters is told from none.
fn name(row: &Row) -> Cow<'_, str> {
    if row.label.is_empty() { Cow::Borrowed("\"\"") } else { clean(&row.label) }
}

fn fields(app: &App, form: &OpenForm, paint: &mut Paint<'_, '_>, at: (Rect, bool)) {
    let (area, focus) = at;
    if form.rows().is_empty() && form.filter.is_some() {
        paint.text(area, (area.x + 2, area.y), Role::Hint, "No field is like that.");
        return;
    }
    if form.rows().is_empty() {
        paint.text(area, (area.x, area.y), Role::Hint, "It takes no parameters. ^R runs it.");
        return;
    }
    let column = value_column(form, area);
    let cursor = form.row_number();
    let integration = app.listing().and_then(|l| l.catalogue.integration_of(&form.action));
    for ((i, row), y) in form.rows().iter().enumerate().skip(form.scroll).zip(area.top()..area.bottom()) {
        let here = cursor == Some(i);
        label(row, paint, (area, y), column);
        let cell = Rect { x: column, y, width: area.right().saturating_sub(column), height: 1 };
        match (&form.cell, here) {
            (Some(text), true) => {
                let secret = matches!(row.widget, Widget::Text { secret: true, .. });
                paint.masked_field(cell, text, focus, secret);
                if text.is_empty() {
                    let hint = if row.presence == Presence::Absent { row.hint.as_str() } else { "empty text is sent" };
                    let room = usize::from(cell.width.saturating_sub(1));
                    paint.text(cell, (cell.x, y), Role::Hint, &cut_end(&clean(hint), room));
                }
            }
            _ => value(row, paint, cell),
        }
        // What the value is called, where it was chosen by that.
        let named = integration.and_then(|i| app.names.get(i, &field_name(form.rows(), row), &row.text));
        if let Some(name) = named.filter(|_| row.presence == Presence::Value) {
            let taken = cell.x.saturating_add(u16::try_from(width(&clean(&row.text))).unwrap_or(u16::MAX)) + 2;
            let room = usize::from(cell.right().saturating_sub(taken + 1));
            paint.text_right(cell, y, taken, (Role::Hint, &format!("{} ", cut_end(&clean(name), room))));
        }
        if here {
            if form.cell.is_none() {
                paint.row(area, y, if focus { Role::Cursor } else { Role::CursorAway });
            }
            paint.mark(area, y);
        } else if row.problem.is_some() {
            paint.text(area, (area.x, y), Role::Error, "!");
        }
    }
    paint.scrollbar(area, form.rows().len(), form.scroll);
}

fn label(row: &Row, paint: &mut Paint<'_, '_>, at: (Rect, u16), column: u16) {
    let (area, y) = at;
    let indent = indent(row, area);
    let area = Rect { width: column.saturating_sub(area.x + 1), ..area };
    let sign = match (row.expandable, row.expanded) {
        (true, true) => "▾ ",
        (true, false) => "▸ ",
        (false, _) => "",
    };
    let mut x = paint.text(area, (area.x + 1 + indent, y), Role::Hint, sign);
    if sign.is_empty() {
        x += 1;
    }
    let room = usize::from(area.right().saturating_sub(x)).saturating_sub(if row.required { 2 } else { 0 });
    let name = name(row);
    let role = if row.problem.is_some() { Role::Error } else { Role::Name };
    x = paint.text(area, (x, y), role, &cut_middle(&name, room.max(1)));
    if row.required {
        paint.text(area, (x, y), Role::Required, " *");
    }
}

fn value(row: &Row, paint: &mut Paint<'_, '_>, cell: Rect) {
    let y = cell.y;
    match row.presence {
        Presence::Absent => {
            let room = usize::from(cell.width.saturating_sub(2));
            paint.text(cell, (cell.x, y), Role::Hint, &cut_end(&clean(&row.hint), room));
        }
        Presence::Null => {
            paint.text(cell, (cell.x, y), Role::Json(crate::domain::document::Token::Null), "null");
        }
        Presence::Value => {
            let secret = matches!(row.widget, Widget::Text { secret: true, .. });
            let text = match row.widget {
                _ if secret => "•".repeat(row.text.chars().count().min(40)),
                Widget::Toggle if row.text == "true" => "[x] true".to_owned(),
                Widget::Toggle => format!("[ ] {}", row.text),
                Widget::Const => format!("{}  (the only value)", row.text),
                Widget::Text { .. }
                | Widget::Number { .. }
                | Widget::Choice
                | Widget::Variant
                | Widget::Object
                | Widget::Array
                | Widget::Map
                | Widget::File
                | Widget::Json => row.text.clone(),
            };
            let role = match row.widget {
                Widget::Object | Widget::Array | Widget::Map | Widget::Variant => Role::Hint,
                Widget::Text { .. }
                | Widget::Number { .. }
                | Widget::Toggle
                | Widget::Choice
                | Widget::Const
                | Widget::File
                | Widget::Json => Role::Cell,
            };
            let cut = cut_end(&clean(&text), usize::from(cell.width.saturating_sub(2))).into_owned();
            paint.text(cell, (cell.x, y), role, &cut);
        }
    }
    if matches!(row.widget, Widget::Choice | Widget::Variant) {
        paint.text_right(cell, y, cell.x, (Role::Hint, "▾"));
    }
}

/// What is said about the field under the cursor: what is wrong, what it is, what it takes.
fn about(form: &OpenForm, paint: &mut Paint<'_, '_>, area: Rect) {
    let Some(about) = form.about() else { return };
    if area.height == 0 {
        return;
    }
    let columns = usize::from(area.width).saturating_sub(1);
    let mut page = Page::default();
    let at = Wrap::at(columns);
    if area.height > 2 {
        page.line(Tone::Hint, "─".repeat(columns));
    }
    if let Some(problem) = form.row().and_then(|r| r.problem.as_ref()).or(about.problem.as_ref()) {
        page.wrapped(Tone::Error, problem, at.most(2));
    }
    if !about.type_words.is_empty() {
        page.wrapped(Tone::Hint, &about.type_words, at.most(1));
    }
    if let Some(remark) = form.row().and_then(|r| r.remark.as_ref()) {
        page.wrapped(Tone::Warning, remark, at.most(2));
    }
    let said = about.title.as_ref().filter(|t| !t.is_empty() && !about.description.starts_with(t.as_str()));
    let text = match said {
        Some(title) if !about.description.contains('\n') => format!("{title}. {}", about.description),
        Some(title) => {
            page.wrapped(Tone::Name, title, at.most(1));
            about.description.clone()
        }
        None => about.description.clone(),
    };
    page.markdown(&text, at.most(usize::from(area.height)));
    page.lines.truncate(usize::from(area.height));
    paint.page(area, &page);
}
