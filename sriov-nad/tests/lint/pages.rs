//! The table of the rules, and their pages.

use sriov_nad::lint::rules;

#[test]
fn the_table_has_44_rules_in_order() {
    let ids: Vec<_> = rules::all().map(|rule| rule.id.to_owned()).collect();
    let expected: Vec<_> = (1..=44).map(|number| format!("NAD{number:03}")).collect();
    assert_eq!(ids, expected);
}

#[test]
fn every_rule_is_explained() {
    for rule in rules::all() {
        let page = rule.page;
        let heading = format!("`{}`: {}\n", rule.id, rule.title);
        assert!(page.starts_with(&heading), "{}: {:?}", rule.id, page.lines().next());
        let lines = page.trim_end().lines().count();
        assert!((8..=40).contains(&lines), "{}: {lines} lines", rule.id);
        assert!(page.contains("\nFix: "), "{}: no fix", rule.id);
        assert!(page.contains("\nSource: "), "{}: no source", rule.id);
        assert!(
            page.lines().all(|line| line.trim_end() == line && line.len() <= 100),
            "{}",
            rule.id
        );
        assert!(rule.title.len() <= 60 && !rule.help.ends_with('.'), "{}", rule.id);
    }
}

#[test]
fn rules_are_found_in_any_case() {
    assert_eq!(rules::find("nad044").map(|rule| rule.id), Some("NAD044"));
    assert!(rules::find("NAD045").is_none() && rules::find("").is_none());
}
