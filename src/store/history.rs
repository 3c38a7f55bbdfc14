//! The history of runs: one `SQLite` file in the data directory, its owner's alone.
//!
//! Two programs may write at once (write-ahead log, a busy time-out), and a program that is killed leaves what it had
//! committed: a run is committed as begun before it is sent. What comes in is without secrets already
//! ([`Begun`] and [`End`] are made so); nothing is masked here.

mod rows;
mod schema;

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rusqlite::{Connection, OptionalExtension as _, params, params_from_iter, types::Value as Sql};

use crate::{
    domain::{
        document::Value,
        failure::{Failure, FailureKind},
        history::{Ask, Begun, End, Ending, LastRun, Record, RecordId, Retention, Wanted, searched},
        redact::Known,
        run::Outcome,
    },
    paths::files,
};

/// How long a program waits for another one that is writing.
const BUSY: Duration = Duration::from_secs(5);

/// The history in one data directory, which need not exist yet. Clones share the open file.
#[derive(Clone)]
pub struct History {
    /// `None` = in memory.
    path: Option<PathBuf>,
    retention: Retention,
    known: Known,
    open: Arc<Mutex<Option<Connection>>>,
}

impl fmt::Debug for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("History").field("path", &self.path).finish_non_exhaustive()
    }
}

impl History {
    /// The history below `directory`. The file is opened, and made, when it is needed first.
    pub fn new(directory: impl AsRef<Path>, retention: Retention) -> Self {
        let path = directory.as_ref().join("history.sqlite");
        Self { path: Some(path), retention, known: Known::default(), open: Arc::default() }
    }

    /// A history that is kept nowhere and ends with the program.
    pub fn in_memory() -> Self {
        Self { path: None, retention: Retention::default(), known: Known::default(), open: Arc::default() }
    }

    /// The same, which also keeps nothing of what is `known` to be secret.
    #[must_use]
    pub fn knowing(self, known: Known) -> Self {
        Self { known, ..self }
    }

    /// Where it is kept, unless in memory.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Notes that a run is about to be sent, with an end nobody knows; when this returns, it is on the disk.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(&self, begun: &Begun) -> Result<RecordId, Failure> {
        let begun = &begun.clone().without(&self.known);
        let record =
            Record { id: RecordId(0), begun: begun.clone(), end: End::unknown(), pinned: false, has_body: false };
        self.with(|db| {
            let mut insert = db.prepare_cached(
                "INSERT INTO runs (at, profile, project, base_url, user, action, integration, effect, wire, parameters, \
                 hidden, definition, ending, words, credential) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?;
            let whose = &begun.whose;
            insert.execute(params![
                begun.at,
                whose.profile,
                whose.project,
                whose.base_url,
                whose.user,
                &*begun.request.action,
                &*begun.integration,
                begun.effect.name(),
                begun.request.wire.name(),
                begun.request.parameters.to_json(),
                rows::hidden_text(&begun.hidden),
                begun.definition,
                Ending::Unknown.name(),
                searched(&record),
                begun.request.credential.as_deref(),
            ])?;
            Ok(RecordId(db.last_insert_rowid()))
        })
    }

    /// Notes how run `id` of `action` ended after `took`, with the body of its reply where that is not too large to be
    /// kept. A record that was deleted meanwhile stays deleted.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(&self, id: RecordId, outcome: &Outcome, (action, took): (&str, Duration)) -> Result<(), Failure> {
        let (end, body) = End::of(outcome, (action, took), self.retention.largest(), &self.known);
        let packed = body.map(|body| rows::pack(&body));
        let (retention, at) = (self.retention, id);
        self.with(|db| {
            let change = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let Some(mut record) = rows::get(&change, at)? else { return Ok(()) };
            record.end = end.clone();
            change.execute(
                "UPDATE runs SET ending = ?, status = ?, took_ms = ?, request_id = ?, may_have_run = ?, failure = ?, \
                 size = ?, headers = ?, masked = ?, words = ? WHERE id = ?",
                params![
                    end.ending.name(),
                    end.status,
                    end.took.map(|took| i64::try_from(took.as_millis()).unwrap_or(i64::MAX)),
                    end.request_id,
                    end.may_have_run,
                    end.failure.as_ref().map(|said| said.to_value().to_json()),
                    end.size.map(|size| i64::try_from(size).unwrap_or(i64::MAX)),
                    rows::headers_text(&end.headers),
                    Value::from(end.masked.clone()).to_json(),
                    searched(&record),
                    at.0,
                ],
            )?;
            if let Some(packed) = packed {
                change.execute("INSERT OR REPLACE INTO bodies (run, content) VALUES (?, ?)", params![at.0, packed])?;
            }
            prune(&change, record.begun.at, retention)?;
            change.commit()
        })
    }

    /// The records asked for, the newest first.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn find(&self, ask: &Ask) -> Result<Vec<Record>, Failure> {
        self.with_existing(Vec::new(), |db| {
            let (condition, mut values) = condition(ask);
            let limit = if ask.limit == 0 { -1 } else { i64::try_from(ask.limit).unwrap_or(-1) };
            values.push(limit.into());
            let sql = format!("SELECT {} FROM runs WHERE {condition} ORDER BY id DESC LIMIT ?", rows::COLUMNS);
            let mut select = db.prepare_cached(&sql)?;
            select.query_map(params_from_iter(values), rows::record)?.collect()
        })
    }

    /// One record.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn get(&self, id: RecordId) -> Result<Option<Record>, Failure> {
        self.with_existing(None, |db| rows::get(db, id))
    }

    /// The body of a record's reply, if it is kept.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn body(&self, id: RecordId) -> Result<Option<Vec<u8>>, Failure> {
        let packed: Option<Vec<u8>> = self.with_existing(None, |db| {
            db.query_row("SELECT content FROM bodies WHERE run = ?", [id.0], |row| row.get(0)).optional()
        })?;
        packed
            .map(|packed| rows::unpack(&packed).ok_or_else(|| self.broken("the answer kept with that run is damaged")))
            .transpose()
    }

    /// How each action of `project` was run last, for `user` or, without one, for anybody.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn last_runs(&self, project: &str, user: Option<&str>) -> Result<BTreeMap<String, LastRun>, Failure> {
        self.with_existing(BTreeMap::new(), |db| {
            let mut select = db.prepare_cached(
                "SELECT action, max(id), at, ending, status, took_ms, may_have_run, failure FROM runs WHERE project = ?1 \
                 AND (?2 IS NULL OR user = ?2) GROUP BY action",
            )?;
            let runs = select.query_map(params![project, user], |row| {
                let end = rows::ending(row, 3)?;
                Ok((row.get(0)?, LastRun { at: row.get(2)?, words: end.words(), took: end.took }))
            })?;
            runs.collect()
        })
    }

    /// Keeps a record whatever its age, or no longer. Returns whether there is one.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn pin(&self, id: RecordId, pinned: bool) -> Result<bool, Failure> {
        self.with_existing(false, |db| {
            Ok(db.execute("UPDATE runs SET pinned = ? WHERE id = ?", params![pinned, id.0])? > 0)
        })
    }

    /// Deletes a record, pinned or not. Returns whether there was one.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn delete(&self, id: RecordId) -> Result<bool, Failure> {
        self.with_existing(false, |db| Ok(db.execute("DELETE FROM runs WHERE id = ?", [id.0])? > 0))
    }

    /// Deletes every record asked for, pinned ones only if `pinned`; nothing of them is left in the file. Returns how
    /// many there were.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn purge(&self, ask: &Ask, pinned: bool) -> Result<usize, Failure> {
        self.with_existing(0, |db| {
            let (condition, values) = condition(ask);
            let sql = format!("DELETE FROM runs WHERE {condition} AND (pinned = 0 OR {})", i32::from(pinned));
            let gone = db.execute(&sql, params_from_iter(values))?;
            // Deleted text is overwritten (secure_delete); this gives its room back and empties the log.
            db.execute_batch("VACUUM")?;
            db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
            Ok(gone)
        })
    }

    /// Works on the history if it was ever written; `otherwise` if not, so that a question makes no file.
    fn with_existing<T>(
        &self,
        otherwise: T,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Failure> {
        let is_open = self.open.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        if is_open || self.path.as_deref().is_some_and(Path::exists) { self.with(work) } else { Ok(otherwise) }
    }

    fn with<T>(&self, work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Result<T, Failure> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let db = match &mut *open {
            Some(db) => db,
            closed => closed.insert(self.open()?),
        };
        work(db).map_err(|e| self.broken(&words(&e)))
    }

    fn open(&self) -> Result<Connection, Failure> {
        let opened = match &self.path {
            Some(path) => {
                files::make_private(path).map_err(|e| files::unwritable(path, &e))?;
                Connection::open(path)
            }
            None => Connection::open_in_memory(),
        };
        let mut db = opened.map_err(|e| self.broken(&words(&e)))?;
        let newer = schema::prepare(&mut db, BUSY).map_err(|e| self.broken(&words(&e)))?;
        match newer {
            None => Ok(db),
            Some(version) => Err(Failure::new(
                FailureKind::File,
                format!("The history {} was written by a newer akx (format {version}).", self.name()),
                "Use that akx, or move the file away to begin a new history.",
            )),
        }
    }

    fn name(&self) -> String {
        self.path.as_ref().map_or_else(|| "in memory".to_owned(), |path| path.display().to_string())
    }

    fn broken(&self, why: &str) -> Failure {
        Failure::new(
            FailureKind::File,
            format!("The history {} could not be used: {why}.", self.name()),
            "Check the disk and that you may write there; a damaged file can be moved away, and a new history begins.",
        )
    }
}

/// What an error of `SQLite` says, without the parts of a statement.
fn words(error: &rusqlite::Error) -> String {
    let text = error.to_string();
    text.lines().next().unwrap_or_default().trim_end_matches('.').to_owned()
}

/// The condition of a question and its values, in order.
fn condition(ask: &Ask) -> (String, Vec<Sql>) {
    let mut conditions = vec!["1".to_owned()];
    let mut values: Vec<Sql> = Vec::new();
    for word in ask.words.split_whitespace() {
        conditions.push("instr(words, ?) > 0".to_owned());
        values.push(word.to_lowercase().into());
    }
    for (column, given) in [("project", &ask.project), ("user", &ask.user), ("action", &ask.action)] {
        if let Some(given) = given {
            conditions.push(format!("{column} = ?"));
            values.push(given.clone().into());
        }
    }
    for (sign, moment) in [(">=", ask.since), ("<", ask.before)] {
        if let Some(moment) = moment {
            conditions.push(format!("at {sign} ?"));
            values.push(moment.into());
        }
    }
    match ask.wanted {
        None => {}
        Some(Wanted::Ok) => conditions.push("ending = 'answered'".to_owned()),
        Some(Wanted::NotOk) => conditions.push("ending <> 'answered'".to_owned()),
        Some(Wanted::Ending(ending)) => {
            conditions.push("ending = ?".to_owned());
            values.push(ending.name().to_owned().into());
        }
        Some(Wanted::Status(status)) => {
            conditions.push("status = ?".to_owned());
            values.push(i64::from(status).into());
        }
    }
    (conditions.join(" AND "), values)
}

/// Lets go what is older, more or larger than is to be kept, as seen at `now`.
fn prune(db: &Connection, now: i64, retention: Retention) -> rusqlite::Result<()> {
    let oldest = now.saturating_sub(i64::from(retention.days) * 86_400);
    db.execute("DELETE FROM runs WHERE pinned = 0 AND at < ?", [oldest])?;
    db.execute(
        "DELETE FROM runs WHERE pinned = 0 AND id <= (SELECT id FROM runs ORDER BY id DESC LIMIT 1 OFFSET ?)",
        [retention.runs],
    )?;
    let most = i64::from(retention.megabytes) * 1_000_000;
    let total: i64 = db.query_row("SELECT coalesce(sum(length(content)), 0) FROM bodies", [], |row| row.get(0))?;
    if total > most {
        db.execute(
            "DELETE FROM bodies WHERE run IN (SELECT run FROM (SELECT run, sum(length(content)) OVER (ORDER BY run DESC) \
             AS total FROM bodies) WHERE total > ?) AND run IN (SELECT id FROM runs WHERE pinned = 0)",
            [most],
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
