//! The dynamic sources that Paragon's own interface loads a parameter's choices from (fact sheet §2: its map of an input's
//! id to the source's type).

/// Integration, parameter, source.
const SOURCES: [(&str, &str, &str); 49] = [
    ("asana", "assignee", "assignees"),
    ("asana", "project", "projects"),
    ("asana", "projectFilterId", "projects"),
    ("asana", "team", "teams"),
    ("asana", "workspace", "workspaces"),
    ("box", "folder", "folders"),
    ("clickup", "assignees", "assignees"),
    ("clickup", "listId", "lists"),
    ("googleCalendar", "calendar", "calendars"),
    ("googledrive", "destinationFolderId", "folders"),
    ("googledrive", "folderId", "folders"),
    ("googledrive", "parentFolderId", "folders"),
    ("googledrive", "parentId", "folders"),
    ("googlesheets", "spreadsheetId", "spreadSheets"),
    ("googlesheets", "worksheet", "worksheetId"),
    ("hubspot", "field-hubspot_owner_id", "owners"),
    ("hubspot", "hubspot_owner_id", "owners"),
    ("hubspot", "listId", "contactLists"),
    ("hubspot", "pipeline", "pipelines"),
    ("hubspot", "pipelineId", "pipelines"),
    ("hubspot", "recordType", "recordTypes"),
    ("jira", "assignee", "assignees"),
    ("jira", "issueType", "issueTypes"),
    ("jira", "jiraIssueStatus", "issueStatus"),
    ("jira", "project", "projects"),
    ("jira", "projectKey", "projects"),
    ("linear", "teamId", "getTeams"),
    ("linear", "teamIds", "getTeams"),
    ("microsoftTeams", "channel", "channels"),
    ("microsoftTeams", "chatId", "chats"),
    ("microsoftTeams", "chatRecipient", "chats"),
    ("microsoftTeams", "teamId", "teams"),
    ("notion", "pageId", "pages"),
    ("outlook", "calendar", "calendars"),
    ("outlook", "mailFolder", "mailFolderCacheKey"),
    ("salesforce", "AccountId", "accounts"),
    ("salesforce", "OwnerId", "owners"),
    ("salesforce", "StageName", "stages"),
    ("salesforce", "Status", "leadStatuses"),
    ("salesforce", "accountId", "accounts"),
    ("salesforce", "listViewId", "listView"),
    ("salesforce", "objectName", "recordTypes"),
    ("salesforce", "ownerId", "owners"),
    ("salesforce", "recordType", "recordTypes"),
    ("slack", "channel", "channels"),
    ("slack", "memberId", "members"),
    ("stripe", "plan", "getPlans"),
    ("trello", "boardId", "boards"),
    ("zendesk", "assigneeId", "zendeskAgentUsers"),
];

/// The source of a parameter's choices, if it is known.
pub fn key(integration: &str, parameter: &str) -> Option<&'static str> {
    SOURCES.iter().find(|(i, p, _)| *i == integration && *p == parameter).map(|(.., key)| *key)
}

/// Whether some integration has a source for a parameter of that name.
pub(super) fn is_named(parameter: &str) -> bool {
    SOURCES.iter().any(|(_, p, _)| *p == parameter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_names_no_parameter_twice() {
        assert!(SOURCES.is_sorted_by(|(a, b, _), (c, d, _)| (a, b) < (c, d)));
        assert_eq!((key("slack", "channel"), key("slack", "nothing")), (Some("channels"), None));
    }
}
