//! What is asked of which card, and what is known of it then.

use sriov_host::boot::{BootId, Ledger, Verdict};
use sriov_host::decorate::{Call, FaultSpec};
use sriov_host::plan::RebootReason;
use sriov_host::sim::{BlueFieldMachine, CardMachine, LockdownMachine};
use sriov_host::{Errno, PciAddress};
use sriov_mlx::backend::BackendKind;
use sriov_mlx::param::{LinkSetting, Value};
use sriov_mlx::{
    Access, Firmware, History, Lockdown, Policy, ResetAbility, Wish, nobody, observe, query,
};

use crate::world::{
    PF, World, cards, commands, machine, names, observed, options, serial, start, wish, world,
};

const NAMES: &str = "SRIOV_EN NUM_OF_VFS PF_NUM_OF_VF_VALID PF_NUM_OF_VF NUM_OF_PF NUM_PF_MSIX \
                     NUM_VF_MSIX PF_LOG_BAR_SIZE VF_LOG_BAR_SIZE";

fn firmware_calls(host: &World) -> u64 {
    let calls = [Call::QueryTool, Call::RunTool, Call::GetParameter, Call::SetParameter];
    calls.into_iter().map(|call| host.count(call)).sum()
}

#[test]
fn the_firmware_is_not_asked_where_sysfs_answers() {
    let unmanaged = Wish { externally_managed: true, ..wish(0, Policy::Unmanaged) };
    let other_port = Wish { port: "0000:d8:00.1".parse().unwrap(), ..wish(0, Policy::AtLeast(3)) };
    for wishes in [
        vec![],
        vec![wish(0, Policy::AtLeast(8))],
        vec![wish(0, Policy::AtLeast(0)), other_port],
        vec![unmanaged],
        // Of a PF that no card has.
        vec![wish(5, Policy::Exactly(3))],
    ] {
        // A tool that would hang, and no rights: nobody notices.
        let mut machine = machine(2, |card| card.hangs = true);
        machine.lockdown = LockdownMachine::Integrity;
        let host = start(&machine);
        let facts = observed(&host, &wishes);
        assert_eq!(facts.len(), 2);
        assert!(facts.iter().all(|facts| facts.firmware == Firmware::NotAsked), "{wishes:?}");
        assert_eq!((firmware_calls(&host), host.mutations()), (0, 0), "{:?}", host.lines());
        assert_eq!(host.count(Call::Lock), 0);
    }
}

#[test]
fn the_firmware_is_asked_where_sysfs_does_not_answer() {
    let link = Wish { link_type: Some(LinkSetting::Eth), ..wish(0, Policy::Unmanaged) };
    for wishes in [
        vec![wish(0, Policy::AtLeast(9))],
        vec![wish(0, Policy::AtLeast(8)), wish(0, Policy::AtLeast(9))],
        vec![wish(0, Policy::Exactly(8))],
        vec![wish(0, Policy::ResetToZero)],
        vec![link],
    ] {
        let host = world(2, |_| {});
        let facts = observed(&host, &wishes);
        assert_eq!(facts[0].firmware.backend(), Some(BackendKind::Json), "{wishes:?}");
        assert_eq!(facts[1].firmware, Firmware::NotAsked, "nothing is wanted of it");
        assert_eq!(host.count(Call::QueryTool), 3, "find, version and one query");
    }
}

/// One port with room is not enough: the other one runs with less.
#[test]
fn all_ports_have_to_have_room() {
    let mut machine = machine(1, |_| {});
    machine.cards.clear();
    let host = start(&machine);
    let mut cards = cards(&host);
    let observed = |cards: &[_]| {
        let wishes = [wish(0, Policy::AtLeast(8))];
        observe(&Access::new(&host), cards, &wishes, &options(), &nobody).remove(0).firmware
    };
    assert_eq!(observed(&cards), Firmware::NotAsked);
    for less in [None, Some(sriov_host::VfCount::new(7))] {
        let mut fewer = cards.clone();
        fewer[0].ports[1].total_vfs = less;
        assert_ne!(observed(&fewer), Firmware::NotAsked, "{less:?}");
    }
    // More VFs live than there is room for.
    cards[0].ports[1].num_vfs = Some(sriov_host::VfCount::new(9));
    assert_ne!(observed(&cards), Firmware::NotAsked);
}

#[test]
fn each_card_is_asked_once_for_what_a_plan_needs() {
    let host = world(3, |_| {});
    let wishes: Vec<Wish> = (0..3).map(|card| wish(card, Policy::AtLeast(16))).collect();
    let facts = observed(&host, &wishes);
    let file = |bus: &str| format!("/run/sriov/mlx-0000:{bus}:00.0.json");
    let asked = |bus: &str| format!("mstconfig -e -d 0000:{bus}:00.0 -j {} q {NAMES}", file(bus));
    let expected = ["mstconfig --version".to_owned(), asked("d8"), asked("d9"), asked("da")];
    assert_eq!(commands(&host), expected);
    let serials: Vec<_> = facts.iter().map(|facts| facts.card.id.to_string()).collect();
    assert_eq!(serials, [serial(0), serial(1), serial(2)]);
    assert!(facts.iter().all(|facts| facts.firmware.reading().is_some()));
}

#[test]
fn link_types_are_asked_for_where_they_are_wanted() {
    let host = world(1, |_| {});
    let port: PciAddress = "0000:d8:00.1".parse().unwrap();
    let link = Wish { port, link_type: Some(LinkSetting::Ib), ..wish(0, Policy::Unmanaged) };
    let facts = observed(&host, &[link]);
    assert!(
        commands(&host)[1].ends_with(&format!("q {NAMES} LINK_TYPE_P2")),
        "{:?}",
        commands(&host)
    );
    let reading = facts[0].firmware.reading().unwrap();
    assert_eq!(reading.current("LINK_TYPE_P2").and_then(Value::link), Some(LinkSetting::Eth));
}

fn bluefield(card: &mut CardMachine) {
    card.kind = "BlueField2".into();
    card.bluefield_mode = Some(BlueFieldMachine::Nic);
}

/// A host with one `BlueField` whose PFs have this device id.
fn with_device(device: &str) -> World {
    let mut machine = machine(1, bluefield);
    for pf in &mut machine.pfs {
        pf.device = Some(device.parse().unwrap());
    }
    start(&machine)
}

#[test]
fn the_mode_of_a_bluefield_is_asked_for_whatever_its_device_id_is() {
    for (device, queries) in [("a2d6", 1), ("a2dc", 1), ("beef", 2)] {
        let host = with_device(device);
        let facts = observed(&host, &[wish(0, Policy::AtLeast(16))]);
        let reading = facts[0].firmware.reading().unwrap();
        assert_eq!(reading.current("INTERNAL_CPU_MODEL").and_then(Value::number), Some(1));
        assert!(reading.param("NUM_OF_VFS").is_some());
        let asked = commands(&host).iter().filter(|line| line.contains(" q ")).count();
        assert_eq!(asked, queries, "{device}");
        assert_eq!(facts[0].reset, ResetAbility::Unknown);
    }
    let host = world(1, |_| {});
    observed(&host, &[wish(0, Policy::AtLeast(16))]);
    assert!(!commands(&host).iter().any(|line| line.contains("INTERNAL_CPU")));
}

#[test]
fn a_card_that_cannot_be_read_is_a_fact_and_leaves_the_others() {
    let mut machine = machine(2, |_| {});
    machine.cards[0].livefish = true;
    let host = start(&machine);
    let wishes = [wish(0, Policy::AtLeast(16)), wish(1, Policy::AtLeast(16))];
    let facts = observed(&host, &wishes);
    let Firmware::Unreadable { message, code } = &facts[0].firmware else { panic!("{facts:?}") };
    assert_eq!(*code, "SRIOV-M007");
    assert!(message.contains(&serial(0)) && message.contains("livefish"), "{message}");
    assert!(facts[1].firmware.reading().is_some());
}

#[test]
fn lockdown_is_read_from_its_brackets() {
    let seen = |lockdown| {
        let host = start(&sriov_host::sim::Machine { lockdown, ..machine(1, |_| {}) });
        observed(&host, &[]).remove(0).lockdown
    };
    assert_eq!(seen(LockdownMachine::None), Lockdown::Off);
    assert_eq!(seen(LockdownMachine::Integrity), Lockdown::On("integrity".to_owned()));
    assert_eq!(seen(LockdownMachine::Confidentiality), Lockdown::On("confidentiality".to_owned()));
    assert_eq!(seen(LockdownMachine::Absent), Lockdown::Unknown);
}

#[test]
fn a_reset_is_possible_where_devlink_or_the_tool_says_so() {
    let ability = |devlink: bool, release: &str, reset: bool| {
        let host = world(1, |card| {
            card.devlink_params = devlink;
            card.tool = release.to_owned();
            // Something waits, so that the tool says what loads it.
            let waits = sriov_host::sim::ParamMachine {
                current: Some(sriov_host::sim::SettingMachine::Number(8)),
                next: Some(sriov_host::sim::SettingMachine::Number(12)),
                ..Default::default()
            };
            card.params.insert("NUM_OF_VFS".to_owned(), waits);
        });
        let cards = cards(&host);
        let options = sriov_mlx::apply::FirmwareOptions { reset, ..options() };
        let wishes = [wish(0, Policy::AtLeast(12))];
        let facts = observe(&Access::new(&host), &cards, &wishes, &options, &nobody);
        let asked = commands(&host).iter().any(|line| line.starts_with("mstfwreset"));
        (facts[0].reset, asked)
    };
    assert_eq!(ability(true, "4.36.0", true), (ResetAbility::Possible, false));
    assert_eq!(ability(false, "4.36.0", true), (ResetAbility::Possible, true));
    assert_eq!(ability(false, "4.36.0", false), (ResetAbility::Unknown, false));
    assert_eq!(ability(false, "4.35.0", true), (ResetAbility::Unknown, false));
}

#[test]
fn the_history_of_a_card_is_what_the_ledger_has_under_its_name() {
    let host = world(2, |_| {});
    let ids: Vec<_> = cards(&host).into_iter().map(|card| card.id).collect();
    let boot = BootId::running(&host).unwrap();
    let reason = RebootReason {
        subject: ids[0].subject(),
        wanted: "NUM_OF_VFS=16".to_owned(),
        running: None,
    };
    Ledger::update(&host, "test", |ledger| {
        ledger.ask(&reason, &boot, "seen");
    })
    .unwrap();
    let facts = observed(&host, &[]);
    assert_eq!(facts[0].history.judge("NUM_OF_VFS=16", 2), Ok(Verdict::Outstanding));
    assert_eq!(facts[0].history.judge("NUM_OF_VFS=32", 2), Ok(Verdict::Ask));
    assert_eq!(facts[1].history, History::Fresh);
    host.host().reboot();
    let facts = observed(&host, &[]);
    assert_eq!(facts[0].history.judge("NUM_OF_VFS=16", 2), Ok(Verdict::Ask));
    let failed = facts[0].history.judge("NUM_OF_VFS=16", 1);
    assert!(matches!(failed, Ok(Verdict::Failed(_))), "{failed:?}");
    let ledger = Ledger::path();
    sriov_host::seam::Files::write_file(&host, &ledger, b"not a ledger").unwrap();
    let facts = observed(&host, &[]);
    assert!(facts[0].history.judge("NUM_OF_VFS=16", 2).is_err());
}

#[test]
fn without_the_id_of_the_boot_only_a_remembered_card_cannot_be_judged() {
    let host = world(2, |_| {});
    let ids: Vec<_> = cards(&host).into_iter().map(|card| card.id).collect();
    let (subject, wanted) = (ids[0].subject(), "NUM_OF_VFS=16".to_owned());
    let reason = RebootReason { subject, wanted, running: None };
    let boot = BootId::running(&host).unwrap();
    Ledger::update(&host, "test", |ledger| {
        ledger.ask(&reason, &boot, "seen");
    })
    .unwrap();
    host.host().add_fault(FaultSpec::new(Call::Read, "*/boot_id", 1, Errno::NOENT));
    let facts = observed(&host, &[]);
    assert!(matches!(facts[0].history, History::Unreadable(_)), "{:?}", facts[0].history);
    assert_eq!(facts[1].history, History::Fresh);
}

#[test]
fn a_query_goes_through_the_pf_that_was_named() {
    let host = world(2, |_| {});
    let second: PciAddress = "0000:d9:00.1".parse().unwrap();
    let (kind, reading) =
        query(&Access::new(&host), second, &names(&["PF_NUM_OF_VF"]), &options()).unwrap();
    assert_eq!((kind, reading.params.len()), (BackendKind::Json, 1));
    let command = commands(&host).pop().unwrap();
    assert!(command.starts_with("mstconfig -e -d 0000:d9:00.1 "), "{command}");
    let (_, all) = query(&Access::new(&host), PF.parse().unwrap(), &[], &options()).unwrap();
    assert!(all.params.len() > 100);
    let nowhere: PciAddress = "0000:01:00.0".parse().unwrap();
    let error = query(&Access::new(&host), nowhere, &[], &options()).unwrap_err();
    assert_eq!(error.code(), "SRIOV-M006");
}
