//! Cards that never run as wanted, whatever is tried.

use sriov_host::decorate::Recorder;
use sriov_host::sim::CardColumn;
use sriov_mlx::provision::{CardOutcome, Desired, OnReboot, ProvisionOutcome, VfRoom};

use super::world::{
    A, NOTHING, boots, card, changes, desired, host, host_with, memory, outcomes, run,
    run_elsewhere, vfs,
};

#[test]
fn a_card_that_never_loads_is_given_up_with_its_rows() {
    for max_attempts in 1..=Desired::MAX_ATTEMPTS {
        let host = host_with(&[A], "    loadsOnlyAfterReset: true\n    resetFails: true\n");
        let desired = Desired { max_attempts, ..desired() };
        let (report, restarts) = boots(&host, &desired);
        assert_eq!(restarts, max_attempts, "{report:?}");
        assert_eq!(report.outcome, ProvisionOutcome::Failed);
        let given_up = card(&report, A);
        assert_eq!((given_up.outcome, given_up.attempts), (CardOutcome::GivenUp, max_attempts));
        let rows = given_up.rows.join("\n");
        assert!(rows.contains("NUM_OF_VFS: current 8, next boot 16"), "{rows}");
        assert!(rows.contains("0000:3b:00.1: sriov_totalvfs 8"), "{rows}");
        assert!(memory(&host).contains("NUM_OF_VFS: current 8, next boot 16"));
        // For ever: in this boot and in all later ones.
        for _ in 0..3 {
            let recorder = Recorder::new(host.clone());
            let again = run(&recorder, &desired);
            assert_eq!((again.outcome, &again.reboot), (ProvisionOutcome::Failed, &None));
            assert_eq!(card(&again, A).rows.join("\n"), rows);
            assert_eq!(changes(&recorder), NOTHING);
            host.reboot();
        }
        // It runs as wanted after all, as when somebody cut the power.
        host.change_card(A, |card| card.loads_only_after_reset = false);
        host.reboot();
        assert_eq!(vfs(&host, A, CardColumn::Current), Some(16));
        assert_eq!(outcomes(&run(&host, &desired)), [CardOutcome::Verified]);
        assert_eq!(outcomes(&run(&host, &desired)), [CardOutcome::Satisfied]);
    }
}

#[test]
fn a_card_that_loses_it_at_each_restart_is_given_up() {
    let host = host_with(&[A], "    losesAtReboot: [NUM_OF_VFS]\n");
    let (report, restarts) = boots(&host, &desired());
    assert_eq!((restarts, report.outcome), (2, ProvisionOutcome::Failed), "{report:?}");
}

#[test]
fn attempts_of_one_wish_are_never_forgiven() {
    let host = host(&[A]);
    let exactly = |count| Desired { policy: VfRoom::Exactly(count), ..desired() };
    let mut restarts = 0;
    // Another program has the opposite wish, and restarts the host itself.
    for _ in 0..6 {
        let (_, more) = boots(&host, &exactly(16));
        restarts += more;
        let opposite = Desired { on_reboot_required: OnReboot::Notify, ..exactly(8) };
        let _ = run_elsewhere(&host, &opposite);
        host.reboot();
    }
    assert_eq!(restarts, Desired::DEFAULT_ATTEMPTS);
}

#[test]
fn where_power_has_to_be_cut_no_restart_is_tried() {
    let host = host_with(&[A], "    needsPowerCycle: true\n");
    let first = run(&host, &desired());
    assert_eq!(outcomes(&first), [CardOutcome::PowerCycleRequired], "{first:?}");
    assert_eq!((first.outcome, &first.reboot), (ProvisionOutcome::PowerCycleRequired, &None));
    assert!(memory(&host).contains("power-cycle"), "{}", memory(&host));
    // A warm restart that somebody else does is no reason for another one.
    for _ in 0..4 {
        host.reboot();
        let recorder = Recorder::new(host.clone());
        let report = run(&recorder, &desired());
        assert_eq!((report.outcome, report.reboot), (ProvisionOutcome::PowerCycleRequired, None));
        assert_eq!(changes(&recorder), NOTHING);
    }
    host.change_card(A, |card| card.needs_power_cycle = false);
    host.reboot();
    assert_eq!(outcomes(&run(&host, &desired())), [CardOutcome::Verified]);
}
