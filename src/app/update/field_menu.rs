//! The menu of a field: everything that can be done with it beside typing.
//!
//! Each subject adds its rows in a function of its own, in the order a person looks for them.

use crate::{
    app::{
        chooser::{Chooser, Item},
        effect::Effect,
        overlay::{FieldChoice, Overlay, Prompt, Purpose},
        page::{Page, Tone, Wrap},
        state::App,
        text_field::TextField,
    },
    domain::{
        civil::Civil,
        form::{About, Edit, FieldId, Format, Piece, Presence, Row, Widget},
        now::Now,
        text::clean,
    },
};

/// How many of a schema's examples are offered.
const EXAMPLES: usize = 20;

/// The rows of the menu while they are put together.
#[derive(Default)]
struct Rows {
    items: Vec<Item>,
    choices: Vec<FieldChoice>,
}

impl Rows {
    fn add(&mut self, label: &str, note: impl Into<String>, choice: FieldChoice) {
        self.items.push(Item { label: label.to_owned(), note: note.into() });
        self.choices.push(choice);
    }
}

impl App {
    pub(super) fn open_field_menu(&mut self) {
        let Some(form) = &self.form else { return };
        let Some(row) = form.row().cloned() else { return };
        let about = form.form.about(row.id).unwrap_or_default();
        let mut rows = Rows::default();
        for (i, source) in self.account_sources().iter().enumerate() {
            let likely = if source.is_guessed() { ", if there is such a list" } else { "" };
            rows.add("From the account", format!("{}{likely}", source.name()), FieldChoice::FromAccount(i));
        }
        values(&mut rows, &row, &about);
        formats(&mut rows, row.widget, &about, self.now);
        editors(&mut rows, &row, &about);
        items(&mut rows, &row);
        rows.add("Read all about it", "description, type, limits, examples", FieldChoice::Describe);
        let Rows { items, choices } = rows;
        self.overlays.push(Overlay::FieldMenu {
            field: row.id,
            title: row.label,
            chooser: Chooser::new(items, 0),
            choices,
        });
    }

    /// Does what was chosen for `field`.
    pub(super) fn field_choice(&mut self, field: FieldId, choice: FieldChoice) -> Vec<Effect> {
        match choice {
            FieldChoice::Edit(edit) => {
                self.edit(field, edit);
            }
            FieldChoice::ManyLines => self.open_lines(),
            FieldChoice::Pick => self.open_picker(),
            FieldChoice::File => return self.choose_file(field),
            FieldChoice::NewUuid => return vec![Effect::MakeUuid(field)],
            FieldChoice::AnotherType => {
                if self.edit(field, Edit::AnyType) {
                    self.open_picker();
                }
            }
            FieldChoice::Describe => self.describe_field(field),
            FieldChoice::FromAccount(first) => {
                let mut sources = self.account_sources();
                let first = first.min(sources.len());
                sources.rotate_left(first);
                return self.choose_from(sources);
            }
            FieldChoice::NewEntry => self.ask_for_key(field),
            FieldChoice::Another => self.add_another(field),
            FieldChoice::Rename => self.ask_for_other_key(field),
        }
        Vec::new()
    }

    pub(super) fn uuid_made(&mut self, field: FieldId, uuid: Result<String, String>) -> Vec<Effect> {
        match uuid {
            Ok(uuid) => {
                if self.edit(field, Edit::Text(uuid))
                    && let Some(form) = &mut self.form
                {
                    form.enter_cell();
                }
            }
            Err(why) => self.say(Tone::Error, why),
        }
        Vec::new()
    }

    /// Shows all that the schema says of a field, as a page.
    fn describe_field(&mut self, field: FieldId) {
        let Some(form) = &self.form else { return };
        let Some(about) = form.form.about(field) else { return };
        let row = form.rows().iter().find(|r| r.id == field);
        let at = Wrap { most: 2_000, ..Wrap::at(self.page_columns()) };
        let mut page = Page::default();
        page.line(Tone::Heading, clean(&row.map_or_else(String::new, |r| r.label.clone())).into_owned());
        page.wrapped(Tone::Hint, &format!("{} · {}", about.type_words, about.pointer), at);
        if let Some(problem) = &about.problem {
            page.wrapped(Tone::Error, problem, at);
        }
        if let Some(remark) = row.and_then(|r| r.remark.as_ref()) {
            page.wrapped(Tone::Warning, remark, at);
        }
        if let Some(default) = &about.default {
            page.wrapped(Tone::Text, &format!("Default: {}", default.to_json()), at);
        }
        for example in about.examples.iter().take(EXAMPLES) {
            page.wrapped(Tone::Text, &format!("Example: {}", example.to_json()), at);
        }
        page.gap();
        if let Some(title) = &about.title {
            page.wrapped(Tone::Name, title, at);
        }
        page.markdown(&about.description, at);
        self.overlays.push(Overlay::Page { title: "The field", page });
    }

    /// Adds an item or entry to what this one is part of.
    fn add_another(&mut self, field: FieldId) {
        let Some(form) = &self.form else { return };
        let Some(at) = form.rows().iter().position(|r| r.id == field) else { return };
        let row = &form.rows()[at];
        let around = form.rows()[..at].iter().rfind(|r| r.depth < row.depth).map_or(form.form.root(), |r| r.id);
        match row.piece {
            Some(Piece::Item) => {
                self.edit(around, Edit::AddItem);
            }
            Some(Piece::Entry) => self.ask_for_key(around),
            None => {}
        }
    }

    pub(super) fn ask_for_key(&mut self, field: FieldId) {
        self.ask("Name of the new entry", "", Purpose::NewEntry(field));
    }

    fn ask_for_other_key(&mut self, field: FieldId) {
        let row = self.form.as_ref().and_then(|f| f.rows().iter().find(|r| r.id == field));
        let key = row.map(|r| r.label.clone()).unwrap_or_default();
        self.ask("Name of the entry", &key, Purpose::Rename(field));
    }

    /// Asks for a line of text, beginning with `text`.
    pub(super) fn ask(&mut self, title: &str, text: &str, purpose: Purpose) {
        let field = TextField::line(text);
        self.overlays.push(Overlay::Prompt(Prompt { title: title.to_owned(), field, problem: None, purpose }));
    }
}

/// What the field may hold.
fn values(rows: &mut Rows, row: &Row, about: &About) {
    if matches!(row.widget, Widget::Choice | Widget::Variant) {
        rows.add("Choose", "", FieldChoice::Pick);
    }
    if row.presence != Presence::Absent {
        rows.add("Not sent", "leave it out of the request", FieldChoice::Edit(Edit::Absent));
    }
    if about.nullable || matches!(row.widget, Widget::Json) {
        rows.add("Null", "send null", FieldChoice::Edit(Edit::Null));
    }
    if let Some(default) = &about.default {
        rows.add("Default", default.to_json(), FieldChoice::Edit(Edit::UseDefault));
    }
    for (i, example) in about.examples.iter().enumerate().take(EXAMPLES) {
        rows.add("Example", example.to_json(), FieldChoice::Edit(Edit::UseExample(i)));
    }
}

/// What a format offers: the present moment, a file.
fn formats(rows: &mut Rows, widget: Widget, about: &About, now: Now) {
    let at = Civil::at(now.unix);
    let date = format!("{:04}-{:02}-{:02}", at.year, at.month, at.day);
    let time = format!("{:02}:{:02}:{:02}Z", at.hour, at.minute, at.second);
    let mut text = |label: &str, text: String| rows.add(label, text.clone(), FieldChoice::Edit(Edit::Text(text)));
    match widget {
        Widget::Text { format: Some(Format::DateTime), .. } => text("Now", format!("{date}T{time}")),
        Widget::Text { format: Some(Format::Date), .. } => text("Today", date),
        Widget::Text { format: Some(Format::Time), .. } => text("Now", time),
        _ if about.takes_file => rows.add("Choose a file", "it goes along with its content", FieldChoice::File),
        Widget::Text { format: Some(Format::Uuid), .. } => {
            rows.add("New UUID", "made by chance", FieldChoice::NewUuid);
        }
        Widget::Text { format: Some(Format::Email | Format::Uri | Format::Binary) | None, .. }
        | Widget::File
        | Widget::Number { .. }
        | Widget::Toggle
        | Widget::Choice
        | Widget::Variant
        | Widget::Const
        | Widget::Object
        | Widget::Array
        | Widget::Map
        | Widget::Json => {}
    }
}

/// Ways to edit it.
fn editors(rows: &mut Rows, row: &Row, about: &About) {
    if matches!(row.widget, Widget::Text { format: None, .. } | Widget::Json) {
        rows.add("Edit as many lines", "", FieldChoice::ManyLines);
    }
    if row.widget == Widget::Json {
        rows.add("Back to fields", "as the schema describes it", FieldChoice::Edit(Edit::AsJson(false)));
    } else {
        rows.add("Edit as JSON", "this field alone", FieldChoice::Edit(Edit::AsJson(true)));
    }
    if about.guessed {
        rows.add("Another type", "the schema only hints at this one", FieldChoice::AnotherType);
    }
}

/// What can be done with a list and its items.
fn items(rows: &mut Rows, row: &Row) {
    match row.widget {
        Widget::Array => rows.add("Add an item", "", FieldChoice::Edit(Edit::AddItem)),
        Widget::Map => rows.add("Add an entry", "", FieldChoice::NewEntry),
        Widget::Text { .. }
        | Widget::Number { .. }
        | Widget::Toggle
        | Widget::Choice
        | Widget::Variant
        | Widget::Const
        | Widget::Object
        | Widget::File
        | Widget::Json => {}
    }
    let Some(piece) = row.piece else { return };
    match piece {
        Piece::Item => {
            rows.add("Add another", "behind the last item", FieldChoice::Another);
            rows.add("Remove", "this item", FieldChoice::Edit(Edit::Remove));
        }
        Piece::Entry => {
            rows.add("Rename", "the entry's key", FieldChoice::Rename);
            rows.add("Add another", "asks for its name", FieldChoice::Another);
            rows.add("Remove", "this entry", FieldChoice::Edit(Edit::Remove));
        }
    }
    rows.add("Move up", "", FieldChoice::Edit(Edit::MoveUp));
    rows.add("Move down", "", FieldChoice::Edit(Edit::MoveDown));
}
