//! Reading a request's query.

use axum::extract::Query;

/// A query's keys and values, in order.
pub(super) type Pairs = Query<Vec<(String, String)>>;

/// The first value of a key.
pub(super) fn value<'q>(query: &'q [(String, String)], key: &str) -> Option<&'q str> {
    query.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
}

/// The items of a comma separated list; `None` where there are none.
pub(super) fn list(query: &[(String, String)], key: &str) -> Option<Vec<String>> {
    let list = value(query, key).filter(|v| !v.is_empty())?;
    Some(list.split(',').map(|item| item.trim().to_owned()).collect())
}
