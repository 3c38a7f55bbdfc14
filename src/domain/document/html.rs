//! Web pages, which gateways like to answer with, as readable text.

/// What a web page says, as text: tags left out, blocks on lines of their own, the common character references decoded.
pub(super) fn readable_html(html: &[u8]) -> String {
    let html = String::from_utf8_lossy(html);
    let mut out = String::new();
    let mut rest = &*html;
    while let Some(open) = rest.find('<') {
        words(&rest[..open], &mut out);
        rest = &rest[open..];
        let tag = rest[1..].trim_start_matches('/');
        let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        if rest.starts_with("<!--") {
            rest = rest.find("-->").map_or("", |end| &rest[end + 3..]);
            continue;
        }
        let opening = !rest.starts_with("</");
        rest = rest.find('>').map_or("", |end| &rest[end + 1..]);
        match &*name {
            "script" | "style" | "template" | "svg" if opening => {
                let ends = |at: usize| {
                    let end = rest.as_bytes().get(at + 2..at + 2 + name.len());
                    end.is_some_and(|end| end.eq_ignore_ascii_case(name.as_bytes()))
                };
                rest = rest.match_indices("</").map(|m| m.0).find(|&at| ends(at)).map_or("", |end| &rest[end..]);
            }
            // Cells stand side by side.
            "td" | "th" if opening && !out.is_empty() && !out.ends_with(char::is_whitespace) => out.push_str("  "),
            "p" | "div" | "br" | "li" | "tr" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "title" | "pre" | "hr"
            | "section" | "article" | "header" | "footer" | "ul" | "ol" | "table" | "body" => {
                if !out.is_empty() && !out.ends_with('\n') {
                    out.truncate(out.trim_end().len());
                    out.push('\n');
                }
                if name == "li" && opening {
                    out.push_str("• ");
                }
            }
            _ => {}
        }
    }
    words(rest, &mut out);
    // Most error pages have their title as their heading once more.
    let text = out.trim_end();
    match text.split_once('\n') {
        Some((title, rest)) if rest == title || rest.strip_prefix(title).is_some_and(|r| r.starts_with('\n')) => {
            rest.to_owned()
        }
        _ => text.to_owned(),
    }
}

/// Adds `text` with its space closed up and its character references decoded.
fn words(text: &str, out: &mut String) {
    const NAMED: [(&str, char); 9] = [
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", ' '),
        ("copy", '©'),
        ("hellip", '…'),
        ("ndash", '–'),
        ("mdash", '—'),
    ];
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let mut len = c.len_utf8();
        let mut c = c;
        let reference = (c == '&').then(|| rest.bytes().take(12).position(|b| b == b';')).flatten();
        if let Some(end) = reference {
            let name = &rest[1..end];
            let code = name.strip_prefix('#').and_then(|n| match n.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => n.parse().ok(),
            });
            let named = NAMED.into_iter().find(|n| n.0 == name).map(|n| n.1);
            if let Some(decoded) = code.and_then(char::from_u32).or(named).or((name == "amp").then_some('&')) {
                (c, len) = (decoded, end + 1);
            }
        }
        rest = &rest[len..];
        if !c.is_whitespace() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(char::is_whitespace) {
            out.push(' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn web_pages_say_what_they_say() {
        let page = "<!DOCTYPE html><html><head><title>502 Bad&nbsp;Gateway</title><style>p{}</style></head>
            <body><h1>Bad   Gateway</h1><p>The &lt;upstream&gt; failed &#x2014; sorry.<script>if (a<b) {}</SCRIPT></p>
            <ul><li>One<li>Two &amp; three</ul><!-- no --></body>";
        assert_eq!(
            readable_html(page.as_bytes()),
            "502 Bad Gateway\nBad Gateway\nThe <upstream> failed — sorry.\n• One\n• Two & three"
        );
    }

    #[test]
    fn cells_stand_apart_and_a_title_is_said_once() {
        let page = "<title>502 Bad Gateway</title><h1>502 Bad Gateway</h1><table><tr><th>a</th><th>b</th></tr>
            <tr><td>1</td><td>2</td></tr></table>";
        assert_eq!(readable_html(page.as_bytes()), "502 Bad Gateway\na  b\n1  2");
        assert_eq!(readable_html(b"<title>No</title><p>Not now</p>"), "No\nNot now");
        assert_eq!(readable_html(b"<title>No</title><p>No</p>"), "No");
    }

    proptest! {
        #[test]
        fn any_text(page in "([a-zé &;<>/]|<script>|</script|<!--|-->|&#x2014;|&#|<p|<li>){0,30}") {
            prop_assert!(!readable_html(page.as_bytes()).contains("<script>"));
        }
    }
}
