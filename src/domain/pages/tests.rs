//! Where pages begin and end, and that merging changes nothing.

use proptest::prelude::*;

use super::*;

fn value(text: &str) -> Value {
    Value::parse(text.as_bytes()).unwrap()
}

fn answer(text: &str) -> Document {
    Document::read(text.as_bytes().into(), Some("application/json"))
}

/// The parameters that ask for the page after `reply`.
fn next(schema: &str, parameters: &str, reply: &str) -> Option<String> {
    Pager::of(&value(schema)).next(&value(parameters), &answer(reply)).map(|page| page.parameters.to_json())
}

const CURSOR: &str =
    r#"{"properties":{"q":{},"paginationParameters":{"type":"object","properties":{"pageCursor":{"type":"string"}}}}}"#;

#[test]
fn a_cursor_goes_where_the_schema_has_one() {
    for (reply, cursor) in [
        (r#"{"records":[1],"nextPageCursor":"abc"}"#, Some(r#""abc""#)),
        (r#"{"records":[1],"pageCursor":"abc"}"#, Some(r#""abc""#)),
        (r#"{"ok":true,"channels":[],"response_metadata":{"next_cursor":"dXNlcg=="}}"#, Some(r#""dXNlcg==""#)),
        (r#"{"results":[],"paging":{"next":{"after":"10","link":"https://a.example.com?after=10"}}}"#, Some(r#""10""#)),
        (r#"{"data":{"issues":{"nodes":[],"pageInfo":{"hasNextPage":true,"endCursor":"e1"}}}}"#, None),
        (r#"{"issues":{"nodes":[],"pageInfo":{"hasNextPage":true,"endCursor":"e1"}}}"#, Some(r#""e1""#)),
        (r#"{"issues":{"nodes":[],"pageInfo":{"hasNextPage":false,"endCursor":"e1"}}}"#, None),
        (r#"{"records":[1],"nextPageCursor":50}"#, Some(r#""50""#)),
        (r#"{"records":[1],"nextPageCursor":""}"#, None),
        (r#"{"records":[1],"nextPageCursor":null}"#, None),
        (r#"{"records":[1],"nextPage":"https://a.example.com/2"}"#, None),
        (r#"{"records":[{"nextPageCursor":"of a record"}]}"#, None),
        (r#"{"has_more":false,"records":[1],"nextPageCursor":"abc"}"#, None),
        ("[1,2]", None),
        ("not JSON", None),
        (r#"{"nextPageCursor":"abc","records":[1"#, None),
    ] {
        let expected = cursor.map(|c| format!(r#"{{"q":1,"paginationParameters":{{"pageCursor":{c}}}}}"#));
        assert_eq!(next(CURSOR, r#"{"q":1}"#, reply), expected, "{reply}");
    }
}

const NUMBERED: &str = r#"{"properties":{"page":{"type":"integer"},"limit":{"type":"integer"}}}"#;
const OFFSET: &str = r#"{"properties":{"offset":{"type":"integer"},"limit":{"type":"integer"}}}"#;

/// A reply of `records` records with `rest` beside them.
fn reply(records: usize, rest: &str) -> String {
    format!(r#"{{"results":[{}]{rest}}}"#, vec!["{}"; records].join(","))
}

#[test]
fn a_provider_may_give_fewer_at_a_time_than_asked_for() {
    let goes_on = |schema: &str, asked: &str, reply: &str| next(schema, asked, reply).is_some();
    for (page, records, rest, more) in [
        (1, 100, r#","total":1200"#, true),
        (3, 100, r#","total":1200"#, true),
        (12, 100, r#","total":1200"#, false),
        (1, 100, r#","has_more":true"#, true),
        (1, 100, "", false),
        (1, 500, "", true),
        (2, 500, r#","total":1000"#, false),
        (3, 200, r#","total":1200"#, false),
        (1, 100, r#","count":100"#, false),
        (1, 500, r#","count":500"#, true),
        (2, 500, r#","count":1000"#, false),
    ] {
        let asked = format!(r#"{{"page":{page},"limit":500}}"#);
        assert_eq!(goes_on(NUMBERED, &asked, &reply(records, rest)), more, "page {page}: {records} {rest}");
    }
    for (offset, records, rest, more) in [
        (0, 100, r#","total":1200"#, true),
        (1100, 100, r#","total":1200"#, false),
        (0, 100, r#","more":true"#, true),
        (0, 100, r#","count":100"#, false),
        (0, 0, r#","more":true"#, false),
    ] {
        let asked = format!(r#"{{"offset":{offset},"limit":500}}"#);
        assert_eq!(goes_on(OFFSET, &asked, &reply(records, rest)), more, "from {offset}: {records} {rest}");
    }
}

#[test]
fn more_that_cannot_be_asked_for_is_not_all() {
    for (rest, stop) in [
        (r#","@odata.nextLink":"https://graph.example.com/v1/messages?$skip=10""#, Stop::Elsewhere),
        (r#","next":"/v2/records?page=2""#, Stop::Elsewhere),
        (r#","_links":{"next":{"href":"https://a.example.com/2"}}"#, Stop::Elsewhere),
        (r#","has_more":true"#, Stop::Elsewhere),
        (r#","next":null"#, Stop::End),
        (r#","has_more":false,"next":"https://a.example.com/2""#, Stop::End),
    ] {
        let mut collecting = Collecting::new(Pager::default(), LIMIT, 1 << 20);
        assert_eq!(collecting.take(&value("{}"), &answer(&reply(2, rest))), Next::Done);
        assert_eq!(collecting.merged().stop.as_ref(), Some(&stop), "{rest}");
        assert_eq!(stop.is_complete(), stop == Stop::End);
    }
}

#[test]
fn what_else_was_said_about_pages_is_kept() {
    let asked = r#"{"paginationParameters":{"limit":5,"pageCursor":"a"},"q":0.10}"#;
    let reply = r#"{"nextPageCursor":"b"}"#;
    let expected = r#"{"paginationParameters":{"limit":5,"pageCursor":"b"},"q":0.10}"#;
    assert_eq!(next(CURSOR, asked, reply).as_deref(), Some(expected));
}

#[test]
fn without_a_word_in_the_schema_the_documented_place_is_taken() {
    let cursor = r#"{"items":[],"nextPageCursor":9007199254740993}"#;
    assert_eq!(
        next("{}", "{}", cursor).as_deref(),
        Some(r#"{"paginationParameters":{"pageCursor":9007199254740993}}"#)
    );
    let token = r#"{"messages":[],"nextPageToken":"t"}"#;
    assert_eq!(next("{}", "{}", token).as_deref(), Some(r#"{"paginationParameters":{"pageToken":"t"}}"#));
    let beside = r#"{"properties":{"pageToken":{"type":"string"},"limit":{}}}"#;
    assert_eq!(next(beside, r#"{"limit":2}"#, token).as_deref(), Some(r#"{"limit":2,"pageToken":"t"}"#));
}

#[test]
fn a_token_and_a_cursor_are_told_apart() {
    let both = r#"{"properties":{"pageCursor":{},"pageToken":{}}}"#;
    assert_eq!(next(both, "{}", r#"{"nextPageToken":"t"}"#).as_deref(), Some(r#"{"pageToken":"t"}"#));
    assert_eq!(next(both, "{}", r#"{"nextPageCursor":"t"}"#).as_deref(), Some(r#"{"pageCursor":"t"}"#));
    let airtable = r#"{"properties":{"offset":{"type":"string"}}}"#;
    assert_eq!(
        next(airtable, "{}", r#"{"records":[1],"offset":"itr/rec"}"#).as_deref(),
        Some(r#"{"offset":"itr/rec"}"#)
    );
}

#[test]
fn offsets_count_on_until_nothing_comes() {
    let schema = r#"{"properties":{"paginationParameters":{"properties":{"offset":{"type":"number"}}}}}"#;
    let at = |n: u32| format!(r#"{{"paginationParameters":{{"offset":{n}}}}}"#);
    assert_eq!(next(schema, "{}", r#"{"list":[1,2,3]}"#), Some(at(3)));
    assert_eq!(next(schema, &at(3), r#"{"list":[1,2]}"#), Some(at(5)));
    assert_eq!(next(schema, &at(5), r#"{"list":[]}"#), None);
    assert_eq!(next(schema, &at(3), r#"{"list":[1,2],"total":5}"#), None);
    let sized = r#"{"limit":3,"paginationParameters":{"offset":3}}"#;
    assert_eq!(next(schema, sized, r#"{"list":[1,2]}"#), None, "fewer than asked for");
    let skip = r#"{"properties":{"skip":{"type":"string"}}}"#;
    assert_eq!(next(skip, "{}", "[1,2]").as_deref(), Some(r#"{"skip":"2"}"#), "text where the schema wants text");
}

#[test]
fn pages_are_numbered_from_where_the_schema_begins() {
    let schema = |more: &str| format!(r#"{{"properties":{{"page":{{"type":"integer"{more}}}}}}}"#);
    assert_eq!(next(&schema(""), "{}", "[1]").as_deref(), Some(r#"{"page":2}"#));
    assert_eq!(next(&schema(r#","minimum":0"#), "{}", "[1]").as_deref(), Some(r#"{"page":1}"#));
    assert_eq!(next(&schema(""), r#"{"page":7}"#, "[1]").as_deref(), Some(r#"{"page":8}"#));
    assert_eq!(next(&schema(""), r#"{"page":7}"#, "[]"), None);
    assert_eq!(next(&schema(""), "{}", r#"{"data":[1],"next_page":2}"#).as_deref(), Some(r#"{"page":2}"#));
    let full = r#"{"page":2,"per_page":2}"#;
    assert_eq!(next(&schema(""), full, r#"{"total_count":4,"items":[1,2]}"#), None);
    assert_eq!(
        next(&schema(""), full, r#"{"total_count":5,"items":[1,2]}"#).as_deref(),
        Some(r#"{"page":3,"per_page":2}"#)
    );
}

#[test]
fn an_answer_that_is_no_list_has_no_next_page() {
    let schema = r#"{"properties":{"page":{"type":"integer"}}}"#;
    for reply in [r#"{"id":1}"#, "7", "null", "\"x\"", ""] {
        assert_eq!(next(schema, "{}", reply), None, "{reply}");
        assert_eq!(next("{}", "{}", reply), None, "{reply}");
    }
    assert_eq!(next("{}", "{}", "[1,2,3]"), None, "nothing says that there are pages");
}

/// Collects `pages`, each answered whatever is asked; returns the document and what is told of it.
fn collect(schema: &str, pages: &[&str], limit: usize) -> (String, Merged) {
    let mut collecting = Collecting::new(Pager::of(&value(schema)), limit, 1 << 20);
    let mut asked = Value::object();
    for page in pages {
        match collecting.take(&asked, &answer(page)) {
            Next::Ask(next) => asked = next,
            Next::Done => break,
        }
    }
    (String::from_utf8(collecting.bytes()).unwrap(), collecting.merged().clone())
}

#[test]
fn records_are_merged_to_the_byte_and_the_rest_is_the_last_pages() {
    let (document, merged) = collect(
        CURSOR,
        &[
            "{\"list\": [ {\"n\":9007199254740993, \"n\":1.0} ,2e400 ],\"nextPageCursor\":\"a\"}",
            r#"{"list":[],"nextPageCursor":"b"}"#,
        ],
        9,
    );
    assert_eq!(document, r#"{"list":[{"n":9007199254740993, "n":1.0} ,2e400],"nextPageCursor":"b"}"#);
    assert_eq!((merged.pages, merged.records, merged.stop.clone()), (2, 2, Some(Stop::Empty)));
    let (document, merged) = collect(CURSOR, &[r#"{"a":[1],"nextPageCursor":"x"}"#, r#"{"z":0,"a":[2]}"#], 9);
    assert_eq!(document, r#"{"z":0,"a":[1,2]}"#);
    assert_eq!(merged.words(), "2 pages, 2 records; that is all");
}

#[test]
fn collecting_stops_for_every_reason_there_is() {
    let more = r#"{"a":[1],"nextPageCursor":"x"}"#;
    let other = r#"{"a":[1],"nextPageCursor":"y"}"#;
    let stop = |pages: &[&str], limit| collect(CURSOR, pages, limit).1;
    assert_eq!(stop(&[more, r#"{"a":[1]}"#], 9).stop, Some(Stop::End));
    assert_eq!(stop(&[more, more], 9).stop, Some(Stop::Again));
    assert_eq!(stop(&[more, other, more], 9).stop, Some(Stop::Again), "going round");
    assert_eq!(stop(&[more, r#"{"error":"x"}"#], 9).stop, Some(Stop::Different));
    assert_eq!(stop(&[more, "<html>"], 9).stop, Some(Stop::Different));
    assert_eq!(stop(&[r#"{"id":1}"#], 9).stop, Some(Stop::End));
    let limited = stop(&[more, other], 2);
    assert_eq!((limited.pages, limited.stop), (2, Some(Stop::Limit)));
    assert_eq!(limited.next.map(|page| page.named).as_deref(), Some("pageCursor y"), "where it goes on is known");
    let mut small = Collecting::new(Pager::of(&value(CURSOR)), 9, 30);
    assert!(matches!(small.take(&Value::object(), &answer(more)), Next::Ask(_)));
    assert_eq!(small.take(&Value::object(), &answer(other)), Next::Done);
    assert_eq!(small.merged().stop, Some(Stop::TooLarge(30)));
    assert_eq!(small.bytes(), more.as_bytes(), "what came before is whole");
}

#[test]
fn an_answer_that_is_no_list_is_kept_as_it_is() {
    assert_eq!(collect("{}", &[" {\"id\": 1} "], 9).0, " {\"id\": 1} ");
    assert_eq!(collect("{}", &["<html>"], 9).0, "<html>");
    assert_eq!(collect("{}", &[""], 9).0, "");
}

#[test]
fn records_are_the_longest_list_of_objects() {
    let at = |text: &str| {
        let answer = answer(text);
        records(&answer).map(|node| document::pointer(&answer, node).to_string())
    };
    assert_eq!(at(r#"{"scopes":["a","b","c"],"data":{"items":[{}]}}"#).as_deref(), Some("/data/items"));
    assert_eq!(at(r#"{"empty":[],"tags":[1,2]}"#).as_deref(), Some("/tags"));
    assert_eq!(at(r#"{"items":[]}"#).as_deref(), Some("/items"));
    assert_eq!(at("[[1],[2]]").as_deref(), Some(""));
    assert_eq!(at(r#"{"one":{"two":{"three":{"four":[1]}}}}"#), None);
}

proptest! {
    /// Whatever comes, collecting ends, and what it makes of lists is the lists one after the other.
    #[test]
    fn merged_lists_are_the_lists_in_a_row(lists in prop::collection::vec(prop::collection::vec("[0-9]{1,30}|\"[a-z,\\]\\[]{0,5}\"|\\{\"a\": [0-9]\\}", 1..5), 1..6)) {
        let texts: Vec<String> = lists
            .iter()
            .enumerate()
            .map(|(i, list)| format!("{{\"before\":{{}}, \"list\" : [ {} ] ,\"nextPageCursor\":\"{i}\"}}", list.join(" ,\n")))
            .collect();
        let pages: Vec<&str> = texts.iter().map(String::as_str).collect();
        let (merged, told) = collect(CURSOR, &pages, pages.len());
        let all: Vec<Value> = lists.iter().flatten().map(|item| value(&without_zeros(item))).collect();
        // A number may not begin with a zero; then the document is no JSON and collecting ends there.
        prop_assume!(lists.iter().flatten().all(|item| without_zeros(item) == *item));
        let merged = value(&merged);
        prop_assert_eq!(merged.get("list").and_then(Value::as_array).unwrap_or_default(), &all[..]);
        prop_assert_eq!((told.pages, told.records), (pages.len(), all.len()));
    }

    #[test]
    fn no_answer_is_too_odd(parts in prop::collection::vec("[a-z{}\\[\\],:\"0-9 ]{0,12}|\"nextPageCursor\":|\"offset\":|\"x\"", 0..20), schema in "[{}\":a-z]{0,20}") {
        let pager = Pager::of(&Value::parse(schema.as_bytes()).unwrap_or_default());
        let mut collecting = Collecting::new(pager, 3, 1000);
        let text = parts.concat();
        for _ in 0..3 {
            if collecting.take(&Value::Null, &answer(&text)) == Next::Done {
                break;
            }
        }
        prop_assert!(collecting.merged().pages <= 3);
    }
}

fn without_zeros(item: &str) -> String {
    if item.starts_with(|c: char| c.is_ascii_digit()) {
        let digits = item.trim_start_matches('0');
        return if digits.is_empty() { "0".to_owned() } else { digits.to_owned() };
    }
    item.to_owned()
}
