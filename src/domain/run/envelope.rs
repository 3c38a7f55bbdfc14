//! The seed dialect's envelope around a provider's answer.

use std::{fmt, ops::Range};

use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Body, RunRequest};
use crate::domain::wire::Wire;

/// Where in `body` the provider's own answer stands, if `body` is the seed dialect's envelope for `action`: an object of
/// exactly `output`, `integration` and `action`, the latter being the action that was sent.
///
/// `None` otherwise: then the whole body is the provider's. The bytes are found, not copied or rewritten, so that the
/// answer stays exactly what the provider sent.
pub fn unwrap_envelope(body: &[u8], action: &str) -> Option<Range<usize>> {
    let text = std::str::from_utf8(body).ok()?;
    let mut json = serde_json::Deserializer::from_str(text);
    let output = json.deserialize_map(Envelope { action }).ok()??;
    json.end().ok()?;
    // The slice lies in `body`, so the distance of the two is where it starts.
    let start = output.get().as_ptr() as usize - body.as_ptr() as usize;
    Some(start..start + output.get().len())
}

/// The provider's own answer to `request`, byte for byte: all of `body`, or what the seed dialect's envelope holds.
pub fn provider_answer(request: &RunRequest, body: &Body) -> Body {
    let enveloped = (request.wire == Wire::Seed).then(|| unwrap_envelope(body, &request.action)).flatten();
    enveloped.map_or_else(|| body.clone(), |range| body.slice(range))
}

struct Envelope<'a> {
    action: &'a str,
}

impl<'de> Visitor<'de> for Envelope<'_> {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an envelope")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let (mut output, mut integration, mut action) = (None::<&RawValue>, None::<&RawValue>, None::<&RawValue>);
        let mut surplus = false;
        while let Some(key) = members.next_key::<String>()? {
            let value = members.next_value()?;
            let slot = match key.as_str() {
                "output" => &mut output,
                "integration" => &mut integration,
                "action" => &mut action,
                _ => {
                    surplus = true;
                    continue;
                }
            };
            surplus |= slot.replace(value).is_some();
        }
        let is_sent = |raw: &RawValue| serde_json::from_str::<String>(raw.get()).is_ok_and(|name| name == self.action);
        Ok(output.filter(|_| !surplus && integration.is_some() && action.is_some_and(is_sent)))
    }
}

#[cfg(test)]
mod tests {
    use super::unwrap_envelope;

    fn output(body: &str) -> Option<&str> {
        unwrap_envelope(body.as_bytes(), "SLACK_A").and_then(|range| body.get(range))
    }

    #[test]
    fn only_the_exact_envelope_of_the_action_sent_is_opened() {
        let spaced =
            " {\"action\": \"SLACK\\u005fA\", \"output\" : {\"x\": 0.10, \"x\":[ ]} ,\"integration\":\"slack\"}\n";
        assert_eq!(output(spaced), Some("{\"x\": 0.10, \"x\":[ ]}"));
        assert_eq!(output(r#"{"output":null,"integration":null,"action":"SLACK_A"}"#), Some("null"));
        for whole in [
            r#"{"output":1,"integration":"slack","action":"SLACK_B"}"#,
            r#"{"output":1,"integration":"slack","action":"SLACK_A","more":1}"#,
            r#"{"output":1,"action":"SLACK_A"}"#,
            r#"{"output":1,"output":2,"integration":"slack","action":"SLACK_A"}"#,
            r#"{"output":1,"integration":"slack","action":"SLACK_A"} x"#,
            r#"{"output":1,"integration":"slack","action":"SLACK_A""#,
            r#"[{"output":1,"integration":"slack","action":"SLACK_A"}]"#,
            "",
        ] {
            assert_eq!(output(whole), None, "{whole}");
        }
        assert_eq!(unwrap_envelope(b"\xff", "A"), None);
    }
}
