//! Hosts with cards, and what a boot of them does.

use sriov_host::decorate::Recorder;
use sriov_host::seam::{Files, Host, HostPath};
use sriov_host::sim::{CardColumn, Machine, SimHost};
use sriov_mlx::apply::FirmwareOptions;
use sriov_mlx::provision::{
    CardOutcome, CardReport, Desired, OnReboot, ProvisionError, ProvisionOptions, ProvisionReport,
    State, notice_path, provision,
};
use sriov_mlx::{Access, nobody};

pub(crate) const A: &str = "MT2101X00001";
pub(crate) const B: &str = "MT2101X00002";
pub(crate) const C: &str = "MT2101X00003";

/// At least 16 VFs on every ConnectX-6 Dx; the host restarts itself.
pub(crate) fn desired() -> Desired {
    let desired =
        Desired::parse("{ version: 1, match: [{ device_id: 101d }], policy: { at_least: 16 } }");
    Desired { on_reboot_required: OnReboot::Reboot, ..desired.unwrap() }
}

pub(crate) fn folder() -> HostPath {
    HostPath::new("var/lib/sriov-mlx")
}

/// A host with a card of two ports for each serial number, each with 8 VFs.
pub(crate) fn host(serials: &[&str]) -> SimHost {
    host_with(serials, "")
}

/// As [`host`], with more lines in the description of each card.
pub(crate) fn host_with(serials: &[&str], more: &str) -> SimHost {
    let functions = (0x3b..).take(serials.len()).flat_map(|bus| [(bus, 0), (bus, 1)]);
    let pfs = functions.map(|(bus, port)| {
        format!("  - {{ pci: '0000:{bus:x}:00.{port}', driver: mlx5_core, device: 101d }}")
    });
    let cards = (0x3b..).zip(serials).map(|(bus, serial)| {
        format!(
            "  - serial: {serial}\n    pfs: ['0000:{bus:x}:00.0', '0000:{bus:x}:00.1']\n    \
             params: {{ NUM_OF_VFS: {{ current: 8 }}, SRIOV_EN: {{ current: true }} }}\n{more}"
        )
    });
    let (pfs, cards): (Vec<String>, Vec<String>) = (pfs.collect(), cards.collect());
    let yaml = format!("pfs:\n{}\ncards:\n{}\n", pfs.join("\n"), cards.join("\n"));
    SimHost::new(&Machine::from_yaml(&yaml).unwrap()).unwrap()
}

pub(crate) fn run(host: &dyn Host, desired: &Desired) -> ProvisionReport {
    try_run(host, desired).unwrap()
}

pub(crate) fn try_run(
    host: &dyn Host,
    desired: &Desired,
) -> Result<ProvisionReport, ProvisionError> {
    let firmware = FirmwareOptions { workers: 1, ..FirmwareOptions::default() };
    let options = ProvisionOptions { firmware, ..ProvisionOptions::default() };
    provision(&Access::new(host), desired, &folder(), &options, &nobody)
}

/// A run of another program, with a memory of its own.
pub(crate) fn run_elsewhere(host: &dyn Host, desired: &Desired) -> ProvisionReport {
    let folder = HostPath::new("var/lib/another");
    let options = ProvisionOptions::default();
    provision(&Access::new(host), desired, &folder, &options, &nobody).unwrap()
}

/// Boots until nobody asks for a restart any more; the last report, and how many there were.
pub(crate) fn boots(host: &SimHost, desired: &Desired) -> (ProvisionReport, u32) {
    for restarts in 0..20 {
        let report = run(host, desired);
        if report.reboot.is_none() {
            return (report, restarts);
        }
        host.reboot();
    }
    panic!("the host restarts for ever");
}

/// The calls that changed something, but for the file that the tool itself leaves its answer in.
pub(crate) fn changes(recorder: &Recorder<SimHost>) -> Vec<String> {
    let answer = |line: &String| line.starts_with("remove-file /run/sriov/mlx-");
    recorder.lines().into_iter().filter(|line| !answer(line)).collect()
}

pub(crate) const NOTHING: [&str; 0] = [];

pub(crate) fn card<'r>(report: &'r ProvisionReport, serial: &str) -> &'r CardReport {
    let found = report.cards.iter().find(|card| card.id.to_string() == serial);
    found.unwrap_or_else(|| panic!("no {serial} in {report:?}"))
}

pub(crate) fn outcomes(report: &ProvisionReport) -> Vec<CardOutcome> {
    report.cards.iter().map(|card| card.outcome).collect()
}

pub(crate) fn vfs(host: &SimHost, serial: &str, column: CardColumn) -> Option<u32> {
    host.card_value(serial, "NUM_OF_VFS", column)
}

pub(crate) fn memory(host: &SimHost) -> String {
    let text = host.read_file(&State::path(&folder())).unwrap();
    text.map_or_else(String::new, |text| String::from_utf8(text).unwrap())
}

pub(crate) fn notice(host: &SimHost) -> Option<String> {
    let text = host.read_file(&notice_path()).unwrap();
    text.map(|text| String::from_utf8(text).unwrap())
}
