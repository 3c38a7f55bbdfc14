//! Present mode: user ids, what people call them, accounts, e-mail addresses and tokens are masked in what has been drawn,
//! cell by cell, whatever drew them: so that nothing can escape by way of a screen that forgot.

use ratatui::buffer::Buffer;

use crate::{app::state::App, domain::text::clean};

/// What stands for a masked character.
const DOT: char = '•';
/// Shorter ones are words that stand everywhere.
const LEAST: usize = 3;

/// Something to mask, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Secret {
    text: Vec<char>,
    kind: Kind,
    /// The number of the user it tells of; 0 where it is nobody's.
    user: usize,
}

/// What a secret is, and so how it is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// A person's id.
    Id,
    /// A name or a note: masked where it stands as words of its own.
    Words,
    /// A credential's id, whose parts are often the integration's name: masked as a whole.
    Credential,
}

impl Kind {
    /// The least of it that is recognised where it was cut.
    const fn cut(self) -> usize {
        match self {
            Self::Id => 4,
            Self::Words => 6,
            Self::Credential => usize::MAX,
        }
    }
}

impl Secret {
    fn new(text: &str, kind: Kind) -> Option<Self> {
        // As it is drawn: the lines of a note are not.
        let text: Vec<char> = clean(text).trim().to_lowercase().chars().collect();
        (text.len() >= LEAST).then_some(Self { text, kind, user: 0 })
    }

    /// The same, told as that user's.
    fn of(self, user: Option<usize>) -> Self {
        Self { user: user.unwrap_or(0), ..self }
    }

    /// Whether it stands at `at` of `text`.
    fn stands_at(&self, text: &[char], at: usize) -> bool {
        let apart = |c: Option<&char>| self.kind != Kind::Words || c.is_none_or(|c| !c.is_alphanumeric());
        text[at..].starts_with(&self.text)
            && apart(at.checked_sub(1).and_then(|before| text.get(before)))
            && apart(text.get(at + self.text.len()))
    }
}

/// Masks `buffer`, which shows `app`.
pub(super) fn mask(app: &App, buffer: &mut Buffer) {
    let secrets = secrets(app);
    let area = buffer.area;
    for y in area.top()..area.bottom() {
        let mut segment: Vec<(u16, char)> = Vec::new();
        for x in area.left()..=area.right() {
            let symbol = (x < area.right()).then(|| buffer[(x, y)].symbol().chars().next().unwrap_or(' '));
            match symbol {
                Some(c) if !is_border(c) => segment.push((x, c)),
                Some(_) | None => {
                    let text: Vec<char> = segment.iter().map(|(_, c)| *c).collect();
                    for ((x, _), shown) in segment.iter().zip(drawn(&masked(&text, &secrets))) {
                        if let Some(shown) = shown {
                            buffer[(*x, y)].set_char(shown);
                        }
                    }
                    segment.clear();
                }
            }
        }
    }
}

const fn is_border(c: char) -> bool {
    matches!(c, '\u{2500}'..='\u{257f}')
}

/// What to mask.
fn secrets(app: &App) -> Vec<Secret> {
    let connections = app.connections.get();
    let accounts = || connections.into_iter().flat_map(|c| &c.integrations).flat_map(|c| &c.accounts);
    let labels = app.users.iter().map(|user| (user.label.as_str(), app.number_of(&user.id)));
    let words = (app.users.iter().map(|user| user.note.as_str()))
        .chain(accounts().filter_map(|account| account.label.as_deref()))
        .chain(app.accounts.values().map(|account| &*account.name));
    let credentials = accounts().flat_map(|account| [&account.id, &account.external_id]).filter_map(Option::as_deref);
    let all = app.ids_in_sight().map(|id| Secret::new(id, Kind::Id).map(|secret| secret.of(app.number_of(id))));
    let all = all.chain(labels.map(|(label, user)| Secret::new(label, Kind::Words).map(|secret| secret.of(user))));
    let all = all.chain(words.map(|words| Secret::new(words, Kind::Words)));
    let all = all.chain(credentials.map(|id| Secret::new(id, Kind::Credential)));
    let mut secrets: Vec<Secret> = all.flatten().collect();
    // What is part of another gives way to the whole.
    secrets.sort_by(|a, b| b.text.len().cmp(&a.text.len()).then_with(|| a.cmp(b)));
    secrets.dedup();
    secrets
}

/// What is drawn in place of masked characters: a user by number where there is room, else dots.
fn drawn(mask: &[Option<usize>]) -> Vec<Option<char>> {
    let mut drawn: Vec<Option<char>> = mask.iter().map(|masked| masked.map(|_| DOT)).collect();
    let mut at = 0;
    while at < mask.len() {
        let long = mask[at..].iter().take_while(|masked| **masked == mask[at]).count();
        let name = mask[at].filter(|user| *user > 0).map(|user| format!("user {user}")).unwrap_or_default();
        if name.len() <= long {
            for (place, c) in drawn[at..].iter_mut().zip(name.chars()) {
                *place = Some(c);
            }
        }
        at += long;
    }
    drawn
}

/// Masks all of `mask` that is not masked yet, as that user's.
fn cover(mask: &mut [Option<usize>], user: usize) {
    for place in mask {
        place.get_or_insert(user);
    }
}

/// Which characters of `text`, a piece of a row between borders, are to be masked, and as which user's.
fn masked(text: &[char], secrets: &[Secret]) -> Vec<Option<usize>> {
    let mut mask = vec![None; text.len()];
    let lower: Vec<char> = text.iter().map(|c| c.to_lowercase().next().unwrap_or(*c)).collect();
    for secret in secrets {
        for at in 0..lower.len() {
            if secret.stands_at(&lower, at) {
                cover(&mut mask[at..at + secret.text.len()], secret.user);
            }
        }
        cut(&lower, secret, &mut mask);
    }
    addresses(text, &mut mask);
    tokens(text, &mut mask);
    mask
}

/// Masks what is left of a secret that was cut: at `…`, or where the piece begins or ends.
fn cut(text: &[char], secret: &Secret, mask: &mut [Option<usize>]) {
    // Whose it is cannot be told from a part.
    let (least, user) = (secret.kind.cut(), 0);
    let secret = secret.text.as_slice();
    let edges = text.iter().enumerate().filter(|(_, c)| **c == '…').map(|(i, _)| (i, i + 1));
    let begin = text.iter().position(|c| *c != ' ').unwrap_or(0);
    let end = text.iter().rposition(|c| *c != ' ').map_or(0, |i| i + 1);
    for (before, after) in edges.chain([(end, begin)]) {
        if let Some(n) = (least..=secret.len().min(before)).rev().find(|n| text[..before].ends_with(&secret[..*n])) {
            cover(&mut mask[before - n..before], user);
        }
        let rest = text.get(after..).unwrap_or_default();
        if let Some(n) =
            (least..=secret.len().min(rest.len())).rev().find(|n| rest.starts_with(&secret[secret.len() - n..]))
        {
            cover(&mut mask[after..after + n], user);
        }
    }
}

/// Masks e-mail addresses: what stands around an `@` without a space.
fn addresses(text: &[char], mask: &mut [Option<usize>]) {
    let belongs = |c: char| c.is_alphanumeric() || "._%+-…".contains(c);
    for at in (0..text.len()).filter(|at| text[*at] == '@') {
        let left = text[..at].iter().rev().take_while(|c| belongs(**c)).count();
        let right = text[at + 1..].iter().take_while(|c| belongs(**c)).count();
        if left > 0 && right > 0 {
            cover(&mut mask[at - left..=at + right], 0);
        }
    }
}

/// Masks what looks like a token: a long word that begins as every JWT does.
fn tokens(text: &[char], mask: &mut [Option<usize>]) {
    const JWT: usize = 12;
    let belongs = |c: char| c.is_ascii_alphanumeric() || "_.-…".contains(c);
    let mut at = 0;
    while at < text.len() {
        let length = text[at..].iter().take_while(|c| belongs(**c)).count();
        if length >= JWT && text[at..].starts_with(&['e', 'y', 'J']) {
            cover(&mut mask[at..at + length], 0);
        }
        at += length.max(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> String {
        let ids = ["maria@acme.example.com", "user-4711"].map(|id| Secret::new(id, Kind::Id));
        let words = ["Acme Labs", "VIP\nof March", "Eva"].map(|words| Secret::new(words, Kind::Words));
        let secrets: Vec<Secret> = ids.into_iter().chain(words).flatten().collect();
        let chars: Vec<char> = text.chars().collect();
        let mask = masked(&chars, &secrets);
        chars.iter().zip(mask).map(|(c, masked)| if masked.is_some() { '•' } else { *c }).collect()
    }

    #[test]
    fn ids_addresses_and_tokens_are_masked_and_the_rest_stays() {
        for (text, seen) in [
            ("user USER-4711, ok", "user •••••••••, ok"),
            ("from: jonas@example.com;", "from: •••••••••••••••••;"),
            ("Bearer eyJhbGciOiJSUzI1NiJ9.e30.x!", "Bearer ••••••••••••••••••••••••••!"),
            ("eyJ and @ and a@ stay", "eyJ and @ and a@ stay"),
            ("no secret here …", "no secret here …"),
            ("Acme Labs, acme labs; Acme Labsy", "•••••••••, •••••••••; Acme Labsy"),
            ("Eva's evaluation by EVA", "•••'s evaluation by •••"),
        ] {
            assert_eq!(shown(text), seen);
        }
    }

    #[test]
    fn each_user_has_a_number_where_there_is_room_for_it() {
        let ids = [("maria@acme.example.com", 1), ("jonas@acme.example.com", 2), ("acme", 3)];
        let mut secrets: Vec<Secret> = Vec::new();
        secrets.extend(ids.iter().filter_map(|(id, n)| Some(Secret::new(id, Kind::Id)?.of(Some(*n)))));
        let shown = |text: &str| -> String {
            let chars: Vec<char> = text.chars().collect();
            chars.iter().zip(drawn(&masked(&chars, &secrets))).map(|(c, shown)| shown.unwrap_or(*c)).collect()
        };
        assert_eq!(shown("for maria@acme.example.com:"), "for user 1••••••••••••••••:");
        assert_eq!(shown("jonas@acm…mple.com acme"), "•••••••••••••••••• ••••");
    }

    #[test]
    fn what_is_left_of_a_cut_id_is_masked_too() {
        for (text, seen) in [
            ("mari…e.com x", "••••…••••• x"),
            ("user-47…", "•••••••…"),
            ("a maria@acme.ex", "a •••••••••••••"),
            ("xample.com", "••••••••••"),
            ("from Acme La…", "from •••••••…"),
            ("from Acme…", "from Acme…"),
            ("  …r-4711", "  …••••••"),
        ] {
            assert_eq!(shown(text), seen, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_id_survives_wherever_it_stands_and_is_cut(before in "[a-z ]{0,12}", after in "[ ,;]{0,3}[a-z ]{0,9}", cut in 4usize..22) {
            let id = "maria@acme.example.com";
            let whole = shown(&format!("{before}{id}{after}"));
            prop_assert!(!whole.contains("maria") && !whole.contains("acme"), "{whole}");
            let part = shown(&format!("{before} {}…", &id[..cut]));
            prop_assert!(!part.contains(&id[..cut]), "{part}");
        }
    }
}
