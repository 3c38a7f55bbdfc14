//! Fields whose type is out of reach, or only hinted at, and those that can have certain values only.

use super::*;

#[test]
fn a_field_out_of_reach_becomes_fields_of_the_type_that_is_chosen() {
    for schema in [r#"{"$ref":"https://example.com/x.json"}"#, r##"{"$ref":"#/nowhere"}"##, "false"] {
        let mut form = form(&format!(r#"{{"properties":{{"far":{schema}}}}}"#));
        let far = find(&form, "far");
        assert_eq!(row(&form, "far").widget, Widget::Json);
        let object = form.choices(far).iter().position(|c| c.label == "object").unwrap();
        edit(&mut form, "far", Edit::Variant(object));
        form.edit(far, Edit::AddEntry("a".into())).unwrap();
        edit(&mut form, "a", Edit::Text("1".into()));
        assert_eq!(form.value().to_json(), r#"{"far":{"a":1}}"#, "{schema}");
    }
}

#[test]
fn a_type_that_is_only_hinted_at_can_be_another() {
    let mut form = form(r#"{"properties":{"a":{"maxLength":3},"b":{"type":"string"}}}"#);
    assert_eq!(row(&form, "a").widget, Widget::Text { multiline: false, secret: false, format: None });
    edit(&mut form, "a", Edit::Text("x".into()));
    edit(&mut form, "a", Edit::AnyType);
    assert_eq!((row(&form, "a").text.as_str(), form.value().to_json().as_str()), ("text", r#"{"a":"x"}"#));
    let a = find(&form, "a");
    let number = form.choices(a).iter().position(|c| c.label == "number").unwrap();
    let cell = form.edit(a, Edit::Variant(number)).unwrap().unwrap();
    form.edit(cell, Edit::Text("1.0".into())).unwrap();
    assert_eq!(form.value().to_json(), r#"{"a":1.0}"#);
    let again = Form::from_draft(form.schema(), &form.to_draft());
    assert_eq!((row(&again, "a").widget, again.value()), (Widget::Variant, form.value()));
    form.load(&Value::object());
    assert!(matches!(row(&form, "a").widget, Widget::Text { .. }), "empty, it is what was hinted at");
    form.load_json(r#"{"a":[1]}"#).unwrap();
    assert_eq!((row(&form, "a").widget, row(&form, "a").text.as_str()), (Widget::Variant, "list"));
    let b = find(&form, "b");
    assert!(form.edit(b, Edit::AnyType).is_err());
}

#[test]
fn a_required_constant_that_becomes_another_is_chosen_anew() {
    let mut f = form(
        r#"{"required":["kind","v"],"properties":{"kind":{"enum":["a","b","text"]},"v":{}},
        "if":{"properties":{"kind":{"const":"a"}}},"then":{"properties":{"v":{"const":"A"}}},
        "else":{"if":{"properties":{"kind":{"const":"b"}}},"then":{"properties":{"v":{"const":"B"}}},
            "else":{"properties":{"v":{"type":"string"}}}}}"#,
    );
    for (kind, value) in [
        ("b", r#"{"kind":"b","v":"B"}"#),
        ("a", r#"{"kind":"a","v":"A"}"#),
        ("text", r#"{"kind":"text"}"#),
        ("b", r#"{"kind":"b","v":"B"}"#),
    ] {
        let at = f.choices(find(&f, "kind")).iter().position(|c| c.label == kind).unwrap();
        edit(&mut f, "kind", Edit::Choose(at));
        assert_eq!(f.value().to_json(), value);
    }
}

#[test]
fn names_of_choices_stay_with_their_values() {
    let f = form(
        r#"{"properties":{"p":{"enum":[1,2,3],"enumNames":["low","","high"],"allOf":[{"enum":[2,3]}]},
        "q":{"allOf":[{"enum":["b","c"]},{"enum":["a","b","c"],"enumNames":["A","B","C"]}]}}}"#,
    );
    let labels = |name: &str| f.choices(find(&f, name)).into_iter().map(|c| c.label).collect::<Vec<_>>();
    assert_eq!(labels("p"), ["2", "high"]);
    assert_eq!(labels("q"), ["B", "C"]);
}
