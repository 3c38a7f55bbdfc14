//! Passing by a value without reading it: its end is found by brackets and quotes, 64 bytes at a time and without a
//! branch for each of them.

use super::scan::scalar_end;

/// How many bytes are looked at together, one a bit.
const BLOCK: usize = 64;

/// Just after the value at `at`, found by its brackets alone: what is between them is not looked at.
#[inline]
pub(super) fn value_end(text: &[u8], at: usize) -> Option<usize> {
    measured(text, at).map(|(end, _)| end)
}

/// Just after the value at `at`, found as by [`value_end`], and how many arrays and objects of it are one in another.
pub(super) fn measured(text: &[u8], at: usize) -> Option<(usize, usize)> {
    if !matches!(text.get(at)?, b'{' | b'[') {
        return scalar_end(text, at).map(|end| (end, 0));
    }
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut quotes = Quotes::default();
    let (blocks, rest) = text[at..].as_chunks::<BLOCK>();
    let mut padded = [b' '; BLOCK];
    padded[..rest.len()].copy_from_slice(rest);
    for (i, block) in blocks.iter().chain([&padded]).enumerate() {
        let mut brackets = brackets(block) & !quotes.inside(block);
        while brackets != 0 {
            let place = brackets.trailing_zeros() as usize;
            brackets &= brackets - 1;
            match block[place] {
                b'{' | b'[' => {
                    depth += 1;
                    deepest = deepest.max(depth);
                }
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        return Some((at + i * BLOCK + place + 1, deepest));
                    }
                }
                _ => {}
            }
        }
    }
    None
}

/// Where in a row of blocks strings are.
#[derive(Default)]
struct Quotes {
    /// Whether the block before ended inside a string: all ones, or all zeros.
    inside: u64,
    /// Whether the block before ended with a backslash that stands for itself and the next byte: 1 or 0.
    escape: u64,
}

impl Quotes {
    /// The bytes of the next block that are in a string, its opening quote with it and its closing one without.
    #[inline]
    fn inside(&mut self, block: &[u8; BLOCK]) -> u64 {
        let backslashes = bits(block, |b| b == b'\\');
        let mut quotes = bits(block, |b| b == b'"');
        if backslashes | self.escape != 0 {
            quotes &= !self.escaped(backslashes);
        }
        // Each bit becomes the parity of those up to it.
        let mut inside = quotes;
        for shift in [1, 2, 4, 8, 16, 32] {
            inside ^= inside << shift;
        }
        inside ^= self.inside;
        self.inside = if inside >> 63 == 1 { u64::MAX } else { 0 };
        inside
    }

    /// The bytes that a backslash stands before.
    fn escaped(&mut self, backslashes: u64) -> u64 {
        let mut escaped = self.escape;
        let mut left = backslashes & !escaped;
        self.escape = 0;
        while left != 0 {
            let next = (left & left.wrapping_neg()) << 1;
            self.escape = u64::from(next == 0);
            escaped |= next;
            left &= left - 1;
            left &= !next;
        }
        escaped
    }
}

/// The brackets in a block, and some bytes beside that in JSON stand in strings only.
#[inline]
fn brackets(block: &[u8; BLOCK]) -> u64 {
    // `[`, `]`, `{` and `}` differ in these bits alone.
    bits(block, |b| b | 0x26 == 0x7f)
}

/// One bit for each byte that `is_it`.
#[inline]
fn bits(block: &[u8; BLOCK], is_it: impl Fn(u8) -> bool) -> u64 {
    let mut marks = [0_u8; BLOCK];
    // A loop of its own, so that it becomes a few instructions for the whole block.
    for (mark, b) in marks.iter_mut().zip(block) {
        *mark = if is_it(*b) { 0xff } else { 0 };
    }
    let (words, _) = marks.as_chunks::<8>();
    words.iter().enumerate().fold(0, |bits, (i, word)| {
        // Bit `n` of byte `n`, gathered in the highest byte.
        let gathered = (u64::from_le_bytes(*word) & 0x8040_2010_0804_0201).wrapping_mul(0x0101_0101_0101_0101) >> 56;
        bits | gathered << (8 * i)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::document::testing::{any_json, nearly_json};

    /// The same by the plainest of means.
    fn plainly(text: &[u8]) -> Option<(usize, usize)> {
        let (mut depth, mut deepest, mut at) = (0_usize, 0, 0);
        let mut inside = false;
        while let Some(b) = text.get(at) {
            at += 1;
            match b {
                // Outside a string there is none.
                b'\\' => at += usize::from(matches!(text.get(at), Some(b'"' | b'\\'))),
                b'"' => inside = !inside,
                b'{' | b'[' if !inside => {
                    depth += 1;
                    deepest = deepest.max(depth);
                }
                b'}' | b']' if !inside => {
                    depth -= 1;
                    if depth == 0 {
                        return Some((at, deepest));
                    }
                }
                _ => {}
            }
        }
        None
    }

    #[test]
    fn quotes_and_escapes_reach_from_block_to_block() {
        for lead in 0..140 {
            for escapes in 0..6 {
                let text = format!(r#"[{}"{}",[]]{{"#, " ".repeat(lead), r"\]".repeat(escapes) + r"\\\[[");
                assert_eq!(measured(text.as_bytes(), 0), Some((text.len() - 1, 2)), "{text}");
                assert_eq!(measured(&text.as_bytes()[..text.len() - 2], 0), None);
            }
        }
        assert_eq!(measured(br#"[Y_y\"]"#, 0), Some((7, 1)), "what is no JSON has an end too");
        assert_eq!(measured(b"[", 0), None);
        assert_eq!(measured(b" 12,", 1), Some((3, 0)));
        assert_eq!(measured(b"", 0), None);
    }

    proptest! {
        #[test]
        fn it_ends_where_brackets_match(json in any_json(), behind in ".{0,80}") {
            let text = format!("[{json},{json}]{behind}");
            let (end, depth) = measured(text.as_bytes(), 0).unwrap();
            prop_assert_eq!(end, text.len() - behind.len());
            prop_assert_eq!(Some((end, depth)), plainly(text.as_bytes()));
        }

        #[test]
        fn any_bytes(bytes in nearly_json()) {
            let text: Vec<u8> = b"[".iter().chain(&bytes).copied().collect();
            prop_assert_eq!(measured(&text, 0), plainly(&text));
        }
    }
}
