//! Rows 1 to 7: the network itself, and what it has left elsewhere.

use std::time::Duration;

use sriov_nad::FieldError;
use sriov_nad::nad::Owner;
use sriov_nad::names::{NadKey, NetworkKind};
use sriov_nad::plan::{Confirm, PlanOptions, Precondition, Row, Wake, Write, plan};

use super::{INVALID, TRUE, check, condition, said, secs};
use crate::fixture::{crossing, edit, key, local, nad, options, planned, settled};

#[test]
fn row_1_sweeps_orphans_after_the_grace_period() {
    let mut observed = crossing();
    let orphan = nad(&observed);
    observed.network = None;
    check(&observed, Row::Absent, &[], Wake::Events);
    observed.owned_elsewhere = vec![orphan];
    check(&observed, Row::Absent, &[], secs(30));
    observed.absent_for = Duration::from_secs(29);
    check(&observed, Row::Absent, &[], secs(1));
    observed.absent_for = Duration::from_secs(30);
    let writes = check(&observed, Row::Absent, &["delete shop/net"], secs(5));
    let precondition =
        Precondition { uid: "n1".to_owned(), resource_version: Some("20".to_owned()) };
    let key = NadKey::new("shop", "net");
    let confirm = Confirm::NetworkAbsent;
    assert_eq!(writes, [Write::DeleteNad { key, precondition, confirm }]);
    observed.owned_elsewhere[0].deleting = true;
    check(&observed, Row::Absent, &[], secs(5));
}

#[test]
fn row_2_deletes_what_is_owned_and_then_the_finalizer() {
    let mut observed = settled(crossing());
    edit(&mut observed).meta.deleting = true;
    let mut old = nad(&observed);
    old.key.namespace = "old".to_owned();
    observed.owned_elsewhere = vec![old.clone()];
    check(&observed, Row::Deleting, &["delete shop/net", "delete old/net"], secs(5));
    old.deleting = true;
    observed.owned_elsewhere = vec![old];
    check(&observed, Row::Deleting, &["delete shop/net"], secs(5));
    observed.at_target = None;
    check(&observed, Row::Deleting, &[], secs(5));
    observed.owned_elsewhere.clear();
    observed.written.insert(NadKey::new("old", "net"));
    let writes = check(&observed, Row::Deleting, &["finalizer-"], secs(5));
    let Write::RemoveFinalizer { uid, present, confirm_absent } = &writes[0] else { panic!() };
    assert_eq!((uid.as_str(), present.len()), ("u1", 2));
    let places: Vec<String> = confirm_absent.iter().map(ToString::to_string).collect();
    assert_eq!(places, ["old/net", "shop/net"]);
}

#[test]
fn row_2_leaves_the_winner_its_nad() {
    let mut observed = settled(crossing());
    edit(&mut observed).meta.deleting = true;
    let other = key(NetworkKind::Ib, "shop");
    for owner in [Owner::Network(other), Owner::None, Owner::Foreign("x".to_owned())] {
        observed.at_target.as_mut().unwrap().owner = owner;
        check(&observed, Row::Deleting, &["finalizer-"], secs(5));
    }
}

#[test]
fn row_2_comes_before_scope_and_fields() {
    let mut observed = settled(crossing());
    edit(&mut observed).meta.deleting = true;
    edit(&mut observed).desired = Err(FieldError::missing("spec.resourceName"));
    let moved = PlanOptions { operator_namespace: "elsewhere".to_owned(), ..options() };
    assert_eq!(plan(&observed, &moved).row, Row::Deleting);
}

#[test]
fn row_3_leaves_the_rest_to_others() {
    for mut observed in [settled(local()), settled(crossing())] {
        edit(&mut observed).meta.deleting = true;
        edit(&mut observed).meta.finalizers = vec!["other".to_owned()];
        check(&observed, Row::DeletingElsewhere, &[], Wake::Events);
    }
}

#[test]
fn row_4_refuses_a_namespace_even_if_it_is_the_own_one() {
    for namespace in ["old", "shop"] {
        let mut observed = settled(local());
        edit(&mut observed).network_namespace = Some(namespace.to_owned());
        let writes = check(&observed, Row::OutOfScope, &[INVALID, "!", "delete shop/net"], secs(5));
        let condition = condition(&writes);
        assert_eq!(condition.status, "False");
        assert!(condition.message.contains("networkNamespace cannot be set"));
        let mut observed = said(&observed);
        check(&observed, Row::OutOfScope, &["delete shop/net"], secs(5));
        observed.at_target = None;
        check(&observed, Row::OutOfScope, &[], Wake::Events);
    }
}

#[test]
fn row_4_deletes_nothing_of_others() {
    let mut observed = settled(local());
    edit(&mut observed).network_namespace = Some("shop".to_owned());
    observed.at_target.as_mut().unwrap().owner = Owner::None;
    check(&observed, Row::OutOfScope, &[INVALID, "!"], Wake::Events);
}

#[test]
fn row_5_adds_the_finalizer_and_goes_on() {
    let mut observed = crossing();
    edit(&mut observed).meta.finalizers = vec!["other".to_owned()];
    let writes = check(&observed, Row::Drift, &["finalizer+", "apply", TRUE], secs(600));
    assert_eq!(planned(&observed).passed, [Row::Finalizer]);
    let add = Write::AddFinalizer { uid: "u1".to_owned(), present: vec!["other".to_owned()] };
    assert_eq!(writes[0], add);
    check(&local(), Row::Drift, &["apply", TRUE], secs(600));
}

#[test]
fn row_6_names_the_field_and_keeps_the_last_good_nad() {
    let mut observed = settled(crossing());
    let mut old = nad(&observed);
    old.key.namespace = "old".to_owned();
    observed.owned_elsewhere = vec![old];
    edit(&mut observed).desired = Err(FieldError::invalid("spec.vlan", "9 is too much"));
    let writes = check(&observed, Row::Invalid, &[INVALID, "!"], Wake::Events);
    assert_eq!(condition(&writes).message, "spec.vlan: 9 is too much");
    check(&said(&observed), Row::Invalid, &[], Wake::Events);
}

#[test]
fn row_7_deletes_what_is_left_behind_and_goes_on() {
    let mut observed = settled(crossing());
    for namespace in ["a", "b"] {
        let mut old = nad(&observed);
        old.key.namespace = namespace.to_owned();
        observed.owned_elsewhere.push(old);
    }
    check(&observed, Row::Equal, &["delete a/net", "delete b/net"], secs(600));
    assert_eq!(planned(&observed).passed, [Row::Elsewhere]);
    observed.owned_elsewhere[0].deleting = true;
    observed.owned_elsewhere[1].owner = Owner::None;
    check(&observed, Row::Equal, &[], secs(600));
}
