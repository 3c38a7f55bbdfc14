//! The history on a real disk: what survives, what is found, what is let go.

use super::*;
use crate::domain::{
    document::Value,
    history::{About, Whose},
    run::{Outcome, Response, RunRequest},
    wire::Wire,
};

#[test]
fn what_is_known_to_be_secret_is_not_kept() {
    let history = History::in_memory().knowing(Known::of(["opaque-canary"]));
    let id = history.begin(&begun("A_B", r#"{"text":"say opaque-canary"}"#, 7)).unwrap();
    let body = r#"{"echo":"opaque-canary","ok":1}"#;
    let outcome = Outcome::Answered(Response {
        status: 200,
        headers: vec![("x-echo".into(), "opaque-canary".into())],
        bytes: body.len() as u64,
        file: None,
        body: body.into(),
        took: Duration::ZERO,
        request_id: None,
        wire: Wire::Live,
    });
    history.finish(id, &outcome, ("A_B", Duration::ZERO)).unwrap();
    let record = history.get(id).unwrap().unwrap();
    assert!(!format!("{record:?}").contains("canary"), "{record:?}");
    assert_eq!(
        record.begun.hidden.iter().map(|(at, why)| format!("{at} {why}")).collect::<Vec<_>>(),
        ["/text known to be secret"]
    );
    assert_eq!(history.body(id).unwrap().unwrap(), br#"{"echo":"***","ok":1}"#);
    assert_eq!(history.find(&Ask { words: "canary".into(), limit: 9, ..Ask::default() }).unwrap(), []);
}

fn begun(action: &str, parameters: &str, at: i64) -> Begun {
    let request = RunRequest {
        action: action.into(),
        parameters: Value::parse(parameters.as_bytes()).unwrap(),
        wire: Wire::LiveTools,
        credential: Some("c-1".into()),
    };
    let whose = Whose {
        profile: Some("acme".into()),
        project: "p".into(),
        base_url: "https://a.example".into(),
        user: Some("maria@acme.example".into()),
    };
    Begun::new(at, whose, &request, &About { integration: "slack".into(), ..About::default() })
}

fn answered(body: &str) -> Outcome {
    Outcome::Answered(Response {
        status: 200,
        headers: vec![("x-request-id".into(), "r-7".into())],
        body: body.into(),
        file: None,
        bytes: body.len() as u64,
        took: Duration::from_millis(312),
        request_id: Some("r-7".into()),
        wire: Wire::LiveTools,
    })
}

fn run(history: &History, action: &str, at: i64, body: &str) -> RecordId {
    let id = history.begin(&begun(action, "{}", at)).unwrap();
    history.finish(id, &answered(body), (action, Duration::ZERO)).unwrap();
    id
}

fn history(retention: Retention) -> (tempfile::TempDir, History) {
    let dir = tempfile::tempdir().unwrap();
    let history = History::new(dir.path().join("data"), retention);
    (dir, history)
}

fn path(history: &History) -> &Path {
    history.path().unwrap()
}

fn names(history: &History, words: &str) -> Vec<String> {
    let ask = Ask { words: words.into(), ..Ask::default() };
    history.find(&ask).unwrap().into_iter().map(|r| r.begun.request.action.to_string()).collect()
}

#[test]
fn a_run_comes_back_as_it_was() {
    let (_dir, history) = history(Retention::default());
    assert_eq!(history.find(&Ask::default()), Ok(Vec::new()));
    assert!(!path(&history).exists(), "a question makes no file");
    let began = begun("SLACK_A", r#"{"n":0.10,"token":"secret-value","n":9007199254740993}"#, 7);
    let id = history.begin(&began).unwrap();
    let unknown = history.get(id).unwrap().unwrap();
    assert_eq!((&unknown.begun, &unknown.end), (&began, &End::unknown()));
    let outcome = answered(r#"{"ok":true}"#);
    history.finish(id, &outcome, ("SLACK_A", Duration::ZERO)).unwrap();
    let (end, _) = End::of(&outcome, ("SLACK_A", Duration::ZERO), 1000, &Known::default());
    let record = history.get(id).unwrap().unwrap();
    assert_eq!((&record.begun, &record.end, record.has_body), (&began, &end, true));
    assert_eq!(history.body(id).unwrap().as_deref(), Some(&br#"{"ok":true}"#[..]));
    let took = Some(Duration::from_millis(312));
    let last = LastRun { at: 7, words: "200".to_owned(), took };
    assert_eq!(history.last_runs("p", Some("maria@acme.example")).unwrap().get("SLACK_A"), Some(&last));
    assert!(history.last_runs("p", Some("else")).unwrap().is_empty());
}

#[test]
fn what_was_begun_is_there_for_the_next_program_whatever_became_of_this_one() {
    let (dir, first) = history(Retention::default());
    let id = first.begin(&begun("SLACK_A", "{}", 7)).unwrap();
    // Nothing is closed or dropped: as if the first had been killed here.
    let second = History::new(dir.path().join("data"), Retention::default());
    assert_eq!(second.get(id).unwrap().map(|r| r.end), Some(End::unknown()));
    assert!(second.get(id).unwrap().unwrap().end.may_have_run);
}

#[test]
fn in_memory_it_is_the_same_but_for_the_file() {
    let history = History::in_memory();
    assert_eq!(history.find(&Ask::default()), Ok(Vec::new()));
    let id = run(&history, "A", 7, "{}");
    assert!(history.body(id).unwrap().is_some());
    assert_eq!(history.purge(&Ask::default(), true), Ok(1));
}

#[test]
fn two_programs_write_at_once() {
    let (dir, _) = history(Retention::default());
    let path = dir.path().join("data");
    std::thread::scope(|threads| {
        for name in ["A", "B", "C"] {
            let history = History::new(&path, Retention::default());
            threads.spawn(move || {
                for at in 0..20 {
                    run(&history, name, at, "{}");
                }
            });
        }
    });
    let all = History::new(&path, Retention::default()).find(&Ask::default()).unwrap();
    assert_eq!(all.len(), 60);
    assert!(all.iter().all(|r| r.end.ending == Ending::Answered));
    assert!(all.is_sorted_by(|a, b| a.id > b.id), "newest first");
}

#[test]
fn records_are_found_by_words_and_by_fields() {
    let (_dir, history) = history(Retention::default());
    run(&history, "SLACK_SEND", 100, "{}");
    let id = history.begin(&begun("GMAIL_SEND", r#"{"subject":"Grüße an ALLE 50%_"}"#, 200)).unwrap();
    assert_eq!(names(&history, "send"), ["GMAIL_SEND", "SLACK_SEND"]);
    assert_eq!(names(&history, "maria GRÜSSE"), Vec::<String>::new());
    assert_eq!(names(&history, "maria grüße alle"), ["GMAIL_SEND"]);
    assert_eq!(names(&history, "50%_"), ["GMAIL_SEND"], "signs stand for themselves");
    assert_eq!(names(&history, "r-7 200"), ["SLACK_SEND"]);
    assert_eq!(names(&history, "unknown"), ["GMAIL_SEND"]);
    let ids = |ask: Ask| history.find(&ask).unwrap().into_iter().map(|r| r.id).collect::<Vec<_>>();
    assert_eq!(ids(Ask { since: Some(150), ..Ask::default() }), [id]);
    assert_eq!(ids(Ask { wanted: Some(Wanted::NotOk), ..Ask::default() }), [id]);
    assert_eq!(ids(Ask { wanted: Some(Wanted::Status(200)), ..Ask::default() }).len(), 1);
    assert_eq!(ids(Ask { action: Some("GMAIL_SEND".into()), ..Ask::default() }), [id]);
    assert_eq!(ids(Ask { user: Some("nobody".into()), ..Ask::default() }), []);
    assert_eq!(ids(Ask { limit: 1, ..Ask::default() }), [id]);
}

#[test]
fn the_old_the_many_and_the_large_go_but_not_what_is_pinned() {
    let retention = Retention { days: 10, runs: 3, megabytes: 200, answer_kilobytes: 1 };
    let (_dir, history) = history(retention);
    let day = 86_400;
    let pinned = run(&history, "PINNED", 0, "{}");
    assert_eq!(history.pin(pinned, true), Ok(true));
    run(&history, "OLD", 0, "{}");
    run(&history, "A", 11 * day, "{}");
    assert_eq!(names(&history, ""), ["A", "PINNED"]);
    let large = run(&history, "LARGE", 11 * day, &"x".repeat(1001));
    let record = history.get(large).unwrap().unwrap();
    assert_eq!((record.has_body, record.end.size), (false, Some(1001)));
    for name in ["B", "C", "D"] {
        run(&history, name, 12 * day, "{}");
    }
    assert_eq!(names(&history, ""), ["D", "C", "B", "PINNED"]);
}

#[test]
fn answers_go_before_the_runs_they_belong_to() {
    let (_dir, history) = history(Retention { megabytes: 0, ..Retention::default() });
    let pinned = history.begin(&begun("PINNED", "{}", 1)).unwrap();
    history.pin(pinned, true).unwrap();
    history.finish(pinned, &answered("{}"), ("PINNED", Duration::ZERO)).unwrap();
    let id = run(&history, "A", 2, "{}");
    assert_eq!(history.body(id), Ok(None));
    assert!(history.body(pinned).unwrap().is_some());
    assert_eq!(names(&history, ""), ["A", "PINNED"]);
}

#[test]
fn nothing_of_what_is_purged_is_left_in_the_file() {
    let (dir, history) = history(Retention::default());
    let marker = "a-telling-text-nobody-else-writes";
    let id = history.begin(&begun("SLACK_A", &format!(r#"{{"note":"{marker}"}}"#), 7)).unwrap();
    let outcome = Outcome::Cancelled { may_have_run: true };
    history.finish(id, &outcome, ("SLACK_A", Duration::ZERO)).unwrap();
    let kept = run(&history, "KEPT", 8, "{}");
    history.pin(kept, true).unwrap();
    assert_eq!(history.purge(&Ask::default(), false), Ok(1));
    for entry in std::fs::read_dir(dir.path().join("data")).unwrap().flatten() {
        let bytes = std::fs::read(entry.path()).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains(marker), "{:?}", entry.path());
    }
    assert_eq!(names(&history, ""), ["KEPT"]);
    assert_eq!(history.purge(&Ask::default(), true), Ok(1));
    let next = run(&history, "NEXT", 9, "{}");
    assert!(next > kept, "an id is never given twice");
    assert_eq!(history.delete(next), Ok(true));
    assert_eq!(history.delete(next), Ok(false));
    assert_eq!(history.finish(next, &outcome, ("NEXT", Duration::ZERO)), Ok(()), "what was deleted stays deleted");
    assert_eq!(names(&history, ""), Vec::<String>::new());
}

#[cfg(unix)]
#[test]
fn its_files_are_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let (dir, history) = history(Retention::default());
    let data = dir.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(path(&history), "").unwrap();
    std::fs::set_permissions(path(&history), std::fs::Permissions::from_mode(0o644)).unwrap();
    run(&history, "A", 7, "{}");
    let mut count = 0;
    for entry in std::fs::read_dir(&data).unwrap().flatten() {
        count += 1;
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.path());
    }
    assert!(count >= 2, "the log beside the file is looked at as well");
}

#[test]
fn a_file_that_is_none_or_newer_is_said_and_left_alone() {
    let (dir, history) = history(Retention::default());
    std::fs::create_dir(dir.path().join("data")).unwrap();
    let text = "this is not a database, but it is long enough to be looked at as one ".repeat(20);
    std::fs::write(path(&history), &text).unwrap();
    let failure = history.begin(&begun("A", "{}", 1)).unwrap_err();
    assert!(failure.message.contains("file is not a database"), "{failure}");
    assert_eq!(std::fs::read_to_string(path(&history)).unwrap(), text);

    std::fs::remove_file(path(&history)).unwrap();
    Connection::open(path(&history)).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let failure = history.find(&Ask::default()).unwrap_err();
    assert!(failure.message.contains("newer akx (format 99)"), "{failure}");
}

#[cfg(target_os = "linux")]
#[test]
fn opening_it_again_gives_up_no_lock_on_it() {
    use std::os::unix::fs::MetadataExt as _;
    let (_dir, first) = history(Retention::default());
    run(&first, "A", 1, "{}");
    let file = std::fs::metadata(path(&first)).unwrap();
    let locks = || {
        let all = std::fs::read_to_string("/proc/locks").unwrap_or_default();
        let mine = format!(" {} ", std::process::id());
        all.lines().filter(|l| l.contains(&mine) && l.contains(&format!(":{} ", file.ino()))).count()
    };
    let before = locks();
    if before == 0 {
        // Where the kernel does not tell of locks (some containers), nothing can be seen.
        return;
    }
    // Only what happens before SQLite looks: its own descriptors do not count.
    files::make_private(path(&first)).unwrap();
    assert_eq!(locks(), before);
}

/// Run by the test below as a program of its own: writes to the history in the directory that `AKX_TEST_HISTORY` names.
#[test]
#[ignore = "the other program of two_processes_write_and_wait_for_each_other"]
#[expect(clippy::disallowed_methods, reason = "what it is to write to is told by the test that starts it")]
fn another_program() {
    let history = History::new(std::env::var_os("AKX_TEST_HISTORY").unwrap(), Retention::default());
    for at in 0..15 {
        run(&history, "OTHER", at, "{}");
    }
}

#[test]
fn two_processes_write_and_wait_for_each_other() {
    let (dir, mine) = history(Retention::default());
    run(&mine, "MINE", 0, "{}");
    let mut lock = Connection::open(path(&mine)).unwrap();
    let held = lock.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
    let name = "store::history::tests::another_program";
    let mut other = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--ignored", name])
        .env("AKX_TEST_HISTORY", dir.path().join("data"))
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    // Nobody writes while somebody does; a second connection of this program waits as the other program does.
    let second = Connection::open(path(&mine)).unwrap();
    second.busy_timeout(Duration::from_millis(20)).unwrap();
    let refused = second.execute("UPDATE runs SET pinned = 1", []).unwrap_err();
    assert_eq!(refused.sqlite_error_code(), Some(rusqlite::ErrorCode::DatabaseBusy));
    held.commit().unwrap();
    for at in 0..15 {
        run(&mine, "MINE", at, "{}");
    }
    assert!(other.wait().unwrap().success());
    let all = mine.find(&Ask::default()).unwrap();
    assert_eq!((all.len(), all.iter().filter(|r| r.end.ending == Ending::Answered).count()), (31, 31));
}
