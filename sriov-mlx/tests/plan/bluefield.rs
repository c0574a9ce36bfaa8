//! Who owns a `BlueField`.

use sriov_host::PciId;
use sriov_mlx::param::names;
use sriov_mlx::plan::{BlueFieldMode, plan};
use sriov_mlx::wish::Policy;

use crate::cards::{D8, D9, Seen, at_least, exactly, line, lines, wish};

const FIELDS: [&str; 5] = [
    names::INTERNAL_CPU_PAGE_SUPPLIER,
    names::INTERNAL_CPU_ESWITCH_MANAGER,
    names::INTERNAL_CPU_IB_VPORT0,
    names::INTERNAL_CPU_OFFLOAD_ENGINE,
    names::INTERNAL_CPU_MODEL,
];
const DPU: [&str; 5] = ["ECPF(0)", "ECPF(0)", "ECPF(0)", "ENABLED(0)", "EMBEDDED_CPU(1)"];
const NIC: [&str; 5] =
    ["EXT_HOST_PF(1)", "EXT_HOST_PF(1)", "EXT_HOST_PF(1)", "DISABLED(1)", "EMBEDDED_CPU(1)"];

fn bluefield(values: [&str; 5]) -> Seen {
    let mut card = Seen::new("MTB", &[D8]);
    card.reading().identity.device_type = Some("BlueField2".to_owned());
    FIELDS.iter().zip(values).fold(card, |card, (field, now)| card.param(field, now, now))
}

fn mode(mut card: Seen) -> BlueFieldMode {
    let reading = card.reading().clone();
    BlueFieldMode::of(&card.0.card, &reading)
}

#[test]
fn the_modes_are_told_by_words_or_numbers() {
    let words = |values: [&'static str; 5]| values.map(|text| text.split('(').next().unwrap());
    let numbers =
        |values: [&'static str; 5]| values.map(|text| ["0", "1"][usize::from(text.contains('1'))]);
    for (values, expected) in [(DPU, BlueFieldMode::Dpu), (NIC, BlueFieldMode::Nic)] {
        assert_eq!(mode(bluefield(values)), expected);
        assert_eq!(mode(bluefield(words(values))), expected);
        assert_eq!(mode(bluefield(numbers(values))), expected);
    }
    let mut apart = NIC;
    apart[4] = "SEPARATED_HOST(0)";
    assert_eq!(mode(bluefield(apart)), BlueFieldMode::SeparatedHost);
    assert_eq!(mode(bluefield(DPU).read_only(names::NUM_OF_VFS)), BlueFieldMode::Restricted);
    assert_eq!(mode(Seen::d8()), BlueFieldMode::NotBlueField);
}

#[test]
fn a_field_that_is_missing_or_odd_makes_the_mode_unknown() {
    for (index, field) in FIELDS.into_iter().enumerate() {
        for values in [DPU, NIC] {
            let mut odd = values;
            odd[index] = "148";
            for card in [bluefield(values).without(field), bluefield(odd)] {
                assert!(matches!(mode(card.clone()), BlueFieldMode::Unknown { .. }), "{field}");
                let nic = card.plan(&[at_least(4)]);
                assert_eq!(line(&nic), "blocked SRIOV-M032");
                assert!(nic.reason().unwrap().contains(field), "{nic}");
            }
        }
    }
    let mut mixed = DPU;
    mixed[3] = "DISABLED(1)";
    assert!(matches!(mode(bluefield(mixed)), BlueFieldMode::Unknown { .. }));
}

#[test]
fn the_running_mode_counts_and_not_the_next_one() {
    let next = FIELDS.iter().zip(DPU.iter().zip(NIC));
    let card = next.fold(bluefield(DPU), |card, (field, (now, next))| card.param(field, now, next));
    assert_eq!(mode(card), BlueFieldMode::Dpu);
    assert!(matches!(mode(bluefield(NIC).no_current()), BlueFieldMode::Unknown { .. }));
}

#[test]
fn a_bluefield_is_known_by_its_type_its_device_id_or_its_parameters() {
    let mut by_id = Seen::new("MTB", &[D8]);
    by_id.port(D8).device = PciId::new(0xa2d6);
    let by_param = Seen::new("MTB", &[D8]).param(FIELDS[4], "EMBEDDED_CPU(1)", "");
    let mut by_type = Seen::new("MTB", &[D8]);
    by_type.reading().identity.device_type = Some("BlueField3".to_owned());
    for card in [by_id, by_param, by_type] {
        assert_eq!(card.line(&[at_least(4)]), "blocked SRIOV-M032");
    }
}

#[test]
fn t10_writes_are_refused_in_dpu_mode_and_to_a_restricted_host() {
    for card in [bluefield(DPU), bluefield(DPU).read_only(names::SRIOV_EN)] {
        assert_eq!(card.line(&[at_least(4)]), "blocked SRIOV-M031");
        assert_eq!(card.line(&[at_least(0)]), "none");
    }
    let mut satisfied = bluefield(DPU).firmware(8, 8);
    assert_eq!(satisfied.line(&[at_least(4)]), "none");
    assert_eq!(satisfied.line(&[exactly(8)]), "none");
    satisfied = bluefield(["148"; 5]).firmware(8, 8);
    assert_eq!(satisfied.line(&[at_least(4)]), "none");
}

#[test]
fn nothing_but_a_loss_of_power_loads_what_waits_in_dpu_mode() {
    assert_eq!(bluefield(DPU).firmware(4, 8).resettable().line(&[at_least(8)]), "power-cycle");
}

#[test]
fn a_reset_may_change_the_mode_so_that_a_bluefield_is_restarted_with_its_host() {
    let card = bluefield(NIC).resettable();
    assert_eq!(card.line(&[at_least(4)]), "reboot SRIOV_EN=True NUM_OF_VFS=4");
    let plain = Seen::d8().resettable();
    assert_eq!(plain.line(&[at_least(4)]), "write-and-reset SRIOV_EN=True NUM_OF_VFS=4");
}

#[test]
fn one_dpu_leaves_the_other_cards_alone() {
    let other = Seen::new("MT2", &[D9]);
    let wishes = [at_least(4), wish(D9, Policy::AtLeast(4))];
    let plan = plan(&[bluefield(DPU).0, other.0], &wishes);
    assert_eq!(lines(&plan), ["blocked SRIOV-M031", "reboot SRIOV_EN=True NUM_OF_VFS=4"]);
    assert_eq!(plan.node_action().to_string(), "reboot");
}
