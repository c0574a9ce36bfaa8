//! A process that is killed before or during every call that changes something.

use sriov_host::decorate::Faulty;
use sriov_host::sim::{CardColumn, SimHost};
use sriov_mlx::provision::ProvisionOutcome;

use super::world::{A, B, boots, desired, host, memory, run, try_run, vfs};

fn killed(machine: &SimHost, nth: u64, during: bool) -> Faulty<SimHost> {
    let host = Faulty::new(machine.clone());
    if during { host.killed_during(nth) } else { host.killed_at(nth) }
}

/// How many calls change something in a run that nobody disturbs.
fn changes(machine: &SimHost) -> u64 {
    let host = Faulty::new(machine.clone());
    let _ = run(&host, &desired());
    host.mutations()
}

#[test]
fn every_kill_of_the_first_run_is_made_good() {
    let all = changes(&host(&[A, B]));
    assert!(all >= 4, "two cards, the ledger and the memory: {all}");
    for nth in 1..=all {
        for during in [false, true] {
            for restarted in [false, true] {
                let host = host(&[A, B]);
                let dying = killed(&host, nth, during);
                let _ = try_run(&dying, &desired());
                assert!(dying.is_killed());
                if restarted {
                    host.reboot();
                }
                converges(&host, &format!("{nth} {during} {restarted}"));
            }
        }
    }
}

#[test]
fn every_kill_behind_the_restart_is_made_good() {
    let prepared = || {
        let host = host(&[A, B]);
        let _ = run(&host, &desired());
        host.reboot();
        host
    };
    let all = changes(&prepared());
    assert!(all >= 2, "the ledger and the memory: {all}");
    for nth in 1..=all {
        for during in [false, true] {
            let host = prepared();
            let _ = try_run(&killed(&host, nth, during), &desired());
            let (report, restarts) = boots(&host, &desired());
            assert_eq!(
                (report.outcome, restarts),
                (ProvisionOutcome::Converged, 0),
                "{nth} {during}"
            );
            assert!(memory(&host).contains("verified"));
        }
    }
}

/// Ends as wanted, with no more restarts than one, or with one that is outstanding and told.
fn converges(host: &SimHost, case: &str) {
    let (report, restarts) = boots(host, &desired());
    assert!(restarts <= 1, "{case}: {restarts}");
    if report.outcome == ProvisionOutcome::RebootPending {
        // It was remembered, and the process died before it could ask: that is for a person.
        assert_eq!(restarts, 0, "{case}");
        host.reboot();
        assert_eq!(run(host, &desired()).outcome, ProvisionOutcome::Converged, "{case}");
    } else {
        assert_eq!(report.outcome, ProvisionOutcome::Converged, "{case}: {report:?}");
    }
    for serial in [A, B] {
        assert_eq!(vfs(host, serial, CardColumn::Current), Some(16), "{case}");
    }
}
