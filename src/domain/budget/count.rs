//! Counting tokens as OpenAI's models do. The one file that knows the tokenizer.

/// What is counted with: the vocabulary, and whose implementation reads it.
pub const TOKENIZER: &str = "o200k_base (tiktoken-rs)";

/// No piece of text longer than this is counted at once, in bytes: time must not grow out of bounds with hostile text.
const PIECE: usize = 64 << 10;

/// The number of tokens in `text`; of very long texts up to one too many every 64 kB.
pub fn count(text: &str) -> usize {
    let vocabulary = tiktoken_rs::o200k_base_singleton();
    let (mut rest, mut tokens) = (text, 0);
    while !rest.is_empty() {
        let most = PIECE.min(rest.len());
        let end = (most.saturating_sub(3)..=most).rev().find(|at| rest.is_char_boundary(*at)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at_checked(end.max(1)).unwrap_or((rest, ""));
        tokens += vocabulary.count_ordinary(piece);
        rest = after;
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn long_text_is_counted_piece_by_piece() {
        assert_eq!(count(""), 0);
        let pieces = count(&"send \u{e9}\u{65e5} ".repeat(20_000));
        assert!(pieces.abs_diff(20_000 * count("send \u{e9}\u{65e5} ")) < 20_000, "{pieces}");
    }
}
