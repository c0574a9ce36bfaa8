//! The plan in the vocabulary that all plans share.

use sriov_host::plan::{Action as _, Disruption};
use sriov_mlx::plan::plan;
use sriov_mlx::wish::Policy;

use crate::cards::{D8, D9, Seen, at_least, exactly, wish};

#[test]
fn each_card_that_is_written_is_a_step() {
    let other = Seen::new("MT2", &[D9]).firmware(8, 16);
    let wishes = [at_least(10), wish(D9, Policy::AtLeast(16))];
    let steps = plan(&[other.0, Seen::d8().0], &wishes).steps();
    assert_eq!(steps.steps.len(), 1);
    let step = &steps.steps[0];
    assert_eq!(step.action.name(), "setFirmware");
    assert_eq!(step.action.target().to_string(), D8);
    assert_eq!(step.action.disruption(), Disruption::Reboot);
    let text = step.to_string();
    let change = "SRIOV_EN=False(0) NUM_OF_VFS=0 → SRIOV_EN=True NUM_OF_VFS=10";
    assert!(text.contains(change), "{text}");
    // The other one waits for a restart alone.
    let subjects: Vec<_> = steps.reboot_reasons.iter().map(|r| r.subject.as_str()).collect();
    assert_eq!(subjects, ["firmware of card MT1", "firmware of card MT2"]);
}

#[test]
fn a_reset_is_announced_as_one() {
    let steps = plan(&[Seen::d8().resettable().0], &[at_least(10)]).steps();
    assert_eq!(steps.disruption(), Disruption::Nic);
    let write = plan(&[Seen::d8().firmware(10, 4).0], &[at_least(10)]).steps();
    assert_eq!(write.disruption(), Disruption::None);
    assert_eq!(write.steps[0].reason.to_string(), "NUM_OF_VFS: wanted 10, found 4");
}

#[test]
fn blocked_cards_are_blockers_and_no_steps() {
    let plan = plan(&[Seen::d8().locked_down().0], &[exactly(4), wish(D9, Policy::AtLeast(1))]);
    let steps = plan.steps();
    assert!(steps.steps.is_empty() && steps.reboot_reasons.is_empty());
    let codes: Vec<_> = steps.blockers.iter().map(|blocker| blocker.code).collect();
    assert_eq!(codes, ["SRIOV-M024", "SRIOV-M021"]);
    assert!(!plan.is_empty() && !steps.is_empty());
}

#[test]
fn notes_name_their_card() {
    let steps = plan(&[Seen::d8().firmware(10, 10).totals(16).0], &[exactly(10)]).steps();
    assert_eq!(steps.notes, ["card MT1: the firmware rounds 10 VFs up to 16"]);
}
