//! Servers that speak HTTP well enough and behave strangely: storms of 429, redirects elsewhere, clocks a day off.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use akx::{
    client::{Client, Target},
    domain::{failure::FailureKind, now::Now, run::Outcome},
};

use crate::{Connection, NOW, Server, list, request, run, run_failure};

/// A server that answers request number `n` (from 0) with what `reply` says.
async fn server(reply: impl Fn(usize) -> String + Send + Sync + 'static) -> Server {
    let (reply, count) = (Arc::new(reply), Arc::new(Mutex::new(0)));
    Server::start(move |mut connection: Connection| {
        let (reply, count) = (Arc::clone(&reply), Arc::clone(&count));
        async move {
            while connection.request().await {
                let n = {
                    let mut count = count.lock().unwrap();
                    *count += 1;
                    *count - 1
                };
                connection.send(reply(n).as_bytes()).await;
            }
        }
    })
    .await
}

fn reply(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

#[tokio::test]
async fn a_storm_of_429_is_waited_out_by_a_list_within_bounds_and_never_by_a_run() {
    let storm = server(|_| reply("429 Too Many Requests", "Retry-After: 0\r\n", "{}")).await;
    let failure = list(&storm.client()).await;
    assert_eq!((failure.kind, failure.retry_after), (FailureKind::RateLimited, Some(Duration::ZERO)));
    assert_eq!(storm.requests(), 3, "a list is tried three times");
    let failure = run_failure(&storm.client()).await;
    assert_eq!((failure.kind, failure.may_have_run), (FailureKind::RateLimited, false));
    assert_eq!(storm.requests(), 4, "a run is sent once");

    // A wait that is too long to sit through is told at once rather than waited for.
    let long = server(|_| reply("429 Too Many Requests", "Retry-After: 3600\r\n", "{}")).await;
    let failure = list(&long.client()).await;
    assert_eq!((failure.hint.as_str(), long.requests()), ("Try again in 1 h.", 1));

    // One that passes is not seen.
    let passing = server(|n| match n {
        0 | 1 => reply("429 Too Many Requests", "Retry-After: 0\r\n", "{}"),
        _ => reply("200 OK", "", r#"{"actions":{"slack":[]},"errors":[]}"#),
    })
    .await;
    assert!(passing.client().list(&akx::client::ListFilter::default(), NOW).await.is_ok());
    assert_eq!(passing.requests(), 3);
}

#[tokio::test]
async fn a_redirect_to_another_host_takes_neither_run_nor_token_along() {
    let elsewhere = server(|_| reply("200 OK", "", r#"{"actions":{}}"#)).await;
    for status in ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let to = format!("Location: {}/projects/p/actions\r\n", elsewhere.url);
        let server = server(move |_| reply(status, &to, "")).await;
        // Who answers a run with "see there" may have done it; "ask there" says that it was not.
        let may_have_run = status.starts_with("301") || status.starts_with("302");
        for (failure, may_have_run) in
            [(list(&server.client()).await, false), (run_failure(&server.client()).await, may_have_run)]
        {
            assert_eq!((failure.kind, failure.may_have_run), (FailureKind::Refused, may_have_run), "{failure}");
            assert!(failure.message.contains("points to another server"), "{failure}");
            assert!(failure.message.contains("The token was not sent there."), "{failure}");
        }
        assert_eq!(server.requests(), 2);
    }
    assert_eq!(elsewhere.requests(), 0);
    // On the same server a list follows, a run does not: it might run twice.
    let moved = server(|n| match n {
        1 => reply("200 OK", "", r#"{"actions":{"slack":[]},"errors":[]}"#),
        _ => reply("308 Permanent Redirect", "Location: /projects/p/moved\r\n", ""),
    })
    .await;
    assert!(moved.client().list(&akx::client::ListFilter::default(), NOW).await.is_ok());
    assert!(!matches!(run(&moved.client()).await, Outcome::Answered(_)));
    assert_eq!(moved.requests(), 3);
    // And round in circles only so often.
    let circle = server(|_| reply("302 Found", "Location: /again\r\n", "")).await;
    list(&circle.client()).await;
    assert_eq!(circle.requests(), 4);
}

#[tokio::test]
async fn with_a_clock_a_day_off_the_sentence_says_whose() {
    let issued = NOW.unix;
    let token = akx::sandbox::token("u", "p", Duration::from_secs(3600), issued).unwrap();
    let told = async |date: &str, now: i64| {
        let date = format!("Date: {date}\r\n");
        let server = server(move |_| reply("401 Unauthorized", &date, "Unauthorized")).await;
        let client = Client::new(Target::new(&server.url, "p"), &token).unwrap();
        let outcome = client.run(&crate::leave(), &request(), Now::new(Duration::ZERO, now), |_| {}).await;
        let Outcome::Failed(failure) = outcome else { panic!("ran") };
        assert_eq!(failure.kind, FailureKind::NotAuthorised);
        format!("{} {}", failure.message, failure.hint)
    };
    // 1_700_000_000 is Tue, 14 Nov 2023 22:13:20 GMT.
    let here_ahead = told("Mon, 13 Nov 2023 22:13:20 GMT", issued).await;
    assert!(here_ahead.contains("this machine's clock is 1 day ahead of the server's"), "{here_ahead}");
    assert!(here_ahead.contains("Set this machine's clock"), "{here_ahead}");
    let here_behind = told("Wed, 15 Nov 2023 22:13:20 GMT", issued).await;
    assert!(here_behind.contains("this machine's clock is 1 day behind the server's"), "{here_behind}");
    let signer = told("Mon, 13 Nov 2023 22:13:20 GMT", issued - 86_400).await;
    assert!(signer.contains("so the clock of whoever made it is ahead"), "{signer}");
}
