//! Rows 8 to 13: the NAD where it belongs.

use std::time::Duration;

use sriov_nad::nad::{Nad, Owner};
use sriov_nad::names::NetworkKind;
use sriov_nad::plan::{
    Contest, NamespacePhase, Observed, PlanOptions, Precondition, Row, Unowned, Wake, Write, plan,
};

use super::{CONFLICT, CONTESTED, TRUE, check, condition, said, secs, short};
use crate::fixture::{crossing, edit, local, nad, options, planned, ready, rival, settled};

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
    let edited = |edit: fn(&mut Nad)| {
        let mut observed = observed.clone();
        edit(observed.at_target.as_mut().unwrap());
        observed
    };
    let stale: [fn(&mut Nad); 5] = [
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
    let foreign: [fn(&mut Nad); 4] = [
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
