//! Several cards, and drivers that are late.

use std::time::Duration;

use sriov_host::decorate::{Call, Recorder};
use sriov_host::seam::{Clock, HostPath, Sysfs};
use sriov_host::sim::{CardColumn, CardMachine, Machine, SimHost};
use sriov_mlx::provision::{CardOutcome, Desired, ProvisionOutcome, VfRoom};

use super::world::{A, B, C, card, changes, desired, host, memory, outcomes, run, vfs};

/// What is wrong with a card, and what comes of it.
type Fault = (fn(&mut CardMachine), CardOutcome);

#[test]
fn one_card_that_misbehaves_keeps_no_other_from_being_done() {
    let faults: [Fault; 5] = [
        (|card| card.livefish = true, CardOutcome::Blocked),
        (|card| card.hangs = true, CardOutcome::Blocked),
        (|card| card.silently_drops.push("NUM_OF_VFS".to_owned()), CardOutcome::Failed),
        (|card| card.dies_after = Some(0), CardOutcome::Failed),
        (|card| card.limits.max_vfs = Some(12), CardOutcome::Failed),
    ];
    for (number, (fault, expected)) in faults.into_iter().enumerate() {
        let host = host(&[A, B, C]);
        assert!(host.change_card(B, fault));
        let first = run(&host, &desired());
        assert_eq!(card(&first, B).outcome, expected, "fault {number}: {first:?}");
        assert!(card(&first, B).reason.is_some());
        assert_eq!(first.outcome, ProvisionOutcome::PartlyFailed);
        assert!(first.reboot.is_some(), "the others need it");
        host.reboot();
        let second = run(&host, &desired());
        assert_eq!((second.outcome, &second.reboot), (ProvisionOutcome::PartlyFailed, &None));
        for serial in [A, C] {
            assert_eq!(card(&second, serial).outcome, CardOutcome::Verified);
            assert_eq!(vfs(&host, serial, CardColumn::Current), Some(16));
        }
        assert!(!memory(&host).contains(B), "a card that was not written has no attempts");
    }
}

#[test]
fn what_keeps_all_cards_from_being_written_asks_for_no_restart() {
    let yaml = |more: &str| {
        format!(
            "{more}\npfs: [{{ pci: 0000:3b:00.0, driver: mlx5_core, device: 101d }}]\n\
             cards: [{{ serial: {A}, pfs: [0000:3b:00.0], params: {{ NUM_OF_VFS: {{ current: 8 }}, \
             SRIOV_EN: {{ current: true }} }} }}]"
        )
    };
    for more in ["mstconfig: false", "lockdown: integrity"] {
        let host = SimHost::new(&Machine::from_yaml(&yaml(more)).unwrap()).unwrap();
        let recorder = Recorder::new(host.clone());
        let report = run(&recorder, &desired());
        assert_eq!(outcomes(&report), [CardOutcome::Blocked], "{more}");
        assert_eq!((report.outcome, &report.reboot), (ProvisionOutcome::Failed, &None));
        assert_eq!((changes(&recorder), memory(&host).as_str()), (Vec::new(), ""), "{more}");
        // It does not matter where nothing has to be written.
        let less = Desired { policy: VfRoom::AtLeast(8), ..desired() };
        assert_eq!(run(&host, &less).outcome, ProvisionOutcome::Converged, "{more}");
    }
}

#[test]
fn only_what_is_selected_is_written() {
    let host = host(&[A, B]);
    let text = format!("{{ version: 1, match: [{{ serial: {B} }}], policy: {{ at_least: 16 }} }}");
    let report = run(&host, &Desired::parse(&text).unwrap());
    assert_eq!(report.cards.len(), 1);
    assert_eq!(vfs(&host, A, CardColumn::Next), Some(8));
    assert_eq!(vfs(&host, B, CardColumn::Next), Some(16));
    let part = vfs(&host, A, CardColumn::Next);
    let by_part = Desired::parse(
        "{ version: 1, match: [{ bdf: '0000:3b:00.1' }], policy: { at_least: 24 } }",
    );
    let report = run(&host, &by_part.unwrap());
    assert_eq!((report.cards.len(), part), (1, Some(8)));
    assert_eq!(vfs(&host, A, CardColumn::Next), Some(24));
    assert_eq!(vfs(&host, B, CardColumn::Next), Some(16));
}

#[test]
fn a_driver_that_is_late_is_waited_for_by_event() {
    let host = host(&[A]);
    let driver = HostPath::new("sys/bus/pci/drivers/mlx5_core");
    let short = Duration::from_millis(1);
    let long = Duration::from_mins(1);
    host.write(&driver.join("unbind"), "0000:3b:00.1", long).unwrap();
    // The probe goes on after the caller has lost patience.
    let late = host.write(&driver.join("bind"), "0000:3b:00.1", short);
    assert!(late.is_err_and(|error| error.is_still_running()), "the probe takes its time");
    let recorder = Recorder::new(host.clone());
    let report = run(&recorder, &desired());
    assert_eq!(outcomes(&report), [CardOutcome::RebootRequired], "{report:?}");
    assert_eq!((report.notes.len(), recorder.count(Call::Subscribe)), (0, 1));
}

#[test]
fn a_driver_that_never_comes_is_told_and_waited_for_no_longer_than_that() {
    let host = host(&[A]);
    let unbind = HostPath::new("sys/bus/pci/drivers/mlx5_core/unbind");
    host.write(&unbind, "0000:3b:00.1", Duration::from_mins(1)).unwrap();
    let begun = host.now();
    let report = run(&host, &desired());
    let took = host.now().saturating_sub(begun);
    assert!(report.notes[0].contains("0000:3b:00.1 is not bound to a driver"), "{report:?}");
    let limit = Duration::from_secs(150);
    assert!(took >= limit && took < limit + Duration::from_secs(30), "{took:?}");
    assert_eq!(outcomes(&report), [CardOutcome::RebootRequired]);
    host.reboot();
    assert_eq!(run(&host, &desired()).outcome, ProvisionOutcome::Converged);
}
