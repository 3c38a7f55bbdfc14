//! "Copy as": one call of an action as a command or as code, with the values it has now.
//!
//! The token is never written: every text reads it from the environment variable `AKX_TOKEN`. What is sent is the same
//! JSON to the number's last digit; where a language's own literals would change it, the JSON stands there as text.

use super::{
    http,
    words::{JAVASCRIPT, PYTHON, is_unseen, literal, quoted, rust_raw, shell_quoted},
};
use crate::domain::{
    arguments::{Signature, Typing},
    document::{Object, Value},
    run::RunRequest,
};

/// The variable the token is read from.
pub const TOKEN: &str = "AKX_TOKEN";

/// The header that names one of several connected accounts (fact sheet §1.1).
const CREDENTIAL: &str = "X-Paragon-Credential";

/// What a call can be copied as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Snippet {
    /// A curl command.
    Curl,
    /// An akx command.
    Akx,
    /// Python with httpx.
    Python,
    /// TypeScript (and JavaScript) with fetch.
    TypeScript,
    /// Rust with reqwest.
    Rust,
    /// A tool call as OpenAI's models write it.
    OpenAi,
    /// A tool use as Anthropic's models write it.
    Anthropic,
}

impl Snippet {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 7] =
        [Self::Curl, Self::Akx, Self::Python, Self::TypeScript, Self::Rust, Self::OpenAi, Self::Anthropic];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::Akx => "akx",
            Self::Python => "python",
            Self::TypeScript => "typescript",
            Self::Rust => "rust",
            Self::OpenAi => "openai",
            Self::Anthropic => "anthropic",
        }
    }

    /// Its name, to choose by.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::Akx => "akx command",
            Self::Python => "Python",
            Self::TypeScript => "TypeScript",
            Self::Rust => "Rust",
            Self::OpenAi => "OpenAI tool call",
            Self::Anthropic => "Anthropic tool call",
        }
    }

    /// What it needs or is, in a few words.
    pub const fn note(self) -> &'static str {
        match self {
            Self::Curl | Self::Akx => "token from $AKX_TOKEN",
            Self::Python => "httpx",
            Self::TypeScript => "fetch",
            Self::Rust => "reqwest and tokio",
            Self::OpenAi => "an item of tool_calls",
            Self::Anthropic => "a tool_use block",
        }
    }
}

/// A call, as far as it can be copied.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The base URL.
    pub base_url: &'a str,
    /// The project's id.
    pub project: &'a str,
    /// What is run.
    pub request: &'a RunRequest,
    /// The parameters' JSON Schema, where it is known: it decides how the akx command writes values.
    pub schema: Option<&'a Value>,
    /// The profile the akx command names instead of base URL and project.
    pub profile: Option<&'a str>,
}

/// The call written as `snippet`, ending without a line break.
pub fn write(snippet: Snippet, call: &Call<'_>) -> String {
    match snippet {
        Snippet::Curl => curl(call),
        Snippet::Akx => akx(call),
        Snippet::Python => python(call),
        Snippet::TypeScript => typescript(call),
        Snippet::Rust => rust(call),
        Snippet::OpenAi => openai(call.request),
        Snippet::Anthropic => anthropic(call.request),
    }
}

impl Call<'_> {
    fn credential(&self) -> Option<&str> {
        self.request.credential.as_deref()
    }

    fn url(&self) -> String {
        http::url(self.base_url, self.project, self.request)
    }
}

/// A word of a command line can be 128 KiB on Linux; longer bodies go through standard input.
const WORD: usize = 100_000;
/// JSON up to this length stays on one line.
const SHORT: usize = 60;

fn curl(call: &Call<'_>) -> String {
    let body = http::body(call.request);
    let json = seen(&body.to_json());
    let account = call
        .credential()
        .map_or_else(String::new, |id| format!(" \\\n  -H {}", shell_quoted(&format!("{CREDENTIAL}: {id}"))));
    let head = format!(
        "curl --silent --show-error --fail-with-body {} \\\n  -H \"Authorization: Bearer ${TOKEN}\" \\\n  \
         -H 'Content-Type: application/json'{account} \\\n  --data-binary ",
        shell_quoted(&call.url())
    );
    // A line of JSON always holds a bracket, a quote or a number, so that none can be the end mark.
    if json.len() > WORD {
        return format!("{head}@- <<'JSON'\n{json}\nJSON");
    }
    format!("{head}{}", shell_quoted(&laid_out(&body)))
}

/// `value` as JSON to be read by people too.
fn laid_out(value: &Value) -> String {
    let json = value.to_json();
    seen(&if json.len() > SHORT { value.to_json_pretty() } else { json })
}

/// JSON with everything escaped that cannot be seen: outside strings it has no such character but line breaks.
fn seen(json: &str) -> String {
    json.chars()
        .map(|c| match c {
            c if is_unseen(c) && c != '\n' => format!("\\u{:04x}", u32::from(c)),
            c => c.to_string(),
        })
        .collect()
}

/// The `akx run` command; its parameters as `-p` where those mean exactly these values, else as one JSON text.
fn akx(call: &Call<'_>) -> String {
    let request = call.request;
    let mut parts = vec![format!("akx run {}", shell_quoted(&request.action))];
    match call.profile {
        Some(profile) => parts.push(format!("--profile {}", shell_quoted(profile))),
        None => {
            parts.push(format!("--base-url {}", shell_quoted(call.base_url)));
            parts.push(format!("--project {}", shell_quoted(call.project)));
        }
    }
    if let Some(account) = call.credential() {
        parts.push(format!("--account {}", shell_quoted(account)));
    }
    match arguments_for(&request.parameters, call.schema) {
        Some(arguments) => parts.extend(arguments.iter().map(|a| format!("-p {}", shell_quoted(a)))),
        None => parts.push(format!("--params {}", shell_quoted(&seen(&request.parameters.to_json())))),
    }
    if parts.iter().map(|p| p.len() + 1).sum::<usize>() <= 100 { parts.join(" ") } else { parts.join(" \\\n  ") }
}

/// The parameters as `-p` arguments, if those lead back to exactly these parameters.
fn arguments_for(parameters: &Value, schema: Option<&Value>) -> Option<Vec<String>> {
    /// More of them than this are easier to read as JSON.
    const MOST: usize = 30;
    let members = parameters.as_object().filter(|m| m.len() <= MOST)?;
    let written: Vec<String> = members
        .iter()
        .map(|(name, value)| match value {
            Value::String(text) => format!("{name}={text}"),
            other => format!("{name}:={}", other.to_json()),
        })
        .collect();
    let read = Signature::of(schema).apply(&written, Value::object(), Typing::Strict).ok()?;
    (read == *parameters).then_some(written)
}

fn python(call: &Call<'_>) -> String {
    let body = http::body(call.request);
    let account =
        call.credential().map_or_else(String::new, |id| format!("\n        {}: {},", quoted(CREDENTIAL), quoted(id)));
    let (headers, sent) = match literal(&body, &PYTHON, 4) {
        Some(literal) => (String::new(), format!("json={literal}")),
        None => (
            "\n        \"Content-Type\": \"application/json\",".to_owned(),
            format!("content={}.encode()", quoted(&body.to_json())),
        ),
    };
    format!(
        "import os\n\nimport httpx\n\nresponse = httpx.post(\n    {url},\n    headers={{\n        \
         \"Authorization\": f\"Bearer {{os.environ['{TOKEN}']}}\",{headers}{account}\n    }},\n    {sent},\n    timeout=60,\n)\n\
         response.raise_for_status()\nprint(response.text)",
        url = quoted(&call.url()),
    )
}

fn typescript(call: &Call<'_>) -> String {
    let body = http::body(call.request);
    let account =
        call.credential().map_or_else(String::new, |id| format!("    {}: {},\n", quoted(CREDENTIAL), quoted(id)));
    let sent = match literal(&body, &JAVASCRIPT, 2) {
        Some(literal) => format!("JSON.stringify({literal})"),
        None => quoted(&body.to_json()),
    };
    format!(
        "const response = await fetch({url}, {{\n  method: \"POST\",\n  headers: {{\n    \
         Authorization: `Bearer ${{process.env.{TOKEN}}}`,\n    \"Content-Type\": \"application/json\",\n{account}  }},\n  \
         body: {sent},\n}});\nconst answer = await response.text();\n\
         if (!response.ok) throw new Error(`${{response.status}} ${{answer}}`);\nconsole.log(answer);",
        url = quoted(&call.url()),
    )
}

fn rust(call: &Call<'_>) -> String {
    let body = http::body(call.request);
    let json = laid_out(&body);
    let account = call
        .credential()
        .map_or_else(String::new, |id| format!(".header({}, {})\n        ", rust_raw(CREDENTIAL), rust_raw(id)));
    format!(
        "// cargo add reqwest; cargo add tokio --features macros,rt-multi-thread\n#[tokio::main]\n\
         async fn main() -> Result<(), Box<dyn std::error::Error>> {{\n    let body = {};\n    \
         let response = reqwest::Client::new()\n        .post({})\n        \
         .bearer_auth(std::env::var(\"{TOKEN}\")?)\n        .header(\"content-type\", \"application/json\")\n        {account}\
         .body(body)\n        .send()\n        .await?\n        .error_for_status()?;\n    \
         println!(\"{{}}\", response.text().await?);\n    Ok(())\n}}",
        rust_raw(&json),
        rust_raw(&call.url()),
    )
}

fn openai(request: &RunRequest) -> String {
    let mut function = Object::new();
    function.insert("name", &*request.action);
    function.insert("arguments", request.parameters.to_json());
    let mut call = Object::new();
    call.insert("id", "call_1");
    call.insert("type", "function");
    call.insert("function", Value::Object(function));
    Value::Object(call).to_json_pretty()
}

fn anthropic(request: &RunRequest) -> String {
    let mut call = Object::new();
    call.insert("type", "tool_use");
    call.insert("id", "toolu_1");
    call.insert("name", &*request.action);
    call.insert("input", request.parameters.clone());
    Value::Object(call).to_json_pretty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::wire::Wire;
    use proptest::prelude::*;

    fn request(json: &str) -> RunRequest {
        RunRequest {
            action: "SLACK_SEND_MESSAGE".into(),
            parameters: Value::parse(json.as_bytes()).unwrap(),
            wire: Wire::Live,
            credential: None,
        }
    }

    fn written(snippet: Snippet, request: &RunRequest, schema: Option<&str>) -> String {
        let schema = schema.map(|s| Value::parse(s.as_bytes()).unwrap());
        let call = Call {
            base_url: "https://actionkit.example.com",
            project: "p-1",
            request,
            schema: schema.as_ref(),
            profile: None,
        };
        write(snippet, &call)
    }

    #[test]
    fn the_chosen_account_goes_along() {
        let request = RunRequest { credential: Some("cred-1".into()), ..request("{}") };
        for (snippet, words) in [
            (Snippet::Curl, "-H 'X-Paragon-Credential: cred-1'"),
            (Snippet::Akx, "--account cred-1"),
            (Snippet::Python, "\"X-Paragon-Credential\": \"cred-1\","),
            (Snippet::TypeScript, "\"X-Paragon-Credential\": \"cred-1\","),
            (Snippet::Rust, ".header(\"X-Paragon-Credential\", \"cred-1\")"),
        ] {
            let text = written(snippet, &request, None);
            assert!(text.contains(words), "{snippet:?}: {text}");
        }
    }

    #[test]
    fn curl_names_the_variable_and_quotes_the_body() {
        let text = written(Snippet::Curl, &request(r#"{"message":"it's"}"#), None);
        assert_eq!(
            text,
            "curl --silent --show-error --fail-with-body https://actionkit.example.com/projects/p-1/actions \\\n  \
             -H \"Authorization: Bearer $AKX_TOKEN\" \\\n  -H 'Content-Type: application/json' \\\n  --data-binary '{\n  \
             \"action\": \"SLACK_SEND_MESSAGE\",\n  \"parameters\": {\n    \"message\": \"it'\\''s\"\n  }\n}'"
        );
        let long = request(&format!(r#"{{"message":"{}"}}"#, "x".repeat(200_000)));
        assert!(written(Snippet::Curl, &long, None).ends_with("\"}}\nJSON"));
    }

    #[test]
    fn the_akx_command_has_arguments_where_they_mean_the_same() {
        let schema = r#"{"properties":{"channel":{"type":"string"},"limit":{"type":"integer"}}}"#;
        let told = |json: &str| {
            let text = written(Snippet::Akx, &request(json), Some(schema)).replace(" \\\n  ", " ");
            text.split_once("--project p-1").unwrap().1.trim().to_owned()
        };
        assert_eq!(told(r#"{"channel":"C 1","limit":5}"#), "-p 'channel=C 1' -p limit:=5");
        assert_eq!(told(r#"{"limit":"5"}"#), r#"--params '{"limit":"5"}'"#, "text where the schema wants a number");
        assert_eq!(told(r#"{"a.b":1}"#), r#"--params '{"a.b":1}'"#, "a name that would be read as a path");
        assert_eq!(told(r#"{"x":1,"x":2}"#), r#"--params '{"x":1,"x":2}'"#);
        assert_eq!(told("{}"), "");
    }

    #[test]
    fn no_text_holds_a_token_and_all_but_tool_calls_read_it_from_the_environment() {
        for snippet in Snippet::ALL {
            let text = written(snippet, &request("{}"), None);
            let calls = matches!(snippet, Snippet::OpenAi | Snippet::Anthropic);
            let silent = calls || snippet == Snippet::Akx;
            assert_eq!(text.contains(TOKEN), !silent, "{snippet:?}: akx reads it by itself");
        }
    }

    #[test]
    fn numbers_a_language_would_change_are_sent_as_text() {
        let exact = request(r#"{"n":0.10,"big":9007199254740993}"#);
        assert!(written(Snippet::Python, &exact, None).contains(r#"content="{\"action\":"#));
        assert!(written(Snippet::TypeScript, &exact, None).contains(r#"\"n\":0.10,\"big\":9007199254740993"#));
        assert!(written(Snippet::Rust, &exact, None).contains("\"n\": 0.10"));
    }

    #[test]
    fn tool_calls_are_json_with_the_same_parameters() {
        let exact = request(r#"{"n":0.10,"a":{"b":[null]}}"#);
        let openai = Value::parse(written(Snippet::OpenAi, &exact, None).as_bytes()).unwrap();
        let arguments = openai.get("function").and_then(|f| f.get("arguments")).and_then(Value::as_str).unwrap();
        assert_eq!(Value::parse(arguments.as_bytes()).unwrap(), exact.parameters);
        let anthropic = Value::parse(written(Snippet::Anthropic, &exact, None).as_bytes()).unwrap();
        assert_eq!(anthropic.get("input"), Some(&exact.parameters));
    }

    proptest! {
        #[test]
        fn nothing_hostile_reaches_a_terminal(name in any::<String>(), value in any::<String>()) {
            let mut parameters = Object::new();
            parameters.insert(name.clone(), value);
            let request = RunRequest { action: name.into(), parameters: Value::Object(parameters), wire: Wire::Seed, credential: None };
            for snippet in Snippet::ALL {
                let text = written(snippet, &request, None);
                let bad = text.chars().find(|c| c.is_control() && *c != '\n');
                prop_assert_eq!(bad, None, "{:?}", snippet);
            }
        }
    }
}
