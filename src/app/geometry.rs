//! Where everything stands on a screen of a given size: used by `update` for paging and clicks, by `ui` for drawing.
//!
//! All pure arithmetic on cells; no size, however small, makes it panic.

pub use ratatui::layout::{Position, Rect};

/// A screen's size in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Size {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

/// The three places of the explorer, in reading order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Pane {
    /// The list of actions.
    Catalogue,
    /// The action: its description, or its form.
    Action,
    /// The runs and their answers.
    Response,
}

impl Pane {
    /// All three, in reading order.
    pub const ALL: [Self; 3] = [Self::Catalogue, Self::Action, Self::Response];

    /// The next pane, and after the last the first.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Catalogue => Self::Action,
            Self::Action => Self::Response,
            Self::Response => Self::Catalogue,
        }
    }

    /// The pane before, and before the first the last.
    #[must_use]
    pub const fn previous(self) -> Self {
        match self {
            Self::Catalogue => Self::Response,
            Self::Action => Self::Catalogue,
            Self::Response => Self::Action,
        }
    }
}

/// How far a person has dragged the borders between panes, in cells from where they stand by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dragged {
    /// The catalogue's right border.
    pub left: i16,
    /// The border between action and response, side by side.
    pub middle: i16,
    /// The border between action and response, one above the other.
    pub between: i16,
}

/// A border that can be dragged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Border {
    /// The catalogue's right border.
    Left,
    /// The border between action and response, side by side.
    Middle,
    /// The border between action and response, one above the other.
    Between,
}

/// The least a pane keeps of its width when borders are dragged.
const LEAST: u16 = 20;

/// Where the explorer's parts stand. A pane that has no place at this size is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// The line on top.
    pub header: Rect,
    /// The list of actions, borders included.
    pub catalogue: Option<Rect>,
    /// The action, borders included.
    pub action: Option<Rect>,
    /// The response, borders included.
    pub response: Option<Rect>,
    /// The line at the bottom.
    pub footer: Rect,
}

/// From this width on all three panes stand side by side.
pub const WIDE: u16 = 120;
/// Below this width one pane is shown at a time.
pub const NARROW: u16 = 80;

impl Screen {
    /// Lays the explorer out for `size`; on a middling screen the focused one of action and response gets three
    /// quarters of the height.
    pub fn new(size: Size, focus: Pane, dragged: Dragged) -> Self {
        let Size { width, height } = size;
        let header = Rect::new(0, 0, width, height.min(1));
        let footer = Rect::new(0, height.saturating_sub(1), width, u16::from(height > 1));
        let body = Rect::new(0, header.height, width, height.saturating_sub(header.height + footer.height));
        let mut screen = Self { header, catalogue: None, action: None, response: None, footer };
        if width >= WIDE {
            let left = moved((width * 3 / 10).clamp(38, 64), dragged.left, LEAST, width - 2 * LEAST);
            let middle = moved((width - left) / 2, dragged.middle, LEAST, width - left - LEAST);
            let (a, rest) = split_x(body, left);
            let (b, c) = split_x(rest, middle);
            (screen.catalogue, screen.action, screen.response) = (Some(a), Some(b), Some(c));
        } else if width >= NARROW {
            let (a, rest) = split_x(body, moved(width * 2 / 5, dragged.left, LEAST, width - LEAST));
            let upper = if focus == Pane::Response { rest.height / 4 } else { rest.height - rest.height / 4 };
            // What has the keys keeps a line inside its border; what has not is left out where it would have none.
            let (least, most) = match focus {
                Pane::Action => (3, rest.height),
                Pane::Response => (0, rest.height.saturating_sub(3)),
                Pane::Catalogue => (0, rest.height),
            };
            let upper = match moved(upper, dragged.between, least, most) {
                0..3 if focus != Pane::Action => 0,
                upper if rest.height - upper < 3 && focus != Pane::Response => rest.height,
                upper => upper,
            };
            let (b, c) = split_y(rest, upper);
            screen.catalogue = Some(a);
            screen.action = (b.height > 0).then_some(b);
            screen.response = (c.height > 0).then_some(c);
        } else {
            match focus {
                Pane::Catalogue => screen.catalogue = Some(body),
                Pane::Action => screen.action = Some(body),
                Pane::Response => screen.response = Some(body),
            }
        }
        screen
    }

    /// The same screen with nothing between header and footer but the response.
    #[must_use]
    pub fn of_response_alone(self) -> Self {
        let between = self.footer.y.saturating_sub(self.header.bottom());
        let body = Rect { y: self.header.bottom(), height: between, ..self.header };
        Self { catalogue: None, action: None, response: Some(body), ..self }
    }

    /// The border at a cell: either of the two lines that stand side by side there.
    pub fn border_at(&self, at: Position) -> Option<Border> {
        let (catalogue, action, response) = (self.catalogue?, self.action?, self.response?);
        let beside = |left: Rect, right: Rect| {
            left.right() == right.x
                && (at.x + 1 == right.x || at.x == right.x)
                && (left.contains(at) || right.contains(at))
        };
        let stacked = action.x == response.x;
        if beside(catalogue, action) || (stacked && beside(catalogue, response)) {
            Some(Border::Left)
        } else if !stacked && beside(action, response) {
            Some(Border::Middle)
        } else if stacked && at.x >= response.x && (at.y == response.y || at.y + 1 == response.y) {
            Some(Border::Between)
        } else {
            None
        }
    }

    /// Where `pane` stands.
    pub const fn pane(&self, pane: Pane) -> Option<Rect> {
        match pane {
            Pane::Catalogue => self.catalogue,
            Pane::Action => self.action,
            Pane::Response => self.response,
        }
    }

    /// The pane at a cell.
    pub fn pane_at(&self, at: Position) -> Option<Pane> {
        Pane::ALL.into_iter().find(|p| self.pane(*p).is_some_and(|r| r.contains(at)))
    }
}

/// `length` moved by `by`, within bounds that may leave no choice.
fn moved(length: u16, by: i16, least: u16, most: u16) -> u16 {
    length.saturating_add_signed(by).min(most).max(least.min(most))
}

/// The inside of a bordered pane.
pub fn inside(pane: Rect) -> Rect {
    Rect::new(
        pane.x.saturating_add(1).min(pane.right()),
        pane.y.saturating_add(1).min(pane.bottom()),
        pane.width.saturating_sub(2),
        pane.height.saturating_sub(2),
    )
}

/// The left `width` columns and the rest.
pub fn split_x(area: Rect, width: u16) -> (Rect, Rect) {
    let width = width.min(area.width);
    (Rect { width, ..area }, Rect { x: area.x + width, width: area.width - width, ..area })
}

/// The upper `height` rows and the rest.
pub fn split_y(area: Rect, height: u16) -> (Rect, Rect) {
    let height = height.min(area.height);
    (Rect { height, ..area }, Rect { y: area.y + height, height: area.height - height, ..area })
}

/// The rows above and the lowest `height` rows.
pub fn split_bottom(area: Rect, height: u16) -> (Rect, Rect) {
    split_y(area, area.height.saturating_sub(height))
}

/// A box of at most `width` × `height` in the middle of `area`.
pub fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect::new(area.x + (area.width - width) / 2, area.y + (area.height - height) / 2, width, height)
}

/// The catalogue pane's parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CatalogueParts {
    /// The line the query is typed in.
    pub query: Rect,
    /// What is said about the query.
    pub notes: Rect,
    /// The rows.
    pub rows: Rect,
}

impl CatalogueParts {
    /// The parts of a catalogue pane (borders included) with so many lines about the query; the rows keep two thirds.
    pub fn new(pane: Rect, notes: u16) -> Self {
        let (query, rest) = split_y(inside(pane), 1);
        let (notes, rows) = split_y(rest, notes.min(rest.height / 3));
        Self { query, notes, rows }
    }
}

/// The form's parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormParts {
    /// The action's description.
    pub description: Rect,
    /// The line that fields are looked for in; empty where they are not.
    pub filter: Rect,
    /// The fields.
    pub fields: Rect,
    /// What is said about the field under the cursor.
    pub about: Rect,
    /// The buttons.
    pub buttons: Rect,
}

impl FormParts {
    /// The parts of an action pane (borders included) with `rows` fields: fields come first, then buttons, then the
    /// words; room that the fields leave over goes to what is said about one.
    pub fn new(pane: Rect, rows: usize) -> Self {
        let inner = inside(pane);
        let (rest, buttons) = split_bottom(inner, u16::from(inner.height >= 3));
        let about = match rest.height {
            0..=5 => 0,
            6..=11 => 2,
            12..=19 => 4,
            _ => 6,
        };
        let description = match rest.height - about {
            0..=5 => 0,
            6..=11 => 2,
            _ => 3,
        };
        let needed = about + description + u16::try_from(rows).unwrap_or(u16::MAX).min(rest.height);
        let over = rest.height.saturating_sub(needed);
        let about = about + (over / 2).min(10);
        let (rest, about) = split_bottom(rest, about);
        let (description, fields) = split_y(rest, description);
        let filter = Rect { height: 0, ..fields };
        Self { description, filter, fields, about, buttons }
    }

    /// The same with `lines` lines above the fields for looking for some.
    #[must_use]
    pub fn with_filter(self, lines: u16) -> Self {
        let (filter, fields) = split_y(self.fields, lines);
        Self { filter, fields, ..self }
    }
}

/// The response pane's parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResponseParts {
    /// Where a filter is typed, if one is, and what is said of it.
    pub filter: Rect,
    /// The answer.
    pub body: Rect,
    /// Where the cursor is, as a path, or what is being searched for.
    pub path: Rect,
    /// The views to choose from.
    pub tabs: Rect,
}

impl ResponseParts {
    /// The parts of a response pane (borders included).
    pub fn new(pane: Rect) -> Self {
        let inner = inside(pane);
        let (rest, tabs) = split_bottom(inner, u16::from(inner.height >= 2));
        let (body, path) = split_bottom(rest, u16::from(rest.height >= 3));
        Self { filter: Rect::ZERO, body, path, tabs }
    }

    /// The same with two lines on top for a filter.
    #[must_use]
    pub fn with_filter(self) -> Self {
        let (filter, body) = split_y(self.body, 2);
        Self { filter, body, ..self }
    }
}

/// Where `labels` stand on one line as `[ label ]` buttons, or as `[label]` or bare where they have no room otherwise;
/// those that still have none are left out.
pub fn buttons(area: Rect, labels: &[&str]) -> Vec<Rect> {
    let columns = |label: &str| u16::try_from(label.chars().count()).unwrap_or(u16::MAX);
    let fits = |dress: u16| {
        let all = labels.iter().map(|l| u32::from(columns(l)) + u32::from(dress) + 1).sum::<u32>();
        all <= u32::from(area.width) + 1
    };
    let dress = [4, 2].into_iter().find(|dress| fits(*dress)).unwrap_or(0);
    let mut x = area.x;
    let mut places = Vec::with_capacity(labels.len());
    for label in labels {
        let width = columns(label).saturating_add(dress);
        if area.height == 0 || x.saturating_add(width) > area.right() {
            break;
        }
        places.push(Rect::new(x, area.y, width, 1));
        x += width + 1;
    }
    places
}

/// The first visible row that keeps `cursor` in sight, moving as little as possible from `scroll`.
pub fn scrolled(scroll: usize, cursor: usize, height: u16, rows: usize) -> usize {
    let height = usize::from(height.max(1));
    let lowest = rows.saturating_sub(height);
    let scroll = if cursor < scroll { cursor } else { scroll.max((cursor + 1).saturating_sub(height)) };
    scroll.min(lowest.max(cursor.saturating_sub(height - 1).min(cursor)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn three_panes_two_or_one() {
        let s = Screen::new(Size { width: 160, height: 48 }, Pane::Catalogue, Dragged::default());
        assert_eq!(s.catalogue, Some(Rect::new(0, 1, 48, 46)));
        assert_eq!(s.action, Some(Rect::new(48, 1, 56, 46)));
        assert_eq!(s.response, Some(Rect::new(104, 1, 56, 46)));
        let s = Screen::new(Size { width: 80, height: 24 }, Pane::Action, Dragged::default());
        assert_eq!(s.action.map(|r| r.height), Some(17));
        assert_eq!(s.response.map(|r| r.height), Some(5));
        let s = Screen::new(Size { width: 79, height: 24 }, Pane::Response, Dragged::default());
        assert_eq!((s.catalogue, s.action), (None, None));
        assert_eq!(s.response, Some(Rect::new(0, 1, 79, 22)));
    }

    #[test]
    fn buttons_take_off_what_there_is_no_room_for() {
        let labels = ["Problem", "Tree", "Table", "Raw", "Headers", "Request"];
        let shown = |width| buttons(Rect::new(0, 0, width, 1), &labels);
        assert_eq!(shown(70)[1], Rect::new(12, 0, 8, 1));
        assert_eq!(shown(60)[1], Rect::new(10, 0, 6, 1));
        assert_eq!((shown(46).len(), shown(46)[1]), (6, Rect::new(8, 0, 4, 1)));
        assert_eq!(shown(20).len(), 3);
    }

    proptest! {
        #[test]
        fn panes_never_overlap_or_leave_the_screen(
            (width, height) in (0u16..300, 0u16..120),
            (focus, rows) in (0usize..3, 0usize..60),
            (left, middle, between) in (-200i16..200, -200i16..200, -100i16..100),
        ) {
            let size = Size { width, height };
            let s = Screen::new(size, Pane::ALL[focus], Dragged { left, middle, between });
            prop_assert!(height < 3 || s.pane(Pane::ALL[focus]).is_some(), "what has the keys has a place");
            let all: Vec<Rect> = [Some(s.header), s.catalogue, s.action, s.response, Some(s.footer)].into_iter().flatten().collect();
            for (i, a) in all.iter().enumerate() {
                prop_assert!(a.right() <= width && a.bottom() <= height);
                for b in &all[i + 1..] {
                    prop_assert!(a.intersection(*b).is_empty());
                }
            }
            for pane in Pane::ALL {
                if let Some(r) = s.pane(pane) {
                    let f = FormParts::new(r, rows);
                    let total = f.description.height + f.fields.height + f.about.height + f.buttons.height;
                    prop_assert_eq!(total, inside(r).height);
                    prop_assert!(ResponseParts::new(r).body.bottom() <= r.bottom());
                }
            }
        }

        #[test]
        fn the_cursor_is_always_in_sight(scroll in 0usize..200, cursor in 0usize..200, height in 0u16..50, rows in 0usize..200) {
            let s = scrolled(scroll, cursor, height, rows);
            prop_assert!(s <= cursor && cursor < s + usize::from(height.max(1)));
            prop_assert_eq!(scrolled(s, cursor, height, rows), s);
        }
    }
}
