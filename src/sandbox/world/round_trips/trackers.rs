//! GitHub, Jira, Linear and Asana.

use super::{Account, at, count};

#[test]
fn github_issues_and_releases_belong_to_a_repository() {
    let mut github = Account::of("github");
    let portal = r#""owner":"acme","repo":"portal""#;
    let made = github.ok(
        "GITHUB_CREATE_ISSUE",
        &format!(r#"{{{portal},"title":"Zephyr","body":"Wind","assignees":"[\"jonas\"]"}}"#),
    );
    assert_eq!((at(&made, "state"), at(&made, "assignees.0.login")), ("open".into(), "jonas".into()));
    let number = at(&made, "number");
    let one = format!(r#"{{{portal},"issue_number":"{number}"}}"#);
    assert_eq!(at(&github.ok("GITHUB_GET_ISSUE_BY_NUMBER", &one), "title"), "Zephyr");
    github.missing(
        "GITHUB_GET_ISSUE_BY_NUMBER",
        &format!(r#"{{"owner":"acme","repo":"sdk","issue_number":"{number}"}}"#),
    );
    let closing = format!(r#"{{{portal},"issue_number":"{number}","title":"Zephyr","state":"closed"}}"#);
    assert!(!at(&github.ok("GITHUB_UPDATE_ISSUE", &closing), "closed_at").is_empty());
    let search = |field: &str, value: &str| {
        let test = format!(r#"{{"field":"{field}","operator":"$stringExactlyMatches","value":"{value}"}}"#);
        let filter = format!(r#"{{"operator":"OR","conditions":[{{"operator":"AND","conditions":[{test}]}}]}}"#);
        format!(r#"{{{portal},"filter":{filter}}}"#)
    };
    let closed = github.ok("GITHUB_SEARCH_ISSUE", &search("state", "closed"));
    assert_eq!((at(&closed, "total_count"), at(&closed, "items.0.number")), ("2".into(), number));
    assert_eq!(at(&github.ok("GITHUB_SEARCH_ISSUE", &search("labels", "sso")), "total_count"), "2");

    let release = github.ok("GITHUB_CREATE_RELEASE", &format!(r#"{{{portal},"tag_name":"v5.0.0","draft":"true"}}"#));
    assert_eq!(at(&release, "draft"), "true");
    let by_tag = format!(r#"{{{portal},"tag_name":"v5.0.0"}}"#);
    assert_eq!(at(&github.ok("GITHUB_GET_RELEASE_BY_TAG_NAME", &by_tag), "id"), at(&release, "id"));
    github.ok("GITHUB_DELETE_RELEASE", &format!(r#"{{{portal},"id":"{}"}}"#, at(&release, "id")));
    github.missing("GITHUB_GET_RELEASE_BY_TAG_NAME", &by_tag);
    let changed = github.ok("GITHUB_GET_FILES_CHANGED_IN_PR", &format!(r#"{{{portal},"pull_number":61}}"#));
    assert_eq!((count(&changed, ""), at(&changed, "0.filename")), (2, "src/login.rs".into()));
}

#[test]
fn jira_understands_jql() {
    let mut jira = Account::of("jira");
    let made = jira.ok("JIRA_CREATE_ISSUE", r#"{"summary":"Zephyr","project":"APP","issueType":"10002"}"#);
    let key = at(&made, "key");
    assert!(key.starts_with("APP-"), "{key}");
    let found = |jira: &mut Account, jql: &str| {
        let answer = jira.ok("JIRA_SEARCH_BY_JQL", &format!(r#"{{"jqlQuery":"{jql}"}}"#));
        (0..count(&answer, "issues")).map(|i| at(&answer, &format!("issues.{i}.key"))).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(found(&mut jira, "summary ~ zephyr"), key);
    assert_eq!(found(&mut jira, "project = APP AND type = Bug ORDER BY created"), format!("APP-41 APP-44 {key}"));
    let moving =
        format!(r#"{{"issueKey":"{key}","jiraIssueStatus":"Done","additionalFields":"{{\"labels\":[\"sso\"]}}"}}"#);
    jira.ok("JIRA_UPDATE_ISSUE", &moving);
    assert_eq!(found(&mut jira, "labels = sso AND status = Done"), key);
    let issue = jira.ok("JIRA_GET_ISSUE_BY_KEY", &format!(r#"{{"issueKey":"{key}"}}"#));
    assert_eq!(
        (at(&issue, "fields.issuetype.name"), at(&issue, "fields.project.name")),
        ("Bug".into(), "Driver app".into())
    );
    jira.ok("JIRA_DELETE_ISSUE", &format!(r#"{{"issueKey":"{key}"}}"#));
    jira.missing("JIRA_GET_ISSUE_BY_KEY", &format!(r#"{{"issueKey":"{key}"}}"#));
    let wrong = jira.run("JIRA_SEARCH_BY_JQL", r#"{"jqlQuery":"project ="}"#);
    assert!(format!("{wrong:?}").contains("Expecting a value"), "{wrong:?}");
}

#[test]
fn linear_and_asana_keep_what_they_are_given() {
    let mut linear = Account::of("linear");
    let made = linear.ok("LINEAR_CREATE_ISSUE", r#"{"teamId":"@team","title":"Zephyr","priority":"1"}"#);
    let (id, identifier) = (at(&made, "data.issueCreate.issue.id"), at(&made, "data.issueCreate.issue.identifier"));
    assert!(identifier.starts_with("ENG-"), "{identifier}");
    let found = linear.ok("LINEAR_SEARCH_ISSUE", r#"{"queryTerm":"zephyr"}"#);
    assert_eq!(at(&found, "data.searchIssues.nodes.0.id"), id);
    linear.ok("LINEAR_UPDATE_ISSUE", &format!(r#"{{"issueId":"{id}","statusId":"Done"}}"#));
    let one = linear.ok("LINEAR_GET_ISSUE_BY_ISSUE_IDENTIFIER", &format!(r#"{{"externalId":"{identifier}"}}"#));
    assert_eq!((at(&one, "data.issue.state.type"), at(&one, "data.issue.priority")), ("completed".into(), "1".into()));
    linear.ok("LINEAR_DELETE_ISSUE", &format!(r#"{{"issueId":"{id}"}}"#));
    linear.missing("LINEAR_GET_ISSUE_BY_ID", &format!(r#"{{"issueId":"{id}"}}"#));

    let mut asana = Account::of("asana");
    let made = asana.ok("ASANA_CREATE_TASK", r#"{"name":"Zephyr","project":"@project","gid":"our-1"}"#);
    let gid = at(&made, "data.gid");
    assert_eq!(at(&asana.ok("ASANA_GET_TASK_BY_EXTERNAL_ID", r#"{"gid":"our-1"}"#), "data.gid"), gid);
    let listed = asana.ok("ASANA_GET_TASKS", r#"{"project":"@project"}"#);
    assert_eq!((count(&listed, "data"), at(&listed, "data.4.name")), (5, "Zephyr".into()));
    let done = asana.ok("ASANA_UPDATE_TASK", &format!(r#"{{"taskId":"{gid}","completeStatus":"true"}}"#));
    assert_eq!(at(&done, "data.completed"), "true");
    assert_eq!(count(&asana.ok("ASANA_GET_PROJECTS", r#"{"archived":"true"}"#), "data"), 1);
}
