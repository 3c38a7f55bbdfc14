//! The tables of the history, and how an older file becomes one of today.

use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

/// What brings a file from each format to the next; the format's number stands in `user_version`.
const STEPS: &[&str] = &["
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        profile TEXT,
        project TEXT NOT NULL,
        base_url TEXT NOT NULL,
        user TEXT,
        action TEXT NOT NULL,
        integration TEXT NOT NULL,
        effect TEXT NOT NULL,
        wire TEXT NOT NULL,
        credential TEXT,
        parameters TEXT NOT NULL,
        hidden TEXT NOT NULL,
        definition TEXT,
        ending TEXT NOT NULL,
        status INTEGER,
        took_ms INTEGER,
        request_id TEXT,
        may_have_run INTEGER NOT NULL DEFAULT 1,
        failure TEXT,
        size INTEGER,
        headers TEXT,
        masked TEXT,
        pinned INTEGER NOT NULL DEFAULT 0,
        words TEXT NOT NULL
    ) STRICT;
    CREATE INDEX runs_by_action ON runs (project, action, id);
    CREATE INDEX runs_by_time ON runs (at);
    CREATE TABLE bodies (
        run INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
        content BLOB NOT NULL
    ) STRICT;
"];

/// Sets the connection up and brings the file to today's format. Returns the file's format where that is newer.
pub(super) fn prepare(db: &mut Connection, busy: Duration) -> rusqlite::Result<Option<usize>> {
    db.busy_timeout(busy)?;
    // Before the log: which kind of file it is must be known first.
    let version = version(db)?;
    if version > STEPS.len() {
        return Ok(Some(version));
    }
    db.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    db.execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;")?;
    if version < STEPS.len() {
        let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another program may have done it while this one waited.
        let version = self::version(&change)?;
        for step in STEPS.iter().skip(version) {
            change.execute_batch(step)?;
        }
        if version < STEPS.len() {
            change.pragma_update(None, "user_version", i64::try_from(STEPS.len()).unwrap_or(0))?;
        }
        change.commit()?;
    }
    Ok(None)
}

fn version(db: &Connection) -> rusqlite::Result<usize> {
    db.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0)).map(|v| usize::try_from(v).unwrap_or(0))
}
