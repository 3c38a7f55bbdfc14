//! The address of an HTTP proxy, which may hold a password: read once, told without it ever after.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

/// What stands for a password.
const MASK: &str = "***";

/// The address of a proxy, such as `http://proxy.example.com:3128` or `http://me:secret@proxy.example.com:3128`.
///
/// It displays with its password masked, and two are equal where their whole text is.
#[derive(Clone)]
pub struct ProxyAddress {
    whole: SecretString,
    shown: String,
    host: String,
}

impl ProxyAddress {
    /// Reads an address; without a scheme it is `http://`, as everywhere.
    ///
    /// # Errors
    /// What was expected, as the end of a sentence; the text itself is never in it.
    pub fn parse(text: &str) -> Result<Self, String> {
        const EXPECTED: &str = "a proxy's address such as http://proxy.example.com:3128";
        let text = text.trim().trim_end_matches('/');
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let scheme = scheme.to_ascii_lowercase();
        if scheme.starts_with("socks") {
            return Err("an HTTP proxy (http:// or https://), as SOCKS is not spoken here".to_owned());
        }
        if !matches!(scheme.as_str(), "http" | "https") {
            return Err("a proxy's address that starts with http:// or https://".to_owned());
        }
        let (login, host) = rest.rsplit_once('@').map_or((None, rest), |(login, host)| (Some(login), host));
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let port = host.strip_prefix(name).and_then(|port| port.strip_prefix(':'));
        let is_v6 = host.starts_with('[') && host.contains(']');
        let is_odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '/' | '?' | '#' | '@' | '"' | '\\');
        if name.is_empty() || host.contains(is_odd) || login.is_some_and(|l| l.contains(char::is_whitespace)) {
            return Err(EXPECTED.to_owned());
        }
        if !is_v6 && (name.contains(':') || port.is_some_and(|port| port.parse::<u16>().is_err())) {
            return Err(format!("{EXPECTED}, with a port from 1 to 65535"));
        }
        let shown = match login.map(|login| login.split_once(':').map_or((login, false), |(name, _)| (name, true))) {
            Some((name, true)) => format!("{scheme}://{name}:{MASK}@{host}"),
            Some((name, false)) => format!("{scheme}://{name}@{host}"),
            None => format!("{scheme}://{host}"),
        };
        Ok(Self { whole: format!("{scheme}://{rest}").into(), shown, host: host.to_owned() })
    }

    /// The whole address, password included, for who connects to it.
    pub fn expose(&self) -> &str {
        self.whole.expose_secret()
    }

    /// The password in it, for whom it is to be told again and hidden.
    pub fn password(&self) -> Option<&str> {
        let (_, rest) = self.expose().split_once("://")?;
        rest.rsplit_once('@')?.0.split_once(':').map(|(_, password)| password)
    }

    /// Host and port, which is all that needs to be told of it.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether its text as it displays is not the whole of it.
    pub fn has_password(&self) -> bool {
        self.shown != self.expose()
    }
}

impl fmt::Display for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProxyAddress({})", self.shown)
    }
}

impl PartialEq for ProxyAddress {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for ProxyAddress {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_read_and_its_password_is_never_told() {
        for (text, whole, shown, host) in [
            (
                "proxy.example.com:3128",
                "http://proxy.example.com:3128",
                "http://proxy.example.com:3128",
                "proxy.example.com:3128",
            ),
            (" HTTPS://p.example.com/ ", "https://p.example.com", "https://p.example.com", "p.example.com"),
            ("http://me:s:3@p:1", "http://me:s:3@p:1", "http://me:***@p:1", "p:1"),
            ("http://me@p:1", "http://me@p:1", "http://me@p:1", "p:1"),
            ("http://[::1]:3128", "http://[::1]:3128", "http://[::1]:3128", "[::1]:3128"),
        ] {
            let proxy = ProxyAddress::parse(text).unwrap();
            assert_eq!((proxy.expose(), proxy.to_string().as_str(), proxy.host()), (whole, shown, host));
            assert_eq!(proxy.has_password(), whole != shown);
            assert_eq!(format!("{proxy:?}"), format!("ProxyAddress({shown})"));
        }
    }

    #[test]
    fn what_is_no_proxy_says_what_was_expected() {
        for (text, words) in [
            ("", "such as http://proxy.example.com:3128"),
            ("http://", "such as http://proxy.example.com:3128"),
            ("http://p/path", "such as http://proxy.example.com:3128"),
            ("socks5://p:1080", "SOCKS is not spoken here"),
            ("ftp://p", "starts with http:// or https://"),
            ("http://p:port", "with a port from 1 to 65535"),
            ("http://a:b:c", "with a port from 1 to 65535"),
        ] {
            assert!(ProxyAddress::parse(text).unwrap_err().contains(words), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn no_password_is_told_and_none_is_quoted(name in "[a-z]{1,8}", word in "[A-Z0-9:%!]{4,20}", host in "[a-z.]{0,12}") {
            let text = format!("http://{name}:{word}@{host}:3128");
            let told = match ProxyAddress::parse(&text) {
                Ok(proxy) => format!("{proxy} {proxy:?} {}", proxy.host()),
                Err(expected) => expected,
            };
            prop_assert!(!told.contains(&word), "{told}");
        }
    }
}
