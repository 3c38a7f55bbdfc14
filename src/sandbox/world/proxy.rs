//! The proxy's paths: which of a provider's own addresses do what to the world.
//!
//! `assets/sandbox/proxy.json` holds `routes`, by integration: `{"on": "POST /chat.postMessage", "run": ACTION, "with":
//! TEMPLATE}`, where the template makes the action's parameters and sees `path` (what stands in the braces of `on`), `query`
//! and `body`; in place of `run` an action of its own may stand as `act`. Any other path that ends in a resource's name (perhaps in the plural), or in one and an id, reads and
//! changes that resource's records, by the actions under `records`; they see `param.resource`, `id`, `query` and `body`.

use std::{collections::BTreeMap, sync::OnceLock};

use super::{
    data::{ActionData, DataError, Provider, read_actions},
    template::Template,
};
use crate::domain::{
    document::{Object, Value},
    words::plurals,
};

const FILE: &str = include_str!("../../../assets/sandbox/proxy.json");

/// One address of a provider.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    method: String,
    path: Vec<String>,
    /// What it does.
    pub run: Run,
    /// Makes the action's parameters.
    pub with: Template,
}

/// What an address does.
#[derive(Debug, Clone, PartialEq)]
pub enum Run {
    /// The catalogue's action of that name.
    Named(String),
    /// An action that has no name in the catalogue.
    Own(ActionData),
}

#[derive(Debug, Default)]
struct Table {
    routes: BTreeMap<String, Vec<Route>>,
    records: BTreeMap<String, ActionData>,
}

fn read() -> Result<Table, DataError> {
    let error = |at: &str, message: String| DataError { at: format!("proxy/{at}"), message };
    let file = Value::parse(FILE.as_bytes()).map_err(|e| error("", format!("not valid JSON: {e}")))?;
    let records = read_actions("proxy/records", file.get("records").unwrap_or(&Value::Null))?;
    let mut routes = BTreeMap::new();
    for (integration, rows) in file.get("routes").and_then(Value::as_object).into_iter().flat_map(Object::iter) {
        let read = |row: &Value| {
            let text = |key: &str| row.get(key).and_then(Value::as_str);
            let missing = || error(integration, "needs on, run (or act) and with".to_owned());
            let (method, path) = text("on").and_then(|on| on.split_once(' ')).ok_or_else(missing)?;
            let own = row.get("act").map(|act| {
                let own = read_actions(integration, &Object::from_iter([("act", act.clone())]).into())?.remove("act");
                own.ok_or_else(missing)
            });
            let run = match own {
                Some(own) => Run::Own(own?),
                None => Run::Named(text("run").ok_or_else(missing)?.to_owned()),
            };
            Ok(Route {
                method: method.to_owned(),
                path: segments(path).map(str::to_owned).collect(),
                run,
                with: Template::compile(row.get("with").ok_or_else(missing)?).map_err(|m| error(integration, m))?,
            })
        };
        let rows = rows.as_array().unwrap_or_default().iter().map(read).collect::<Result<_, DataError>>()?;
        routes.insert(integration.to_owned(), rows);
    }
    Ok(Table { routes, records })
}

fn table() -> &'static Table {
    static READ: OnceLock<Table> = OnceLock::new();
    // A mistake in the file would be one in this program: a test reads it.
    READ.get_or_init(|| read().unwrap_or_default())
}

fn segments(path: &str) -> impl DoubleEndedIterator<Item = &str> {
    path.split('/').filter(|s| !s.is_empty())
}

/// The address a request means, and what stands in its braces. A whole URL has the API's base path before the address
/// (`/api` at Slack), which is skipped where nothing fits the path as it is.
pub fn route(integration: &str, method: &str, path: &str) -> Option<(&'static Route, Value)> {
    let asked: Vec<&str> = segments(path).collect();
    let routes = table().routes.get(integration)?;
    let whole = routes.iter().filter(|r| r.path.len() == asked.len());
    let tails = routes.iter().filter(|r| r.path.len() < asked.len());
    whole.chain(tails).filter(|r| r.method == method).find_map(|route| {
        let mut named = Object::new();
        for (own, asked) in route.path.iter().zip(&asked[asked.len() - route.path.len()..]) {
            match own.strip_prefix('{').and_then(|o| o.strip_suffix('}')) {
                Some(name) => drop(named.insert(name, *asked)),
                None if own == asked => {}
                None => return None,
            }
        }
        Some((route, named.into()))
    })
}

/// What a path means that is no address of the file: the action on records, the resource, and the id where there is one.
pub fn records(provider: &Provider, method: &str, path: &str) -> Option<(&'static ActionData, String, Option<String>)> {
    let resource =
        |name: &str| plurals(name).iter().find_map(|n| provider.resource(n)).map(|(name, _)| name.to_owned());
    let mut last = segments(path).rev();
    let (end, before) = (last.next()?, last.next());
    let (resource, id) = match resource(end) {
        Some(resource) => (resource, None),
        None => (resource(before?)?, Some(end.to_owned())),
    };
    let what = match (method, id.is_some()) {
        ("GET", false) => "list",
        ("GET", true) => "get",
        ("POST", false) => "create",
        ("PUT" | "PATCH" | "POST", true) => "update",
        ("DELETE", true) => "delete",
        _ => return None,
    };
    Some((table().records.get(what)?, resource, id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::{catalogue, world::data};

    #[test]
    fn every_route_runs_an_action_of_its_integration() {
        let Ok(table) = read() else { panic!("{:?}", read().err()) };
        assert_eq!(table.records.len(), 5);
        for (integration, routes) in &table.routes {
            for route in routes {
                let Run::Named(run) = &route.run else { continue };
                assert_eq!(catalogue::entry(run).map(|(i, _)| &*i.key), Some(&**integration), "{run}");
            }
        }
    }

    #[test]
    fn paths_are_addresses_or_resources() {
        let name = |route: &'static Route| if let Run::Named(name) = &route.run { name.as_str() } else { "" };
        let named = route("gmail", "GET", "/gmail/v1/users/me/messages/17").map(|(r, p)| (name(r), p.to_json()));
        assert_eq!(named, Some(("GMAIL_GET_EMAIL_BY_ID", r#"{"user":"me","id":"17"}"#.to_owned())));
        assert!(route("gmail", "POST", "/gmail/v1/users/me/messages/17").is_none());
        let run = |path: &str| route("slack", "GET", path).map(|(r, _)| name(r));
        assert_eq!(run("/api/conversations.list"), Some("SLACK_LIST_CHANNELS"), "with the API's base path as well");
        assert_eq!(run("/api/unicorns.list"), None);
        let Ok(Some(provider)) = data::provider("hubspot") else { panic!("no world") };
        let what = |method: &str, path: &str| records(&provider, method, path).map(|(_, resource, id)| (resource, id));
        assert_eq!(what("GET", "/crm/v3/objects/companies"), Some(("company".to_owned(), None)));
        assert_eq!(what("PATCH", "crm/v3/objects/contacts/7/"), Some(("contact".to_owned(), Some("7".to_owned()))));
        assert_eq!(what("DELETE", "/crm/v3/objects/contacts"), None, "not all of them at once");
        assert_eq!(what("GET", "/crm/v3/nonsense/x/y"), None);
        assert_eq!(what("GET", ""), None);
    }
}
