//! The jq filters a person has used, the latest last: one small file.

use std::path::Path;

use super::json::JsonFile;
use crate::domain::{document::Value, failure::Failure};

/// How many are kept.
pub const KEPT: usize = 200;
/// No file of them is longer than this many bytes, and no filter longer than a hundredth of it.
const LIMIT: u64 = 1 << 20;

/// The filters in one directory, which need not exist yet.
#[derive(Debug, Clone)]
pub struct Filters {
    file: JsonFile,
}

impl Filters {
    /// What is kept below `directory`.
    pub fn new(directory: impl AsRef<Path>) -> Self {
        Self { file: JsonFile::new(directory.as_ref().join("filters.json"), LIMIT) }
    }

    /// The filters, the latest last; a damaged file counts as none.
    pub fn load(&self) -> Vec<String> {
        read(self.file.load().as_ref())
    }

    /// Keeps `filter` as the latest.
    ///
    /// # Errors
    /// When the file cannot be read or written; or when a damaged one was moved aside and a new one begun.
    pub fn add(&self, filter: &str) -> Result<(), Failure> {
        if filter.len() as u64 > LIMIT / 100 {
            return Ok(());
        }
        self.file.change(|old| {
            let mut all = read(old.as_ref());
            all.retain(|f| f != filter);
            all.push(filter.to_owned());
            let from = all.len().saturating_sub(KEPT);
            Value::Array(all.drain(from..).map(Value::from).collect())
        })
    }
}

fn read(file: Option<&Value>) -> Vec<String> {
    let items = file.and_then(Value::as_array).unwrap_or_default();
    items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_are_kept_once_each() {
        let dir = tempfile::tempdir().unwrap();
        let filters = Filters::new(dir.path().join("not yet"));
        assert_eq!(filters.load(), Vec::<String>::new());
        for i in 0..=KEPT {
            filters.add(&format!(".[{i}]")).unwrap();
        }
        filters.add(".[7]").unwrap();
        let all = filters.load();
        assert_eq!((all.len(), all[0].as_str(), all[KEPT - 1].as_str()), (KEPT, ".[1]", ".[7]"));
        assert_eq!(all.iter().filter(|f| *f == ".[7]").count(), 1);
        std::fs::write(dir.path().join("not yet/filters.json"), "[").unwrap();
        assert_eq!(filters.load(), Vec::<String>::new());
    }
}
