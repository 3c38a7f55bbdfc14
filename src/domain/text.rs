//! Text from elsewhere, made safe to draw: no control character, no direction override, nothing invisible reaches the
//! terminal; and text measured and cut by the columns it takes there.

use std::{borrow::Cow, fmt::Write as _, ops::Range, time::Duration};

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many combining marks one character may carry before the rest are counted instead of drawn.
const MARKS: usize = 8;

/// `text` as one line that is safe to draw.
///
/// Control characters become their pictures (`␛`, `␊`), tabs four spaces, characters that are invisible or turn the
/// direction of writing their code (`‹U+202E›`). Combining marks and emoji sequences are kept; a mark without a base
/// gets `◌`, and more than eight marks on one base are counted.
pub fn clean(text: &str) -> Cow<'_, str> {
    cleaned(text, false)
}

/// `text` as lines that are safe to draw: as [`clean`], but `\n` is kept (and `\r\n` is one `\n`).
pub fn clean_block(text: &str) -> Cow<'_, str> {
    cleaned(text, true)
}

fn cleaned(text: &str, lines: bool) -> Cow<'_, str> {
    if text.bytes().all(|b| matches!(b, b' '..=b'~') || lines && b == b'\n') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for grapheme in text.graphemes(true) {
        clean_grapheme(grapheme, lines, &mut out);
    }
    if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

fn clean_grapheme(grapheme: &str, lines: bool, out: &mut String) {
    if lines && matches!(grapheme, "\n" | "\r\n") {
        out.push('\n');
        return;
    }
    let (mut visible, mut marks) = (false, 0_usize);
    let mut rest = grapheme.chars().peekable();
    while let Some(c) = rest.next() {
        let joins = visible && c == '\u{200d}' && rest.peek().is_some_and(|&next| is_emoji_part(next));
        let styles = visible && matches!(c, '\u{fe0e}' | '\u{fe0f}');
        if c == '\t' {
            out.push_str("    ");
            visible = false;
        } else if let Some(picture) = picture(c) {
            out.push(picture);
            visible = false;
        } else if is_hidden(c) && !((joins && marks < MARKS) || styles) {
            let _ = write!(out, "‹U+{:04X}›", u32::from(c));
            visible = false;
        } else if c.width().unwrap_or(0) == 0 {
            marks += 1;
            if marks <= MARKS {
                if visible {
                    out.push(c);
                } else {
                    let carried = format!("◌{c}");
                    visible = carried.graphemes(true).count() == 1;
                    if visible {
                        out.push_str(&carried);
                    } else {
                        let _ = write!(out, "‹U+{:04X}›", u32::from(c));
                    }
                }
            }
        } else {
            out.push(c);
            visible = true;
        }
    }
    if marks > MARKS {
        let _ = write!(out, "‹+{} marks›", marks - MARKS);
    }
}

/// Whether a zero-width joiner before `c` makes an emoji sequence: pictures are wide, signs such as ♀ and ➡ are not.
fn is_emoji_part(c: char) -> bool {
    c.width() == Some(2) || matches!(c, '\u{2190}'..='\u{2bff}')
}

/// The picture of a C0 control or DEL.
fn picture(c: char) -> Option<char> {
    match c {
        '\u{7f}' => Some('␡'),
        c if c < ' ' => char::from_u32(0x2400 + u32::from(c)),
        _ => None,
    }
}

/// How many columns `c` takes at most where [`clean`] has been over the text around it.
pub fn width_of(c: char) -> usize {
    match c {
        ' '..='~' => 1,
        '\t' => 4,
        _ if picture(c).is_some() => 1,
        // `‹U+202E›`, or two digits more.
        _ if is_hidden(c) => {
            if u32::from(c) > 0xffff {
                10
            } else {
                8
            }
        }
        _ => c.width().unwrap_or(0),
    }
}

/// Whether `c` draws nothing, or changes how its neighbours are drawn: C1 controls, direction marks, zero-width and
/// filler characters, tags, and the variation selectors other than the two that choose text or emoji style.
fn is_hidden(c: char) -> bool {
    matches!(u32::from(c),
        0x80..=0x9f | 0xad | 0x034f | 0x061c | 0x115f | 0x1160 | 0x17b4 | 0x17b5 | 0x180b..=0x180f | 0x200b..=0x200f
        | 0x2028..=0x202e | 0x2060..=0x206f | 0x3164 | 0xfe00..=0xfe0f | 0xfeff | 0xffa0 | 0xfff0..=0xfffb
        | 0x1_3430..=0x1_345f | 0x1_bca0..=0x1_bca3 | 0x1_d173..=0x1_d17a | 0xe_0000..=0xe_0fff)
}

/// The beginning of `text`, at most `bytes` long.
pub fn start(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// How many columns `text` takes on the terminal: the sum over its graphemes, as they are drawn one by one.
pub fn width(text: &str) -> usize {
    if text.bytes().all(|b| matches!(b, b' '..=b'~')) {
        return text.len();
    }
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// `text` in at most `cols` columns; where it is longer its end is replaced by `…`.
pub fn cut_end(text: &str, cols: usize) -> Cow<'_, str> {
    if fits(text, cols) {
        return Cow::Borrowed(text);
    }
    let Some(room) = cols.checked_sub(1) else { return Cow::Borrowed("") };
    Cow::Owned(format!("{}…", &text[..head(text, room)]))
}

/// `text` in at most `cols` columns; where it is longer its middle is replaced by `…`, the end keeping the odd column.
pub fn cut_middle(text: &str, cols: usize) -> Cow<'_, str> {
    if fits(text, cols) {
        return Cow::Borrowed(text);
    }
    let Some(room) = cols.checked_sub(1) else { return Cow::Borrowed("") };
    let start = head(text, room / 2);
    let (mut end, mut used) = (text.len(), 0);
    for (at, grapheme) in text.grapheme_indices(true).rev() {
        used += grapheme.width();
        if used > room - room / 2 || at < start {
            break;
        }
        end = at;
    }
    Cow::Owned(format!("{}…{}", &text[..start], &text[end..]))
}

fn fits(text: &str, cols: usize) -> bool {
    text.len() <= cols && text.is_ascii() || head(text, cols) == text.len()
}

/// The length in bytes of the longest beginning of `text` that takes at most `cols` columns.
fn head(text: &str, cols: usize) -> usize {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += grapheme.width();
        if used > cols {
            return at;
        }
    }
    text.len()
}

/// `text` broken into at most `max_lines` lines of at most `cols` columns, see [`breaks`]. What does not fit any more is
/// replaced by `…`.
pub fn wrap(text: &str, cols: usize, max_lines: usize) -> Vec<String> {
    let lines: Vec<String> = breaks(text, cols, max_lines).into_iter().map(|range| text[range].to_owned()).collect();
    if lines.len() > max_lines { shortened(lines, cols, max_lines) } else { lines }
}

/// Where the lines of `text` are if they take at most `cols` columns: broken at spaces where it can be, inside words longer
/// than a line where it must, at every `\n`. Where there are more than `max_lines`, one more than these.
pub fn breaks(text: &str, cols: usize, max_lines: usize) -> Vec<Range<usize>> {
    let mut lines: Vec<Range<usize>> = Vec::new();
    if cols == 0 || max_lines == 0 {
        return lines;
    }
    let trimmed = |range: Range<usize>| range.start..range.start + text[range].trim_end().len();
    let mut at = 0;
    for paragraph in text.split('\n') {
        let (mut line, mut used) = (at..at, 0);
        for word in paragraph.split_inclusive(' ') {
            let bare = width(word.trim_end_matches(' '));
            if used > 0 && used + bare > cols {
                lines.push(trimmed(line));
                (line, used) = (at..at, 0);
            }
            for grapheme in word.graphemes(true) {
                let (w, end) = (grapheme.width(), at + grapheme.len());
                // What comes after a space that hangs over does not bring it back.
                if used + w <= cols && line.end == at {
                    (line.end, used) = (end, used + w);
                } else if grapheme != " " {
                    lines.push(line);
                    // What is wider than a whole line is not shown.
                    (line, used) = if w <= cols { (at..end, w) } else { (end..end, 0) };
                }
                at = end;
                if lines.len() > max_lines {
                    return lines;
                }
            }
        }
        lines.push(trimmed(line));
        at += 1;
        if lines.len() > max_lines {
            return lines;
        }
    }
    lines
}

fn shortened(mut lines: Vec<String>, cols: usize, max_lines: usize) -> Vec<String> {
    lines.truncate(max_lines);
    if let Some(last) = lines.last_mut() {
        *last = format!("{}…", &last[..head(last, cols - 1)]);
    }
    lines
}

/// `1 page`, `3 pages`: a number and what it counts, whose plural ends in s.
pub fn counted(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// `1,118`: a number with its thousands told apart.
pub fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// A number of bytes for people: `999 B`, `1.2 kB`, `34 MB` (decimal units).
pub fn human_size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let (mut unit, mut one) = (0, 1000_u64);
    // 999,950 would round to "1000.0 kB".
    while unit + 1 < UNITS.len() && bytes >= one.saturating_mul(1000) - one / 20 {
        one = one.saturating_mul(1000);
        unit += 1;
    }
    let tenths = (u128::from(bytes) * 10 + u128::from(one) / 2) / u128::from(one);
    if tenths >= 100 {
        let whole = (u128::from(bytes) + u128::from(one) / 2) / u128::from(one);
        format!("{whole} {}", UNITS[unit])
    } else {
        format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
    }
}

/// How far something that comes in is, for people: `12 MB of 80 MB received, 4.1 MB/s`. `done` is the word for it, `over`
/// is since its first part.
pub fn transfer(done: &str, bytes: u64, of: Option<u64>, over: Duration) -> String {
    let whole = of.filter(|&of| of >= bytes).map_or_else(String::new, |of| format!(" of {}", human_size(of)));
    let rate = u128::from(bytes) * 1000 / over.as_millis().max(1);
    // A rate over next to no time says nothing.
    let rate = (over >= Duration::from_millis(200)).then(|| u64::try_from(rate).unwrap_or(u64::MAX));
    let rate = rate.map_or_else(String::new, |rate| format!(", {}/s", human_size(rate)));
    format!("{}{whole} {done}{rate}", human_size(bytes))
}

/// A span of time for people: `312 ms`, `4.1 s`, `2 min 5 s`, `1 h 2 min`.
pub fn human_duration(span: Duration) -> String {
    let (ms, s) = (span.as_millis(), span.as_secs());
    if ms < 1000 {
        format!("{ms} ms")
    } else if ms < 9_950 {
        let tenths = (ms + 50) / 100;
        format!("{}.{} s", tenths / 10, tenths % 10)
    } else if s < 60 {
        format!("{s} s")
    } else if s < 3600 {
        format!("{} min {} s", s / 60, s % 60)
    } else {
        format!("{} h {} min", s / 3600, s % 3600 / 60)
    }
}

/// How long ago something was, from the seconds since: "a moment ago", "12 min ago", "3 h ago", "5 days ago".
pub fn ago(seconds: i64) -> String {
    match seconds {
        i64::MIN..60 => "a moment ago".to_owned(),
        60..7200 => format!("{} min ago", seconds / 60),
        7200..172_800 => format!("{} h ago", seconds / 3600),
        _ => format!("{} days ago", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_ago_is_told_in_the_unit_that_fits() {
        let told: Vec<String> = [-5, 59, 61, 7199, 7200, 172_800].into_iter().map(ago).collect();
        assert_eq!(told, ["a moment ago", "a moment ago", "1 min ago", "119 min ago", "2 h ago", "2 days ago"]);
    }
    use proptest::prelude::*;

    #[test]
    fn hostile_text_is_shown_and_harmless() {
        for (text, shown) in [
            ("plain", "plain"),
            ("a\u{1b}[31mred", "a␛[31mred"),
            ("a\nb\r\nc\0\u{7f}", "a␊b␍␊c␀␡"),
            ("a\tb", "a    b"),
            ("\u{9b}31m", "‹U+009B›31m"),
            ("abc\u{202e}fed", "abc‹U+202E›fed"),
            ("zero\u{200b}width\u{feff}", "zero‹U+200B›width‹U+FEFF›"),
            ("a\u{200d}b", "a‹U+200D›b"),
            ("tag\u{e0041}", "tag‹U+E0041›"),
            ("e\u{301}té 日本 👩‍👩‍👧 ❤\u{fe0f} 👍🏽 🇫🇷", "e\u{301}té 日本 👩‍👩‍👧 ❤\u{fe0f} 👍🏽 🇫🇷"),
            ("\u{301}x", "◌\u{301}x"),
        ] {
            assert_eq!(clean(text), shown, "{text:?}");
        }
        assert_eq!(clean_block("a\r\nb\n\u{1b}c\rd"), "a\nb\n␛c␍d");
        let zalgo = format!("a{}b", "\u{300}".repeat(100));
        assert_eq!(clean(&zalgo), format!("a{}‹+92 marks›b", "\u{300}".repeat(8)));
        assert!(matches!(clean("naïve"), Cow::Borrowed(_)));
    }

    #[test]
    fn cutting_keeps_graphemes_and_columns() {
        for (text, cols, end, middle) in [
            ("hello", 5, "hello", "hello"),
            ("hello", 4, "hel…", "h…lo"),
            ("hello", 1, "…", "…"),
            ("hello", 0, "", ""),
            ("日本語", 5, "日本…", "日…語"),
            ("日本語", 4, "日…", "…語"),
            ("👩‍👩‍👧👩‍👩‍👧", 3, "👩‍👩‍👧…", "…"),
            ("SLACK_SEND_DIRECT_MESSAGE", 12, "SLACK_SEND_…", "SLACK…ESSAGE"),
        ] {
            assert_eq!(cut_end(text, cols), end, "{text} in {cols}");
            assert_eq!(cut_middle(text, cols), middle, "{text} in {cols}");
        }
    }

    #[test]
    fn wrapping() {
        assert_eq!(wrap("the quick brown fox", 10, 9), ["the quick", "brown fox"]);
        assert_eq!(wrap("a\n\nb", 10, 9), ["a", "", "b"]);
        assert_eq!(wrap("abcdefghij", 4, 9), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("one two three four", 5, 2), ["one", "two…"]);
        assert_eq!(wrap("日本語", 4, 9), ["日本", "語"]);
        assert_eq!(wrap("x", 0, 9), Vec::<String>::new());
    }

    #[test]
    fn sizes_and_spans_of_time() {
        let sizes = [0, 999, 1000, 1234, 9_949, 9_950, 34_000_000, 999_949, 999_950, u64::MAX].map(human_size);
        assert_eq!(
            sizes,
            ["0 B", "999 B", "1.0 kB", "1.2 kB", "9.9 kB", "10 kB", "34 MB", "1000 kB", "1.0 MB", "18 EB"]
        );
        let spans = [0, 312, 999, 1000, 4123, 9_949, 9_950, 59_999, 125_000, 3_725_000]
            .map(|ms| human_duration(Duration::from_millis(ms)));
        assert_eq!(
            spans,
            ["0 ms", "312 ms", "999 ms", "1.0 s", "4.1 s", "9.9 s", "9 s", "59 s", "2 min 5 s", "1 h 2 min"]
        );
    }

    #[test]
    fn how_far_something_is() {
        let told = |bytes, of, ms| transfer("received", bytes, of, Duration::from_millis(ms));
        assert_eq!(told(12_300_000, Some(80_000_000), 3000), "12 MB of 80 MB received, 4.1 MB/s");
        assert_eq!(told(12_300_000, None, 3000), "12 MB received, 4.1 MB/s");
        assert_eq!(told(5_000, Some(4_000), 10), "5.0 kB received", "announced too little, and no time to tell a rate");
    }

    fn nasty() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            any::<char>().prop_map(String::from),
            (0_u32..0x3000).prop_map(|c| char::from_u32(c).unwrap_or(' ').to_string()),
            prop::sample::select(vec!["\u{200d}", "\u{fe0f}", "👩", "\u{301}", "a", " ", "日", "\u{202e}", "\r", "\n"])
                .prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..24).prop_map(|p| p.concat())
    }

    proptest! {
        #[test]
        fn nothing_hidden_or_commanding_survives(s in nasty()) {
            let out = clean(&s);
            prop_assert!(!out.chars().any(char::is_control), "{out:?}");
            let kept = ['\u{200d}', '\u{fe0e}', '\u{fe0f}'];
            prop_assert!(out.chars().all(|c| kept.contains(&c) || !is_hidden(c)), "{out:?}");
            prop_assert!(out.graphemes(true).all(|g| g.width() > 0), "{out:?}");
            prop_assert_eq!(clean(&out), &*out);
            prop_assert!(!clean_block(&s).chars().any(|c| c.is_control() && c != '\n'));
        }

        #[test]
        fn columns_are_never_exceeded(s in nasty(), cols in 0_usize..20) {
            let s = clean(&s);
            prop_assert!(width(&cut_end(&s, cols)) <= cols);
            prop_assert!(width(&cut_middle(&s, cols)) <= cols);
            prop_assert!(width(&s) > cols || cut_end(&s, cols) == s && cut_middle(&s, cols) == s);
            let lines = wrap(&s, cols, 3);
            prop_assert!(lines.len() <= 3 && lines.iter().all(|l| width(l) <= cols));
        }
    }
}
