//! The form as a whole: stories, and the laws that hold for any schema.

use super::*;

mod keeping;
mod laws;
mod types;

pub(super) fn json(text: &str) -> Value {
    Value::parse(text.as_bytes()).unwrap_or_else(|e| panic!("{e}: {text}"))
}

fn form(schema: &str) -> Form {
    Form::new(&json(schema))
}

/// The rows as a person might note them down.
fn picture(form: &Form) -> String {
    let mut lines = Vec::new();
    for row in form.rows() {
        let fold = if row.expandable { if row.expanded { "▾ " } else { "▸ " } } else { "" };
        let star = if row.required { "*" } else { "" };
        let cell = if row.presence == Presence::Absent { format!("({})", row.hint) } else { row.text };
        let problem = row.problem.map(|p| format!(" !! {p}")).unwrap_or_default();
        let indent = "  ".repeat(usize::from(row.depth));
        lines.push(format!("{indent}{fold}{}{star}: {cell}{problem}", row.label));
    }
    lines.join("\n")
}

/// The field with this label; the last one where there are several.
fn find(form: &Form, label: &str) -> FieldId {
    let rows = form.rows();
    let row = rows.iter().rfind(|r| r.label == label);
    row.map_or_else(|| panic!("no {label}:\n{}", picture(form)), |r| r.id)
}

fn edit(form: &mut Form, label: &str, edit: Edit) -> Option<FieldId> {
    // The form itself has no label.
    let id = if label.is_empty() { form.root() } else { find(form, label) };
    form.edit(id, edit).unwrap_or_else(|e| panic!("{label}: {e}"))
}

fn row(form: &Form, label: &str) -> Row {
    let id = find(form, label);
    form.rows().into_iter().find(|r| r.id == id).unwrap()
}

const MESSAGE: &str = r#"{"type":"object","required":["channel","text"],"additionalProperties":false,"properties":{
    "blocks":{"type":"object","description":"Block kit (example: \"[{\"a\":1}]\")"},
    "text":{"type":"string","maxLength":4000},
    "limit":{"type":"integer","default":20},
    "asUser":{"type":"boolean"},
    "channel":{"type":"string"},
    "kind":{"enum":["a",1,true,null,"1"]}}}"#;

#[test]
fn the_same_is_said_at_a_field_once() {
    let mut f = form(r#"{"required":["a"],"properties":{"a":{"type":"string"}}}"#);
    f.check();
    f.blame_reply("a is required", &["a is required".to_owned(), "a must be short".to_owned()]);
    let problem = f.rows()[0].problem.clone().unwrap_or_default();
    assert_eq!(
        (problem.matches("a is required").count(), problem.matches("must be short").count()),
        (1, 1),
        "{problem}"
    );
}

#[test]
fn a_name_that_occurs_twice_is_told_as_the_reason_for_json() {
    let mut f = form(r#"{"properties":{"a":{"type":"string"},"o":{"type":"object","properties":{"b":{}}}}}"#);
    f.load_json(r#"{"a":"x","o":{"b":1,"b":2}}"#).unwrap();
    let remark = |f: &Form, label: &str| f.rows().iter().find(|r| r.label == label).and_then(|r| r.remark.clone());
    assert!(
        remark(&f, "o").is_some_and(|words| words.starts_with("Shown as JSON, as \"b\" occurs in it more than once"))
    );
    assert_eq!(f.value().to_json(), r#"{"a":"x","o":{"b":1,"b":2}}"#);
    f.load_json(r#"{"a":"x","a":"y"}"#).unwrap();
    assert!(f.rows()[0].remark.as_ref().is_some_and(|words| words.contains("\"a\" occurs")), "{:?}", f.rows());
}

#[test]
fn a_new_form_asks_and_sends_nothing() {
    let form = form(MESSAGE);
    assert_eq!(
        picture(&form),
        "text*: (not sent)\nchannel*: (not sent)\nblocks: (not sent · any JSON, or plain text)\nlimit: (not sent · \
         default 20)\nasUser: (not sent)\nkind: (not sent · 4 choices)"
    );
    assert_eq!(form.value(), json("{}"));
    assert_eq!(form.first_field(), Some(find(&form, "text")));
}

#[test]
fn what_is_filled_in_is_sent_with_its_type_and_exact_text() {
    let mut f = form(MESSAGE);
    edit(&mut f, "channel", Edit::Text("C1".into()));
    edit(&mut f, "text", Edit::Text(String::new()));
    edit(&mut f, "limit", Edit::Text("9007199254740993".into()));
    edit(&mut f, "asUser", Edit::Toggle);
    edit(&mut f, "kind", Edit::Choose(1));
    edit(&mut f, "blocks", Edit::Text("[1, 2.50]".into()));
    assert_eq!(
        f.value().to_json(),
        r#"{"text":"","channel":"C1","blocks":[1,2.50],"limit":9007199254740993,"asUser":true,"kind":1}"#
    );
    edit(&mut f, "kind", Edit::Null);
    edit(&mut f, "limit", Edit::UseDefault);
    edit(&mut f, "asUser", Edit::Absent);
    edit(&mut f, "text", Edit::Absent);
    edit(&mut f, "blocks", Edit::Text("SELECT Id FROM Contact".into()));
    assert_eq!(row(&f, "blocks").problem, None);
    assert_eq!(f.value().to_json(), r#"{"channel":"C1","blocks":"SELECT Id FROM Contact","limit":20,"kind":null}"#);
    let labels: Vec<_> = f.choices(find(&f, "kind")).into_iter().map(|c| c.label).collect();
    assert_eq!(labels, ["a", "1", "true", "\"1\""], "labels that would be the same are told apart");
}

#[test]
fn a_number_that_is_none_yet_is_kept_and_said() {
    let mut f = form(MESSAGE);
    edit(&mut f, "limit", Edit::Text("12a".into()));
    assert_eq!(f.edit_text(find(&f, "limit")), "12a");
    assert!(row(&f, "limit").problem.is_some());
    assert_eq!(f.value().to_json(), r#"{"limit":"12a"}"#);
    let check = f.check();
    assert_eq!(check.problems[2].words, "limit: Not a number. It would be sent as text.");
    edit(&mut f, "limit", Edit::Text(" 12 ".into()));
    assert_eq!(f.value().to_json(), r#"{"limit":12}"#);
    edit(&mut f, "limit", Edit::Text(" ".into()));
    assert_eq!(f.value().to_json(), "{}");
}

#[test]
fn checking_names_the_field_and_marks_its_row() {
    let mut f = form(MESSAGE);
    edit(&mut f, "text", Edit::Text("x".repeat(4001)));
    let check = f.check();
    let words: Vec<_> = check.problems.iter().map(|p| p.words.as_str()).collect();
    assert_eq!(words, ["text must have at most 4000 characters.", "channel is required."]);
    assert_eq!(check.problems[1].field, find(&f, "channel"));
    assert_eq!(row(&f, "channel").problem.as_deref(), Some("channel is required."));
    edit(&mut f, "channel", Edit::Text("C".into()));
    assert_eq!(row(&f, "channel").problem, None, "gone with the next edit");
    assert!(row(&f, "text").problem.is_some());
}

const FILTER: &str = r##"{"type":"object","properties":{"filter":{"$ref":"#/$defs/group"}},"$defs":{
    "group":{"type":"object","required":["operator","conditions"],"properties":{
        "operator":{"enum":["AND","OR"]},
        "conditions":{"type":"array","items":{"oneOf":[{"$ref":"#/$defs/group"},{"$ref":"#/$defs/condition"}]}}}},
    "condition":{"title":"Condition","type":"object","required":["field","value"],
        "properties":{"field":{"type":"string"},"value":{"type":["string","number","null"]}}}}}"##;

#[test]
fn a_recursive_filter_is_filled_in_with_fields() {
    let mut f = form(FILTER);
    assert_eq!(picture(&f), "▸ filter: (not sent)");
    edit(&mut f, "filter", Edit::Fold(false));
    edit(&mut f, "operator", Edit::Choose(1));
    let item = edit(&mut f, "conditions", Edit::AddItem).unwrap();
    let inner = f.edit(item, Edit::Variant(0)).unwrap().unwrap();
    f.edit(inner, Edit::Choose(0)).unwrap();
    let leaf = edit(&mut f, "conditions", Edit::AddItem).unwrap();
    let field = f.edit(leaf, Edit::Variant(1)).unwrap().unwrap();
    f.edit(field, Edit::Text("Email".into())).unwrap();
    let number = edit(&mut f, "value", Edit::Variant(1)).unwrap();
    f.edit(number, Edit::Text("1.50".into())).unwrap();
    assert_eq!(
        f.value().to_json(),
        r#"{"filter":{"operator":"OR","conditions":[{"operator":"AND","conditions":[{"field":"Email","value":1.50}]}]}}"#
    );
    assert_eq!(
        picture(&f),
        "▾ filter: 2 fields\n  operator*: OR\n  ▾ conditions*: 1 item\n    ▾ 1: group\n      operator*: AND\n      ▾ \
         conditions*: 1 item\n        ▾ 1: Condition\n          field*: Email\n          ▾ value*: number\n            \
         number: 1.50"
    );
    assert_eq!(f.about(number).unwrap().pointer.to_string(), "/filter/conditions/0/conditions/0/value");
    let value = f.value();
    let mut again = form(FILTER);
    again.load(&value);
    assert_eq!(again.value(), value);
    assert!(f.check().problems.is_empty(), "{:?}", f.check());
}

#[test]
fn optional_objects_ask_only_once_switched_on_and_go_with_their_last_member() {
    let mut f = form(
        r#"{"properties":{"a":{"type":"object","required":["b"],"properties":{"b":{"type":"string"},"k":{"const":1}}}}}"#,
    );
    assert!(f.check().problems.is_empty());
    edit(&mut f, "a", Edit::Fold(false));
    edit(&mut f, "b", Edit::Text("x".into()));
    assert_eq!(f.value().to_json(), r#"{"a":{"b":"x"}}"#);
    edit(&mut f, "b", Edit::Absent);
    assert_eq!(f.value().to_json(), "{}");
    edit(&mut f, "a", Edit::Toggle);
    assert_eq!(f.value().to_json(), r#"{"a":{}}"#);
    assert_eq!(f.check().problems[0].words, "a, b is required.");
    edit(&mut f, "b", Edit::Text("y".into()));
    edit(&mut f, "a", Edit::Absent);
    assert_eq!(f.value().to_json(), "{}");
    edit(&mut f, "a", Edit::Toggle);
    assert_eq!(f.value().to_json(), r#"{"a":{"b":"y"}}"#, "what was inside comes back");
}

#[test]
fn shapes_keep_their_drafts_share_what_is_common_and_bring_their_constants() {
    let mut f = form(
        r#"{"properties":{"to":{"type":"object","required":["note"],"properties":{"note":{"type":"string"}},"oneOf":[
        {"required":["type"],"properties":{"type":{"const":"mail"},"address":{"type":"string"}}},
        {"properties":{"type":{"const":"post"},"street":{"type":"string"}}}]}}}"#,
    );
    let labels: Vec<_> = f.choices(find(&f, "to")).into_iter().map(|c| c.label).collect();
    assert_eq!(labels, ["mail", "post"]);
    edit(&mut f, "to", Edit::Variant(0));
    edit(&mut f, "address", Edit::Text("a@example.com".into()));
    edit(&mut f, "note", Edit::Text("hello".into()));
    assert_eq!(f.value().to_json(), r#"{"to":{"note":"hello","type":"mail","address":"a@example.com"}}"#);
    edit(&mut f, "to", Edit::Variant(1));
    edit(&mut f, "street", Edit::Text("Main".into()));
    assert_eq!(f.value().to_json(), r#"{"to":{"note":"hello","type":"post","street":"Main"}}"#);
    edit(&mut f, "note", Edit::Text("bye".into()));
    edit(&mut f, "to", Edit::Variant(0));
    assert_eq!(f.value().to_json(), r#"{"to":{"note":"bye","type":"mail","address":"a@example.com"}}"#);
    f.load(&json(r#"{"to":{"type":"post","street":"x"}}"#));
    assert_eq!(f.chosen(find(&f, "to")), Some(1));
    assert_eq!(f.value().to_json(), r#"{"to":{"type":"post","street":"x"}}"#);
}

#[test]
fn a_lone_required_constant_is_chosen_and_marked() {
    let mut f = form(r#"{"required":["v","a"],"properties":{"v":{"const":2},"a":{"type":"string"}}}"#);
    assert_eq!(f.value().to_json(), r#"{"v":2}"#);
    assert!(row(&f, "v").remark.unwrap().contains("filled in for you"));
    assert_eq!(f.first_field(), Some(find(&f, "a")));
    f.load(&json("{}"));
    assert_eq!(f.value().to_json(), "{}");
    edit(&mut f, "v", Edit::Toggle);
    assert_eq!(f.value().to_json(), r#"{"v":2}"#);
}

#[test]
fn null_beside_one_type_is_a_state_and_no_shape() {
    for schema in [
        r#"{"properties":{"n":{"type":["integer","null"]}}}"#,
        r#"{"properties":{"n":{"anyOf":[{"type":"integer"},{"type":"null"}]}}}"#,
        r#"{"properties":{"n":{"oneOf":[{"const":null},{"type":"integer"}]}}}"#,
        r#"{"properties":{"n":{"type":"integer","nullable":true}}}"#,
    ] {
        let mut f = form(schema);
        assert_eq!(row(&f, "n").widget, Widget::Number { integer: true }, "{schema}");
        assert!(f.about(find(&f, "n")).unwrap().nullable);
        edit(&mut f, "n", Edit::Null);
        assert_eq!(f.value().to_json(), r#"{"n":null}"#);
        assert_eq!(row(&f, "n").presence, Presence::Null);
    }
}

#[test]
fn titled_constants_and_one_typed_alternatives_are_simple_cells() {
    let f = form(
        r#"{"properties":{"c":{"oneOf":[{"const":"o","title":"Open"},{"const":"d","title":"Done"}]},
        "t":{"type":"string","anyOf":[{"format":"email"},{"pattern":"^x"}]},
        "u":{"anyOf":[{"type":"string","format":"uri"},{"type":"string","maxLength":3}]}}}"#,
    );
    assert_eq!(f.choices(find(&f, "c")).iter().map(|c| c.label.as_str()).collect::<Vec<_>>(), ["Open", "Done"]);
    assert!(matches!(row(&f, "u").widget, Widget::Text { .. }));
    assert_eq!(row(&f, "c").widget, Widget::Choice);
}

#[test]
fn free_members_are_rows_of_key_and_value() {
    let mut f = form(
        r#"{"properties":{"headers":{"type":"object","additionalProperties":{"type":"string"},
        "patternProperties":{"^n-":{"type":"number"}}}}}"#,
    );
    let id = edit(&mut f, "headers", Edit::AddEntry("a.b/~{{x}}".into())).unwrap();
    f.edit(id, Edit::Text("1".into())).unwrap();
    let id = edit(&mut f, "headers", Edit::AddEntry("n-1".into())).unwrap();
    f.edit(id, Edit::Text("1".into())).unwrap();
    assert_eq!(f.value().to_json(), r#"{"headers":{"a.b/~{{x}}":"1","n-1":1}}"#);
    f.edit(id, Edit::RenameKey("m".into())).unwrap();
    assert_eq!(row(&f, "m").widget, Widget::Json, "a number where text is wanted stays what it is");
    f.edit(id, Edit::MoveUp).unwrap();
    assert_eq!(f.value().to_json(), r#"{"headers":{"m":1,"a.b/~{{x}}":"1"}}"#);
    f.edit(id, Edit::RenameKey("a.b/~{{x}}".into())).unwrap();
    assert!(row(&f, "a.b/~{{x}}").problem.unwrap().contains("twice"));
    let again = Form::from_draft(&f.raw, &f.to_draft());
    assert_eq!(again.value().to_json(), r#"{"headers":{"a.b/~{{x}}":1,"a.b/~{{x}}":"1"}}"#, "nothing is merged");
    f.edit(id, Edit::Remove).unwrap();
    assert_eq!(f.value().to_json(), r#"{"headers":{"a.b/~{{x}}":"1"}}"#);
}

#[test]
fn tuples_follow_their_positions() {
    let mut f = form(
        r#"{"properties":{"t":{"prefixItems":[{"type":"string"},{"type":"number"}],"items":{"type":"boolean"}}}}"#,
    );
    f.load(&json(r#"{"t":["a",1,true]}"#));
    let widgets: Vec<_> = f.rows().iter().skip(1).map(|r| r.widget).collect();
    assert!(matches!(widgets[..], []), "folded until looked at");
    edit(&mut f, "t", Edit::Fold(false));
    assert_eq!(row(&f, "3").widget, Widget::Toggle);
    edit(&mut f, "2", Edit::MoveUp);
    assert_eq!(f.value().to_json(), r#"{"t":[1,"a",true]}"#);
    assert_eq!(row(&f, "1").widget, Widget::Json);
    edit(&mut f, "1", Edit::MoveDown);
    edit(&mut f, "3", Edit::Remove);
    assert_eq!(f.value().to_json(), r#"{"t":["a",1]}"#);
}

#[test]
fn rules_that_depend_on_values_apply_as_one_types() {
    let mut f = form(
        r#"{"properties":{"how":{"enum":["mail","post"]},"cc":{"type":"string"}},
        "if":{"properties":{"how":{"const":"post"}},"required":["how"]},
        "then":{"properties":{"street":{"type":"string"}},"required":["street"]},
        "else":{"properties":{"address":{"type":"string"}}},
        "dependentRequired":{"cc":["reason"]},"dependentSchemas":{"cc":{"properties":{"reason":{"type":"string"}}}}}"#,
    );
    assert_eq!(picture(&f), "how: (not sent · 2 choices)\ncc: (not sent)\naddress: (not sent)");
    edit(&mut f, "address", Edit::Text("a@example.com".into()));
    edit(&mut f, "how", Edit::Choose(1));
    assert!(row(&f, "street").required);
    edit(&mut f, "street", Edit::Text("Main".into()));
    assert_eq!(f.value().to_json(), r#"{"street":"Main","how":"post"}"#, "hidden values are not sent");
    edit(&mut f, "how", Edit::Choose(0));
    assert_eq!(f.value().to_json(), r#"{"how":"mail","address":"a@example.com"}"#, "but kept");
    edit(&mut f, "cc", Edit::Text("b".into()));
    assert!(row(&f, "reason").required);
    f.load(&json(r#"{"how":"mail","street":"x"}"#));
    assert_eq!(f.value().to_json(), r#"{"how":"mail","street":"x"}"#, "what is loaded stays");
}

#[test]
fn a_fault_of_the_schema_costs_one_field_only() {
    let f = form(
        r##"{"type":"object","properties":{"good":{"type":"string"},"null":null,"list":[1],"text":{"type":"text"},
        "odd":{"type":"quux"},"must":{"type":"string","required":true},"gone":{"$ref":"#/$defs/none"},
        "far":{"$ref":"https://example.com/x.json"},"self":{"$ref":"#/properties/self"},"never":false,"empty":{"enum":[]}}}"##,
    );
    assert_eq!(f.rows().len(), 11);
    for (label, widget) in [
        ("good", "Text"),
        ("text", "Text"),
        ("null", "Json"),
        ("list", "Json"),
        ("odd", "Json"),
        ("gone", "Json"),
        ("far", "Json"),
        ("self", "Json"),
        ("never", "Json"),
        ("empty", "Json"),
    ] {
        assert!(format!("{:?}", row(&f, label).widget).starts_with(widget), "{label}");
    }
    assert!(row(&f, "must").required);
    for label in ["null", "list", "text", "odd", "gone", "far", "never", "empty"] {
        assert!(row(&f, label).remark.is_some(), "{label}");
    }
    let stray = form(r#"{"type":"object","channel":{"type":"string"},"type2":3}"#);
    assert_eq!(picture(&stray), "channel: (not sent)");
}

#[test]
fn any_root_is_usable() {
    for schema in [
        "null",
        "true",
        "false",
        "{}",
        "[]",
        "7",
        r#"{"$schema":"https://json-schema.org/draft/2020-12/schema"}"#,
        r#"{"type":"object"}"#,
        r##"{"$ref":"#"}"##,
        r#"{"$ref":"https://example.com/s"}"#,
    ] {
        let mut f = form(schema);
        assert_eq!(f.value(), json("{}"), "{schema}");
        let id = edit(&mut f, "parameters", Edit::AddEntry("a".into())).unwrap();
        f.edit(id, Edit::Text("[1]".into())).unwrap();
        assert_eq!(f.value().to_json(), r#"{"a":[1]}"#, "{schema}");
        f.load(&json(r#"{"x":{"y":"é"}}"#));
        assert_eq!(f.value().to_json(), r#"{"x":{"y":"é"}}"#, "{schema}");
    }
    let mut list = form(r#"{"type":"array","items":{"type":"string"}}"#);
    let id = edit(&mut list, "parameters", Edit::AddItem).unwrap();
    list.edit(id, Edit::Text("x".into())).unwrap();
    assert_eq!(list.value().to_json(), r#"["x"]"#);
    let mut shapes = form(
        r#"{"oneOf":[{"properties":{"a":{"type":"string"}},"required":["a"]},{"properties":{"b":{"type":"string"}},"required":["b"]}]}"#,
    );
    let id = edit(&mut shapes, "parameters", Edit::Variant(1)).unwrap();
    shapes.edit(id, Edit::Text("x".into())).unwrap();
    assert_eq!(shapes.value().to_json(), r#"{"b":"x"}"#);
    let closed = form(r#"{"type":"object","properties":{},"additionalProperties":false}"#);
    assert_eq!(picture(&closed), "");
}

#[test]
fn unknown_members_are_kept_and_shown() {
    let mut f = form(MESSAGE);
    f.load(&json(r#"{"channle":"C1","text":"x","channel":7}"#));
    assert_eq!(f.value().to_json(), r#"{"text":"x","channel":7,"channle":"C1"}"#);
    assert!(row(&f, "channle").remark.unwrap().contains("Not a parameter"));
    assert_eq!(row(&f, "channel").widget, Widget::Json);
    assert!(f.load_json("{\"a\":").is_err());
    assert_eq!(row(&f, "channle").text, "C1");
    f.load(&json("[1]"));
    assert_eq!(f.value().to_json(), "[1]");
    f.load(&json("{}"));
    assert_eq!(picture(&f), picture(&form(MESSAGE)));
}

#[test]
fn json_cells_and_fields_change_into_one_another() {
    let mut f = form(FILTER);
    edit(&mut f, "filter", Edit::AsJson(true));
    edit(&mut f, "filter", Edit::Text("{\"operator\":\"AND\",".into()));
    let id = find(&f, "filter");
    assert!(row(&f, "filter").problem.unwrap().starts_with("Not JSON: line 1, column 19"));
    assert!(matches!(f.edit(id, Edit::AsJson(false)), Err(EditError::StaysJson(_))));
    assert_eq!(f.edit_text(id), "{\"operator\":\"AND\",");
    edit(&mut f, "filter", Edit::Text("{\"operator\":\"AND\",\"conditions\":[]}".into()));
    edit(&mut f, "filter", Edit::AsJson(false));
    edit(&mut f, "filter", Edit::Fold(false));
    assert_eq!(row(&f, "operator").text, "AND");
    // What takes anything can be filled in with fields too.
    let mut any = form(r#"{"properties":{"x":{}}}"#);
    let list = any.choices(find(&any, "x")).iter().position(|c| c.label == "list").unwrap();
    edit(&mut any, "x", Edit::Variant(list));
    let item = edit(&mut any, "x", Edit::AddItem).unwrap();
    any.edit(item, Edit::Text("1".into())).unwrap();
    assert_eq!(any.value().to_json(), r#"{"x":[1]}"#);
}

#[test]
fn members_that_are_there_because_of_themselves_stay() {
    let f = |schema: &str, value: &str| {
        let mut f = form(schema);
        f.load(&json(value));
        let again = Form::from_draft(&f.raw, &f.to_draft());
        assert_eq!(again.value(), f.value());
    };
    f(r#"{"dependentSchemas":{"b":{"properties":{"b":{"type":"string"}}}}}"#, r#"{"b":null}"#);
    f(r#"{"if":{"type":["string","array"]},"else":{"type":"string"}}"#, "\"\"");
    let mut gone = form(
        r##"{"dependentSchemas":{"b":{"properties":{"b":{"$ref":"#/none"}}}},"properties":{"b":{"type":"string"}}}"##,
    );
    edit(&mut gone, "b", Edit::Text("x".into()));
    let next = edit(&mut gone, "b", Edit::Variant(0));
    assert!(gone.about(next.unwrap()).is_some(), "the cursor goes to a field that is there");
    let mut paradox = form(r#"{"if":{"not":{"required":["b"]}},"then":{"properties":{"b":{"type":"string"}}}}"#);
    edit(&mut paradox, "b", Edit::Text("x".into()));
    assert_eq!(paradox.value().to_json(), r#"{"b":"x"}"#, "nothing vanishes under one's fingers");
    assert_eq!(Form::from_draft(&paradox.raw, &paradox.to_draft()).value(), paradox.value());
}

#[test]
fn a_condition_with_a_pattern_reveals_what_it_is_about() {
    let mut form = form(
        r#"{"properties":{"code":{"type":"string"}},"if":{"properties":{"code":{"pattern":"^A"}},"required":["code"]},
            "then":{"properties":{"for_a":{}}},"else":{"properties":{"for_others":{}}}}"#,
    );
    let labels = |form: &Form| form.rows().iter().map(|r| r.label.clone()).collect::<Vec<_>>().join(" ");
    assert_eq!(labels(&form), "code for_others");
    edit(&mut form, "code", Edit::Text("AB".into()));
    assert_eq!(labels(&form), "code for_a");
    edit(&mut form, "code", Edit::Text("B".into()));
    assert_eq!(labels(&form), "code for_others");
}

#[test]
fn null_is_offered_only_where_a_shape_allows_it() {
    let form = form(
        r#"{"properties":{"a":{"oneOf":[{"type":"object","properties":{"x":{}}},{"type":"array"}]},
            "b":{"oneOf":[{"type":"object","properties":{"x":{}}},{"type":"array"},{"type":"null"}]}}}"#,
    );
    let nullable = |label: &str| form.about(find(&form, label)).unwrap().nullable;
    assert_eq!((nullable("a"), nullable("b")), (false, true));
}
