//! Which names secrets stand under.

use crate::domain::words::{fold, words};

/// How sure a name is of what stands under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// Text there is secret where the notation shows that it is a value; in prose the word means other things too.
    Weak,
    /// Text there is secret; a number is a count.
    Text,
    /// Text and numbers: a password may be one.
    Any,
}

/// The last word, or words, of a name that a secret stands under, written together; sorted.
const ENDS: [(&str, Strength); 71] = [
    ("accesskey", Strength::Any),
    ("accesskeyid", Strength::Any),
    ("accesstoken", Strength::Text),
    ("accountkey", Strength::Any),
    ("amzsignature", Strength::Text),
    ("apikey", Strength::Any),
    ("apikeys", Strength::Text),
    ("apitoken", Strength::Text),
    ("appkey", Strength::Any),
    ("applicationkey", Strength::Any),
    ("auth", Strength::Weak),
    ("authcode", Strength::Text),
    ("authkey", Strength::Any),
    ("authorization", Strength::Text),
    ("authorizationcode", Strength::Text),
    ("authtoken", Strength::Text),
    ("backupcodes", Strength::Text),
    ("bearer", Strength::Text),
    ("clientsecret", Strength::Any),
    ("connectionstring", Strength::Text),
    ("connstr", Strength::Text),
    ("consumerkey", Strength::Any),
    ("cookie", Strength::Text),
    ("cookies", Strength::Text),
    ("credential", Strength::Text),
    ("credentials", Strength::Text),
    ("cvc", Strength::Any),
    ("cvv", Strength::Any),
    ("dbpass", Strength::Any),
    ("encryptionkey", Strength::Any),
    ("googsignature", Strength::Text),
    ("hmackey", Strength::Any),
    ("idtoken", Strength::Text),
    ("jsessionid", Strength::Text),
    ("jwt", Strength::Text),
    ("masterkey", Strength::Any),
    ("mfacode", Strength::Any),
    ("otp", Strength::Any),
    ("pass", Strength::Weak),
    ("passcode", Strength::Any),
    ("passphrase", Strength::Any),
    ("passwd", Strength::Any),
    ("password", Strength::Any),
    ("passwords", Strength::Text),
    ("phpsessid", Strength::Text),
    ("pin", Strength::Any),
    ("privatekey", Strength::Any),
    ("pwd", Strength::Any),
    ("recoverycodes", Strength::Text),
    ("refreshtoken", Strength::Text),
    ("secret", Strength::Any),
    ("secretkey", Strength::Any),
    ("secrets", Strength::Text),
    ("securitycode", Strength::Any),
    ("serviceaccountkey", Strength::Any),
    ("sessid", Strength::Text),
    ("sessionid", Strength::Text),
    ("sessionkey", Strength::Any),
    ("sharedaccesskey", Strength::Any),
    ("sharedaccesssignature", Strength::Text),
    ("sharedkey", Strength::Any),
    ("signingkey", Strength::Any),
    ("signingsecret", Strength::Any),
    ("smtppass", Strength::Any),
    ("sshkey", Strength::Any),
    ("storagekey", Strength::Any),
    ("subscriptionkey", Strength::Any),
    ("token", Strength::Text),
    ("tokens", Strength::Text),
    ("totp", Strength::Any),
    ("userpass", Strength::Any),
];

/// What makes a token one of another kind: a place in a list, a count, a kind.
const HARMLESS_TOKENS: [&str; 26] = [
    "batch",
    "bookmark",
    "delta",
    "skip",
    "page",
    "next",
    "nextpage",
    "previous",
    "prev",
    "cursor",
    "continuation",
    "sync",
    "nextsync",
    "resume",
    "scroll",
    "max",
    "min",
    "prompt",
    "completion",
    "total",
    "input",
    "output",
    "cached",
    "reasoning",
    "start",
    "pagination",
];

/// Words that say more of a secret and leave it one: `password_confirmation`, `secret_value`.
const SAME: [&str; 12] = [
    "again",
    "base64",
    "confirm",
    "confirmation",
    "encoded",
    "hash",
    "plain",
    "plaintext",
    "repeat",
    "string",
    "text",
    "value",
];

/// Whether what stands under `name` is a secret: `client_secret`, `X-Api-Key`, `accessToken`, but not `nextPageToken`,
/// `token_type` or `public_key`.
pub fn names_secret(name: &str) -> bool {
    strength(name).is_some()
}

/// How surely `name` is a secret's; `None` where it is not.
pub(super) fn strength(name: &str) -> Option<Strength> {
    let mut spoken: Vec<String> = words(name).into_iter().filter_map(|w| name.get(w)).map(fold).collect();
    while let Some(last) = spoken.last_mut() {
        let bare = last.trim_end_matches(|c: char| c.is_ascii_digit());
        // `password1` is one still, `auth0` is a company.
        if !bare.is_empty() && bare != "auth" {
            last.truncate(bare.len());
        }
        let goes_on = SAME.contains(&last.as_str()) || last.bytes().all(|b| b.is_ascii_digit());
        let found = of_words(&spoken);
        if found.is_some() || !goes_on {
            return found;
        }
        // `password_2`, `password_confirmation`.
        spoken.pop();
    }
    None
}

/// How surely these words are a secret's name.
fn of_words(spoken: &[String]) -> Option<Strength> {
    let (last, before) = spoken.split_last()?;
    if matches!(last.as_str(), "token" | "tokens") && before.last().is_some_and(|b| HARMLESS_TOKENS.contains(&&**b)) {
        return None;
    }
    // `pagetoken` in one word.
    if let Some(head) = last.strip_suffix("token").or_else(|| last.strip_suffix("tokens")).filter(|h| !h.is_empty()) {
        return (!HARMLESS_TOKENS.contains(&head)).then_some(Strength::Text);
    }
    let mut ending = String::new();
    for word in spoken.iter().rev().take(3) {
        ending.insert_str(0, word);
        if let Ok(at) = ENDS.binary_search_by_key(&ending.as_str(), |(end, _)| end) {
            return ENDS.get(at).map(|(_, strength)| *strength);
        }
    }
    let ends = ["secret", "password", "apikey", "privatekey"].iter().any(|end| last.ends_with(end));
    ends.then_some(Strength::Any)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known_however_they_are_written() {
        for name in [
            "token",
            "TOKEN",
            "accessToken",
            "access_token",
            "X-Auth-Token",
            "slackToken",
            "bot_user_oauth_token",
            "authtoken",
            "secret",
            "client_secret",
            "clientSecret",
            "SigningSecret",
            "password",
            "user.password",
            "newPassword",
            "passwd",
            "api_key",
            "apiKey",
            "X-API-Key",
            "apikey",
            "myapikey",
            "private_key",
            "privateKey",
            "signing_key",
            "signingKey",
            "AWS_SECRET_ACCESS_KEY",
            "accessKeyId",
            "secretAccessKey",
            "Authorization",
            "Proxy-Authorization",
            "Cookie",
            "Set-Cookie",
            "credentials",
            "jwt",
            "pin",
            "pass",
            "smtp_pass",
            "smtpPass",
            "password_confirmation",
            "confirmPassword",
            "password1",
            "password_2",
            "secret_value",
            "tokenValue",
            "session_id",
            "sessionId",
            "JSESSIONID",
            "connectionString",
            "AccountKey",
            "auth",
            "basic_auth",
            "X-Amz-Signature",
            "API key",
            "password_hash",
        ] {
            assert!(names_secret(name), "{name}");
        }
    }

    #[test]
    fn what_only_sounds_like_one_is_none() {
        for name in [
            "",
            "key",
            "keys",
            "public_key",
            "primaryKey",
            "foreignKey",
            "nextPageToken",
            "page_token",
            "pagetoken",
            "syncToken",
            "token_type",
            "tokenExpiresAt",
            "max_tokens",
            "total_tokens",
            "secretary",
            "passwordHint",
            "pinned",
            "shipping",
            "cookiePolicy",
            "authorization_url",
            "keyword",
            "opinion",
            "author",
            "spin",
            "authenticatedUser",
            "authors",
            "auth0",
            "auth_type",
            "oauth",
            "passenger",
            "passed",
            "bypass",
            "compass",
            "channel_id",
            "channel",
            "session",
            "signature",
            "page_token_value",
            "deltaToken",
            "key_value",
            "hash",
            "value",
            "confirmation",
            "connection",
            "account",
            "secretary_1",
        ] {
            assert!(!names_secret(name), "{name}");
        }
    }

    #[test]
    fn the_ends_are_sorted_and_a_number_can_be_a_password_and_not_a_token() {
        assert!(ENDS.is_sorted_by(|a, b| a.0 < b.0));
        let number = |name: &str| strength(name) == Some(Strength::Any);
        for name in ["password", "pin", "api_key", "password1", "pin_confirmation", "cvv"] {
            assert!(number(name), "{name}");
        }
        for name in ["tokens", "token", "auth", "pass", "secrets", "credentials", "page"] {
            assert!(!number(name), "{name}");
        }
    }
}
