//! The permanent parameters of devlink.

use sriov_host::decorate::Call;
use sriov_host::seam::{
    Devlink, DevlinkDevice, DevlinkError, DevlinkParameter, ParameterMode, ParameterValue,
};
use sriov_host::sim::{CardColumn, ParamMachine, SettingMachine, SimHost};
use sriov_mlx::backend::{Backend, DevlinkParams};
use sriov_mlx::output::Closing;
use sriov_mlx::param::{Assignments, ParamName, Setting, Value};

use crate::double::{Hooked, Hooks};
use crate::world::{World, cards, commands, machine, secs, serial, world};

fn setting(default: bool) -> ParamMachine {
    ParamMachine { current: Some(SettingMachine::Flag(default)), ..ParamMachine::default() }
}

fn host() -> World {
    world(1, |card| card.devlink_params = true)
}

fn assignments(on: bool, count: u64) -> Assignments {
    let name = |name: &str| name.parse::<ParamName>().unwrap();
    [(name("SRIOV_EN"), Setting::Switch(on)), (name("NUM_OF_VFS"), Setting::Number(count))]
        .into_iter()
        .collect()
}

fn shown(host: &World) -> [Option<u64>; 4] {
    let card = cards(host).remove(0);
    let reading = DevlinkParams::new(host, secs(10)).query(&card, &[]).unwrap();
    let number = |value: Option<&Value>| value.and_then(Value::number);
    [
        number(reading.current("SRIOV_EN")),
        number(reading.next("SRIOV_EN")),
        number(reading.current("NUM_OF_VFS")),
        number(reading.next("NUM_OF_VFS")),
    ]
}

fn set(host: &World, on: bool, count: u64) -> Result<Closing, sriov_mlx::FirmwareError> {
    let card = cards(host).remove(0);
    host.clear();
    DevlinkParams::new(host, secs(10)).set(&card, &assignments(on, count))
}

#[test]
fn what_runs_and_what_is_next_are_told_apart() {
    let host = host();
    assert_eq!(shown(&host), [Some(1), Some(1), Some(8), Some(8)]);
    assert_eq!(set(&host, true, 16).unwrap(), Closing::Silent);
    assert_eq!(shown(&host), [Some(1), Some(1), Some(8), Some(16)]);
    assert_eq!(host.host().card_value(&serial(0), "NUM_OF_VFS", CardColumn::Next), Some(16));
    host.host().reboot();
    assert_eq!(shown(&host), [Some(1), Some(1), Some(16), Some(16)]);
    assert_eq!(commands(&host), [""; 0]);
}

#[test]
fn only_what_differs_is_set() {
    let host = host();
    set(&host, true, 8).unwrap();
    assert_eq!(host.count(Call::SetParameter), 0);
    // Both PFs have the same memory: behind the first, the second has nothing to do.
    set(&host, true, 12).unwrap();
    assert_eq!(host.count(Call::SetParameter), 1);
    assert!(
        host.lines()
            .contains(&"set-parameter pci/0000:d8:00.0/total_vfs permanent 12 -> ok".to_owned())
    );
}

#[test]
fn no_vfs_is_a_card_without_sriov() {
    let host = host();
    set(&host, false, 0).unwrap();
    assert_eq!(shown(&host), [Some(1), Some(0), Some(8), Some(0)]);
    host.host().reboot();
    assert_eq!(shown(&host), [Some(0), Some(0), Some(0), Some(0)]);
    // And back.
    set(&host, true, 4).unwrap();
    host.host().reboot();
    assert_eq!(shown(&host), [Some(1), Some(1), Some(4), Some(4)]);
    // With SR-IOV, none is refused, and not taken for something else.
    let error = set(&host, true, 0).unwrap_err();
    assert_eq!(error.code(), "SRIOV-M012");
}

#[test]
fn what_devlink_does_not_have_is_refused_before_anything_is_set() {
    let host = host();
    let card = cards(&host).remove(0);
    host.clear();
    let mut assignments = assignments(true, 16);
    assignments.push("PF_NUM_OF_VF".parse().unwrap(), Setting::Number(4));
    let backend = DevlinkParams::new(&host, secs(10));
    let error = backend.set(&card, &assignments).unwrap_err();
    assert_eq!(error.code(), "SRIOV-M008");
    let mut huge = assignments;
    huge = huge.iter().take(1).map(|(name, setting)| (name.clone(), setting)).collect();
    huge.push("NUM_OF_VFS".parse().unwrap(), Setting::Number(1 << 40));
    assert_eq!(backend.set(&card, &huge).unwrap_err().code(), "SRIOV-M009");
    assert_eq!(host.mutations(), 0);
}

#[test]
fn a_card_whose_driver_lacks_them_does_not_work_that_way() {
    let with = host();
    assert!(DevlinkParams::new(&with, secs(1)).works_for(&cards(&with)[0]));
    let without = world(1, |card| {
        card.params.insert("SRIOV_EN".to_owned(), setting(true));
    });
    assert!(!DevlinkParams::new(&without, secs(1)).works_for(&cards(&without)[0]));
    let device = DevlinkDevice::from(cards(&with)[0].ports[1].pci);
    let found = with.parameter(&device, "total_vfs").unwrap().unwrap();
    assert_eq!(found.value(ParameterMode::Permanent), Some(&ParameterValue::U32(8)));
}

/// Each PF has a memory of its own, and they differ.
struct Differing;

impl Hooks for Differing {
    fn parameter(
        &self,
        _: &SimHost,
        device: &DevlinkDevice,
        name: &str,
    ) -> Result<Option<DevlinkParameter>, DevlinkError> {
        let second = device.name.ends_with('1');
        let value = match name {
            "enable_sriov" => ParameterValue::Bool(true),
            _ => ParameterValue::U32(if second { 4 } else { 16 }),
        };
        let values = [(ParameterMode::Permanent, value)].into();
        Ok(Some(DevlinkParameter { generic: true, values }))
    }
}

#[test]
fn of_ports_that_differ_the_least_is_told_and_that_they_do() {
    let host = Hooked::new(&machine(1, |_| {}), Differing);
    let card = sriov_mlx::card::survey(&host).unwrap().remove(0);
    let reading = DevlinkParams::new(&host, secs(10)).query(&card, &[]).unwrap();
    assert_eq!(reading.next("NUM_OF_VFS").and_then(Value::number), Some(4));
    let [diagnostic] = reading.diagnostics.as_slice() else { panic!("{reading:?}") };
    assert_eq!(diagnostic.to_string(), "NUM_OF_VFS: its ports differ, this is the least");
}
