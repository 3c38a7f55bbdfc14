//! Gmail, Google Drive and Notion.

use super::{Account, at, count};

#[test]
fn gmail_finds_what_was_sent() {
    let mut gmail = Account::of("gmail");
    let sent = gmail.ok(
        "GMAIL_SEND_EMAIL",
        r#"{"toRecipients":"ada@example.com","from":"maria.santos@example.com","subject":"Zephyr",
        "messageContent":"Grüße","additionalHeaders":{"cc":"ida@example.com"}}"#,
    );
    assert_eq!(at(&sent, "labelIds.0"), "SENT");
    for query in ["zephyr", "subject:zephyr", "to:ada", "cc:ida label:sent", "from:maria grüße after:2026-11-01"] {
        let found = gmail.ok("GMAIL_SEARCH_FOR_EMAIL", &format!(r#"{{"emailFilterFormula":"{query}"}}"#));
        assert_eq!(
            (at(&found, "resultSizeEstimate"), at(&found, "messages.0.id")),
            ("1".into(), at(&sent, "id")),
            "{query}"
        );
        assert!(at(&found, "messages.0.payload").is_empty());
    }
    let message = gmail.ok("GMAIL_GET_EMAIL_BY_ID", &format!(r#"{{"userId":"me","messageId":"{}"}}"#, at(&sent, "id")));
    assert_eq!(
        (at(&message, "payload.body.data"), at(&message, "payload.headers.2.value")),
        ("R3LDvMOfZQ==".into(), "ida@example.com".into())
    );
    let thread = gmail.ok("GMAIL_SEARCH_FOR_EMAIL", r#"{"emailFilterFormula":"subject:\"Invoice per plant\""}"#);
    assert_eq!(at(&thread, "messages.0.threadId"), at(&thread, "messages.2.threadId"));
    let draft =
        gmail.ok("GMAIL_CREATE_DRAFT", r#"{"toRecipients":["a@example.com","b@example.com"],"subject":"Later"}"#);
    assert!(at(&draft, "id").starts_with("r-") && at(&draft, "message.labelIds.0") == "DRAFT");
    let by_id = format!(r#"{{"userId":"me","messageId":"{}"}}"#, at(&draft, "message.id"));
    assert_eq!(
        at(&gmail.ok("GMAIL_GET_EMAIL_BY_ID", &by_id), "payload.headers.1.value"),
        "a@example.com, b@example.com"
    );
    gmail.ok("GMAIL_DELETE_EMAIL", &by_id);
    gmail.missing("GMAIL_GET_EMAIL_BY_ID", &by_id);

    let contact =
        gmail.ok("GMAIL_CREATE_A_CONTACT", r#"{"givenName":"Zora","familyName":"Kaya","email":"zora@example.com"}"#);
    let by_name = format!(r#"{{"resourceName":"{}"}}"#, at(&contact, "resourceName"));
    let found = gmail.ok("GMAIL_SEARCH_FOR_CONTACT", r#"{"searchTerm":"zora"}"#);
    assert_eq!(at(&found, "results.0.person.names.0.displayName"), "Zora Kaya");
    assert_eq!(
        at(&gmail.ok("GMAIL_GET_CONTACT_BY_RESOURCE_NAME", &by_name), "emailAddresses.0.value"),
        "zora@example.com"
    );
    gmail.ok("GMAIL_DELETE_CONTACT", &by_name);
    gmail.missing("GMAIL_GET_CONTACT_BY_RESOURCE_NAME", &by_name);
}

#[test]
fn google_drive_keeps_files_in_folders() {
    let mut drive = Account::of("googledrive");
    let folder = drive.ok("GOOGLE_DRIVE_CREATE_FOLDER", r#"{"folderName":"Zephyr"}"#);
    let id = at(&folder, "id");
    let found = drive.ok("GOOGLE_DRIVE_SEARCH_FOLDERS", r#"{"folderName":"zeph"}"#);
    assert_eq!((count(&found, "files"), at(&found, "files.0.id")), (1, id.clone()));
    let saved = drive.ok(
        "GOOGLE_DRIVE_SAVE_FILE",
        &format!(r#"{{"file":{{"name":"hi.txt","mimeType":"text/plain","data":"6869"}},"folderId":"{id}"}}"#),
    );
    let listed = drive.ok("GOOGLE_DRIVE_LIST_FILES", &format!(r#"{{"includeFolders":false,"parentId":"{id}"}}"#));
    assert_eq!((count(&listed, "files"), at(&listed, "files.0.size")), (1, "2".into()));
    let by_id = format!(r#"{{"fileId":"{}"}}"#, at(&saved, "id"));
    let loaded = drive.ok("GOOGLE_DRIVE_DOWNLOAD_FILE", &by_id);
    assert_eq!(
        (at(&loaded, "data"), at(&loaded, "encoding"), at(&loaded, "size")),
        ("6869".into(), "hex".into(), "2".into())
    );
    assert!(at(&drive.ok("GOOGLE_DRIVE_GET_FILE_BY_ID", &by_id), "fileContents").is_empty());

    let customers = at(&drive.ok("GOOGLE_DRIVE_SEARCH_FOLDERS", r#"{"folderName":"Customers"}"#), "files.0.id");
    let moved =
        drive.ok("GOOGLE_DRIVE_MOVE_FOLDER", &format!(r#"{{"folderId":"{id}","destinationFolderId":"{customers}"}}"#));
    assert_eq!(at(&moved, "parents"), format!(r#"["{customers}"]"#));
    drive.ok("GOOGLE_DRIVE_DELETE_FOLDER", &format!(r#"{{"folderId":"{id}"}}"#));
    drive.missing("GOOGLE_DRIVE_GET_FOLDER_BY_ID", &format!(r#"{{"folderId":"{id}"}}"#));
    drive.missing("GOOGLE_DRIVE_GET_FILE_BY_ID", &by_id);

    drive.missing("GOOGLE_DRIVE_DOWNLOAD_FILE", &format!(r#"{{"fileId":"{customers}"}}"#));

    let page = drive.ok("GOOGLE_DRIVE_LIST_FILES", r#"{"includeFolders":true,"pageSize":"3"}"#);
    let rest = drive.ok(
        "GOOGLE_DRIVE_LIST_FILES",
        &format!(
            r#"{{"includeFolders":true,"pageSize":"1000","additionalFields":{{"pageToken":"{}"}}}}"#,
            at(&page, "nextPageToken")
        ),
    );
    assert_eq!((count(&page, "files"), count(&rest, "files")), (3, 5));
    let with_shared = drive.ok("GOOGLE_DRIVE_LIST_FILES", r#"{"includeFolders":true,"includeSharedItems":true}"#);
    assert!(count(&with_shared, "files") > 8);
}

#[test]
fn notion_pages_hold_blocks() {
    let mut notion = Account::of("notion");
    let made = notion.ok("NOTION_CREATE_PAGE", r#"{"parent":{"page_id":"@page"},"icon":{"emoji":"🌬️"},
        "properties":{"title":[{"text":{"content":"Zephyr"}}]},
        "children":[{"object":"block","type":"heading_2","heading_2":{"rich_text":[{"type":"text","text":{"content":"Why"}}]}},
        {"type":"paragraph","paragraph":{"rich_text":[{"type":"text","text":{"content":"Wind."}}]}}]}"#);
    let id = at(&made, "id");
    assert_eq!(
        (at(&made, "properties.title.title.0.plain_text"), at(&made, "parent.type")),
        ("Zephyr".into(), "page_id".into())
    );
    let found =
        notion.ok("NOTION_SEARCH_PAGES", r#"{"searchByTitleFilterSearch":{"query":"zeph","filter.value":"page"}}"#);
    assert_eq!((count(&found, "results"), at(&found, "results.0.id")), (1, id.clone()));
    let page = format!(r#"{{"pageId":"{id}"}}"#);
    assert_eq!(at(&notion.ok("NOTION_GET_PAGE_AS_MARKDOWN", &page), "markdownContent"), "## Why\n\nWind.");
    let content = notion.ok("NOTION_GET_PAGE_CONTENT", &format!(r#"{{"blockId":"{id}"}}"#));
    assert_eq!((count(&content, "results"), at(&content, "results.1.type")), (2, "paragraph".into()));
    let block = at(&content, "results.1.id");
    notion.ok(
        "NOTION_UPDATE_BLOCK",
        &format!(
            r#"{{"blockId":"{block}","paragraph":{{"rich_text":[{{"type":"text","text":{{"content":"Storm."}}}}]}}}}"#
        ),
    );
    assert_eq!(at(&notion.ok("NOTION_GET_PAGE_AS_MARKDOWN", &page), "markdownContent"), "## Why\n\nStorm.");
    notion.ok("NOTION_DELETE_BLOCK", &format!(r#"{{"blockId":"{block}"}}"#));
    notion.missing("NOTION_GET_BLOCK_BY_ID", &format!(r#"{{"blockId":"{block}"}}"#));

    let text = "# Plan\\n\\n- one\\n- two\\n\\nDone.";
    notion.ok("NOTION_UPDATE_PAGE_WITH_MARKDOWN", &format!(r#"{{"pageId":"{id}","markdownContent":"{text}"}}"#));
    let content = notion.ok("NOTION_GET_PAGE_CONTENT", &format!(r#"{{"blockId":"{id}"}}"#));
    let kinds: Vec<_> = (0..count(&content, "results")).map(|i| at(&content, &format!("results.{i}.type"))).collect();
    assert_eq!(kinds, ["heading_1", "bulleted_list_item", "bulleted_list_item", "paragraph"]);
    assert_eq!(at(&content, "results.0.heading_1.rich_text.0.plain_text"), "Plan");
    assert!(at(&content, "results.0.paragraph").is_empty());
    notion.ok(
        "NOTION_UPDATE_PAGE_WITH_MARKDOWN",
        &format!(r#"{{"pageId":"{id}","markdownContent":"More.","mode":"append"}}"#),
    );
    assert_eq!(
        at(&notion.ok("NOTION_GET_PAGE_AS_MARKDOWN", &page), "markdownContent"),
        "# Plan\n\n- one\n\n- two\n\nDone.\n\nMore."
    );

    notion.ok(
        "NOTION_UPDATE_PAGE",
        &format!(
            r#"{{"pageId":"{id}","icon":{{"emoji":"🌀"}},
                "properties":{{"title":[{{"text":{{"content":"Zonda"}}}}]}}}}"#
        ),
    );
    assert_eq!(at(&notion.ok("NOTION_GET_PAGE_BY_ID", &page), "icon.emoji"), "🌀");
    assert_eq!(
        count(&notion.ok("NOTION_SEARCH_PAGES", r#"{"searchByTitleFilterSearch":{"query":"zonda"}}"#), "results"),
        1
    );
    assert_eq!(at(&notion.ok("NOTION_ARCHIVE_PAGE", &page), "archived"), "true");
    assert_eq!(
        count(&notion.ok("NOTION_SEARCH_PAGES", r#"{"searchByTitleFilterSearch":{"query":"zonda"}}"#), "results"),
        0
    );
    let databases = notion.ok(
        "NOTION_SEARCH_PAGES",
        r#"{"searchByTitleFilterSearch":{"filter.value":"database","direction":"ascending"}}"#,
    );
    assert_eq!((count(&databases, "results"), at(&databases, "results.0.object")), (2, "database".into()));
}
