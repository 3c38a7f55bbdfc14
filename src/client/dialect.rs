//! Writing requests exactly as each dialect has them. Reading replies is the domain's (`Catalogue::read`,
//! `unwrap_envelope`), since saved files need it too.

use reqwest::Url;

use super::ListFilter;
use crate::domain::{
    document::Value,
    export::Shape,
    failure::{Failure, FailureKind},
    run::RunRequest,
    wire::Wire,
};

/// `{base}/projects/{project}/…` with every part encoded, so that no name can lead elsewhere.
///
/// # Errors
/// [`FailureKind::Usage`] for a part that is empty or means "here" or "up" in an address.
fn project_url(base: &Url, project: &str, rest: &[&str]) -> Result<Url, Failure> {
    let mut url = base.clone();
    let parts = ["projects", project].into_iter().chain(rest.iter().copied());
    if let Some(odd) = parts.clone().find(|part| matches!(*part, "" | "." | "..")) {
        return Err(Failure::new(
            FailureKind::Usage,
            format!("{odd:?} cannot be part of an address, so it is no project's id and no action's name."),
            "Check the project's id and the action's name.",
        ));
    }
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(parts);
    }
    Ok(url)
}

/// The address of the list.
///
/// While the dialect is unknown nothing but the path is asked for: a strict server may refuse what it does not know.
pub(super) fn list_url(base: &Url, project: &str, wire: Option<Wire>, filter: &ListFilter) -> Result<Url, Failure> {
    let mut url = project_url(base, project, &[wire.unwrap_or(Wire::Live).collection()])?;
    let mut query: Vec<(&str, String)> = Vec::new();
    match wire {
        None => {}
        Some(Wire::Seed) => {
            if let [integration] = filter.integrations.as_slice() {
                query.push(("integration", integration.clone()));
            }
        }
        Some(Wire::Live | Wire::LiveTools) => {
            if !filter.integrations.is_empty() {
                query.push(("integrations", filter.integrations.join(",")));
            }
            if !filter.categories.is_empty() {
                query.push(("categories", filter.categories.join(",")));
            }
            if filter.unconnected {
                query.push(("limit_to_available", "false".to_owned()));
            }
            if filter.reload_fields {
                query.push(("reload_fields", "true".to_owned()));
            }
        }
    }
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    Ok(url)
}

/// The address of the list in a format of the seed's.
pub(super) fn definitions_url(base: &Url, project: &str, shape: Shape) -> Result<Url, Failure> {
    let mut url = project_url(base, project, &[Wire::Seed.collection()])?;
    url.query_pairs_mut().append_pair("format", shape.name());
    Ok(url)
}

/// The address and the body of a run.
pub(super) fn run(base: &Url, project: &str, request: &RunRequest) -> Result<(Url, String), Failure> {
    let (collection, parameters) = (request.wire.collection(), request.parameters.to_json());
    let Some(member) = request.wire.naming_member() else {
        return Ok((project_url(base, project, &[collection, &request.action])?, parameters));
    };
    let name = Value::from(&*request.action).to_json();
    let body = format!(r#"{{"{member}":{name},"parameters":{parameters}}}"#);
    Ok((project_url(base, project, &[collection])?, body))
}

/// The address that tells what the user has connected.
pub(super) fn me_url(api: &Url, project: &str) -> Result<Url, Failure> {
    project_url(api, project, &["sdk", "me"])
}

/// The address that answers what there is to choose from.
pub(super) fn choices_url(api: &Url, project: &str) -> Result<Url, Failure> {
    project_url(api, project, &["sdk", "actions"])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Url {
        Url::parse("https://actionkit.example.com/kit/").unwrap()
    }

    #[test]
    fn lists_are_asked_for_as_each_dialect_has_it() {
        let filter = ListFilter {
            integrations: vec!["slack".into(), "monday.com".into()],
            categories: vec!["crm".into()],
            unconnected: true,
            reload_fields: true,
        };
        let one = ListFilter { integrations: vec!["a b&c".into()], ..ListFilter::default() };
        let url = |wire, filter: &ListFilter| list_url(&base(), "p/1", wire, filter).unwrap().to_string();
        let root = "https://actionkit.example.com/kit/projects/p%2F1";
        let all = "integrations=slack%2Cmonday.com&categories=crm&limit_to_available=false&reload_fields=true";
        assert_eq!(url(None, &filter), format!("{root}/actions"));
        assert_eq!(url(Some(Wire::Seed), &filter), format!("{root}/actions"));
        assert_eq!(url(Some(Wire::Seed), &one), format!("{root}/actions?integration=a+b%26c"));
        assert_eq!(url(Some(Wire::Live), &filter), format!("{root}/actions?{all}"));
        assert_eq!(url(Some(Wire::LiveTools), &filter), format!("{root}/tools?{all}"));
        assert_eq!(url(Some(Wire::LiveTools), &ListFilter::default()), format!("{root}/tools"));
    }

    #[test]
    fn runs_are_written_as_each_dialect_has_them_and_to_the_character() {
        let request = |wire| RunRequest {
            action: "SLACK_\"A\"/..".into(),
            parameters: Value::parse(br#"{"n": 0.10, "big":9007199254740993}"#).unwrap(),
            wire,
            credential: None,
        };
        let written = |wire| {
            let (url, body) = run(&base(), "p", &request(wire)).unwrap();
            (url.path().to_owned(), body)
        };
        let parameters = r#"{"n":0.10,"big":9007199254740993}"#;
        assert_eq!(
            written(Wire::Seed),
            ("/kit/projects/p/actions/SLACK_%22A%22%2F..".to_owned(), parameters.to_owned())
        );
        assert_eq!(
            written(Wire::Live),
            (
                "/kit/projects/p/actions".to_owned(),
                format!(r#"{{"action":"SLACK_\"A\"/..","parameters":{parameters}}}"#)
            )
        );
        assert_eq!(
            written(Wire::LiveTools),
            ("/kit/projects/p/tools".to_owned(), format!(r#"{{"tool":"SLACK_\"A\"/..","parameters":{parameters}}}"#))
        );
    }

    #[test]
    fn a_name_cannot_lead_to_another_address() {
        for action in ["", ".", ".."] {
            let request =
                RunRequest { action: action.into(), parameters: Value::object(), wire: Wire::Seed, credential: None };
            assert_eq!(run(&base(), "p", &request).unwrap_err().kind, FailureKind::Usage, "{action:?}");
        }
        assert!(list_url(&base(), "..", None, &ListFilter::default()).is_err());
        assert!(me_url(&base(), "").is_err());
    }
}
