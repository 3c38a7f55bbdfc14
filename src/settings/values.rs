//! The texts settings are written in: addresses, durations, switches. Each reader says what it expected.

use std::time::Duration;

/// Reads the address of an API: `https://host[:port][/path]`, or `http://`. A slash at the end is dropped.
///
/// # Errors
/// What was expected, as the end of a sentence.
pub(crate) fn address(text: &str) -> Result<String, String> {
    const EXPECTED: &str = "an address such as https://actionkit.useparagon.com";
    let text = text.trim().trim_end_matches('/');
    let (scheme, rest) = text.split_once("://").ok_or(EXPECTED)?;
    if !(scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")) {
        return Err("an address that starts with https:// or http://".to_owned());
    }
    let authority = authority(rest);
    if authority.contains('@') {
        return Err("an address without a user name or password in it".to_owned());
    }
    if rest.contains(['?', '#']) {
        return Err("an address without ? or #".to_owned());
    }
    if host(text).is_empty() || text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(EXPECTED.to_owned());
    }
    let behind_the_host = authority.rsplit_once(']').map_or(authority, |(_, behind)| behind);
    if behind_the_host.split_once(':').is_some_and(|(_, port)| !matches!(port.parse::<u16>(), Ok(1..))) {
        return Err("an address whose port, after the colon, is a number such as 8080".to_owned());
    }
    Ok(text.to_owned())
}

fn authority(rest: &str) -> &str {
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// The host of an address, without port; an IPv6 host without its brackets.
pub(crate) fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = authority(rest);
    match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    }
}

/// Whether an address is this machine itself.
pub(crate) fn is_loopback(address: &str) -> bool {
    let host = host(address);
    host.eq_ignore_ascii_case("localhost") || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Reads a duration: seconds, or a number with `ms`, `s`, `m`, `h` or `d`.
///
/// # Errors
/// What was expected, as the end of a sentence.
pub fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let unit_at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let expected = || "a duration such as 30, 30s, 500ms or 2m".to_owned();
    let number: u64 = number.parse().map_err(|_| expected())?;
    let in_milliseconds = match unit.trim() {
        "ms" => 1,
        "" | "s" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(expected()),
    };
    let milliseconds = number.checked_mul(in_milliseconds).filter(|&ms| ms > 0).ok_or_else(expected)?;
    Ok(Duration::from_millis(milliseconds))
}

/// Reads a number of bytes: digits, or a number with `kB`, `MB`, `GB` (thousands) or `KiB`, `MiB`, `GiB`.
///
/// # Errors
/// What was expected, as the end of a sentence.
pub fn size(text: &str) -> Result<usize, String> {
    let text = text.trim();
    let unit_at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let expected = || "a size such as 64MB, 1GB or 500kB".to_owned();
    let number: usize = number.parse().map_err(|_| expected())?;
    let in_bytes = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return Err(expected()),
    };
    number.checked_mul(in_bytes).filter(|&bytes| bytes > 0).ok_or_else(expected)
}

/// Reads a switch: true or false, as people write them in environment variables.
///
/// # Errors
/// What was expected, as the end of a sentence.
pub(crate) fn switch(text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Ok(true),
        "0" | "false" | "no" | "off" => Ok(false),
        _ => Err("true or false".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        assert_eq!(address(" https://a.example/ "), Ok("https://a.example".to_owned()));
        for good in ["http://127.0.0.1:80/x", "http://[::1]:8080", "https://[2001:db8::1]/x"] {
            assert_eq!(address(good), Ok(good.to_owned()));
        }
        for bad in [
            "",
            "a.example",
            "https://",
            "ftp://a",
            "https://u:p@a",
            "https://a?x",
            "https://a b",
            "https:///x",
            "http://a:80x",
            "http://a:",
            "http://a:99999",
            "http://[::1]:x",
        ] {
            assert!(address(bad).is_err(), "{bad:?}");
        }
        for loopback in ["http://127.0.0.1:8080/x", "http://localhost", "http://[::1]:90", "https://127.9.9.9"] {
            assert!(is_loopback(loopback), "{loopback}");
        }
        for far in ["http://127.0.0.1.example.com", "http://localhost.example.com", "https://10.0.0.1"] {
            assert!(!is_loopback(far), "{far}");
        }
    }

    #[test]
    fn durations_and_switches() {
        for (text, ms) in [("30", 30_000), ("30s", 30_000), ("500ms", 500), ("2 m", 120_000), ("1h", 3_600_000)] {
            assert_eq!(duration(text), Ok(Duration::from_millis(ms)), "{text}");
        }
        for bad in ["", "s", "-1", "1.5s", "1 week", "0", "99999999999999999999"] {
            assert!(duration(bad).is_err(), "{bad:?}");
        }
        assert_eq!((switch("Yes"), switch("0")), (Ok(true), Ok(false)));
        assert!(switch("maybe").is_err());
    }
}
