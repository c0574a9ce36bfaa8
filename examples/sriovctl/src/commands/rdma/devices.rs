use sriov_host::seam::{Availability, Host, RdmaSystem};
use sriov_rdma::devices::{DeviceReport, devices};

use crate::args::Global;
use crate::failure::Failure;
use crate::status::Status;
use crate::table::{Emphasis, Table};
use crate::term::{self, Style};

pub(super) fn run(
    global: &Global,
    host: &dyn Host,
    rdma: &dyn RdmaSystem,
) -> Result<Status, Failure> {
    let found = match devices(host, rdma)? {
        Availability::Available(found) => found,
        Availability::NotLoaded => without("ib_core is not loaded"),
        Availability::Unsupported => without("the kernel has no RDMA subsystem"),
    };
    term::print(global, &found, |style| text(&found, style))?;
    Ok(Status::Done)
}

/// No subsystem, no devices: that is known, and not a failure.
fn without(why: &str) -> Vec<DeviceReport> {
    term::note(why);
    Vec::new()
}

fn text(devices: &[DeviceReport], style: Style) -> String {
    if devices.is_empty() {
        return "no RDMA devices in this network namespace\n".to_owned();
    }
    let mut table = Table::default();
    let head = ["DEVICE", "TYPE", "PROTOCOL", "NODE GUID", "NETDEV", "STATE", "USERS"];
    table.row(Emphasis::Heading, head.map(str::to_owned));
    for device in devices {
        let state = device.ports.first().and_then(|port| port.state.clone());
        table.row(
            Emphasis::Plain,
            [
                device.name.to_string(),
                or_dash(device.node_type.as_ref()),
                or_dash(device.protocol.as_ref()),
                or_dash(device.node_guid.as_ref()),
                or_dash(device.netdev.as_ref()),
                or_dash(state.as_ref()),
                users(device),
            ],
        );
    }
    table.to_text(style)
}

fn users(device: &DeviceReport) -> String {
    let users: Vec<String> = device.users.iter().map(ToString::to_string).collect();
    if users.is_empty() { "-".to_owned() } else { users.join("; ") }
}

fn or_dash<T: ToString>(value: Option<&T>) -> String {
    value.map_or_else(|| "-".to_owned(), ToString::to_string)
}
