//! How a sandbox is run: faults by flag and by header, and data that outlives it.

use std::sync::{Arc, Mutex};

use akx::{
    domain::{failure::Failure, fault::Fault},
    sandbox::keep::Shelf,
};

use super::*;

/// A shelf that outlives the sandboxes of a test.
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<Option<Vec<u8>>>);

impl Shelf for Memory {
    fn read(&self) -> Result<Option<Vec<u8>>, Failure> {
        Ok(self.0.lock().expect("no panic").clone())
    }

    fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        *self.0.lock().expect("no panic") = Some(bytes.to_vec());
        Ok(())
    }
}

#[tokio::test]
async fn a_header_spoils_the_one_answer_it_asks_to_spoil() {
    let sandbox = Sandbox::start(Config::default()).await;
    let list = async |fault: &str| sandbox.with((Method::GET, "/actions"), ("X-Akx-Fault", fault), None).await;
    list("429").await.error(429);
    list("status=503, latency=1").await.error(503);
    assert!(list("not-json").await.text.starts_with("<html>"));
    assert!(list("expired-token").await.error(401).contains("Expired"));
    assert!(list("fire").await.error(400).contains("X-Akx-Fault"));
    let run = async |fault: &str, path: &str, body: Value| {
        sandbox.with((Method::POST, path), ("X-Akx-Fault", fault), Some(body)).await
    };
    let send = json!({"action": "SLACK_SEND_MESSAGE", "parameters": message("never sent, zebra")});
    assert_eq!(run("not-connected", "/actions", send.clone()).await.error(404), "Integration not enabled for user.");
    let refused = run("provider=403", "/actions", send.clone()).await;
    assert!(
        refused.error(500).contains("\"status\":403"),
        "a provider's refusal is a 500 that tells it: {}",
        refused.text
    );
    assert_eq!(refused.json()["code"], json!("41070"));
    run("provider=404", "/actions/SLACK_SEND_MESSAGE", message("never sent, zebra")).await.error(404);
    let found = sandbox.run(MARIA, "SLACK_SEARCH_MESSAGES", json!({"query": "zebra"})).await.json();
    assert_eq!(found["messages"]["total"], json!(0), "nothing was done");
    assert_eq!(sandbox.get(MARIA, "/actions").await.status, 200, "other answers are as ever");
}

#[tokio::test]
async fn a_slow_body_comes_in_pieces_and_whole() {
    let sandbox = Sandbox::start(Config::default()).await;
    let whole = sandbox.get(MARIA, "/actions?integrations=slack").await.text;
    let slow = sandbox.with((Method::GET, "/actions?integrations=slack"), ("X-Akx-Fault", "slow=16"), None).await;
    assert_eq!(slow.text, whole);
    // An hour's worth of body: the head and a piece arrive, the rest does not.
    let url = format!("{}/projects/{PROJECT}/actions", sandbox.running.base_url());
    let request = sandbox.client.get(url).header(header::AUTHORIZATION, format!("Bearer {}", token(MARIA)));
    let response = request.header("X-Akx-Fault", "slow=600000").send().await.expect("the head arrives");
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn faults_of_the_flag_strike_every_answer_until_they_are_cleared() {
    let faults = vec![Fault::Latency(Duration::from_millis(1)), Fault::Status(502)];
    let sandbox = Sandbox::start(Config { faults, ..Config::default() }).await;
    for _ in 0..3 {
        sandbox.get(MARIA, "/actions").await.error(502);
    }
    let set = sandbox.control(Method::GET, "/_akx/faults", None).await.json();
    assert_eq!(set.as_array().map(Vec::len), Some(2));
    sandbox.control(Method::DELETE, "/_akx/faults", None).await;
    assert_eq!(sandbox.get(MARIA, "/actions").await.status, 200);
}

#[tokio::test]
async fn what_is_kept_is_there_the_next_time() {
    let memory = Arc::new(Memory::default());
    let shelf: Arc<dyn Shelf> = memory.clone();
    let config = || Config { data: Some(Arc::clone(&shelf)), ..Config::default() };
    let sandbox = Sandbox::start(config()).await;
    let sent = sandbox.run(MARIA, "SLACK_SEND_MESSAGE", message("a zebra to remember")).await.json();
    let body = json!({"user": PRIYA, "integration": "slack", "standing": "connected"});
    sandbox.control(Method::POST, "/_akx/connections", Some(body)).await;
    sandbox.running.shutdown().await;

    let sandbox = Sandbox::start(config()).await;
    let found = sandbox.run(MARIA, "SLACK_SEARCH_MESSAGES", json!({"query": "zebra"})).await.json();
    assert_eq!(found["messages"]["matches"][0]["ts"], sent["ts"], "{found}");
    assert_eq!(sandbox.run(PRIYA, "SLACK_LIST_CHANNELS", json!({})).await.status, 200);
    let again = sandbox.run(MARIA, "SLACK_SEND_MESSAGE", message("a zebra to remember")).await.json();
    assert_ne!(again["ts"], sent["ts"], "ids go on where they were");
    sandbox.control(Method::POST, "/_akx/reset", None).await;
    drop(sandbox);

    let sandbox = Sandbox::start(config()).await;
    let found = sandbox.run(MARIA, "SLACK_SEARCH_MESSAGES", json!({"query": "zebra"})).await.json();
    assert_eq!(found["messages"]["total"], json!(0), "the reset was kept as well");
    drop(sandbox);
    *memory.0.lock().expect("no panic") = Some(b"nonsense".to_vec());
    let refused = sandbox::start(config()).await;
    assert!(refused.is_err_and(|e| e.to_string().contains("not what a sandbox keeps")));
}

#[tokio::test]
async fn it_describes_itself_and_everything_described_is_there() {
    let sandbox = Sandbox::start(Config::default()).await;
    let document = sandbox.control(Method::GET, "/openapi.json", None).await.json();
    let paths = document["paths"].as_object().expect("paths");
    assert!(paths.len() > 15);
    for (path, operations) in paths {
        let path = path.replace("{project}", PROJECT).replace(['{', '}'], "");
        for method in operations.as_object().expect("operations").keys() {
            let method: Method = method.to_uppercase().parse().expect("a method");
            let answer = sandbox.send(method.clone(), &path, Some(&token(MARIA)), Some("{}")).await;
            let refused = answer.status == 405 || answer.text.contains("no such path");
            assert!(!refused, "{method} {path}: {}", answer.text);
        }
    }
}
