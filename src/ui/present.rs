//! Present mode: user ids, what people call them, accounts, e-mail addresses and tokens are masked in what has been drawn,
//! cell by cell, whatever drew them: so that nothing can escape by way of a screen that forgot.

use ratatui::buffer::Buffer;

use crate::{app::state::App, domain::text::clean};

/// What stands for a masked character.
const DOT: &str = "•";
/// Shorter ones are words that stand everywhere.
const LEAST: usize = 3;

/// Something to mask, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Secret {
    text: Vec<char>,
    kind: Kind,
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
        (text.len() >= LEAST).then_some(Self { text, kind })
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
                    for ((x, _), _) in segment.iter().zip(masked(&text, &secrets)).filter(|(_, masked)| *masked) {
                        buffer[(*x, y)].set_symbol(DOT);
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
    let ids = (app.session.user().into_iter())
        .chain(connections.and_then(|c| c.user.as_deref()))
        .chain(app.users.iter().map(|user| user.id.as_str()))
        .chain(app.profiles.iter().flat_map(|listed| &listed.profiles).map(|profile| profile.value("user")))
        .chain(app.runs.list().iter().filter_map(|run| run.whose.user.as_deref()))
        .chain(app.past.records.iter().filter_map(|record| record.begun.whose.user.as_deref()))
        .chain(app.batch.iter().flat_map(|batch| batch.all_users()).map(|user| &**user));
    let words = (app.users.iter().flat_map(|user| [user.label.as_str(), user.note.as_str()]))
        .chain(accounts().filter_map(|account| account.label.as_deref()))
        .chain(app.accounts.values().map(|account| &*account.name));
    let credentials = accounts().flat_map(|account| [&account.id, &account.external_id]).filter_map(Option::as_deref);
    let all = ids.map(|id| Secret::new(id, Kind::Id));
    let all = all.chain(words.map(|words| Secret::new(words, Kind::Words)));
    let all = all.chain(credentials.map(|id| Secret::new(id, Kind::Credential)));
    let mut secrets: Vec<Secret> = all.flatten().collect();
    secrets.sort();
    secrets.dedup();
    secrets
}

/// Which characters of `text`, a piece of a row between borders, are to be masked.
fn masked(text: &[char], secrets: &[Secret]) -> Vec<bool> {
    let mut mask = vec![false; text.len()];
    let lower: Vec<char> = text.iter().map(|c| c.to_lowercase().next().unwrap_or(*c)).collect();
    for secret in secrets {
        for at in 0..lower.len() {
            if secret.stands_at(&lower, at) {
                mask[at..at + secret.text.len()].fill(true);
            }
        }
        cut(&lower, secret, &mut mask);
    }
    addresses(text, &mut mask);
    tokens(text, &mut mask);
    mask
}

/// Masks what is left of a secret that was cut: at `…`, or where the piece begins or ends.
fn cut(text: &[char], secret: &Secret, mask: &mut [bool]) {
    let least = secret.kind.cut();
    let secret = secret.text.as_slice();
    let edges = text.iter().enumerate().filter(|(_, c)| **c == '…').map(|(i, _)| (i, i + 1));
    let begin = text.iter().position(|c| *c != ' ').unwrap_or(0);
    let end = text.iter().rposition(|c| *c != ' ').map_or(0, |i| i + 1);
    for (before, after) in edges.chain([(end, begin)]) {
        if let Some(n) = (least..=secret.len().min(before)).rev().find(|n| text[..before].ends_with(&secret[..*n])) {
            mask[before - n..before].fill(true);
        }
        let rest = text.get(after..).unwrap_or_default();
        if let Some(n) =
            (least..=secret.len().min(rest.len())).rev().find(|n| rest.starts_with(&secret[secret.len() - n..]))
        {
            mask[after..after + n].fill(true);
        }
    }
}

/// Masks e-mail addresses: what stands around an `@` without a space.
fn addresses(text: &[char], mask: &mut [bool]) {
    let belongs = |c: char| c.is_alphanumeric() || "._%+-…".contains(c);
    for at in (0..text.len()).filter(|at| text[*at] == '@') {
        let left = text[..at].iter().rev().take_while(|c| belongs(**c)).count();
        let right = text[at + 1..].iter().take_while(|c| belongs(**c)).count();
        if left > 0 && right > 0 {
            mask[at - left..=at + right].fill(true);
        }
    }
}

/// Masks what looks like a token: a long word that begins as every JWT does.
fn tokens(text: &[char], mask: &mut [bool]) {
    const JWT: usize = 12;
    let belongs = |c: char| c.is_ascii_alphanumeric() || "_.-…".contains(c);
    let mut at = 0;
    while at < text.len() {
        let length = text[at..].iter().take_while(|c| belongs(**c)).count();
        if length >= JWT && text[at..].starts_with(&['e', 'y', 'J']) {
            mask[at..at + length].fill(true);
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
        chars.iter().zip(mask).map(|(c, masked)| if masked { '•' } else { *c }).collect()
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
