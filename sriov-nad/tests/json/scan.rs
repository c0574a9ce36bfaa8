//! The scanner: where a fault is, and what it is.

use sriov_nad::json::{Fault, JsonError, objects, one_object, unquote};

fn fault(result: Result<&str, JsonError>) -> (usize, Fault) {
    let error = result.unwrap_err();
    (error.offset(), error.fault())
}

#[test]
fn a_fault_is_told_by_its_byte() {
    use Fault::{BadEscape, BadNumber, ControlCharacter, Expected, Trailing};
    for (text, offset, expected) in [
        ("", 0, Expected("an object")),
        ("  ", 2, Expected("an object")),
        ("[]", 0, Expected("an object")),
        ("null", 0, Expected("an object")),
        ("foo", 0, Expected("an object")),
        ("{", 1, Expected("a key in quotes")),
        ("{type: 1}", 1, Expected("a key in quotes")),
        ("{'a': 1}", 1, Expected("a key in quotes")),
        ("{\"é\" 1}", 6, Expected("`:`")),
        ("{\"a\": }", 6, Expected("a value")),
        ("{\"a\": True}", 6, Expected("a value")),
        ("{\"a\": nul}", 6, Expected("a value")),
        ("{\"a\": nullx}", 10, Expected("`,` or `}`")),
        ("{\"a\": 1,}", 8, Expected("a key in quotes")),
        ("{\"a\": [1,]}", 9, Expected("a value")),
        ("{\"a\": [1 2]}", 9, Expected("`,` or `]`")),
        ("{\"a\": [1}", 8, Expected("`,` or `]`")),
        ("{\"a\": 01}", 6, BadNumber),
        ("{\"a\": -}", 7, Expected("a digit")),
        ("{\"a\": 1.}", 8, Expected("a digit")),
        ("{\"a\": 1e+}", 9, Expected("a digit")),
        ("{\"a\": .5}", 6, Expected("a value")),
        ("{\"a\": \"b", 8, Expected("`\"`")),
        ("{\"a\": \"p\n q\"}", 8, ControlCharacter),
        ("{\"a\": \"\tq\"}", 7, ControlCharacter),
        ("{\"a\": \"\0\"}", 7, ControlCharacter),
        ("{\"a\": \"\\x\"}", 7, BadEscape),
        ("{\"a\": \"\\u12g4\"}", 7, BadEscape),
        ("{\"a\": \"\\u12", 7, BadEscape),
        ("{\"a\": \"\\", 8, Expected("an escape")),
        ("{} {}", 3, Trailing),
        ("{},", 2, Trailing),
        ("{}\u{a0}", 2, Trailing),
        ("\u{feff}{}", 0, Expected("an object")),
    ] {
        assert_eq!(fault(one_object(text)), (offset, expected), "{text:?}");
    }
}

#[test]
fn every_raw_control_character_is_a_fault_in_strings() {
    for byte in 0..0x20_u8 {
        let text = format!("{{\"a\": \"{}\"}}", char::from(byte));
        assert_eq!(fault(one_object(&text)), (7, Fault::ControlCharacter), "{text:?}");
    }
}

#[test]
fn one_object_is_what_stands_between_the_space() {
    assert_eq!(one_object("\r\n\t {\"a\" : [ ]} \n"), Ok("{\"a\" : [ ]}"));
    // DEL and what Unicode calls control characters are legal in strings.
    assert_eq!(one_object("{\"a\": \"\x7f\u{85}\"}"), Ok("{\"a\": \"\x7f\u{85}\"}"));
}

#[test]
fn objects_come_in_a_list_or_in_an_array() {
    let two = ["{\"type\":\"a\"}", "{\"b\": {\"c\": [{}]}}"];
    assert_eq!(objects(&two.join(" ,\n")).unwrap(), two);
    assert_eq!(objects(&format!(" [{}]\n", two.join(", "))).unwrap(), two);
    assert_eq!(objects(" {} ").unwrap(), ["{}"]);
    assert_eq!(objects(" [ ] ").unwrap(), [""; 0]);
}

#[test]
fn mixed_forms_are_no_list_of_objects() {
    use Fault::{Expected, Trailing};
    let object = Expected("an object");
    for (text, offset, expected) in [
        ("", 0, object),
        (",{}", 0, object),
        ("{},", 3, object),
        ("{},,{}", 3, object),
        ("{}{}", 2, Expected("`,` or the end")),
        ("{},[{}]", 3, object),
        ("[{}],{}", 4, Trailing),
        ("[[{}]]", 1, object),
        ("[{},[]]", 4, object),
        ("[{}, 1.5]", 5, object),
        ("[\"a\"]", 1, object),
        ("[{}, null ]", 5, object),
        ("[{},]", 4, Expected("a value")),
        ("[{}", 3, Expected("`,` or `]`")),
        ("{\"type\":\"x\",\n...\n\"a\":1}", 13, Expected("a key in quotes")),
        ("\"{}\"", 0, object),
        ("null", 0, object),
    ] {
        let error = objects(text).unwrap_err();
        assert_eq!((error.offset(), error.fault()), (offset, expected), "{text:?}");
    }
}

#[test]
fn strings_mean_what_go_reads() {
    for (raw, meaning) in [
        (r#""""#, ""),
        (r#""é""#, "é"),
        (r#""\"\\\/\b\f\n\r\t""#, "\"\\/\x08\x0c\n\r\t"),
        (r#""\u00e9\u00E9\ud83d\ude00""#, "éé😀"),
        (r#""\ud83dx\ude00""#, "\u{fffd}x\u{fffd}"),
        (r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀"),
        (r#""\ud83d\n""#, "\u{fffd}\n"),
        (r#""\\u0041""#, "\\u0041"),
    ] {
        assert_eq!(unquote(raw), meaning, "{raw}");
    }
    for garbage in ["", "\"", "\\", "\"\\\"", "\\u", "\\u12", "\\é", "\\ud83d\\u", "\\u+123"] {
        let _ = unquote(garbage);
    }
}
