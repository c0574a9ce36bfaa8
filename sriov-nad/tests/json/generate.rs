//! JSON text as people and programs spell it, and text that nearly is.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

/// A key or string with its quotes.
fn string() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => "[a-c é日😀]{0,3}",
        1 => r#"\\["\\/bfnrt]"#,
        1 => r"\\u00[0-9a-fA-F]{2}",
        1 => Just("\\ud83d\\uDE00".to_owned()),
    ];
    vec(part, 0..4).prop_map(|parts| format!("\"{}\"", parts.concat()))
}

fn space() -> impl Strategy<Value = String> {
    "[ \t\r\n]{0,2}"
}

/// One value. Its numbers are exact as floats are printed, so that an oracle with floats holds.
pub(crate) fn json() -> impl Strategy<Value = String> {
    let number = "-?(0|[1-9][0-9]{0,5})(\\.[0-9]{1,3})?([eE][+-]?0?[0-9])?";
    let word = prop_oneof![Just("true"), Just("false"), Just("null")].prop_map(str::to_owned);
    let leaf = prop_oneof![number, word, string()];
    leaf.prop_recursive(5, 40, 5, |inner| {
        let item =
            (space(), inner.clone(), space()).prop_map(|(a, item, b)| a + &item + &b).boxed();
        let member = (space(), string(), space(), item.clone())
            .prop_map(|(a, key, b, value)| format!("{a}{key}{b}:{value}"));
        prop_oneof![
            (vec(item, 0..5), space()).prop_map(|(all, end)| format!("[{}{end}]", all.join(","))),
            (vec(member, 0..5), space())
                .prop_map(|(all, end)| format!("{{{}{end}}}", all.join(","))),
        ]
    })
}

/// JSON with a character too many, too few, or cut off; often it still is JSON.
pub(crate) fn nearly_json() -> impl Strategy<Value = String> {
    let damage = (any::<prop::sample::Index>(), 0..3_u8, "[\\[\\]{}:,\"\\\\0-9eE+. \t\x01é-]");
    (json(), damage).prop_map(|(text, (at, how, character))| {
        let mut chars: Vec<char> = text.chars().collect();
        let at = at.index(chars.len() + 1);
        match how {
            0 => chars.truncate(at),
            1 if at < chars.len() => drop(chars.remove(at)),
            _ => chars.splice(at..at, character.chars()).for_each(drop),
        }
        chars.into_iter().collect()
    })
}

/// Values of which many pairs are equal.
pub(crate) fn small() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "1",
        "1.0",
        "10e-1",
        "2",
        "-0",
        "0",
        "true",
        "null",
        "\"a\"",
        "\"\\u0061\"",
        "\"b\"",
        "\"1\"",
    ])
    .prop_map(str::to_owned);
    let key = prop::sample::select(vec!["\"a\"", "\"\\u0061\"", "\"b\"", "\" b\""]);
    leaf.prop_recursive(3, 8, 2, move |inner| {
        let member = (key.clone(), inner.clone()).prop_map(|(key, value)| format!("{key}:{value}"));
        prop_oneof![
            vec(inner, 0..3).prop_map(|items| format!("[{}]", items.join(", "))),
            vec(member, 0..4).prop_map(|members| format!("{{{}}}", members.join(" ,"))),
        ]
    })
}

/// What an oracle knows of a text, with every number as a float, zero without a sign.
pub(crate) fn meaning(text: &str) -> Option<Value> {
    fn float(value: &mut Value) {
        match value {
            Value::Number(number) => *value = (number.as_f64().unwrap() + 0.0).into(),
            Value::Array(items) => items.iter_mut().for_each(float),
            Value::Object(members) => members.values_mut().for_each(float),
            _ => {}
        }
    }
    let mut value = serde_json::from_str(text).ok()?;
    float(&mut value);
    Some(value)
}
