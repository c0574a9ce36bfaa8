//! Each row: when it holds, what it writes, when it looks again.

use std::time::Duration;

use sriov_nad::FieldError;
use sriov_nad::nad::Owner;
use sriov_nad::names::{NadKey, NetworkKind};
use sriov_nad::plan::{
    Confirm, Contest, Failure, NamespacePhase, Observed, PlanOptions, Precondition, Row, Unowned,
    Wake, Write, condition_for_failure, plan,
};
use sriov_nad::spec::Condition;

use crate::fixture::{crossing, edit, key, local, nad, options, planned, ready, rival, settled};

const fn secs(secs: u64) -> Wake {
    Wake::Within(Duration::from_secs(secs))
}

/// The writes in short: `finalizer+`, `delete shop/net`, `apply`, `apply!` by force, `Reason`, `!` a
/// warning.
fn short(writes: &[Write]) -> Vec<String> {
    let word = |write: &Write| match write {
        Write::AddFinalizer { .. } => "finalizer+".to_owned(),
        Write::RemoveFinalizer { .. } => "finalizer-".to_owned(),
        Write::DeleteNad { key, .. } => format!("delete {key}"),
        Write::ApplyNad { force, .. } => if *force { "apply!" } else { "apply" }.to_owned(),
        Write::SetCondition { condition, .. } => condition.reason.clone(),
        Write::Warn(_) => "!".to_owned(),
    };
    writes.iter().map(word).collect()
}

fn check(observed: &Observed, row: Row, writes: &[&str], wake: Wake) -> Vec<Write> {
    let plan = planned(observed);
    assert_eq!(
        (plan.row, short(&plan.writes), plan.wake),
        (row, owned(writes), wake),
        "{observed:#?}"
    );
    plan.writes
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn condition(writes: &[Write]) -> Condition {
    let found = writes.iter().find_map(|write| match write {
        Write::SetCondition { uid, condition } => {
            assert_eq!(uid, "u1");
            Some(condition.clone())
        }
        _ => None,
    });
    found.unwrap()
}

/// The same observation, with the planned condition written.
fn said(observed: &Observed) -> Observed {
    let mut observed = observed.clone();
    edit(&mut observed).condition = Some(condition(&planned(&observed).writes));
    observed
}

const TRUE: &str = "NetworkReady";
const INVALID: &str = "NetworkAttachmentDefinitionInvalid";
const CONFLICT: &str = "NetworkAttachmentDefinitionConflict";
const CONTESTED: &str = "NetworkAttachmentDefinitionContested";

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

#[test]
fn row_8_waits_for_the_namespace() {
    for (phase, reason, message) in [
        (NamespacePhase::Absent, "NamespaceNotFound", r#"target namespace "shop" does not exist"#),
        (
            NamespacePhase::Terminating,
            "NamespaceTerminating",
            r#"target namespace "shop" is being deleted"#,
        ),
    ] {
        for mut observed in [crossing(), settled(crossing())] {
            observed.namespace = phase;
            let writes = check(&observed, Row::Namespace, &[reason], secs(30));
            assert_eq!(condition(&writes).message, message);
            check(&said(&observed), Row::Namespace, &[], secs(30));
        }
    }
}

#[test]
fn row_9_waits_for_a_nad_that_goes() {
    let mut observed = settled(crossing());
    observed.at_target.as_mut().unwrap().deleting = true;
    check(&observed, Row::NadDeleting, &["NetworkAttachmentDefinitionPending"], secs(5));
}

#[test]
fn row_10_the_owner_stays_the_owner_however_young() {
    let mut observed = settled(crossing());
    let other = rival(NetworkKind::Ib, "shop", 59);
    observed.at_target.as_mut().unwrap().owner = Owner::Network(other.key.clone());
    observed.rivals = vec![other];
    let writes = check(&observed, Row::Conflict, &[CONFLICT, "!"], secs(60));
    assert!(condition(&writes).message.ends_with("shop/net is owned by SriovIBNetwork shop/net"));
    check(&said(&observed), Row::Conflict, &[], secs(60));

    // We are the owner now, and the other one is older.
    observed = settled(crossing());
    observed.rivals = vec![rival(NetworkKind::Ib, "shop", 0)];
    check(&observed, Row::Equal, &[], secs(600));
}

#[test]
fn row_10_waits_for_owners_that_do_not_claim_any_more() {
    let mut observed = settled(crossing());
    let mut other = rival(NetworkKind::Ib, "shop", 0);
    other.entitled = false;
    observed.at_target.as_mut().unwrap().owner = Owner::Network(other.key.clone());
    for rivals in [vec![other], Vec::new()] {
        observed.rivals = rivals;
        let writes = check(&observed, Row::Conflict, &[CONFLICT, "!"], secs(60));
        assert!(condition(&writes).message.contains("still owned by SriovIBNetwork shop/net"));
    }
    observed.at_target.as_mut().unwrap().owner = Owner::Foreign("unknown/a/b".to_owned());
    let writes = check(&observed, Row::Conflict, &[CONFLICT, "!"], secs(60));
    assert!(condition(&writes).message.contains(r#""unknown/a/b""#));
}

#[test]
fn row_10_the_oldest_wins_where_there_is_no_owner() {
    let unowned = |observed: &Observed| {
        let mut nad = nad(observed);
        nad.owner = Owner::None;
        nad
    };
    let wins = |observed: &Observed| {
        let plan = planned(observed);
        assert!(matches!(plan.row, Row::Drift | Row::Conflict));
        plan.row == Row::Drift
    };
    for adopt in [false, true] {
        let mut observed = crossing();
        observed.at_target = adopt.then(|| unowned(&observed));
        let mut against = |claim| {
            observed.rivals = vec![claim];
            wins(&observed)
        };
        assert!(!against(rival(NetworkKind::Ovs, "shop", 0)));
        assert!(against(rival(NetworkKind::Sriov, "shop", 2)));
        assert!(against(rival(NetworkKind::Ib, "shop", 1)), "SriovNetwork comes first");
        // Of one kind and second, the uid decides: ours is u1.
        let mut twin = rival(NetworkKind::Sriov, "shop", 1);
        assert!(!against(twin.clone()));
        twin.uid = "u2".to_owned();
        assert!(against(twin.clone()));
        twin.created = "2025-01-01T00:00:00Z".to_owned();
        assert!(!against(twin.clone()));
        twin.entitled = false;
        assert!(against(twin));
    }
}

#[test]
fn row_11_adopts_or_refuses() {
    let mut observed = settled(crossing());
    observed.at_target.as_mut().unwrap().owner = Owner::None;
    let adopted = check(&observed, Row::Drift, &["apply!"], secs(600));
    let Write::ApplyNad { existing: Some(existing), .. } = &adopted[0] else { panic!() };
    assert_eq!(existing.resource_version.as_deref(), Some("20"));
    let refusing = PlanOptions { unowned: Unowned::Refuse, ..options() };
    let refused = plan(&observed, &refusing);
    assert_eq!(refused.row, Row::Unowned);
    assert_eq!(short(&refused.writes), ["NetworkAttachmentDefinitionUnowned", "!"]);
}

#[test]
fn row_12_creates_with_two_writes() {
    let writes = check(&crossing(), Row::Drift, &["apply", TRUE], secs(600));
    let Write::ApplyNad { existing, .. } = &writes[0] else { panic!() };
    assert_eq!(*existing, None);
    assert_eq!(condition(&writes), ready(3));
}

#[test]
fn row_12_repairs_what_it_owns_and_nothing_else() {
    let observed = settled(local());
    let edited = |edit: fn(&mut sriov_nad::nad::Nad)| {
        let mut observed = observed.clone();
        edit(observed.at_target.as_mut().unwrap());
        observed
    };
    let stale: [fn(&mut sriov_nad::nad::Nad); 5] = [
        |nad| nad.config = "{}".to_owned(),
        |nad| nad.resource_name = None,
        |nad| nad.resource_name = Some("x/y".to_owned()),
        |nad| nad.owner_uids.clear(),
        |nad| nad.owner_uids = vec!["u0".to_owned()],
    ];
    for change in stale {
        let writes = check(&edited(change), Row::Drift, &["apply!"], secs(600));
        let Write::ApplyNad { existing: Some(existing), .. } = &writes[0] else { panic!() };
        let expected = Precondition { uid: "n1".to_owned(), resource_version: None };
        assert_eq!(*existing, expected);
    }
    let foreign: [fn(&mut sriov_nad::nad::Nad); 4] = [
        |nad| nad.managers.push("x".to_owned()),
        |nad| nad.owner_uids.push("u9".to_owned()),
        |nad| nad.config = nad.config.replace(',', ",\n    "),
        |nad| nad.config = nad.config.replace("\"type\"", "\"resourceName\": \"a/b\", \"type\""),
    ];
    for change in foreign {
        check(&edited(change), Row::Equal, &[], secs(600));
    }
    let mut observed = settled(crossing());
    observed.at_target.as_mut().unwrap().owner_uids = vec!["u9".to_owned()];
    check(&observed, Row::Equal, &[], secs(600));
}

#[test]
fn row_12_is_paced_and_says_who_fights() {
    let mut observed = settled(crossing());
    observed.at_target.as_mut().unwrap().config = "{}".to_owned();
    let contested = |wait: Option<u64>| Contest::Contested {
        manager: "operator".to_owned(),
        wait: wait.map(Duration::from_secs),
    };
    observed.contest = Contest::Paced { wait: Duration::from_secs(2) };
    check(&observed, Row::Drift, &[], secs(2));
    observed.contest = contested(Some(8));
    let writes = check(&observed, Row::Drift, &[CONTESTED, "!"], secs(8));
    assert!(condition(&writes).message.starts_with("operator reverts every write"));
    observed = said(&observed);
    check(&observed, Row::Drift, &[], secs(8));
    observed.contest = contested(Some(0));
    check(&observed, Row::Drift, &["apply!"], secs(600));
    observed.contest = contested(None);
    check(&observed, Row::Drift, &[], Wake::Events);

    // The NAD is right for now.
    observed.at_target = Some(nad(&observed));
    check(&observed, Row::Equal, &[TRUE], secs(600));
    observed.contest = contested(Some(0));
    check(&observed, Row::Equal, &[], secs(60));
    observed.contest = Contest::Calm;
    check(&observed, Row::Equal, &[TRUE], secs(600));
}

#[test]
fn row_13_says_so_once_for_each_generation() {
    let mut observed = settled(crossing());
    check(&observed, Row::Equal, &[], secs(600));
    edit(&mut observed).meta.generation = 4;
    let writes = check(&observed, Row::Equal, &[TRUE], secs(600));
    assert_eq!(condition(&writes).observed_generation, Some(4));
}

#[test]
fn a_known_trouble_is_told_anew_to_programs_and_not_to_people() {
    let mut observed = crossing();
    edit(&mut observed).desired = Err(FieldError::missing("spec.resourceName"));
    observed = said(&observed);
    edit(&mut observed).meta.generation = 4;
    check(&observed, Row::Invalid, &[INVALID], Wake::Events);
}

#[test]
fn failures_have_reasons_of_their_own() {
    let observed = settled(crossing());
    let reason = |failure: &Failure, attempts| {
        let write = condition_for_failure(&observed, &options(), failure, attempts)?;
        let Write::SetCondition { condition, .. } = write else { panic!("{write:?}") };
        assert_eq!((condition.status.as_str(), condition.observed_generation), ("False", Some(3)));
        Some(condition.reason)
    };
    let at_once = [
        Failure::Conflict { managers: vec!["a".to_owned(), "b".to_owned()] },
        Failure::Forbidden("quota".to_owned()),
        Failure::Rejected("no".to_owned()),
        Failure::NamespaceTerminating,
    ];
    let later = [Failure::TooManyRequests, Failure::Transient("reset".to_owned())];
    let mut reasons: Vec<String> = at_once.iter().map(|f| reason(f, 1).unwrap()).collect();
    assert!(later.iter().all(|failure| reason(failure, 2).is_none()));
    reasons.extend(later.iter().map(|failure| reason(failure, 3).unwrap()));
    reasons.sort();
    reasons.dedup();
    assert_eq!(reasons.len(), 6);
    assert!(!reasons.contains(&INVALID.to_owned()), "a failed write is no invalid network");

    let said = condition_for_failure(&observed, &options(), &at_once[1], 1).unwrap();
    let Write::SetCondition { condition, .. } = said else { panic!() };
    let mut again = observed.clone();
    edit(&mut again).condition = Some(condition);
    assert_eq!(condition_for_failure(&again, &options(), &at_once[1], 2), None);
    again.network = None;
    assert_eq!(condition_for_failure(&again, &options(), &at_once[1], 2), None);
}
