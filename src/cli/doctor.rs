//! `akx doctor`.

use std::{fmt::Write as _, process::ExitCode};

use super::{
    options,
    output::{Output, Style},
    select,
    session::{Session, block_on, cancelled},
};
use crate::domain::{
    doctor::{self, Facts, Report, Verdict, examine},
    failure::{Failure, FailureKind},
    text,
};

/// Looks at the user's way to ActionKit and says what stands in it.
pub(crate) fn doctor(session: &Session, options: &options::Doctor, output: &mut Output) -> Result<ExitCode, Failure> {
    let facts = gather(session, options.run_reads)?;
    let mut report = examine(&facts);
    let user = (options.compare.as_deref(), "--compare");
    let file = (options.compare_token_file.as_deref(), "--compare-token-file");
    if let Some(other) = session.for_other(user, file) {
        report = report.compared(&facts, &gather(&other, options.run_reads)?);
    }
    if output.json() {
        output.value(&doctor::json(&report))?;
    } else if options.markdown {
        output.bytes(doctor::markdown(&report).as_bytes())?;
    } else {
        output.bytes(lines(&report, output).as_bytes())?;
    }
    let code = if report.counts().0 == 0 { 0 } else { report.kind().map_or(1, FailureKind::exit_code) };
    Ok(ExitCode::from(code))
}

fn gather(session: &Session, reads: bool) -> Result<Facts, Failure> {
    let token = session.token()?;
    let client = session.client(&token)?;
    let usage = reads.then(|| select::usage(session));
    let (source, way) = (token.source.to_string(), session.way(&session.settings.base_url.value));
    block_on(client.facts((source, way), usage.as_ref(), session.now))?.ok_or_else(cancelled)
}

fn lines(report: &Report, output: &Output) -> String {
    let mut out = String::new();
    let widest = report.lines.iter().map(|line| text::width(&text::clean(&line.check))).max().unwrap_or(0);
    for line in &report.lines {
        let style = match line.verdict {
            Verdict::Ok => Style::Text,
            Verdict::Warning => Style::Careful,
            Verdict::Failed => Style::Bad,
            Verdict::Skipped => Style::Faint,
        };
        let word = line.verdict.word();
        let check = text::clean(&line.check).into_owned();
        let padding = " ".repeat(widest.saturating_sub(text::width(&check)));
        let gap = " ".repeat(11_usize.saturating_sub(word.len()));
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "{}{gap}  {}{padding}  {}",
            output.styled(style, word),
            output.styled(Style::Strong, &check),
            text::clean(&line.sentence)
        );
        if line.verdict > Verdict::Ok && !line.next.is_empty() {
            let _ = writeln!(out, "{}  → {}", " ".repeat(11 + 2 + widest), text::clean(&line.next));
        }
    }
    if !report.differences.is_empty() {
        let _ = writeln!(out, "\n{}", output.styled(Style::Strong, "Compared with a user for whom it works"));
        for words in &report.differences {
            let _ = writeln!(out, "  {}", text::clean(words));
        }
    }
    let _ = writeln!(out, "\n{}", report.summary());
    let _ = writeln!(out, "\n{}", output.styled(Style::Strong, "For the customer"));
    for sentence in &report.for_customer {
        let _ = writeln!(out, "  {}", text::clean(sentence));
    }
    out
}
