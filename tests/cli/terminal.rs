//! What only a terminal sees: the question before a run, the answer laid out, columns.

use std::io::{Read, Write};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use crate::support::{Akx, Server, binary};

/// Runs akx in a terminal of 60 columns, types `answer` once `prompt` is there, and gives the exit code and the screen's
/// text.
fn run(akx: &Akx, arguments: &[&str], dialogue: Option<(&str, &str)>) -> (u32, String) {
    let size = PtySize { rows: 24, cols: 60, pixel_width: 0, pixel_height: 0 };
    let pty = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new(binary());
    command.env_clear();
    for (name, value) in akx.environment() {
        command.env(name, value);
    }
    command.env("TERM", "xterm-256color");
    command.args(arguments);
    let mut child = pty.slave.spawn_command(command).unwrap();
    drop(pty.slave);
    let mut reader = pty.master.try_clone_reader().unwrap();
    let mut writer = pty.master.take_writer().unwrap();
    let mut screen = Vec::new();
    let mut waiting = dialogue;
    let mut buffer = [0; 4096];
    // A terminal whose last program has gone reads as an end or as an error, depending on the system.
    while let Ok(read @ 1..) = reader.read(&mut buffer) {
        screen.extend_from_slice(&buffer[..read]);
        if let Some((prompt, answer)) = waiting
            && String::from_utf8_lossy(&screen).contains(prompt)
        {
            writer.write_all(answer.as_bytes()).unwrap();
            writer.flush().unwrap();
            waiting = None;
        }
    }
    let code = child.wait().unwrap().exit_code();
    (code, String::from_utf8_lossy(&screen).into_owned())
}

#[test]
fn a_question_is_answered_no_unless_somebody_says_yes() {
    let server = Server::answering(200, r#"{"ok":true}"#);
    let akx = Akx::at(&server.base_url()).with("NO_COLOR", "1");
    let send = ["run", "SLACK_SEND_MESSAGE", "-p", "channel=C1"];
    for answer in ["\n", "n\n", "yep\n", "\u{4}"] {
        let (code, screen) = run(&akx, &send, Some(("[y/N] ", answer)));
        assert_eq!(code, 7, "{answer:?}: {screen}");
        assert!(screen.contains("SLACK_SEND_MESSAGE was not run: the answer was no."), "{screen}");
    }
    assert_eq!(server.asked().iter().filter(|asked| asked.starts_with("POST")).count(), 0);
    let (code, screen) = run(&akx, &send, Some(("[y/N] ", "y\n")));
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("{\r\n  \"ok\": true\r\n}\r\n200 · "), "{screen:?}");
    assert_eq!(server.asked().iter().filter(|asked| asked.starts_with("POST")).count(), 1);
}

#[test]
fn deleting_in_production_wants_a_word() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url()).with("NO_COLOR", "1").config("[profiles.acme]\nproduction = true\n");
    let delete = ["run", "SLACK_DELETE_MESSAGE"];
    let (code, screen) = run(&akx, &delete, Some(("Type MESSAGE to run it.", "y\n")));
    assert_eq!(code, 7, "{screen}");
    assert!(screen.contains("production profile acme"), "{screen}");
    assert_eq!(run(&akx, &delete, Some(("Type MESSAGE to run it.", "MESSAGE\n"))).0, 0);
}

#[test]
fn a_list_fits_the_terminal_and_counts() {
    let server = Server::answering(200, "{}");
    let akx = Akx::at(&server.base_url()).with("NO_COLOR", "1");
    let (code, screen) = run(&akx, &["list"], None);
    assert_eq!(code, 0);
    let lines: Vec<&str> = screen.lines().collect();
    assert_eq!(
        lines,
        [
            "SLACK_LIST_CHANNELS   read     List channels.",
            "SLACK_SEND_MESSAGE    send     Send a message.",
            "SLACK_DELETE_MESSAGE  delete",
            "3 of 3 actions",
        ]
    );
    assert!(run(&Akx::at(&server.base_url()), &["list"], None).1.contains("\x1b[1mSLACK_SEND_MESSAGE\x1b[0m"));
}
