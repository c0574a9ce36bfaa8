//! What counts as JSON, against `serde_json`.

use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::Value;
use sriov_nad::json::{Scanner, format};

use crate::generate::{json, nearly_json};

fn accepts(text: &str) -> bool {
    let mut scanner = Scanner::new(text);
    scanner.try_for_each(|event| event.map(drop)).is_ok() && scanner.finish().is_ok()
}

/// It reads the grammar alone: no value is made of numbers and escapes.
fn oracle_accepts(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn what_is_spelled_well_is_accepted(text in json()) {
        prop_assert!(oracle_accepts(&text));
        prop_assert!(accepts(&text));
    }

    #[test]
    fn what_is_nearly_json_is_accepted_or_not_as_by_the_oracle(text in nearly_json()) {
        prop_assert_eq!(accepts(&text), oracle_accepts(&text));
    }

    #[test]
    fn random_brackets_and_digits(text in "[\\[\\]{}:,\"\\\\0-9eE+.a-z \t\n-]{0,12}") {
        prop_assert_eq!(accepts(&text), oracle_accepts(&text));
    }

    #[test]
    fn any_text_at_all(text in any::<String>()) {
        prop_assert_eq!(accepts(&text), oracle_accepts(&text));
        prop_assert_eq!(accepts(&text), format(&text).is_ok());
    }
}

/// Here, as in the grammar, only spelling counts; what cannot be a Rust value is kept.
#[test]
fn what_the_oracle_can_read_but_not_hold() {
    for text in [r#""\ud800""#, r#"{"\udc00x": 1}"#, "1e400", "-1E+999", "[[1e999999999999999999]]"]
    {
        assert!(accepts(text) && oracle_accepts(text), "{text}");
        assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
    }
    let deep = "[".repeat(200) + &"]".repeat(200);
    assert!(accepts(&deep) && serde_json::from_str::<Value>(&deep).is_err());
}
