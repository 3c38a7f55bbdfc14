//! XML on lines of its own: what has only text in it stays on one.

use memchr::memmem;

/// Deeper elements are not indented any further.
const INDENTED: usize = 60;

/// A piece of an XML document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'t> {
    Open(&'t [u8]),
    Close(&'t [u8]),
    /// `<a/>`, `<?…?>`, `<!…>`, a comment.
    Single(&'t [u8]),
    Text(&'t [u8]),
}

/// `xml` with an element a line, two spaces a level. Nothing but space between elements is changed; what is no XML
/// stays as it is.
pub(super) fn indented_xml(xml: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(xml.len() * 5 / 4);
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some((piece, next)) = piece(xml, at) {
        at = next;
        match piece {
            Piece::Text(text) => line(&mut out, depth, text.trim_ascii()),
            Piece::Single(tag) => line(&mut out, depth, tag),
            Piece::Close(tag) => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth, tag);
            }
            Piece::Open(tag) => {
                line(&mut out, depth, tag);
                // Text alone, or nothing, stays with its element.
                match self::piece(xml, at) {
                    Some((Piece::Close(close), end)) => {
                        out.extend_from_slice(close);
                        at = end;
                    }
                    Some((Piece::Text(text), after)) => match self::piece(xml, after) {
                        Some((Piece::Close(close), end)) => {
                            out.extend_from_slice(text.trim_ascii());
                            out.extend_from_slice(close);
                            at = end;
                        }
                        _ => depth += 1,
                    },
                    _ => depth += 1,
                }
            }
        }
    }
    out
}

fn line(out: &mut Vec<u8>, depth: usize, text: &[u8]) {
    if text.is_empty() {
        return;
    }
    if !out.is_empty() {
        out.push(b'\n');
    }
    out.resize(out.len() + 2 * depth.min(INDENTED), b' ');
    out.extend_from_slice(text);
}

/// The piece that begins at `at`, and where it ends.
fn piece(xml: &[u8], at: usize) -> Option<(Piece<'_>, usize)> {
    let rest = xml.get(at..).filter(|rest| !rest.is_empty())?;
    if rest[0] != b'<' {
        let len = memchr::memchr(b'<', rest).unwrap_or(rest.len());
        return Some((Piece::Text(&rest[..len]), at + len));
    }
    let until = |end: &[u8]| memmem::find(rest, end).map_or(rest.len(), |found| found + end.len());
    let (len, is_single) = match rest {
        [b'<', b'!', b'-', b'-', ..] => (until(b"-->"), true),
        [b'<', b'!', b'[', ..] => {
            let len = until(b"]]>");
            return Some((Piece::Text(&rest[..len]), at + len));
        }
        [b'<', b'?', ..] => (until(b"?>"), true),
        [b'<', b'!', ..] => (tag_end(rest), true),
        _ => (tag_end(rest), false),
    };
    let tag = &rest[..len];
    let piece = if is_single || tag.ends_with(b"/>") {
        Piece::Single(tag)
    } else if tag.starts_with(b"</") {
        Piece::Close(tag)
    } else {
        Piece::Open(tag)
    };
    Some((piece, at + len))
}

/// How long the tag at the start of `rest` is; a `>` in a quoted value is none of its ends.
fn tag_end(rest: &[u8]) -> usize {
    let mut quote = None;
    for (i, &b) in rest.iter().enumerate() {
        match (quote, b) {
            (None, b'"' | b'\'') => quote = Some(b),
            (Some(q), b) if q == b => quote = None,
            (None, b'>') => return i + 1,
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn indented(xml: &str) -> String {
        String::from_utf8(indented_xml(xml.as_bytes())).unwrap()
    }

    #[test]
    fn an_element_a_line() {
        assert_eq!(
            indented(
                r#"<?xml version="1.0"?><a x="1>2"><b>text &amp; more</b><c/><!-- <d> --><e></e><f> a <g/> b</f></a>"#
            ),
            "<?xml version=\"1.0\"?>\n<a x=\"1>2\">\n  <b>text &amp; more</b>\n  <c/>\n  <!-- <d> -->\n  <e></e>\n  <f>\n    \
             a\n    <g/>\n    b\n  </f>\n</a>"
        );
        assert_eq!(indented("<a><![CDATA[<b>]]></a>"), "<a><![CDATA[<b>]]></a>");
        assert_eq!(indented("</a></a>text<a"), "</a>\n</a>\ntext\n<a");
        assert_eq!(indented(""), "");
    }

    proptest! {
        #[test]
        fn nothing_but_space_is_lost(xml in "(<a>|</a>|<b/>|<!-- c -->|<!\\[CDATA\\[x|text | \\n|\"|<|>|é){0,30}") {
            let dense = |text: &str| text.split_ascii_whitespace().collect::<String>();
            prop_assert_eq!(dense(&indented(&xml)), dense(&xml));
        }
    }
}
