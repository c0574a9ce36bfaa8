//! Equality of values.

use proptest::prelude::*;
use sriov_nad::json::{format, same_config, same_value};

use crate::generate::{json, meaning, small};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn equal_as_for_the_oracle(one in small(), other in small()) {
        prop_assert_eq!(same_value(&one, &other), meaning(&one) == meaning(&other));
        prop_assert_eq!(same_value(&other, &one), same_value(&one, &other));
    }

    #[test]
    fn a_value_spelled_by_somebody_else_is_the_same(text in json()) {
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        prop_assert!(same_value(&text, &value.to_string()));
        prop_assert!(same_value(&format(&text).unwrap(), &text));
        prop_assert!(same_config(&text, &value.to_string()));
    }

    #[test]
    fn any_text_equals_itself_and_nothing_that_is_no_json(one in any::<String>(), other in json()) {
        prop_assert!(same_value(&one, &one) && same_config(&one, &one));
        let (one, other) = (one.as_str(), other.as_str());
        prop_assert_eq!(same_value(one, other), meaning(one).is_some_and(|v| meaning(other) == Some(v)));
    }
}

#[test]
fn what_counts_and_what_does_not() {
    for (one, other) in [
        (r#"{"a":1,"b":[1,{}]}"#, "{ \"b\" : [1.0 , { } ],\n\"a\":1e0}"),
        (r#"{"a":1,"a":2}"#, r#"{"a":2}"#),
        (r#"{"a":1,"\u0061":2}"#, r#"{"a":2}"#),
        ("1.50", "1.5"),
        ("1E3", "1000"),
        (r#""\u00e9\/""#, "\"é/\""),
        (r#""\ud800""#, "\"\u{fffd}\""),
    ] {
        assert!(same_value(one, other) && same_value(other, one), "{one} {other}");
    }
    for (one, other) in [
        (r#"{"a":2,"a":1}"#, r#"{"a":2}"#),
        ("[1,2]", "[2,1]"),
        ("[1]", "[1,1]"),
        ("{}", "[]"),
        ("1", "\"1\""),
        ("\"a b\"", "\"ab\""),
        ("null", "{}"),
        ("9007199254740993", "9007199254740992"),
        ("{}", "{} x"),
        ("", "{}"),
        ("a", "a "),
    ] {
        assert!(!same_value(one, other) && !same_value(other, one), "{one} {other}");
    }
    assert!(same_value("a", "a") && same_value("", ""));
}

#[test]
fn a_foreign_resource_name_does_not_count_in_the_main_plugin_alone() {
    let single = r#"{"type":"sriov","vlan":0}"#;
    let chain = r#"{"plugins":[{"type":"sriov"},{"type":"vrf"}]}"#;
    for (stored, wanted) in [
        (r#"{"vlan":0,"resourceName":"a/b","type":"sriov"}"#, single),
        (r#"{"vlan":0,"resourceName":1,"resourceName":[{}],"type":"sriov"}"#, single),
        (r#"{"plugins":[{"type":"sriov","resource\u004eame":"a"},{"type":"vrf"}]}"#, chain),
        (r#"{"resourceName":"a","plugins":[]}"#, r#"{"plugins":[]}"#),
        (r#"{"resourceName":"a","plugins":null}"#, r#"{"plugins":null}"#),
    ] {
        assert!(same_config(stored, wanted), "{stored}");
        assert!(!same_config(wanted, stored), "ours is missing in {wanted}");
        assert!(!same_value(stored, wanted));
    }
    for (stored, wanted) in [
        (r#"{"plugins":[{"type":"sriov"},{"type":"vrf","resourceName":"a"}]}"#, chain),
        (r#"{"resourceName":"a","plugins":[{"type":"sriov"},{"type":"vrf"}]}"#, chain),
        (r#"{"vlan":0,"resourcename":"a/b","type":"sriov"}"#, single),
        (r#"{"vlan":1,"resourceName":"a/b","type":"sriov"}"#, single),
        (r#"{"resourceName":"a/b"}"#, r#"{"resourceName":"a/c"}"#),
        (r#"["resourceName"]"#, "[]"),
        (r#"{"resourceName":"a/b"} x"#, "{}"),
        ("", single),
    ] {
        assert!(!same_config(stored, wanted), "{stored}");
    }
    let ours = r#"{"resourceName":"a/b","type":"sriov"}"#;
    assert!(same_config(r#"{"type": "sriov", "resourceName": "a\/b"}"#, ours));
}
