//! Google Calendar, Stripe and Zendesk.

use super::{Account, at, count};

#[test]
fn google_calendar_lists_what_falls_into_a_span() {
    let mut calendar = Account::of("googleCalendar");
    let made = calendar.ok(
        "GOOGLE_CALENDAR_CREATE_EVENT",
        r#"{"eventName":"Zephyr","startTime":"2026-11-20T10:00:00Z","endTime":"2026-11-20T11:00:00Z",
            "attendees":"ada@example.com, ida@example.com"}"#,
    );
    assert_eq!(at(&made, "attendees.1.email"), "ida@example.com");
    let span = r#"{"after":"2026-11-14T00:00:00Z","before":"2026-11-25T00:00:00Z"}"#;
    let listed = calendar.ok("GOOGLE_CALENDAR_LIST_EVENTS", span);
    assert_eq!((count(&listed, "items"), at(&listed, "items.0.id")), (1, at(&made, "id")));
    let one = format!(r#"{{"eventId":"{}","eventLocation":"Kiel"}}"#, at(&made, "id"));
    assert_eq!(at(&calendar.ok("GOOGLE_CALENDAR_UPDATE_EVENT", &one), "location"), "Kiel");
    let busy = calendar.ok(
        "GOOGLE_CALENDAR_GET_AVAILABILITY",
        r#"{"timeMin":"2026-11-05T00:00:00Z","timeMax":"2026-11-06T00:00:00Z"}"#,
    );
    assert_eq!(at(&busy, "calendars.primary.busy.0.start"), "2026-11-05T08:00:00Z");
    assert_eq!(count(&busy, "calendars.primary.busy"), 2);
    let id = format!(r#"{{"eventId":"{}"}}"#, at(&made, "id"));
    calendar.ok("GOOGLE_CALENDAR_DELETE_EVENT", &id);
    calendar.missing("GOOGLE_CALENDAR_GET_EVENT_BY_ID", &id);
    let people = calendar.ok("GOOGLE_CALENDAR_GET_CONTACTS", "{}");
    assert_eq!((count(&people, "connections"), at(&people, "totalItems")), (10, "12".into()));
    assert!(!at(&people, "nextPageToken").is_empty());
}

#[test]
fn stripe_subscribes_customers_to_plans() {
    let mut stripe = Account::of("stripe");
    let made = stripe.ok(
        "STRIPE_CREATE_CUSTOMER",
        r#"{"emailCreateCustomer":"ada@example.com","metadataCreateCustomer":{"seats":3}}"#,
    );
    let id = at(&made, "id");
    assert!(id.starts_with("cus_") && at(&made, "metadata.seats") == "3");
    let found = stripe.ok("STRIPE_GET_CUSTOMERS", r#"{"emailGetCustomers":"ada@example.com"}"#);
    assert_eq!((count(&found, "data"), at(&found, "data.0.id")), (1, id.clone()));
    let sub = format!(r#"{{"customerIdCreateSubscription":"{id}","plan":"plan_plus"}}"#);
    assert_eq!(at(&stripe.ok("STRIPE_CREATE_SUBSCRIPTION", &sub), "plan.amount"), "1200");
    let subs = stripe.ok("STRIPE_GET_SUBSCRIPTIONS", &format!(r#"{{"customerIdGetSubscriptions":"{id}"}}"#));
    assert_eq!(count(&subs, "data"), 1);
    stripe.missing("STRIPE_CREATE_SUBSCRIPTION", &format!(r#"{{"customerIdCreateSubscription":"{id}","plan":"x"}}"#));
    let first = stripe.ok("STRIPE_GET_CUSTOMERS", "{}");
    assert_eq!((count(&first, "data"), at(&first, "has_more"), at(&first, "data.0.id")), (10, "true".into(), id));
    assert_eq!(count(&stripe.ok("STRIPE_GET_PLANS", r#"{"isPlanActive":true}"#), "data"), 3);
    let refunds = stripe.ok("STRIPE_GET_BALANCE_TRANSACTIONS", r#"{"balanceTransactionType":"refund"}"#);
    assert_eq!(at(&refunds, "data.0.net"), "-12000");
}

#[test]
fn zendesk_tickets_have_requesters_and_a_history() {
    let mut zendesk = Account::of("zendesk");
    let made = zendesk.ok(
        "ZENDESK_CREATE_TICKET",
        r#"{"ticketSubject":"Zephyr","ticketDescription":"No wind","requesterName":"Ada Kaya",
            "requesterEmail":"ada@example.com","ticketTags":"[\"wind\"]"}"#,
    );
    let id = at(&made, "ticket.id");
    let requester = zendesk.ok("ZENDESK_SEARCH_USERS", r#"{"email":"ada@"}"#);
    assert_eq!(at(&requester, "users.0.id"), at(&made, "ticket.requester_id"));
    let found = zendesk.ok("ZENDESK_SEARCH_TICKETS", r#"{"ticketTags":"wind","ticketStatus":"new"}"#);
    assert_eq!((at(&found, "count"), at(&found, "results.0.id")), ("1".into(), id.clone()));
    let note = format!(r#"{{"ticketId":"{id}","commentBody":"Looking.","isInternalNote":true}}"#);
    zendesk.ok("ZENDESK_ADD_COMMENT_TO_TICKET", &note);
    let audits = zendesk.ok("ZENDESK_GET_TICKET_AUDITS", &format!(r#"{{"ticketId":"{id}"}}"#));
    assert_eq!((count(&audits, "audits"), at(&audits, "audits.1.events.0.public")), (2, "false".into()));
    let solved = format!(
        r#"{{"ticketId":"{id}","requesterName":"Ada Kaya","requesterEmail":"ada@example.com","ticketStatus":"solved"}}"#
    );
    assert_eq!(at(&zendesk.ok("ZENDESK_UPDATE_TICKET", &solved), "ticket.status"), "solved");
    zendesk.ok("ZENDESK_DELETE_TICKET", &format!(r#"{{"ticketId":"{id}"}}"#));
    zendesk.missing("ZENDESK_GET_TICKET_BY_ID", &format!(r#"{{"ticketId":"{id}"}}"#));
}
