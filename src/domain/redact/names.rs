//! Which names secrets stand under.

use crate::domain::words::{fold, words};

/// The last word, or words, of a name that a secret stands under, written together.
const ENDS: [&str; 40] = [
    "token",
    "tokens",
    "secret",
    "secrets",
    "password",
    "passwords",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "credential",
    "credentials",
    "apikey",
    "apikeys",
    "apitoken",
    "accesstoken",
    "refreshtoken",
    "authtoken",
    "idtoken",
    "privatekey",
    "secretkey",
    "accesskey",
    "accesskeyid",
    "signingkey",
    "encryptionkey",
    "masterkey",
    "authkey",
    "serviceaccountkey",
    "sharedkey",
    "sshkey",
    "clientsecret",
    "signingsecret",
    "authorization",
    "cookie",
    "cookies",
    "jwt",
    "bearer",
    "pin",
    "otp",
    "cvv",
];

/// What makes a token one of another kind: a place in a list, a count, a kind.
const HARMLESS_TOKENS: [&str; 22] = [
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

/// Whether what stands under `name` is a secret: `client_secret`, `X-Api-Key`, `accessToken`, but not `nextPageToken`,
/// `token_type` or `public_key`.
pub fn names_secret(name: &str) -> bool {
    let spoken: Vec<String> = words(name).into_iter().filter_map(|w| name.get(w)).map(fold).collect();
    let Some((last, before)) = spoken.split_last() else { return false };
    if matches!(last.as_str(), "token" | "tokens") && before.last().is_some_and(|b| HARMLESS_TOKENS.contains(&&**b)) {
        return false;
    }
    // `pagetoken` in one word.
    if let Some(head) = last.strip_suffix("token").or_else(|| last.strip_suffix("tokens")).filter(|h| !h.is_empty()) {
        if HARMLESS_TOKENS.contains(&head) {
            return false;
        }
        return true;
    }
    let mut ending = String::new();
    for word in spoken.iter().rev().take(3) {
        ending.insert_str(0, word);
        if ENDS.contains(&ending.as_str()) {
            return true;
        }
    }
    ["secret", "password", "apikey", "privatekey"].iter().any(|end| last.ends_with(end))
}

/// Whether a number at `path` can be a secret: a password or a PIN is one sometimes, a token is a count then.
pub(super) fn names_number(path: &[String]) -> bool {
    const ENDS: [&str; 7] = ["password", "passcode", "pwd", "pin", "otp", "cvv", "secret"];
    path.iter().any(|name| {
        let squeezed = crate::domain::words::squeeze(name);
        names_secret(name) && ENDS.iter().any(|end| squeezed.ends_with(end))
    })
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
        ] {
            assert!(!names_secret(name), "{name}");
        }
    }
}
