//! What holds for any input.

use sriov_nad::lint::{Facts, Options, lint};

use super::cases;

#[test]
fn the_order_is_that_of_the_objects_then_of_rules_and_paths() {
    for case in cases::all() {
        let found = case.lint();
        let names: Vec<_> = case.input.subjects().iter().map(|s| s.name().to_owned()).collect();
        let at = |object: &str| names.iter().position(|name| name == object).unwrap();
        let keys: Vec<_> =
            found.iter().map(|f| (at(&f.object), f.id, &f.path, &f.message)).collect();
        assert!(keys.is_sorted(), "{keys:?}");
        assert_eq!(found, case.lint());
    }
}

#[test]
fn an_unknown_fact_raises_nothing() {
    for case in cases::all() {
        let known = case.lint();
        let unknown = lint(&case.input, &Facts::default(), &Options::default());
        // Without the facts an earlier link may be the answer, but nothing new is said of a NAD.
        let new = unknown.iter().filter(|f| f.id != "NAD041" && !known.contains(f));
        assert_eq!(new.count(), 0, "{unknown:#?}\n{known:#?}");
    }
}
