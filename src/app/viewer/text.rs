//! The text view: lines as wide as the pane, and what of longer ones is in sight.

use std::ops::Range;

use super::{View, Viewer};
use crate::domain::{
    document::{self, Line, Token},
    text::width,
};

/// How many columns stay in sight when one scrolls to the side.
const KEPT: usize = 8;

/// A piece of a line, and whether it is what was searched for.
type Marked = (Token, bool, String);

impl Viewer {
    /// Takes note that the text's lines may be `columns` wide; those that are laid out otherwise are laid out anew, and the
    /// place that is in sight stays.
    pub fn fit(&mut self, columns: usize) {
        if self.columns == columns {
            return;
        }
        self.columns = columns;
        let stale = |lines: &Option<document::Lines>| lines.as_ref().is_some_and(|lines| !lines.fit(columns));
        if self.lines().is_some_and(|lines| !lines.fit(columns)) {
            let place =
                self.text().zip(self.lines()).map(|(text, lines)| lines.offset(&text.document, self.raw_scroll));
            self.place = place.filter(|_| self.raw_scroll > 0).or(self.place);
        }
        if stale(&self.laid_out) {
            self.laid_out = None;
        }
        if stale(&self.received) {
            self.received = None;
        }
    }

    /// Goes back to the place that was in sight before the lines were laid out anew.
    pub(super) fn back_to_place(&mut self) {
        if let Some(place) = self.place.take()
            && let Some((text, lines)) = self.text().zip(self.lines())
        {
            self.raw_scroll = lines.line_at(&text.document, place);
        }
    }

    /// Scrolls the text to the side, or back; returns whether there is text to be scrolled.
    pub fn to_the_side(&mut self, right: bool, height: usize) -> bool {
        let Some((text, lines)) = self.text().zip(self.lines()).filter(|_| self.view == View::Raw) else {
            return false;
        };
        let step = self.columns.saturating_sub(KEPT).max(1);
        let shown = lines.get(&text.document, self.raw_scroll..self.raw_scroll + height);
        let longest = shown.iter().map(columns_of).max().unwrap_or(0);
        self.raw_left = if right {
            if self.raw_left + self.columns < longest { self.raw_left + step } else { self.raw_left }
        } else {
            self.raw_left.saturating_sub(step)
        };
        true
    }

    /// Scrolls to the side as far as it takes to see what was found in `line`.
    pub(super) fn show_found_in(&mut self, line: usize) {
        let Some((text, lines)) = self.text().zip(self.lines()) else { return };
        let needle = self.finding.as_ref().map(|f| f.needle.text()).unwrap_or_default();
        let shown = lines.get(&text.document, line..line + 1);
        let mut before = 0;
        for (_, found, text) in marked(&shown, &needle).into_iter().flatten() {
            if found {
                let ends = before + width(&text);
                let out_of_sight = ends > self.raw_left + self.columns || before < self.raw_left;
                self.raw_left = match (out_of_sight, ends <= self.columns) {
                    (false, _) => self.raw_left,
                    (true, true) => 0,
                    (true, false) => before.saturating_sub(self.columns / 2),
                };
                return;
            }
            before += width(&text);
        }
    }
}

fn columns_of(line: &Line) -> usize {
    line.spans.iter().map(|(_, text)| width(text)).sum()
}

/// `lines` in pieces, those that have `needle` in them marked: also where that goes over pieces of several colours, or on
/// into the next line.
pub fn marked(lines: &[Line], needle: &str) -> Vec<Vec<Marked>> {
    let mut marked: Vec<Vec<Marked>> = Vec::with_capacity(lines.len());
    let mut rest = lines;
    while !rest.is_empty() {
        // A line, and those that it goes on in.
        let len = 1 + rest[1..].iter().take_while(|line| line.continued).count();
        let (whole, after) = rest.split_at(len);
        let text: String = whole.iter().flat_map(|line| &line.spans).map(|(_, text)| text.as_str()).collect();
        let found = if needle.is_empty() { Vec::new() } else { document::ranges(&text, needle) };
        let mut at = 0;
        for line in whole {
            let mut pieces = Vec::with_capacity(line.spans.len());
            for (token, text) in &line.spans {
                cut(text, at, &found, |found, piece| pieces.push((*token, found, piece.to_owned())));
                at += text.len();
            }
            marked.push(pieces);
        }
        rest = after;
    }
    marked
}

/// Cuts `text`, which stands at `start`, where `found` begins and ends.
fn cut<'t>(text: &'t str, start: usize, found: &[Range<usize>], mut take: impl FnMut(bool, &'t str)) {
    let mut done = 0;
    for range in found {
        let from = range.start.saturating_sub(start).min(text.len());
        let to = range.end.saturating_sub(start).min(text.len());
        if to <= done {
            continue;
        }
        if from > done {
            take(false, &text[done..from]);
        }
        if to > from.max(done) {
            take(true, &text[from.max(done)..to]);
        }
        done = to;
        if done == text.len() {
            return;
        }
    }
    if done < text.len() {
        take(false, &text[done..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{app::viewer::Opened, domain::shared::Shared};

    fn viewer(text: &str) -> Viewer {
        let mut viewer = Viewer::of_document(Shared::new(Opened::new(text.into(), None)));
        viewer.turn_to(View::Raw);
        viewer
    }

    fn line(spans: &[(Token, &str)], continued: bool) -> Line {
        Line { spans: spans.iter().map(|(token, text)| (*token, (*text).to_owned())).collect(), continued }
    }

    fn shown(marked: &[Vec<Marked>]) -> Vec<String> {
        let piece = |(_, found, text): &Marked| if *found { format!("<{text}>") } else { text.clone() };
        marked.iter().map(|line| line.iter().map(piece).collect()).collect()
    }

    #[test]
    fn what_was_found_is_marked_over_colours_and_line_ends() {
        let lines = [
            line(&[(Token::Key, "\"id\""), (Token::Punctuation, ": "), (Token::Number, "12")], false),
            line(&[(Token::Number, "34"), (Token::Punctuation, "}")], true),
            line(&[(Token::Number, "34")], false),
        ];
        assert_eq!(shown(&marked(&lines, "id\": 1")), ["\"<id\"><: ><1>2", "34}", "34"]);
        assert_eq!(shown(&marked(&lines, "234")), ["\"id\": 1<2>", "<34>}", "34"]);
        assert_eq!(shown(&marked(&lines, "34")), ["\"id\": 12", "<34>}", "<34>"]);
        assert_eq!(shown(&marked(&lines, "")), ["\"id\": 12", "34}", "34"]);
    }

    #[test]
    fn the_place_in_sight_stays_when_the_pane_grows() {
        let text = (0..400).map(|i| format!("word{i:03}")).collect::<Vec<_>>().join(" ");
        let mut viewer = viewer(&text);
        viewer.fit(40);
        viewer.prepare();
        let first = |viewer: &Viewer| {
            let (text, lines) = viewer.text().zip(viewer.lines()).unwrap();
            lines.get(&text.document, viewer.raw_scroll..viewer.raw_scroll + 1)[0].spans[0].1.clone()
        };
        viewer.raw_scroll = 20;
        assert!(first(&viewer).starts_with("word100 "));
        viewer.fit(160);
        assert!(viewer.lines().is_none());
        viewer.prepare();
        assert_eq!((viewer.raw_scroll, first(&viewer).starts_with("word100 ")), (5, true));
    }

    #[test]
    fn long_lines_are_seen_by_going_to_the_side() {
        let json = format!("{{\"a\":\"{}needle\",\"b\":1}}", "x".repeat(300));
        let mut viewer = viewer(&json);
        viewer.fit(80);
        viewer.prepare();
        assert!(viewer.to_the_side(true, 20));
        assert_eq!(viewer.raw_left, 72);
        for _ in 0..9 {
            viewer.to_the_side(true, 20);
        }
        assert!(viewer.raw_left < 320, "no further than there is text");
        for _ in 0..9 {
            viewer.to_the_side(false, 20);
        }
        assert_eq!(viewer.raw_left, 0);
        viewer.finding = Some(crate::app::viewer::Finding {
            needle: crate::app::text_field::TextField::line("needle"),
            ..crate::app::viewer::Finding::begin()
        });
        viewer.find();
        assert!(viewer.raw_left > 200 && viewer.raw_left < 320, "{}", viewer.raw_left);
    }
}
