use super::*;
use crate::names::NetworkKind;

const OWN: &str = "sriov-nad";

fn desired() -> Desired {
    Desired {
        key: NadKey::new("shop", "net"),
        owner: NetworkKey::new(NetworkKind::Sriov, "ops", "net"),
        owner_uid: None,
        resource_name: "openshift.io/cx6".to_owned(),
        config: r#"{"vlan":1}"#.to_owned(),
    }
}

/// A NAD with our writes, and with those of a foreign manager over them.
fn nad(version: usize, config: &str, manager: &str) -> Nad {
    let wanted = desired();
    let mut managers = vec![manager.to_owned(), OWN.to_owned()];
    managers.dedup();
    Nad {
        key: wanted.key,
        uid: "n1".to_owned(),
        resource_version: version.to_string(),
        deleting: false,
        owner: Owner::Network(wanted.owner),
        owner_uids: Vec::new(),
        resource_name: Some(wanted.resource_name),
        config: config.to_owned(),
        managers,
    }
}

fn meta(generation: i64) -> Meta {
    Meta { uid: "u1".to_owned(), generation, ..Meta::default() }
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// The times of our writes, and the time and the writes when the fight was named, while `foreign`
/// answers each write after `reaction` with `content(n)` by `manager(n)`.
struct Run {
    writes: Vec<Duration>,
    named: Option<(Duration, usize)>,
    last: Contest,
}

fn fight(
    policy: FightPolicy,
    reaction: Duration,
    until: Duration,
    manager: impl Fn(usize) -> &'static str,
    content: impl Fn(usize) -> Option<String>,
) -> Run {
    let mut ledger = Ledger::new(policy, OWN);
    let mut run = Run { writes: Vec::new(), named: None, last: Contest::Calm };
    let (mut now, mut version) = (millis(1_000_000), 0);
    let start = now;
    while now < start + until {
        version += 1;
        let mut found = content(version).map(|config| nad(version, &config, manager(version)));
        if let Some(nad) = found.as_mut().filter(|nad| nad.config == desired().config) {
            nad.owner = Owner::None;
        }
        loop {
            run.last = ledger.look(now, &meta(1), &desired(), found.as_ref());
            assert_eq!(ledger.look(now, &meta(1), &desired(), found.as_ref()), run.last);
            match &run.last {
                Contest::Contested { .. } if run.named.is_none() => {
                    run.named = Some((now.saturating_sub(start), run.writes.len()));
                }
                Contest::Contested { wait: Some(wait), .. } | Contest::Paced { wait }
                    if !wait.is_zero() =>
                {
                    now += *wait;
                }
                Contest::Contested { wait: None, .. } => return run,
                _ => break,
            }
        }
        ledger.note_write(now, &desired());
        run.writes.push(now.saturating_sub(start));
        now += reaction;
    }
    run
}

fn most_within(writes: &[Duration], window: Duration) -> usize {
    let within =
        |from: &Duration| writes.iter().filter(|at| **at >= *from && **at < *from + window).count();
    writes.iter().map(within).max().unwrap_or_default()
}

#[test]
fn a_single_edit_is_repaired_at_once() {
    let mut ledger = Ledger::new(FightPolicy::Insist, OWN);
    ledger.note_write(millis(0), &desired());
    for edit in 1..4 {
        // Every ten minutes; in between it is remembered no longer than needed.
        let now = Duration::from_secs(600 * edit);
        let found = nad(usize::try_from(edit).unwrap(), "{}", "kubectl-edit");
        assert_eq!(ledger.look(now, &meta(1), &desired(), Some(&found)), Contest::Calm);
        ledger.note_write(now, &desired());
        assert_eq!(ledger.settle(now + CALM_ENOUGH), 0);
    }
}

const CALM_ENOUGH: Duration = Duration::from_mins(6);

#[test]
fn a_foreign_writer_is_named_after_three_writes_and_never_costs_five_in_ten_seconds() {
    // The last one is a second controller of another configuration.
    let managers: [fn(usize) -> &'static str; 3] =
        [|_| "operator", |n| ["a", "b", "c", "d"][n % 4], |_| OWN];
    // The last one is as wanted, but for the owner annotation.
    let contents: [fn(usize) -> Option<String>; 4] =
        [|_| Some("{}".to_owned()), |n| Some(n.to_string()), |_| None, |_| Some(desired().config)];
    for policy in [FightPolicy::Insist, FightPolicy::Yield, FightPolicy::Suspend] {
        for reaction in [0, 18, 500, 4_000, 40_000, 200_000].map(millis) {
            for (manager, content) in
                managers.into_iter().flat_map(|m| contents.into_iter().map(move |c| (m, c)))
            {
                let run = fight(policy, reaction, Duration::from_hours(2), manager, content);
                // What is missing, or differs and was written by us, may be as we have left it: the
                // first write answers nobody.
                let first = usize::from(content(1).is_none() || manager(1) == OWN);
                let cost = run.named.unwrap().1 - first;
                assert!(cost <= 3, "{policy:?} {reaction:?}: {cost}");
                assert!(most_within(&run.writes, Duration::from_secs(10)) <= 5, "{:?}", run.writes);
            }
        }
    }
}

#[test]
fn whoever_insists_slows_down_to_five_minutes() {
    let run = fight(
        FightPolicy::Insist,
        millis(18),
        Duration::from_hours(1),
        |_| "operator",
        |_| Some("{}".to_owned()),
    );
    let gaps: Vec<u64> =
        run.writes.windows(2).map(|pair| pair[1].saturating_sub(pair[0]).as_secs()).collect();
    assert_eq!(gaps[..10], [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    assert_eq!(run.named.map(|(_, writes)| writes), Some(2));
    let Contest::Contested { manager, .. } = run.last else { panic!("{:?}", run.last) };
    assert_eq!(manager, "operator");
}

#[test]
fn calm_ends_a_fight() {
    let mut ledger = contested(FightPolicy::Insist);
    let equal = nad(9, &desired().config, OWN);
    let look = |ledger: &mut Ledger, secs| {
        ledger.look(Duration::from_secs(secs), &meta(1), &desired(), Some(&equal))
    };
    assert!(matches!(look(&mut ledger, 200), Contest::Contested { .. }));
    assert_eq!(look(&mut ledger, 320), Contest::Calm);
    assert_eq!(ledger.settle(Duration::from_secs(320)), 0);
}

/// After three reverts, the last one at 12 s.
fn contested(policy: FightPolicy) -> Ledger {
    let mut ledger = Ledger::new(policy, OWN);
    for (version, at) in [(1, 0), (2, 4), (3, 12)] {
        let now = Duration::from_secs(at);
        ledger.note_write(now, &desired());
        ledger.look(now, &meta(1), &desired(), Some(&nad(version, "{}", "operator")));
    }
    ledger
}

fn stopped(ledger: &mut Ledger, generation: i64, version: usize, config: &str) -> bool {
    let (now, found) = (Duration::from_hours(9), nad(version, config, "operator"));
    let contest = ledger.look(now, &meta(generation), &desired(), Some(&found));
    matches!(contest, Contest::Contested { wait: None, .. })
}

#[test]
fn whoever_yields_waits_for_new_content_or_a_changed_network() {
    let mut ledger = contested(FightPolicy::Yield);
    assert!(stopped(&mut ledger, 1, 3, "{}"));
    assert!(stopped(&mut ledger, 1, 4, "{}"), "the same content again");
    assert!(!stopped(&mut ledger.clone(), 1, 5, "{\"vlan\":2}"));
    assert!(!stopped(&mut ledger, 2, 4, "{}"));
}

#[test]
fn whoever_is_suspended_waits_to_be_told() {
    let mut ledger = contested(FightPolicy::Suspend);
    for (generation, version, config) in [(1, 3, "{}"), (2, 4, "{\"vlan\":2}")] {
        assert!(stopped(&mut ledger, generation, version, config));
    }
    ledger.settle(Duration::from_hours(99));
    assert!(stopped(&mut ledger, 2, 4, "{}"), "silence means nothing where we are silent, too");
    ledger.reset(&desired().key);
    assert!(!stopped(&mut ledger, 2, 5, "{}"));
}

#[test]
fn our_own_changes_and_stale_caches_are_no_reverts() {
    let mut ledger = Ledger::new(FightPolicy::Insist, OWN);
    let config = |step: usize| format!("{{\"vlan\":{step}}}");
    ledger.note_write(millis(0), &Desired { config: config(1), ..desired() });
    for step in 2..9 {
        let now = Duration::from_millis(1000 + step as u64);
        let wanted = Desired { config: config(step), ..desired() };
        let meta = meta(i64::try_from(step).unwrap());
        // The cache is two writes behind, then one, then that one again.
        for behind in [2, 1, 1] {
            let stale = nad(step - behind, &config(step - behind), OWN);
            let contest = ledger.look(now, &meta, &wanted, Some(&stale));
            assert_eq!(contest, Contest::Calm, "step {step}, {behind} behind");
            if behind == 2 {
                ledger.note_write(now, &wanted);
            }
        }
    }
}

#[test]
fn a_network_created_anew_is_not_held_up_by_its_own_deletion() {
    let mut ledger = Ledger::new(FightPolicy::Insist, OWN);
    for life in 0..5 {
        let meta = Meta { uid: format!("u{life}"), generation: 1, ..Meta::default() };
        let contest = ledger.look(millis(life * 10), &meta, &desired(), None);
        assert_eq!(contest, Contest::Calm, "life {life}");
        ledger.note_write(millis(life * 10), &desired());
    }
}

#[test]
fn a_nad_of_another_network_is_not_our_fight() {
    let mut ledger = contested(FightPolicy::Insist);
    let mut found = nad(9, "{}", "operator");
    found.owner = Owner::Network(NetworkKey::new(NetworkKind::Ib, "ops", "net"));
    let contest = ledger.look(Duration::from_secs(13), &meta(1), &desired(), Some(&found));
    assert_eq!(contest, Contest::Calm);
    ledger.forget(&desired().owner);
    assert_eq!(ledger.settle(Duration::from_secs(13)), 0);
}

#[test]
fn networks_that_come_and_go_do_not_add_up() {
    let mut ledger = Ledger::new(FightPolicy::Insist, OWN);
    let mut wanted = desired();
    for second in 0..10_000 {
        wanted.owner.name = format!("net-{second}");
        ledger.note_write(Duration::from_secs(second), &wanted);
    }
    assert!(ledger.fights.len() < 1000, "{}", ledger.fights.len());
}
