//! Box, `ClickUp`, Google Sheets, Microsoft Teams, Outlook and Shopify.

use super::{Account, at, count};

/// A filter formula of one condition.
fn formula(field: &str, operator: &str, value: &str) -> String {
    let test = format!(r#"{{"field":"{field}","operator":"{operator}","value":"{value}"}}"#);
    format!(r#"{{"operator":"OR","conditions":[{{"operator":"AND","conditions":[{test}]}}]}}"#)
}

#[test]
fn box_folders_hold_files() {
    let mut files = Account::of("box");
    let folder = files.ok("BOX_CREATE_FOLDER", r#"{"folderName":"Zephyr","folderParent":{"id":"0"}}"#);
    let id = at(&folder, "id");
    let saved = files.ok(
        "BOX_SAVE_FILE_FROM_OBJECT",
        &format!(r#"{{"file":"{{\"data\":\"6869\"}}","fileName":"hi.txt","folder":"{id}"}}"#),
    );
    let file = format!(r#"{{"fileId":"{}"}}"#, at(&saved, "entries.0.id"));
    assert_eq!(at(&files.ok("BOX_DOWNLOAD_FILE", &file), "data"), "6869");
    let filter = formula("name", "$stringEndsWith", ".txt");
    let listed = files.ok("BOX_LIST_FILES", &format!(r#"{{"folderId":"{id}","filterFormula":{filter}}}"#));
    assert_eq!((at(&listed, "total_count"), at(&listed, "entries.0.size")), ("1".into(), "2".into()));
    assert!(count(&files.ok("BOX_GET_FOLDER_BY_ID", r#"{"folderId":"0"}"#), "item_collection.entries") >= 5);
    files.ok("BOX_DELETE_FOLDER", &format!(r#"{{"folderId":"{id}","recursive":true}}"#));
    files.missing("BOX_GET_FILE_BY_ID", &file);
}

#[test]
fn clickup_and_google_sheets_keep_what_they_are_given() {
    let mut clickup = Account::of("clickup");
    let made = clickup.ok("CLICKUP_CREATE_TASK", r#"{"listId":"@list","name":"Zephyr","assignees":"[8100001]"}"#);
    assert_eq!(at(&made, "assignees.0.username"), "Jonas Weber");
    let one = format!(r#"{{"taskId":"{}","listId":"@list","status":"complete"}}"#, at(&made, "id"));
    assert_eq!(at(&clickup.ok("CLICKUP_UPDATE_TASK", &one), "status.type"), "closed");
    let filter = formula("statuses", "$stringExactlyMatches", "complete");
    let done = clickup.ok("CLICKUP_SEARCH_TASKS", &format!(r#"{{"taskFilterFormula":{filter}}}"#));
    assert_eq!(count(&done, "tasks"), 3);
    clickup.ok("CLICKUP_DELETE_TASK", &format!(r#"{{"taskId":"{}"}}"#, at(&made, "id")));
    let done = clickup.ok("CLICKUP_SEARCH_TASKS", &format!(r#"{{"taskFilterFormula":{filter}}}"#));
    assert_eq!(count(&done, "tasks"), 2);

    let mut sheets = Account::of("googlesheets");
    let row = r#"{"spreadsheetId":"@spreadsheet","worksheet":"Seats","additionalFields":{"plant":"Kiel","seats":5}}"#;
    sheets.ok("GOOGLE_SHEETS_CREATE_ROW", row);
    let filter = formula("seats", "$numberLessThan", "40");
    let fewer = format!(
        r#"{{"spreadsheetId":"@spreadsheet","worksheet":"Seats","filterFormula":{filter},
            "additionalFields":{{"seats":40}}}}"#
    );
    assert_eq!(at(&sheets.ok("GOOGLE_SHEETS_UPDATE_ROW", &fewer), "totalUpdatedRows"), "2");
    let rows = sheets.ok("GOOGLE_SHEETS_GET_ROW", r#"{"spreadsheetId":"@spreadsheet"}"#);
    assert_eq!((count(&rows, ""), at(&rows, "3.plant"), at(&rows, "3.seats")), (4, "Kiel".into(), "40".into()));
}

#[test]
fn teams_and_outlook_show_what_was_sent() {
    let mut teams = Account::of("microsoftTeams");
    let chat = at(&teams.parameters(r#"{"id":"@chat"}"#), "id");
    teams.ok("TEAMS_SEND_MESSAGE_IN_CHAT", &format!(r#"{{"chatRecipient":"oneOnOne|{chat}","message":"Zephyr"}}"#));
    let messages = teams.ok("TEAMS_LIST_MESSAGES_IN_CHAT", &format!(r#"{{"chatId":"{chat}","top":2}}"#));
    assert_eq!((count(&messages, "value"), at(&messages, "value.0.body.content")), (2, "Zephyr".into()));
    assert!(!at(&messages, "nextPageToken").is_empty());
    teams.missing("TEAMS_SEND_MESSAGE_IN_CHANNEL", r#"{"channel":"nowhere","message":"hi"}"#);
    assert_eq!(count(&teams.ok("TEAMS_JOINED_TEAM_LIST", "{}"), "value"), 2);
    assert_eq!(count(&teams.ok("TEAMS_JOINED_TEAM_LIST", r#"{"includeArchived":true}"#), "value"), 3);

    let mut outlook = Account::of("outlook");
    outlook.ok("OUTLOOK_SEND_MESSAGE", r#"{"toRecipients":["a@example.com"],"subject":"Zephyr","body":"Wind"}"#);
    let sent = outlook.ok("OUTLOOK_GET_MESSAGES", r#"{"mailFolder":"sentitems"}"#);
    assert_eq!(
        (count(&sent, "value"), at(&sent, "value.0.toRecipients.0.emailAddress.address")),
        (1, "a@example.com".into())
    );
    let unread = formula("isRead", "$booleanFalse", "");
    let inbox = outlook.ok("OUTLOOK_GET_MESSAGES", &format!(r#"{{"messagesFilterFormula":{unread}}}"#));
    assert_eq!(count(&inbox, "value"), 2);
    let sender = formula("sender/emailAddress/address", "$stringStartsWith", "sanne");
    let inbox = outlook.ok("OUTLOOK_GET_MESSAGES", &format!(r#"{{"messagesFilterFormula":{sender}}}"#));
    assert_eq!(at(&inbox, "value.0.subject"), "Quote for 2027");
    let made = outlook.ok(
        "OUTLOOK_CREATE_EVENT",
        r#"{"subject":"Zephyr","startTime":"2026-11-20T10:00:00Z","endTime":"2026-11-20T11:00:00Z",
            "attendees":[{"address":"ada@example.com","kind":"optional"}]}"#,
    );
    assert_eq!(at(&made, "attendees.0.type"), "optional");
    let span = r#"{"startTime":"2026-11-14T00:00:00Z","endTime":"2026-11-25T00:00:00Z"}"#;
    assert_eq!(at(&outlook.ok("OUTLOOK_GET_EVENTS", span), "value.0.id"), at(&made, "id"));
}

#[test]
fn shopify_sells() {
    let mut shop = Account::of("shopify");
    let made = shop.ok(
        "SHOPIFY_CREATE_CUSTOMER",
        r#"{"firstName":"Ada","lastName":"Kaya","email":"ada@example.com","city":"Kiel","tags":"[\"a\",\"b\"]"}"#,
    );
    let id = at(&made, "customer.id");
    assert_eq!((at(&made, "customer.default_address.city"), at(&made, "customer.tags")), ("Kiel".into(), "a,b".into()));
    let filter = formula("city", "$stringExactlyMatches", "Kiel");
    let found = shop.ok("SHOPIFY_SEARCH_CUSTOMERS", &format!(r#"{{"filterFormula":{filter}}}"#));
    assert_eq!((count(&found, "customers"), at(&found, "customers.0.id")), (1, id.clone()));
    let listed = shop.ok("SHOPIFY_GET_CUSTOMERS", &format!(r#"{{"customerIds":"{id}"}}"#));
    assert_eq!(count(&listed, "customers"), 1);
    let order = shop.ok(
        "SHOPIFY_CREATE_ORDER",
        r#"{"email":"ada@example.com","lineItems":[{"variant_id":808950800,"quantity":2}]}"#,
    );
    assert_eq!(at(&order, "order.customer.id"), id);
    let recent = shop.ok("SHOPIFY_GET_ORDERS", r#"{"createdAtMin":"2026-11-01T00:00:00Z"}"#);
    assert_eq!((count(&recent, "orders"), at(&recent, "orders.0.id")), (1, at(&order, "order.id")));
    let product = shop.ok("SHOPIFY_CREATE_PRODUCT_GRAPHQL", r#"{"title":"Kite","productType":"Toys","vendor":"Acme"}"#);
    let gid = at(&product, "data.productCreate.product.id");
    shop.ok("SHOPIFY_UPDATE_PRODUCT_GRAPHQL", &format!(r#"{{"productId":"{gid}","title":"Red kite"}}"#));
    assert_eq!(at(&shop.ok("SHOPIFY_GET_PRODUCTS", r#"{"productType":"Toys"}"#), "products.0.title"), "Red kite");
    assert_eq!(count(&shop.ok("SHOPIFY_GET_PRODUCTS", r#"{"status":"archived"}"#), "products"), 1);
}
