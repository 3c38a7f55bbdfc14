//! Fields whose type is out of reach, or only hinted at.

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
