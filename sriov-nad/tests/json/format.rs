//! The stored form.

use proptest::prelude::*;
use serde::Serialize as _;
use serde_json::Value;
use serde_json::ser::{PrettyFormatter, Serializer};
use sriov_nad::json::format;

use crate::generate::{json, meaning};

/// Only the tokens: space is gone where it stands outside strings.
fn squeezed(text: &str) -> String {
    let (mut inside, mut escaped) = (false, false);
    let kept = |c: &char| {
        let keep = inside || !c.is_ascii_whitespace();
        if *c == '"' && !escaped {
            inside = !inside;
        }
        escaped = inside && *c == '\\' && !escaped;
        keep
    };
    text.chars().filter(kept).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn every_token_keeps_its_spelling_and_place(text in json()) {
        prop_assert_eq!(squeezed(&format(&text).unwrap()), squeezed(&text));
    }

    #[test]
    fn the_value_stays_the_same(text in json()) {
        prop_assert_eq!(meaning(&format(&text).unwrap()), meaning(&text));
    }

    #[test]
    fn formatting_twice_changes_nothing(text in json()) {
        let once = format(&text).unwrap();
        prop_assert_eq!(&format(&once).unwrap(), &once);
        prop_assert!(!once.ends_with('\n') && !once.contains('\t'));
    }

    /// What `serde_json` prints itself, so that only the layout can differ.
    #[test]
    fn the_layout_is_that_of_four_spaces(text in json()) {
        let value: Value = serde_json::from_str(&text).unwrap();
        let mut pretty = Vec::new();
        let layout = PrettyFormatter::with_indent(b"    ");
        value.serialize(&mut Serializer::with_formatter(&mut pretty, layout)).unwrap();
        prop_assert_eq!(format(&value.to_string()).unwrap(), String::from_utf8(pretty).unwrap());
    }
}

#[test]
fn the_stored_form() {
    let text = r#"{"b":1.50,"a" : [ ] ,"a":{ },"e":[1E3,{"\u00e9\/":"<&>\u2028"}, [[]]],"é":-0}"#;
    let stored = r#"{
    "b": 1.50,
    "a": [],
    "a": {},
    "e": [
        1E3,
        {
            "\u00e9\/": "<&>\u2028"
        },
        [
            []
        ]
    ],
    "é": -0
}"#;
    assert_eq!(format(text).unwrap(), stored);
    assert_eq!(format(" \"a  b\" ").unwrap(), "\"a  b\"");
}
