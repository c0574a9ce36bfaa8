//! What stands in the way of a change, and only of a change.

use sriov_mlx::backend::BackendKind;
use sriov_mlx::param::{LinkSetting, names};
use sriov_mlx::{History, Limits, codes};

use crate::cards::{D8, D8_1, Seen, at_least, exactly, line, link, zero};

#[test]
fn what_cannot_be_read_matters_only_where_it_is_needed() {
    for code in [codes::TOOL_MISSING.id, codes::CARD_UNREACHABLE.id, codes::CARD_BUSY.id] {
        let card = Seen::d8().firmware(8, 8).unreadable(code);
        assert_eq!(card.line(&[at_least(8)]), "none");
        for wish in [at_least(9), exactly(8), zero(), link(D8, LinkSetting::Eth)] {
            let nic = card.plan(&[wish]);
            assert_eq!(line(&nic), format!("blocked {code}"));
            assert!(nic.reason().unwrap().contains("it says no"), "{nic}");
        }
    }
    let card = Seen::d8().firmware(8, 8).not_asked();
    assert_eq!(card.line(&[at_least(8)]), "none");
    assert_eq!(card.line(&[exactly(8)]), "blocked SRIOV-M025");
}

#[test]
fn lockdown_explains_what_cannot_be_read_but_not_a_lock() {
    let card = Seen::d8().locked_down();
    for (code, expected) in [
        (codes::CARD_UNREACHABLE.id, "blocked SRIOV-M024"),
        (codes::NOT_PERMITTED.id, "blocked SRIOV-M024"),
        (codes::CARD_LOCKED.id, "blocked SRIOV-M004"),
        (codes::DEVLINK_REFUSED.id, "blocked SRIOV-M012"),
    ] {
        let nic = card.clone().unreadable(code).plan(&[at_least(4)]);
        assert_eq!(line(&nic), expected);
        assert!(nic.reason().unwrap().contains("it says no"), "{nic}");
    }
}

#[test]
fn lockdown_stops_writes_of_the_tool_and_no_others() {
    let card = Seen::d8().locked_down();
    let expected = "reboot SRIOV_EN=True NUM_OF_VFS=4";
    for (way, expected) in [
        (BackendKind::Json, "blocked SRIOV-M024"),
        (BackendKind::Text, "blocked SRIOV-M024"),
        (BackendKind::Devlink, expected),
    ] {
        assert_eq!(card.clone().through(way).line(&[at_least(4)]), expected);
    }
    // A restart that is left to be done is no write.
    assert_eq!(card.firmware(4, 8).line(&[at_least(8)]), "reboot");
    let mut unknown = Seen::d8();
    unknown.0.lockdown = sriov_mlx::Lockdown::Unknown;
    assert_eq!(unknown.line(&[at_least(4)]), expected);
}

#[test]
fn sysfs_alone_can_only_say_that_all_is_well() {
    let card = Seen::d8().firmware(8, 8).no_current().through(BackendKind::Sysfs);
    assert_eq!(card.line(&[at_least(8)]), "none");
    for wish in [at_least(9), exactly(8), zero(), link(D8, LinkSetting::Ib)] {
        assert_eq!(card.line(&[wish]), "blocked SRIOV-M013");
    }
}

#[test]
fn a_read_only_parameter_matters_only_where_it_has_to_change() {
    let card = Seen::d8().firmware(8, 8).read_only(names::NUM_OF_VFS);
    assert_eq!(card.line(&[exactly(8)]), "none");
    let nic = card.plan(&[at_least(9)]);
    assert_eq!(line(&nic), "blocked SRIOV-M030");
    assert!(nic.reason().unwrap().contains("NUM_OF_VFS is 8, wanted 9"), "{nic}");
    // It is the flag that changes.
    let card = Seen::d8().param(names::NUM_OF_VFS, "8", "8").read_only(names::NUM_OF_VFS);
    assert_eq!(card.line(&[at_least(8)]), "reboot SRIOV_EN=True");
}

#[test]
fn a_row_that_could_not_be_read_is_named_and_never_guessed() {
    for param in [names::SRIOV_EN, names::NUM_OF_VFS, names::PF_NUM_OF_VF_VALID] {
        let nic = Seen::d8().malformed(Some(param)).plan(&[at_least(4)]);
        assert_eq!(line(&nic), "blocked SRIOV-M026");
        let reason = nic.reason().unwrap();
        assert!(reason.contains(param) && reason.contains("line 17"), "{reason}");
        let satisfied = Seen::d8().firmware(4, 4).malformed(Some(param));
        assert_eq!(satisfied.line(&[at_least(4)]), "none");
    }
    // A row of nobody may be the one that is missed.
    assert_eq!(Seen::d8().malformed(None).line(&[at_least(4)]), "blocked SRIOV-M026");
    let complete = Seen::d8().param(names::PF_NUM_OF_VF_VALID, "False(0)", "False(0)");
    let expected = "reboot SRIOV_EN=True NUM_OF_VFS=4";
    assert_eq!(complete.malformed(None).line(&[at_least(4)]), expected);
    assert_eq!(Seen::d8().malformed(Some("ROCE_CONTROL")).line(&[at_least(4)]), expected);
    let links = Seen::d8().malformed(Some("LINK_TYPE_P1"));
    assert_eq!(links.line(&[link(D8, LinkSetting::Eth)]), "blocked SRIOV-M026");
    assert_eq!(links.line(&[at_least(4)]), expected);
}

#[test]
fn absent_unknown_and_zero_are_three_things() {
    for (card, expected) in [
        (Seen::d8().without(names::NUM_OF_VFS), "blocked SRIOV-M008"),
        (Seen::d8().without(names::SRIOV_EN), "blocked SRIOV-M008"),
        (Seen::d8().param(names::NUM_OF_VFS, "0", "N/A"), "blocked SRIOV-M026"),
        (Seen::d8().param(names::SRIOV_EN, "False(0)", "PERHAPS(7)"), "blocked SRIOV-M026"),
        (Seen::d8().param(names::PF_NUM_OF_VF_VALID, "N/A", "N/A"), "blocked SRIOV-M026"),
        (Seen::d8(), "reboot SRIOV_EN=True NUM_OF_VFS=4"),
    ] {
        assert_eq!(card.line(&[at_least(4)]), expected);
    }
    let mut partly = Seen::d8().without(names::NUM_OF_VFS);
    partly.reading().missing.push("nv_global_pci_conf".to_owned());
    let reason = partly.plan(&[at_least(4)]).reason().unwrap();
    assert!(reason.contains("nv_global_pci_conf"), "{reason}");
}

#[test]
fn limits_that_are_known_are_kept_before_anything_is_written() {
    let max = |max: u16| Limits { max_vfs_per_pf: Some(max), ..Limits::default() };
    let nic = Seen::d8().limits(max(127)).plan(&[at_least(200)]);
    assert_eq!(line(&nic), "blocked SRIOV-M028");
    assert!(nic.reason().unwrap().contains("127 at most, wanted 200"), "{nic}");
    assert_eq!(nic.wanted.to_string(), "SRIOV_EN=True NUM_OF_VFS=200");
    assert!(nic.set.is_empty() && nic.planned_against.is_empty());
    let fits = "reboot SRIOV_EN=True NUM_OF_VFS=127";
    assert_eq!(Seen::d8().limits(max(127)).line(&[at_least(127)]), fits);
    // Nothing is invented: 127 is no limit of its own.
    let many = "reboot SRIOV_EN=True NUM_OF_VFS=1000";
    assert_eq!(Seen::d8().line(&[at_least(1000)]), many);
    // What runs is not measured again.
    assert_eq!(Seen::d8().firmware(200, 200).limits(max(127)).line(&[at_least(200)]), "none");
    assert_eq!(Seen::d8().firmware(8, 200).limits(max(127)).line(&[at_least(200)]), "reboot");
}

#[test]
fn vectors_of_all_functions_are_counted() {
    let total = Limits { max_total_msix: Some(2 * (63 + 10 * 11)), ..Limits::default() };
    let card = |pfs: &str| {
        let card = Seen::d8().limits(total);
        card.param(names::NUM_OF_PF, pfs, pfs).param(names::NUM_PF_MSIX, "63", "63").param(
            names::NUM_VF_MSIX,
            "11",
            "11",
        )
    };
    let blocked = |card: &Seen, n: u16, max: u16| {
        let nic = card.plan(&[at_least(n)]);
        assert_eq!(line(&nic), "blocked SRIOV-M028");
        assert!(nic.reason().unwrap().contains(&format!("{max} at most, wanted {n}")), "{nic}");
    };
    for pfs in ["2", "0", "N/A"] {
        let fits = "reboot SRIOV_EN=True NUM_OF_VFS=10";
        assert_eq!(card(pfs).line(&[at_least(10)]), fits, "{pfs}");
        blocked(&card(pfs), 11, 10);
    }
    blocked(&card("2").without(names::NUM_OF_PF), 11, 10);
    blocked(&card("4"), 11, 2);
    // Without the vectors of a VF nothing can be said; without those of a PF, something.
    let unknown = card("2").without(names::NUM_VF_MSIX);
    assert_eq!(unknown.line(&[at_least(999)]), "reboot SRIOV_EN=True NUM_OF_VFS=999");
    blocked(&card("2").without(names::NUM_PF_MSIX), 16, 15);
    let none = card("2").param(names::NUM_VF_MSIX, "0", "0");
    assert_eq!(none.line(&[at_least(999)]), "reboot SRIOV_EN=True NUM_OF_VFS=999");
    let doubtful = card("2").malformed(Some(names::NUM_VF_MSIX));
    assert_eq!(doubtful.line(&[at_least(4)]), "blocked SRIOV-M026");
}

#[test]
fn the_memory_of_vf_bars_is_counted() {
    let space = Limits { max_vf_bar_mib: Some(64), ..Limits::default() };
    let card = |log: &str| Seen::d8().limits(space).param(names::VF_LOG_BAR_SIZE, log, log);
    assert_eq!(card("1").line(&[at_least(32)]), "reboot SRIOV_EN=True NUM_OF_VFS=32");
    let nic = card("1").plan(&[at_least(33)]);
    assert_eq!(line(&nic), "blocked SRIOV-M028");
    assert!(nic.reason().unwrap().contains("32 at most"), "{nic}");
    assert_eq!(card("200").line(&[at_least(1)]), "blocked SRIOV-M028");
    let unknown = Seen::d8().limits(space);
    assert_eq!(unknown.line(&[at_least(999)]), "reboot SRIOV_EN=True NUM_OF_VFS=999");
}

#[test]
fn vfs_above_an_exact_number_are_in_the_way_of_it() {
    let card = Seen::d8().firmware(8, 8).live(D8, 2).live(D8_1, 6);
    let nic = card.plan(&[exactly(4)]);
    assert_eq!(line(&nic), "blocked SRIOV-M033");
    let blocker = &nic.blockers[0];
    assert_eq!(blocker.target.to_string(), D8_1);
    assert!(blocker.message.contains("6 VFs") && blocker.message.contains('4'), "{blocker}");
    assert_eq!(card.line(&[exactly(6)]), "reboot NUM_OF_VFS=6");
    assert_eq!(card.line(&[exactly(0)]), "blocked SRIOV-M033 SRIOV-M033");
}

#[test]
fn counts_of_single_pfs_are_not_written_over() {
    for (now, next) in [("True(1)", "True(1)"), ("False(0)", "True(1)"), ("True(1)", "False(0)")] {
        let card = |n| Seen::d8().firmware(n, n).param(names::PF_NUM_OF_VF_VALID, now, next);
        let nic = card(8).plan(&[at_least(9)]);
        assert_eq!(line(&nic), "blocked SRIOV-M027");
        assert!(nic.reason().unwrap().contains("8 VFs, wanted 9"), "{nic}");
        assert_eq!(card(8).line(&[exactly(4)]), "blocked SRIOV-M027");
        assert_eq!(card(8).line(&[at_least(8)]), "none");
        assert_eq!(card(8).line(&[exactly(8)]), "none");
        // The flag still means something.
        let off = card(8).param(names::SRIOV_EN, "True(1)", "False(0)");
        assert_eq!(off.line(&[at_least(8)]), "write-only SRIOV_EN=True");
        assert_eq!(card(8).line(&[zero()]), "write-only SRIOV_EN=False NUM_OF_VFS=0");
    }
}

#[test]
fn an_exhausted_history_ends_in_a_failure_with_its_evidence() {
    let wanted = "SRIOV_EN=True NUM_OF_VFS=10";
    let card = Seen::d8().firmware(0, 10);
    assert_eq!(card.clone().asked(wanted, "b1", 2, "b2").line(&[at_least(10)]), "reboot");
    assert_eq!(card.clone().asked(wanted, "b2", 3, "b2").line(&[at_least(10)]), "reboot");
    assert_eq!(card.clone().asked("NUM_OF_VFS=9", "b1", 3, "b2").line(&[at_least(10)]), "reboot");
    let nic = card.clone().asked(wanted, "b1", 3, "b2").plan(&[at_least(10)]);
    assert_eq!(line(&nic), "blocked SRIOV-M048");
    assert_eq!(nic.blockers[0].kind, sriov_host::plan::BlockerKind::Failed);
    let message = &nic.blockers[0].message;
    for part in ["3 boots", "b1", "NUM_OF_VFS next 10 current 0", "NUM_OF_VFS is 0 now and 10"] {
        assert!(message.contains(part), "{part}: {message}");
    }
    assert_eq!(nic.reboot_reason, None);
    // It runs as wanted, whatever was tried.
    let cured = Seen::d8().firmware(10, 10).asked(wanted, "b1", 3, "b2");
    assert_eq!(cured.line(&[at_least(10)]), "none");
    let note = card.asked(wanted, "b2", 1, "b2").plan(&[at_least(10)]).notes;
    assert_eq!(note, ["the restart was asked for in this boot"]);
}

#[test]
fn what_only_a_loss_of_power_loads_is_not_restarted_warm() {
    let wanted = "SRIOV_EN=True NUM_OF_VFS=10";
    let mut card = Seen::d8().firmware(0, 10).asked(wanted, "b1", 1, "b2");
    let History::Asked { record, .. } = &mut card.0.history else { unreachable!() };
    record.evidence.push_str("; only a loss of power loads it");
    assert_eq!(card.line(&[at_least(10)]), "power-cycle");
    assert_eq!(card.line(&[at_least(11)]), "reboot NUM_OF_VFS=11");
    assert_eq!(card.resettable().line(&[at_least(10)]), "write-and-reset");
}

#[test]
fn without_a_memory_no_restart_is_asked_for() {
    let mut card = Seen::d8().firmware(8, 16);
    card.0.history = History::Unreadable("/var is gone".to_owned());
    let nic = card.plan(&[at_least(16)]);
    assert_eq!(line(&nic), "blocked SRIOV-M049");
    assert!(nic.reason().unwrap().contains("/var is gone"), "{nic}");
    // Where none is needed, nobody has to remember.
    assert_eq!(card.line(&[at_least(8)]), "none");
    assert_eq!(card.line(&[zero()]), "write-only SRIOV_EN=False NUM_OF_VFS=0");
}

#[test]
fn a_kernel_that_disagrees_with_the_firmware_is_not_restarted_and_that_is_told() {
    let card = Seen::d8().firmware(8, 8).totals(0);
    for wish in [at_least(8), exactly(8)] {
        let nic = card.plan(&[wish]);
        assert_eq!(line(&nic), "none");
        assert!(nic.notes.iter().any(|note| note.contains("room for 0")), "{:?}", nic.notes);
    }
    let stale = Seen::d8().firmware(0, 0).totals(8).plan(&[exactly(0)]);
    assert_eq!(line(&stale), "none");
    assert!(stale.notes.iter().any(|note| note.contains("room for 8")), "{:?}", stale.notes);
    let agreed = Seen::d8().firmware(8, 8).totals(8);
    for wish in [at_least(8), exactly(8)] {
        assert_eq!(agreed.plan(&[wish]).notes, Vec::<String>::new());
    }
}
