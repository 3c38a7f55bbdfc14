//! What people type and the action they expect on the first line, over all real names.

use akx::domain::{
    action::Action,
    catalogue::Catalogue,
    search::{Facts, Index, Query, Searcher},
};

const NAMES: &str = include_str!("fixtures/action-names.txt");

fn catalogue(keep: impl Fn(&str) -> bool) -> Catalogue {
    let lines = NAMES.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_once(' '));
    let actions = lines.filter(|(integration, _)| keep(integration)).map(|(integration, name)| Action {
        name: name.into(),
        integration: integration.into(),
        description: "".into(),
        parameters: None,
        declared: None,
    });
    Catalogue::new(actions.collect(), vec![], None)
}

/// The query, and the action on the first line.
const TABLE: &[(&str, &str)] = &[
    // Exact, however it is spelled.
    ("SLACK_SEND_MESSAGE", "SLACK_SEND_MESSAGE"),
    ("slack_send_message", "SLACK_SEND_MESSAGE"),
    ("slack send message", "SLACK_SEND_MESSAGE"),
    ("slack.send-message", "SLACK_SEND_MESSAGE"),
    ("slacksendmessage", "SLACK_SEND_MESSAGE"),
    ("SALESFORCE_CREATE_RECORD", "SALESFORCE_CREATE_RECORD"),
    ("salesforce create record", "SALESFORCE_CREATE_RECORD"),
    ("salesforce update record", "SALESFORCE_UPDATE_RECORD"),
    ("GMAIL_CREATE_A_CONTACT", "GMAIL_CREATE_A_CONTACT"),
    ("DOCUSIGN_SEND_AN_ENVELOPE", "DOCUSIGN_SEND_AN_ENVELOPE"),
    ("docusign create an envelope", "DOCUSIGN_CREATE_AN_ENVELOPE"),
    ("monday create item", "MONDAY_CREATE_ITEM"),
    ("notion create page", "NOTION_CREATE_PAGE"),
    ("asana get tasks", "ASANA_GET_TASKS"),
    ("asana get tasks v2", "ASANA_GET_TASKS_V2"),
    ("SHOPIFY_CREATE_PRODUCT", "SHOPIFY_CREATE_PRODUCT"),
    ("google drive move folder", "GOOGLE_DRIVE_MOVE_FOLDER"),
    ("googledrive list files", "GOOGLE_DRIVE_LIST_FILES"),
    ("jira update issue", "JIRA_UPDATE_ISSUE"),
    ("linear create issue", "LINEAR_CREATE_ISSUE"),
    ("dynamics 365 finance create bill", "DYNAMICS_365_FINANCE_CREATE_BILL"),
    // Without the integration.
    ("send message", "SLACK_SEND_MESSAGE"),
    ("send email", "GMAIL_SEND_EMAIL"),
    ("send direct message", "SLACK_SEND_DIRECT_MESSAGE"),
    ("search messages", "SLACK_SEARCH_MESSAGES"),
    ("list channels", "SLACK_LIST_CHANNELS"),
    ("create draft", "GMAIL_CREATE_DRAFT"),
    ("describe action schema", "JIRA_DESCRIBE_ACTION_SCHEMA"),
    ("export doc", "GOOGLE_DRIVE_EXPORT_DOC"),
    ("lock issue", "GITHUB_LOCK_ISSUE"),
    ("create subscription", "STRIPE_CREATE_SUBSCRIPTION"),
    ("get abandoned carts", "SHOPIFY_GET_ABANDONED_CARTS"),
    ("get balance transactions", "STRIPE_GET_BALANCE_TRANSACTIONS"),
    ("write soql query", "SALESFORCE_WRITE_SOQL_QUERY"),
    // Beginnings.
    ("send mess", "SLACK_SEND_MESSAGE"),
    ("slack se", "SLACK_SEND_MESSAGE"),
    ("slack sen", "SLACK_SEND_MESSAGE"),
    ("slack send m", "SLACK_SEND_MESSAGE"),
    ("slack sea", "SLACK_SEARCH_MESSAGES"),
    ("SLACK_SEND_D", "SLACK_SEND_DIRECT_MESSAGE"),
    ("gmail send", "GMAIL_SEND_EMAIL"),
    ("gmail del", "GMAIL_DELETE_EMAIL"),
    ("gmail cr", "GMAIL_CREATE_DRAFT"),
    ("salesforce cr", "SALESFORCE_CREATE_RECORD"),
    ("notion cre", "NOTION_CREATE_PAGE"),
    ("notion cr pa", "NOTION_CREATE_PAGE"),
    ("github cr", "GITHUB_CREATE_ISSUE"),
    ("gith lock", "GITHUB_LOCK_ISSUE"),
    ("hub del cont", "HUBSPOT_DELETE_RECORD_CONTACTS"),
    ("hubs cre dea", "HUBSPOT_CREATE_RECORD_DEALS"),
    ("calendly can", "CALENDLY_CANCEL_EVENT"),
    ("trans", "STRIPE_GET_BALANCE_TRANSACTIONS"),
    ("aban", "SHOPIFY_GET_ABANDONED_CARTS"),
    ("soql", "SALESFORCE_WRITE_SOQL_QUERY"),
    ("jql", "JIRA_SEARCH_BY_JQL"),
    ("soap", "NETSUITE_ACCESS_SOAP_API_WITH_BODY"),
    ("draft", "GMAIL_CREATE_DRAFT"),
    ("funnel", "FACEBOOK_ADS_SEND_FUNNEL_EVENT"),
    ("reaction", "FIGMA_GET_COMMENT_REACTION"),
    ("linkedin", "LINKEDIN_CREATE_POST"),
    ("g", "GONG_ADD_CALL"),
    ("sl", "SLACK_LIST_MEMBERS"),
    ("no", "NOTION_CREATE_PAGE"),
    // Word starts run together, and initials.
    ("ssm", "SLACK_SEND_MESSAGE"),
    ("ssdm", "SLACK_SEND_DIRECT_MESSAGE"),
    ("slsend", "SLACK_SEND_MESSAGE"),
    ("sendmess", "SLACK_SEND_MESSAGE"),
    ("slack dm", "SLACK_SEND_DIRECT_MESSAGE"),
    ("gse", "GMAIL_SEND_EMAIL"),
    ("gci", "GITHUB_CREATE_ISSUE"),
    ("jci", "JIRA_CREATE_ISSUE"),
    ("ncp", "NOTION_CREATE_PAGE"),
    ("gdlf", "GOOGLE_DRIVE_LIST_FILES"),
    ("scr", "SALESFORCE_CREATE_RECORD"),
    ("hcrc", "HUBSPOT_CREATE_RECORD_CONTACTS"),
    ("gcce", "GOOGLE_CALENDAR_CREATE_EVENT"),
    ("tsmic", "TEAMS_SEND_MESSAGE_IN_CHAT"),
    ("as3uf", "AMAZON_S3_UPLOAD_FILE"),
    // In any order.
    ("message slack send", "SLACK_SEND_MESSAGE"),
    ("message send slack", "SLACK_SEND_MESSAGE"),
    ("contact create hubspot", "HUBSPOT_CREATE_RECORD_CONTACTS"),
    ("issue github", "GITHUB_CREATE_ISSUE"),
    ("issue create github", "GITHUB_CREATE_ISSUE"),
    ("page notion create", "NOTION_CREATE_PAGE"),
    ("folder drive google", "GOOGLE_DRIVE_CREATE_FOLDER"),
    ("file upload s3", "AMAZON_S3_UPLOAD_FILE"),
    ("invoice send quickbooks", "QUICKBOOKS_SEND_INVOICE"),
    ("lead salesforce create", "SALESFORCE_CREATE_RECORD_LEAD"),
    ("ticket delete zendesk", "ZENDESK_DELETE_TICKET"),
    ("event delete outlook", "OUTLOOK_DELETE_EVENT"),
    // Sentences.
    ("send a message to slack", "SLACK_SEND_MESSAGE"),
    ("create an issue in jira", "JIRA_CREATE_ISSUE"),
    ("add a comment to a ticket in zendesk", "ZENDESK_ADD_COMMENT_TO_TICKET"),
    ("upload a file to s3", "AMAZON_S3_UPLOAD_FILE"),
    ("get user by email slack", "SLACK_GET_USER_BY_EMAIL"),
    // Near-identical names are told apart by what differs.
    ("salesforce create contact", "SALESFORCE_CREATE_RECORD_CONTACT"),
    ("salesforce create lead", "SALESFORCE_CREATE_RECORD_LEAD"),
    ("salesforce create any", "SALESFORCE_CREATE_RECORD_ANY"),
    ("salesforce create custom field lead", "SALESFORCE_CREATE_CUSTOM_FIELD_LEAD"),
    ("salesforce search lead", "SALESFORCE_SEARCH_RECORDS_LEAD"),
    ("salesforce search lead v2", "SALESFORCE_SEARCH_RECORDS_V2_LEAD"),
    ("salesforce get account", "SALESFORCE_GET_RECORD_BY_ID_ACCOUNT"),
    ("salesforce view account", "SALESFORCE_GET_RECORD_BY_VIEW_ID_ACCOUNT"),
    ("hubspot create record", "HUBSPOT_CREATE_RECORD_ANY"),
    ("hubspot create deal", "HUBSPOT_CREATE_RECORD_DEALS"),
    ("hubspot create company", "HUBSPOT_CREATE_RECORD_COMPANIES"),
    ("hubspot search contact", "HUBSPOT_SEARCH_RECORDS_CONTACTS"),
    ("hubspot get contacts", "HUBSPOT_GET_CONTACTS_BY_LIST_ID"),
    ("hubspot get record by id deal", "HUBSPOT_GET_RECORD_BY_ID_DEALS"),
    ("hubspot contacts list", "HUBSPOT_GET_CONTACTS_BY_LIST_ID"),
    ("close create lead", "CLOSE_CREATE_RECORD_LEAD"),
    ("close delete task", "CLOSE_DELETE_RECORD_TASK"),
    ("pipedrive create deal", "PIPEDRIVE_CREATE_RECORD_DEALS_V2"),
    ("pipedrive get person", "PIPEDRIVE_GET_RECORDS_PERSONS_V2"),
    ("dynamics delete note", "MICROSOFT_DYNAMICS_DELETE_RECORD_NOTE"),
    ("create purchase invoice line", "DYNAMICS_BUSINESS_CENTRAL_CREATE_PURCHASE_INVOICE_LINE_ITEM"),
    ("create purchase invoice", "DYNAMICS_BUSINESS_CENTRAL_CREATE_PURCHASE_INVOICE"),
    ("finance create payment journal", "DYNAMICS_365_FINANCE_CREATE_PAYMENT_JOURNAL"),
    ("notion page markdown", "NOTION_GET_PAGE_AS_MARKDOWN"),
    ("notion create markdown", "NOTION_CREATE_PAGE_WITH_MARKDOWN"),
    ("linear sub issue", "LINEAR_CREATE_SUB_ISSUE"),
    ("facebook ad set", "FACEBOOK_ADS_CREATE_AD_SET"),
    ("teams message channel", "TEAMS_SEND_MESSAGE_IN_CHANNEL"),
    ("teams send chat", "TEAMS_SEND_MESSAGE_IN_CHAT"),
    // Names and abbreviations of integrations.
    ("gdrive list", "GOOGLE_DRIVE_LIST_FILES"),
    ("gdrive move", "GOOGLE_DRIVE_MOVE_FOLDER"),
    ("gcal event", "GOOGLE_CALENDAR_CREATE_EVENT"),
    ("gcal create event", "GOOGLE_CALENDAR_CREATE_EVENT"),
    ("gsheets row", "GOOGLE_SHEETS_GET_ROW"),
    ("sheets add row", "GOOGLE_SHEETS_CREATE_ROW"),
    ("sf create lead", "SALESFORCE_CREATE_RECORD_LEAD"),
    ("sf soql", "SALESFORCE_WRITE_SOQL_QUERY"),
    ("sfdc update contact", "SALESFORCE_UPDATE_RECORD_CONTACT"),
    ("gh issue", "GITHUB_CREATE_ISSUE"),
    ("gh create issue", "GITHUB_CREATE_ISSUE"),
    ("gh release", "GITHUB_CREATE_RELEASE"),
    ("gh pr", "GITHUB_GET_FILES_CHANGED_IN_PR"),
    ("s3 upload", "AMAZON_S3_UPLOAD_FILE"),
    ("s3 list", "AMAZON_S3_LIST_FILES"),
    ("aws download", "AMAZON_S3_DOWNLOAD_FILE"),
    ("teams", "TEAMS_MEMBER_LIST"),
    ("msteams chat", "TEAMS_SEND_MESSAGE_IN_CHAT"),
    ("microsoft teams channel", "TEAMS_CHANNEL_LIST"),
    ("monday.com item", "MONDAY_CREATE_ITEM"),
    ("ado workitem", "AZURE_DEVOPS_CREATE_WORKITEM"),
    ("aem folder", "ADOBE_EXPERIENCE_MANAGER_CREATE_FOLDER"),
    ("qbo invoice", "QUICKBOOKS_SEND_INVOICE"),
    ("fb campaign", "FACEBOOK_ADS_CREATE_CAMPAIGN"),
    ("bamboo employee", "BAMBOO_HR_CREATE_EMPLOYEE"),
    ("hs deals", "HUBSPOT_GET_RECORDS_DEALS"),
    ("hellosign send", "DROPBOX_SIGN_CREATE_AND_SEND_SIGNATURE_REQUEST"),
    ("business central vendor", "DYNAMICS_BUSINESS_CENTRAL_CREATE_VENDOR"),
    // Synonyms.
    ("remove contact hubspot", "HUBSPOT_DELETE_RECORD_CONTACTS"),
    ("remove prospect", "PARDOT_REMOVE_PROSPECT_FROM_LIST"),
    ("remove ticket freshdesk", "FRESHDESK_DELETE_TICKET"),
    ("find slack message", "SLACK_SEARCH_MESSAGES"),
    ("find envelope", "DOCUSIGN_SEARCH_ENVELOPES"),
    ("new task asana", "ASANA_CREATE_TASK"),
    ("add contact front", "FRONT_CREATE_CONTACT"),
    ("new lead salesforce", "SALESFORCE_CREATE_RECORD_LEAD"),
    ("new page notion", "NOTION_CREATE_PAGE"),
    ("fetch customer stripe", "STRIPE_GET_CUSTOMERS"),
    ("fetch record", "AIRTABLE_FETCH_RECORDS"),
    ("get records airtable", "AIRTABLE_FETCH_RECORDS"),
    ("read email gmail", "GMAIL_GET_EMAIL_BY_ID"),
    ("upload file box", "BOX_SAVE_FILE"),
    ("upload file gdrive", "GOOGLE_DRIVE_SAVE_FILE"),
    ("save file s3", "AMAZON_S3_UPLOAD_FILE"),
    ("list issues github", "GITHUB_SEARCH_ISSUE"),
    ("edit page confluence", "CONFLUENCE_UPDATE_PAGE"),
    ("gmail send mail", "GMAIL_SEND_EMAIL"),
    // Plurals.
    ("salesforce search contacts", "SALESFORCE_SEARCH_RECORDS_CONTACT"),
    ("github search issues", "GITHUB_SEARCH_ISSUE"),
    ("slack send messages", "SLACK_SEND_MESSAGE"),
    ("outreach opportunities", "OUTREACH_GET_OPPORTUNITIES"),
    ("lever create opportunities", "LEVER_CREATE_OPPORTUNITY"),
    // Letters left out.
    ("gdrvsave", "GOOGLE_DRIVE_SAVE_FILE"),
    ("salesfocre", "SALESFORCE_CREATE_RECORD"),
    ("sfcrrec", "SALESFORCE_CREATE_RECORD"),
    ("slk msg", "SLACK_SEND_MESSAGE"),
    ("ghub iss", "GITHUB_CREATE_ISSUE"),
    ("slk chnl", "SLACK_LIST_CHANNELS"),
    ("zdsk tckt", "ZENDESK_CREATE_TICKET"),
    // What people type in a hurry.
    ("gdrive download", "GOOGLE_DRIVE_DOWNLOAD_FILE"),
    ("gdrive new folder", "GOOGLE_DRIVE_CREATE_FOLDER"),
    ("gcal availability", "GOOGLE_CALENDAR_GET_AVAILABILITY"),
    ("gcal del", "GOOGLE_CALENDAR_DELETE_EVENT"),
    ("gcal upd ev", "GOOGLE_CALENDAR_UPDATE_EVENT"),
    ("slack user email", "SLACK_GET_USER_BY_EMAIL"),
    ("slack channels", "SLACK_LIST_CHANNELS"),
    ("post message slack", "SLACK_SEND_MESSAGE"),
    ("slack post", "SLACK_SEND_MESSAGE"),
    ("jira create ticket", "JIRA_CREATE_ISSUE"),
    ("jira isue create", "JIRA_CREATE_ISSUE"),
    ("jira assignee", "JIRA_GET_ALL_ASSIGNEES_BY_PROJECT"),
    ("gh pull request", "GITHUB_GET_PULL_REQUEST_BY_NUMBER"),
    ("gh get file", "GITHUB_GET_FILE"),
    ("comment on ticket", "ZENDESK_ADD_COMMENT_TO_TICKET"),
    ("notion page content", "NOTION_GET_PAGE_CONTENT"),
    ("archive page", "NOTION_ARCHIVE_PAGE"),
    ("ngpbi", "NOTION_GET_PAGE_BY_ID"),
    ("lcsi", "LINEAR_CREATE_SUB_ISSUE"),
    ("scrl", "SALESFORCE_CREATE_RECORD_LEAD"),
    ("sf create opp", "SALESFORCE_CREATE_RECORD_OPPORTUNITY"),
    ("hubspot new deal", "HUBSPOT_CREATE_RECORD_DEALS"),
    ("s3 del", "AMAZON_S3_DELETE_FOLDER"),
    ("s3 downl", "AMAZON_S3_DOWNLOAD_FILE"),
    ("mailchimp campaign send", "MAILCHIMP_SEND_CAMPAIGN"),
    ("mc add contact", "MAILCHIMP_ADD_CONTACT_TO_LIST"),
    ("outlook send email", "OUTLOOK_SEND_MESSAGE"),
    ("outlook mail", "OUTLOOK_SEND_MESSAGE"),
    ("teams post channel", "TEAMS_SEND_MESSAGE_IN_CHANNEL"),
    ("gsheet update row", "GOOGLE_SHEETS_UPDATE_ROW"),
    ("append row sheets", "GOOGLE_SHEETS_CREATE_ROW"),
    ("insert row gsheets", "GOOGLE_SHEETS_CREATE_ROW"),
    ("airtable new record", "AIRTABLE_CREATE_RECORD"),
    ("qb create invoice", "QUICKBOOKS_CREATE_INVOICE"),
    ("qbo list customers", "QUICKBOOKS_GET_CUSTOMERS"),
    ("calendly cancel", "CALENDLY_CANCEL_EVENT"),
    ("intercom msg", "INTERCOM_SEND_MESSAGE"),
    ("stripe plans", "STRIPE_GET_PLANS"),
    ("asana get teams", "ASANA_GET_TEAMS"),
    // With qualifiers.
    ("in:slack send", "SLACK_SEND_MESSAGE"),
    ("in:gh kind:delete", "GITHUB_DELETE_RELEASE"),
    ("kind:send slack", "SLACK_SEND_MESSAGE"),
    ("-in:slack send message", "OUTLOOK_SEND_MESSAGE"),
    ("kind:read in:stripe cust", "STRIPE_GET_CUSTOMERS"),
    ("in:notion -kind:read -update page", "NOTION_CREATE_PAGE"),
    ("in:sf \"record lead\" kind:write update", "SALESFORCE_UPDATE_RECORD_LEAD"),
    ("in:gmail,outlook kind:send", "GMAIL_SEND_EMAIL"),
    // Inside words.
    ("hub issue", "GITHUB_CREATE_ISSUE"),
    ("books invoice", "QUICKBOOKS_SEND_INVOICE"),
];

/// The query as mistyped, what it is read as, and the action on the first line.
const MISTYPED: &[(&str, &str, &str)] = &[
    ("slakc send", "slack send", "SLACK_SEND_MESSAGE"),
    ("slakc", "slack", "SLACK_LIST_MEMBERS"),
    ("salesfrce create record", "salesforce create record", "SALESFORCE_CREATE_RECORD"),
    ("salseforce create record", "salesforce create record", "SALESFORCE_CREATE_RECORD"),
    ("gihtub issue", "github issue", "GITHUB_CREATE_ISSUE"),
    ("hubpsot crate contact", "hubspot create contact", "HUBSPOT_CREATE_RECORD_CONTACTS"),
    ("slack sned message", "slack send message", "SLACK_SEND_MESSAGE"),
    ("slack send mesage", "slack send message", "SLACK_SEND_MESSAGE"),
    ("notoin create page", "notion create page", "NOTION_CREATE_PAGE"),
    ("jria create issue", "jira create issue", "JIRA_CREATE_ISSUE"),
    ("gmial send", "gmail send", "GMAIL_SEND_EMAIL"),
    ("asana craete task", "asana create task", "ASANA_CREATE_TASK"),
    ("quickboks invoice", "quickbooks invoice", "QUICKBOOKS_SEND_INVOICE"),
    ("zendek ticket", "zendesk ticket", "ZENDESK_CREATE_TICKET"),
    ("docusgin envelope", "docusign envelope", "DOCUSIGN_ENVELOPE_CUSTOM_FIELD"),
    ("calendly cancle", "calendly cancel", "CALENDLY_CANCEL_EVENT"),
    ("stripe custmer", "stripe customer", "STRIPE_CREATE_CUSTOMER"),
    ("gdirve list", "gdrive list", "GOOGLE_DRIVE_LIST_FILES"),
    ("slack chanels", "slack channels", "SLACK_LIST_CHANNELS"),
    ("remvoe contact hubspot", "remove contact hubspot", "HUBSPOT_DELETE_RECORD_CONTACTS"),
    ("slcak message", "slack message", "SLACK_SEND_MESSAGE"),
    ("salesforce craete lead", "salesforce create lead", "SALESFORCE_CREATE_RECORD_LEAD"),
    ("githb issue", "github issue", "GITHUB_CREATE_ISSUE"),
    ("googel drive list", "google drive list", "GOOGLE_DRIVE_LIST_FILES"),
    ("calender event", "calendar event", "GOOGLE_CALENDAR_CREATE_EVENT"),
    ("outlok send message", "outlook send message", "OUTLOOK_SEND_MESSAGE"),
    ("hubspto deals", "hubspot deals", "HUBSPOT_GET_RECORDS_DEALS"),
    ("stripe cutsomer", "stripe customer", "STRIPE_CREATE_CUSTOMER"),
    ("mailchip campaign", "mailchimp campaign", "MAILCHIMP_SEND_CAMPAIGN"),
    ("linaer project", "linear project", "LINEAR_CREATE_PROJECT"),
];

/// What people type in their own words, of which no action has all: what is searched for instead, and the action
/// expected first.
const FEWER: &[(&str, &str, &str)] = &[
    ("find contact by email", "find contact", "GMAIL_SEARCH_FOR_CONTACT"),
    ("update deal stage", "update deal", "HUBSPOT_UPDATE_RECORD_DEALS"),
    ("sync contacts", "contacts", "FRONT_SEARCH_CONTACTS"),
    ("close ticket", "ticket", "ZENDESK_CREATE_TICKET"),
    ("assign ticket", "ticket", "ZENDESK_CREATE_TICKET"),
    ("share file", "file", "GITHUB_GET_FILE"),
    ("invite user", "user", "ZENDESK_CREATE_USER"),
    ("run query", "query", "SALESFORCE_WRITE_SOQL_QUERY"),
    ("text message", "message", "SLACK_SEND_MESSAGE"),
    ("book a meeting room", "meeting", "MICROSOFT_DYNAMICS_CREATE_RECORD_MEETING"),
    ("send a slack message to the marketing team", "send slack message", "SLACK_SEND_MESSAGE"),
    ("add note to contact", "add contact", "MAILCHIMP_ADD_CONTACT_TO_LIST"),
    ("log a call in hubspot", "hubspot", "HUBSPOT_GET_RECORDS_ANY"),
];

/// What people type in their own words, and the first lines they expect.
const FIRST: &[(&str, &[&str])] = &[
    ("create lead", &["CLOSE_CREATE_RECORD_LEAD", "SALESFORCE_CREATE_RECORD_LEAD"]),
    ("create contact", &["FRONT_CREATE_CONTACT", "INTERCOM_CREATE_CONTACT", "CLOSE_CREATE_RECORD_CONTACT"]),
    ("send email", &["GMAIL_SEND_EMAIL", "OUTLOOK_SEND_MESSAGE"]),
    (
        "schedule meeting",
        &["MICROSOFT_DYNAMICS_CREATE_RECORD_MEETING", "OUTLOOK_CREATE_EVENT", "GOOGLE_CALENDAR_CREATE_EVENT"],
    ),
    ("book a meeting", &["MICROSOFT_DYNAMICS_CREATE_RECORD_MEETING", "OUTLOOK_CREATE_EVENT"]),
    ("reply to ticket", &["ZENDESK_ADD_COMMENT_TO_TICKET"]),
    ("free busy", &["GOOGLE_CALENDAR_GET_AVAILABILITY"]),
    ("open issue", &["JIRA_CREATE_ISSUE", "GITHUB_CREATE_ISSUE", "LINEAR_CREATE_ISSUE"]),
    ("create task", &["ASANA_CREATE_TASK", "CLICKUP_CREATE_TASK", "CLOSE_CREATE_RECORD_TASK"]),
    ("new deal", &["HUBSPOT_CREATE_RECORD_DEALS"]),
    ("salesforce company", &["SALESFORCE_CREATE_RECORD_ACCOUNT", "SALESFORCE_UPDATE_RECORD_ACCOUNT"]),
    ("gmail message", &["GMAIL_SEND_EMAIL", "GMAIL_SEARCH_FOR_EMAIL"]),
    ("zendesk issue", &["ZENDESK_CREATE_TICKET", "ZENDESK_UPDATE_TICKET"]),
    ("pr github", &["GITHUB_GET_FILES_CHANGED_IN_PR", "GITHUB_GET_PULL_REQUEST_BY_NUMBER"]),
    ("cancel event", &["CALENDLY_CANCEL_EVENT", "OUTLOOK_DELETE_EVENT", "GOOGLE_CALENDAR_DELETE_EVENT"]),
    ("list deals", &["HUBSPOT_GET_RECORDS_DEALS", "HUBSPOT_SEARCH_RECORDS_DEALS"]),
    ("delete lead", &["CLOSE_DELETE_RECORD_LEAD", "MICROSOFT_DYNAMICS_DELETE_RECORD_LEAD"]),
    ("search company", &["HUBSPOT_SEARCH_RECORDS_COMPANIES", "SALESFORCE_SEARCH_RECORDS_ACCOUNT"]),
    ("upload file", &["AMAZON_S3_UPLOAD_FILE", "BOX_SAVE_FILE", "DROPBOX_SAVE_FILE"]),
    ("get user by email", &["SLACK_GET_USER_BY_EMAIL", "TEAMS_GET_USER_BY_EMAIL"]),
    ("post to channel", &["TEAMS_SEND_MESSAGE_IN_CHANNEL"]),
    ("update row", &["GOOGLE_SHEETS_UPDATE_ROW"]),
];

/// What stands on the first lines, and what the words were read as.
fn search(catalogue: &Catalogue, index: &Index, query: &str) -> (Vec<String>, Option<String>) {
    let found = Searcher::new().search(index, &Query::parse(query), &Facts::default());
    let names = found.hits.iter().map(|hit| catalogue.name(hit.action).to_owned());
    (names.take(4).collect(), found.corrected)
}

#[test]
fn the_expected_action_comes_first() {
    let catalogue = catalogue(|_| true);
    let index = Index::new(&catalogue);
    assert_eq!(catalogue.len(), 701);
    assert!(TABLE.len() >= 150, "{}", TABLE.len());
    let wrong: Vec<String> = TABLE
        .iter()
        .filter_map(|(query, expected)| {
            let (names, corrected) = search(&catalogue, &index, query);
            let right = names.first().is_some_and(|name| name == expected) && corrected.is_none();
            (!right).then(|| format!("{query:?}: expected {expected}, found {names:?} {corrected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), TABLE.len(), wrong.join("\n"));
}

#[test]
fn a_mistyped_word_is_corrected_and_said() {
    let catalogue = catalogue(|_| true);
    let index = Index::new(&catalogue);
    let wrong: Vec<String> = MISTYPED
        .iter()
        .filter_map(|(query, read_as, expected)| {
            let (names, corrected) = search(&catalogue, &index, query);
            let right = names.first().is_some_and(|name| name == expected) && corrected.as_deref() == Some(*read_as);
            (!right).then(|| format!("{query:?}: expected {expected}, found {names:?} {corrected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), MISTYPED.len(), wrong.join("\n"));
}

#[test]
fn where_no_action_has_all_words_fewer_are_searched_for_and_said() {
    let catalogue = catalogue(|_| true);
    let index = Index::new(&catalogue);
    let wrong: Vec<String> = FEWER
        .iter()
        .filter_map(|(query, instead, expected)| {
            let (names, read) = search(&catalogue, &index, query);
            let right = names.first().is_some_and(|n| n == expected) && read.as_deref() == Some(*instead);
            (!right).then(|| format!("(\"{query}\", \"{}\", {names:?}),", read.unwrap_or_default()))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), FEWER.len(), wrong.join("\n"));
}

#[test]
fn the_first_lines_are_what_a_person_means() {
    let catalogue = catalogue(|_| true);
    let index = Index::new(&catalogue);
    let wrong: Vec<String> = FIRST
        .iter()
        .filter_map(|(query, expected)| {
            let (names, read) = search(&catalogue, &index, query);
            let right = names.iter().zip(*expected).all(|(name, wanted)| name == wanted) && read.is_none();
            (!right).then(|| format!("(\"{query}\", &{names:?}), {}", read.unwrap_or_default()))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), FIRST.len(), wrong.join("\n"));
}

#[test]
fn what_is_not_there_is_not_found() {
    let catalogue = catalogue(|_| true);
    let index = Index::new(&catalogue);
    for query in ["vacation", "zzzz", "zzqx qqzx", "track shipment"] {
        assert_eq!(search(&catalogue, &index, query), (vec![], None), "{query}");
    }
}

#[test]
fn among_the_sandboxs_integrations_too() {
    let sandbox = ["slack", "salesforce", "hubspot", "gmail", "googledrive", "notion"];
    let catalogue = catalogue(|integration| sandbox.contains(&integration));
    let index = Index::new(&catalogue);
    for query in ["send mess", "send m", "ssm", "message slack send", "slakc send mes"] {
        let (names, _) = search(&catalogue, &index, query);
        assert_eq!(names.first().map(String::as_str), Some("SLACK_SEND_MESSAGE"), "{query}");
    }
}
