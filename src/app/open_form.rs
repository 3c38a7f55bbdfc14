//! The form that is open: its rows, where the cursor is, and the editors that may lie over it.

mod draft;
mod filter;

use std::sync::Arc;

pub use filter::Filter;

use super::{
    geometry::{FormParts, Rect, scrolled},
    text_field::TextField,
};
use crate::domain::{
    document::Value,
    form::{About, Check, FieldId, Form, Presence, Row, Widget},
};

/// The form's buttons, from left to right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Button {
    /// Runs the action.
    Run,
    /// The form as JSON.
    Json,
    /// The request as it will be sent.
    Request,
    /// The call as a command or as code.
    CopyAs,
    /// Takes every value away.
    Clear,
}

impl Button {
    /// All of them, from left to right.
    pub const ALL: [Self; 5] = [Self::Run, Self::Json, Self::Request, Self::CopyAs, Self::Clear];

    /// What stands on it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Run => "Run",
            Self::Json => "JSON",
            Self::Request => "Request",
            Self::CopyAs => "Copy",
            Self::Clear => "Clear",
        }
    }
}

/// Where the form's cursor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum At {
    /// On a field.
    Field(FieldId),
    /// On a button.
    Button(Button),
}

/// A text of many lines being edited over the form.
#[derive(Debug, Clone)]
pub struct LinesEditor {
    /// The field it belongs to.
    pub field: FieldId,
    /// The text.
    pub text: TextField,
}

/// The whole form as JSON.
#[derive(Debug, Clone)]
pub struct JsonView {
    /// The text.
    pub text: TextField,
    /// Why it cannot be taken over, as a sentence, if it was tried.
    pub error: Option<String>,
}

/// An open form.
#[derive(Debug, Clone)]
pub struct OpenForm {
    /// The action's name.
    pub action: Arc<str>,
    /// The form itself.
    pub form: Form,
    /// Its visible rows, kept in step with it.
    rows: Vec<Row>,
    /// Where the cursor is.
    at: At,
    /// The first row in sight.
    pub scroll: usize,
    /// The text cell under the cursor, where there is one.
    pub cell: Option<TextField>,
    /// The editor of many lines, where one is open.
    pub lines: Option<LinesEditor>,
    /// The JSON view, where it is open.
    pub json: Option<JsonView>,
    /// What the fields are narrowed to, where they are.
    pub filter: Option<Filter>,
    /// JSON that could not be taken over when its view was left; it comes back with the view.
    pub unfinished_json: Option<String>,
    /// What is odd about the schema as a whole.
    remark: Option<String>,
    /// What the schema says about the field under the cursor.
    about: Option<About>,
    /// What the last check said.
    pub check: Check,
    /// The saved call it was filled with, or saved as, last.
    pub saved_as: Option<String>,
    /// What it was filled with when it was opened; a draft of another day then goes below that.
    pub filled_with: Option<Value>,
    /// The fields that were left with the path of a file in them, which is to be read.
    pub files_left: Vec<FieldId>,
    /// Whether the form is to be run once the files in it are read.
    pub runs_when_read: bool,
    /// The value a person was warned about; running exactly it again is "run anyway".
    pub warned_about: Option<Value>,
}

impl OpenForm {
    /// Opens `form` for `action`, the cursor in its first field.
    pub fn new(action: Arc<str>, form: Form) -> Self {
        let rows = form.rows();
        // Where the whole form is one field, its row says it.
        let whole = form.about(form.root()).filter(|_| rows.iter().all(|r| r.id != form.root()));
        let remark = whole.map(|about| about.remarks.join(" ")).filter(|remark| !remark.is_empty());
        let at = form.first_field().or_else(|| rows.first().map(|r| r.id)).map_or(At::Button(Button::Run), At::Field);
        let mut open = Self {
            action,
            form,
            rows,
            at,
            scroll: 0,
            cell: None,
            lines: None,
            json: None,
            filter: None,
            unfinished_json: None,
            remark,
            about: None,
            check: Check::default(),
            saved_as: None,
            filled_with: None,
            files_left: Vec::new(),
            runs_when_read: false,
            warned_about: None,
        };
        open.go(at);
        open
    }

    /// What the schema says about the field under the cursor.
    pub const fn about(&self) -> Option<&About> {
        self.about.as_ref()
    }

    /// What is odd about the schema as a whole, in words.
    pub fn remark(&self) -> Option<&str> {
        self.remark.as_deref()
    }

    /// The visible rows.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Where the cursor is.
    pub const fn at(&self) -> At {
        self.at
    }

    /// The field under the cursor.
    pub const fn field(&self) -> Option<FieldId> {
        match self.at {
            At::Field(field) => Some(field),
            At::Button(_) => None,
        }
    }

    /// The row under the cursor.
    pub fn row(&self) -> Option<&Row> {
        self.row_number().and_then(|i| self.rows.get(i))
    }

    /// The number of the row under the cursor.
    pub fn row_number(&self) -> Option<usize> {
        let field = self.field()?;
        self.rows.iter().position(|r| r.id == field)
    }

    /// The row of the array or map around the cursor, itself included.
    pub fn container(&self) -> Option<&Row> {
        let at = self.row_number()?;
        let mut depth = self.rows[at].depth + 1;
        self.rows[..=at].iter().rev().find(|row| {
            let around = row.depth < depth;
            depth = depth.min(row.depth);
            around && matches!(row.widget, Widget::Array | Widget::Map)
        })
    }

    /// Makes the rows anew after the form changed; the cursor stays on its field, or goes near it.
    pub fn refresh(&mut self) {
        let before = self.row_number().unwrap_or(0);
        self.look_through_rows();
        if self.field().is_some() && self.row_number().is_none() {
            let near = self.rows.get(before.min(self.rows.len().saturating_sub(1)));
            let at = near.map_or(At::Button(Button::Run), |r| At::Field(r.id));
            self.go(at);
        }
        self.about = self.field().and_then(|f| self.form.about(f));
    }

    /// Puts the cursor somewhere and opens the cell there.
    ///
    /// A field that a filter leaves out ends the filter.
    pub fn go(&mut self, at: At) {
        self.form.pause();
        if at != self.at
            && let Some(left) = self.field().filter(|&field| self.form.unread_file(field).is_some())
        {
            self.files_left.push(left);
        }
        self.at = at;
        if self.filter.is_some() && self.field().is_some() && self.row_number().is_none() {
            self.filter = None;
            self.look_through_rows();
        }
        self.about = self.field().and_then(|f| self.form.about(f));
        self.enter_cell();
    }

    /// Makes the rows anew, as far as the filter leaves them. The field that fits the filter best, if there is one.
    fn look_through_rows(&mut self) -> Option<FieldId> {
        let rows = self.form.rows();
        let (rows, best) = match &mut self.filter {
            Some(filter) => filter.narrow(&self.form, rows),
            None => (rows, None),
        };
        self.rows = rows;
        best
    }

    /// Begins to look for fields by what is typed from now on.
    pub fn begin_filter(&mut self) {
        self.lines = None;
        match &mut self.filter {
            Some(filter) => filter.typing = true,
            None => self.filter = Some(Filter::begin()),
        }
        self.look_through_rows();
    }

    /// Narrows the rows to what is typed now; the cursor goes to the field that fits best.
    pub fn refilter(&mut self) {
        let best = self.look_through_rows();
        let here = self.row_number().map(|i| self.rows[i].id);
        if self.rows.is_empty() {
            // There is no row to be on until letters are taken back.
            self.at = At::Button(Button::Run);
            self.about = None;
            self.cell = None;
        } else if let Some(field) = best.or(here).or_else(|| self.rows.first().map(|r| r.id)) {
            self.go(At::Field(field));
        }
    }

    /// Ends typing what is looked for: goes on to fill in what was found, or shows every field again.
    pub fn end_filter(&mut self, keep: bool) {
        match &mut self.filter {
            Some(filter) if keep && filter.found.0 > 0 && !filter.text.is_empty() => filter.typing = false,
            _ => self.filter = None,
        }
        self.refresh();
        match self.rows.first() {
            Some(row) if self.field().is_none() => self.go(At::Field(row.id)),
            _ => self.enter_cell(),
        }
    }

    /// Whether what is looked for is being typed.
    pub fn is_filtering(&self) -> bool {
        self.filter.as_ref().is_some_and(|f| f.typing)
    }

    /// Where the parts of the form stand in a pane (borders included).
    pub fn parts(&self, pane: Rect) -> FormParts {
        let line = u16::from(self.filter.is_some());
        FormParts::new(pane, self.rows.len() + usize::from(line)).with_filter(line)
    }

    /// Opens the text cell under the cursor, if the field there is typed.
    pub fn enter_cell(&mut self) {
        self.cell = match self.row() {
            Some(row) if is_typed(row.widget) && self.fits_a_cell(row) => {
                Some(TextField::line(&self.form.edit_text(row.id)))
            }
            _ => None,
        };
    }

    /// Whether a row's text is edited in its cell; text of several lines is edited in an editor.
    fn fits_a_cell(&self, row: &Row) -> bool {
        row.presence != Presence::Value || !self.form.edit_text(row.id).contains('\n')
    }

    /// Moves the cursor by `by` rows, from the last field on to the buttons and back.
    pub fn move_by(&mut self, by: isize) {
        let rows = self.rows.len();
        let now = match self.at {
            At::Field(_) => self.row_number().unwrap_or(0),
            At::Button(b) => rows + Button::ALL.iter().position(|x| *x == b).unwrap_or(0),
        };
        let next = now.saturating_add_signed(by).min(rows + Button::ALL.len() - 1);
        let at = match self.rows.get(next) {
            Some(row) => At::Field(row.id),
            None => At::Button(Button::ALL[next - rows]),
        };
        if at != self.at {
            self.go(at);
        }
    }

    /// Scrolls so that the cursor's row is in sight of `height` rows.
    pub fn keep_in_sight(&mut self, height: u16) {
        let cursor = self.row_number().unwrap_or(self.rows.len().saturating_sub(1));
        self.scroll = scrolled(self.scroll, cursor, height, self.rows.len());
    }
}

/// Whether a widget is filled by typing.
pub const fn is_typed(widget: Widget) -> bool {
    matches!(widget, Widget::Text { .. } | Widget::Number { .. } | Widget::Json)
}
