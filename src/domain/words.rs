//! Identifiers as people read them: folding of case, the words of a name, and which of them name the integration.

use std::ops::Range;

/// `text` in lower case with every character keeping its width in bytes, so that a position in one is a position in
/// the other.
///
/// Characters whose lower case is longer or shorter (`İ`, `ẞ`) stay as they are.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// [`fold`] onto the end of `out`.
pub fn fold_into(text: &str, out: &mut String) {
    if text.is_ascii() {
        let start = out.len();
        out.push_str(text);
        if let Some(tail) = out.get_mut(start..) {
            tail.make_ascii_lowercase();
        }
        return;
    }
    for c in text.chars() {
        let mut lower = c.to_lowercase();
        match (lower.next(), lower.next()) {
            (Some(l), None) if l.len_utf8() == c.len_utf8() => out.push(l),
            _ => out.push(c),
        }
    }
}

/// [`fold`] in place of what `out` held. Text of which most is ASCII is folded without being looked at as text.
pub fn fold_bytes(text: &[u8], out: &mut Vec<u8>) {
    out.clear();
    if text.is_ascii() {
        out.extend_from_slice(text);
        out.make_ascii_lowercase();
    } else {
        out.extend_from_slice(fold(&String::from_utf8_lossy(text)).as_bytes());
    }
}

/// The words of an identifier, as byte ranges: runs of letters and digits, cut again where `camelCase` turns.
///
/// `SLACK_SEND_MESSAGE`, `slack.send-message` and `slackSendMessage` all have three; `S3` and `V2` are one each.
pub fn words(name: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    let mut previous: Option<char> = None;
    let mut chars = name.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if !c.is_alphanumeric() {
            words.extend(start.take().map(|s| s..at));
            previous = None;
            continue;
        }
        let turns = previous.is_some_and(|p| {
            let next_is_lower = chars.peek().is_some_and(|(_, n)| n.is_lowercase());
            c.is_uppercase() && (p.is_lowercase() || (p.is_uppercase() && next_is_lower))
        });
        if turns {
            words.extend(start.take().map(|s| s..at));
        }
        start.get_or_insert(at);
        previous = Some(c);
    }
    words.extend(start.map(|s| s..name.len()));
    words
}

/// How many leading words of `name` name the integration rather than say what the action does.
///
/// The integration's key decides (`DYNAMICS_365_FINANCE_` for `dynamicsfinance`, `TEAMS_` for `microsoftTeams`,
/// `MONDAY_` for `monday.com`), because a group's common prefix may hold a verb. At least one word is always left, and
/// a word that only begins the key is taken only if `is_verb` denies it (`SEND_EMAIL` of `sendgrid` keeps its `SEND`).
pub fn integration_words(name: &str, words: &[Range<usize>], integration: &str, is_verb: fn(&str) -> bool) -> usize {
    let spoken: Vec<String> = words.iter().filter_map(|w| name.get(w.clone())).map(fold).collect();
    let most = spoken.len().saturating_sub(1);
    let mut best = 0;
    for key in key_forms(integration) {
        best = best.max(covering(&spoken, &key).min(most));
        // `ADOBE_ACROBAT_SIGN_CREATE_AGREEMENT` of `acrobatsign`: the vendor stands before it.
        if let Some((_, rest)) = spoken.split_first().filter(|(vendor, _)| best == 0 && !is_verb(vendor)) {
            best = if covering(rest, &key) > 0 { (covering(rest, &key) + 1).min(most) } else { 0 };
        }
    }
    if best > 0 {
        return best;
    }
    // `APOLLO_SEARCH_PEOPLE` of `apolloio`: the key goes on where the name does not.
    let whole = squeeze(integration);
    let mut said = String::new();
    spoken
        .iter()
        .take(most)
        .take_while(|word| {
            said.push_str(word);
            whole.starts_with(&said) && !is_verb(word)
        })
        .count()
}

/// How many leading words spell the whole key, digits in between skipped; zero if they do not.
fn covering(spoken: &[String], key: &str) -> usize {
    let mut rest = key;
    for (count, word) in spoken.iter().enumerate() {
        if let Some(after) = rest.strip_prefix(word.as_str()) {
            rest = after;
        } else if count == 0 || !word.bytes().all(|b| b.is_ascii_digit()) {
            return 0;
        }
        if rest.is_empty() {
            return count + 1;
        }
    }
    0
}

/// What the leading words of an action's name may spell for this key: all of it, what comes before or after a dot,
/// or its tail from a `camelCase` turn on.
fn key_forms(integration: &str) -> Vec<String> {
    let parts = words(integration);
    let mut forms = vec![squeeze(integration)];
    if let Some((before, after)) = integration.split_once('.') {
        forms.extend([squeeze(before), squeeze(after)]);
    }
    forms.extend(parts.iter().skip(1).filter_map(|w| integration.get(w.start..)).map(squeeze));
    forms.retain(|form| !form.is_empty());
    forms
}

/// The letters and digits of `text`, folded.
pub fn squeeze(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// A name, and what it may be the plural of.
pub fn plurals(name: &str) -> Vec<String> {
    let mut names = vec![name.to_owned()];
    for (ending, singular) in [("ies", "y"), ("es", ""), ("s", "")] {
        names.extend(name.strip_suffix(ending).map(|stem| format!("{stem}{singular}")));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(name: &str) -> Vec<&str> {
        words(name).into_iter().map(|w| &name[w]).collect()
    }

    fn prefix<'a>(name: &'a str, integration: &str) -> Vec<&'a str> {
        let all = words(name);
        let count = integration_words(name, &all, integration, |w| w == "send");
        all[..count].iter().map(|w| &name[w.clone()]).collect()
    }

    #[test]
    fn words_are_cut_at_separators_and_turns() {
        assert_eq!(split("SLACK_SEND_MESSAGE"), ["SLACK", "SEND", "MESSAGE"]);
        assert_eq!(split("AMAZON_S3_LIST_FILES"), ["AMAZON", "S3", "LIST", "FILES"]);
        assert_eq!(split("searchIssuesByJQL"), ["search", "Issues", "By", "JQL"]);
        assert_eq!(split("HTTPServer.start-now"), ["HTTP", "Server", "start", "now"]);
        assert_eq!(split("__a__"), ["a"]);
        assert_eq!(split("チャンネル_ÄNDERN"), ["チャンネル", "ÄNDERN"]);
        assert!(split("").is_empty());
    }

    #[test]
    fn folding_keeps_every_width() {
        assert_eq!(fold("SLACK_Ä"), "slack_ä");
        assert_eq!(fold("İẞK"), "İẞK".replace('K', "k"));
        for text in ["İstanbul", "ẞ", "ΑΣ", "Ⱥ", "K"] {
            assert_eq!(fold(text).len(), text.len(), "{text}");
        }
    }

    #[test]
    fn the_key_tells_which_words_are_the_integrations() {
        assert_eq!(prefix("DYNAMICS_365_FINANCE_CREATE_BILL", "dynamicsfinance"), ["DYNAMICS", "365", "FINANCE"]);
        assert_eq!(prefix("AMAZON_S3_LIST_FILES", "amazons3"), ["AMAZON", "S3"]);
        assert_eq!(prefix("GOOGLE_CALENDAR_LIST_EVENTS", "googleCalendar"), ["GOOGLE", "CALENDAR"]);
        assert_eq!(prefix("TEAMS_SEND_MESSAGE_IN_CHAT", "microsoftTeams"), ["TEAMS"]);
        assert_eq!(prefix("MONDAY_CREATE_ITEM", "monday.com"), ["MONDAY"]);
        assert_eq!(prefix("ACME_GET_ROW", "custom.acme"), ["ACME"]);
        assert_eq!(prefix("APOLLO_SEARCH_PEOPLE", "apolloio"), ["APOLLO"]);
        assert_eq!(prefix("CLOSE_DELETE_RECORD_LEAD", "close"), ["CLOSE"]);
        assert_eq!(prefix("ADOBE_ACROBAT_SIGN_GET_FORM", "acrobatsign"), ["ADOBE", "ACROBAT", "SIGN"]);
    }

    #[test]
    fn a_verb_is_never_taken_for_the_integration() {
        assert!(prefix("SEND_EMAIL", "sendgrid").is_empty());
        assert!(prefix("SEND_EMAIL_NOW", "email").is_empty());
        assert!(prefix("SEND", "send").is_empty(), "one word is always left");
        assert_eq!(prefix("SENDGRID_SEND_EMAIL", "sendgrid"), ["SENDGRID"]);
        assert!(prefix("create_issue", "linear").is_empty());
        assert!(prefix("", "slack").is_empty());
        assert!(prefix("SLACK_X", "").is_empty());
    }

    #[test]
    fn a_plural_may_be_of_several_words() {
        assert_eq!(plurals("companies"), ["companies", "company", "compani", "companie"]);
    }
}
