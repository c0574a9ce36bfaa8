//! Deep texts: the limit is exact, and nothing recurses.

use std::thread;

use sriov_nad::json::{
    Fault, MAX_DEPTH, Scanner, format, objects, one_object, same_config, same_value,
};

fn arrays(depth: usize) -> String {
    "[".repeat(depth) + &"]".repeat(depth)
}

fn nested(depth: usize) -> String {
    "{\"a\":".repeat(depth - 1) + "{}" + &"}".repeat(depth - 1)
}

/// On a stack that a hundred frames would fill.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    thread::Builder::new().stack_size(64 << 10).spawn(work).unwrap().join().unwrap();
}

#[test]
fn ten_thousand_levels_and_no_more() {
    on_a_small_stack(|| {
        assert!(one_object(&nested(MAX_DEPTH)).is_ok());
        let error = one_object(&nested(MAX_DEPTH + 1)).unwrap_err();
        assert_eq!((error.fault(), error.offset()), (Fault::TooDeep, 5 * MAX_DEPTH));
        assert!(Scanner::new(&arrays(MAX_DEPTH)).all(|event| event.is_ok()));
        assert!(objects(&nested(MAX_DEPTH)).is_ok());
        // The array is a level of its own.
        assert!(objects(&format!("[{}]", nested(MAX_DEPTH - 1))).is_ok());
        assert!(objects(&format!("[{}]", nested(MAX_DEPTH))).is_err());
        let error = format(&nested(MAX_DEPTH)).unwrap_err();
        assert_eq!(error.fault(), Fault::TooLong);
        for endless in ["[".repeat(1 << 20), "{\"a\":".repeat(1 << 20)] {
            assert!(one_object(&endless).is_err() && format(&endless).is_err());
        }
    });
}

#[test]
fn deep_values_are_formatted_and_compared() {
    on_a_small_stack(|| {
        let stored = format(&nested(1000)).unwrap();
        assert_eq!(format(&stored).unwrap(), stored);
        let deepest = stored.lines().nth(1000 - 1).unwrap();
        assert_eq!(deepest, " ".repeat(4 * 999) + "\"a\": {}");
        let (deep, other) = (nested(MAX_DEPTH), nested(MAX_DEPTH).replace("{}", "{\"b\":1}"));
        assert!(same_value(&deep, &deep.replace(':', " : ")));
        assert!(!same_value(&deep, &other) && !same_config(&deep, &other));
    });
}
