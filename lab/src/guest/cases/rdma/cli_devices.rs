//! Devices, as a user of the tool sees and moves them.

use serde_json::{Value, json};

use super::super::super::case::{Case, Done, holds, same};
use super::super::super::hold::{Held, Holder};
use super::super::super::netns::{self, Netns};
use super::super::super::probe::Changes;
use super::super::super::rdma::{self, SoftDevice};
use super::super::super::sriovctl::{self, PROGRAM};
use super::FORM;

pub(super) const CASES: &[Case] = &[
    Case::new(FORM, "rdma_cli_devices_agree_with_iproute2", devices),
    Case::new(FORM, "rdma_cli_devices_name_their_users", users),
    Case::new(FORM, "rdma_cli_move_there_and_back", moved),
    Case::new(FORM, "rdma_cli_move_is_refused_with_a_reason", refused),
];

const LAB: &str = "lab";

fn devices() -> Done {
    let _made = (SoftDevice::rxe()?, SoftDevice::siw()?);
    let changes = Changes::counted()?;
    let found = sriovctl::json(0, &["rdma", "devices"])?;
    changes.none()?;
    let mut wanted = Vec::new();
    for device in rdma::list(&["dev"])? {
        let links = rdma::list(&["link"])?.into_iter();
        let ports: Vec<Value> = links
            .filter(|link| link["ifindex"] == device["ifindex"])
            .map(|link| {
                json!([link["port"], link["state"], link["physical_state"], link["netdev"]])
            })
            .collect();
        wanted.push(json!([
            device["ifindex"],
            device["ifname"],
            device["node_type"],
            digits(&device["node_guid"]),
            digits(&device["sys_image_guid"]),
            ports
        ]));
    }
    let found: Vec<Value> = found.as_array().into_iter().flatten().map(fields).collect();
    same("devices", &found, &wanted)
}

/// A device of the tool, as it is compared.
fn fields(device: &Value) -> Value {
    let ports: Vec<Value> = device["ports"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|port| json!([port["number"], port["state"], port["physicalState"], port["netdev"]]))
        .collect();
    json!([
        device["index"],
        device["name"],
        device["nodeType"],
        digits(&device["nodeGuid"]),
        digits(&device["sysImageGuid"]),
        ports
    ])
}

/// GUIDs are grouped in several ways.
fn digits(guid: &Value) -> String {
    guid.as_str().unwrap_or_default().replace(':', "")
}

fn users() -> Done {
    let _rxe = SoftDevice::rxe()?;
    let siw = SoftDevice::siw()?;
    for held in [Held::File(&siw.uverbs()?), Held::Context(&siw.uverbs()?)] {
        let holder = Holder::start(held)?;
        let found = sriovctl::json(0, &["rdma", "devices"])?;
        let found: Vec<&Value> = found.as_array().into_iter().flatten().collect();
        let in_use: Vec<_> = found.iter().map(|it| json!([it["name"], it["inUse"]])).collect();
        same("in use", &in_use, &vec![json!(["rxe0", false]), json!(["siw0", true])])?;
        let told = found.get(1).map(|it| it["users"].to_string()).unwrap_or_default();
        for word in [holder.pid().to_string().as_str(), "lab-guest"] {
            holds(|| format!("{word} is not among the users: {told}"), told.contains(word))?;
        }
    }
    Ok(())
}

fn moved() -> Done {
    let siw = SoftDevice::siw()?;
    rdma::set_mode("exclusive")?;
    let _lab = Netns::named(LAB)?;
    let path = netns::path(LAB);
    let report = sriovctl::json(0, &["rdma", "move", "siw0", "--netns", &path])?;
    holds(|| format!("no way back is told: {report}"), report.to_string().contains("--netns 1"))?;
    same("the device here", &siw.shown()?, &None)?;
    same("devices here", &sriovctl::json(0, &["rdma", "devices"])?, &json!([]))?;
    // The tool speaks to the kernel from the namespace it is started in.
    let there = netns::inside(LAB, &[PROGRAM, "rdma", "devices", "-o", "json"])?;
    there.expect(0)?;
    same("device there", &there.json()?[0]["name"], &"siw0".into())?;
    netns::inside(LAB, &[PROGRAM, "rdma", "move", "siw0", "--netns", "1"])?.expect(0)?;
    same("name here", &siw.name()?, &"siw0".to_owned())
}

fn refused() -> Done {
    let (rxe, siw) = (SoftDevice::rxe()?, SoftDevice::siw()?);
    {
        let _lab = Netns::named(LAB)?;
        sriovctl::run(&["rdma", "move", "siw0", "--netns", LAB])?.expect(8)?;
    }
    rdma::set_mode("exclusive")?;
    let _lab = Netns::named(LAB)?;
    sriovctl::run(&["rdma", "move", "rxe0", "--netns", LAB])?.expect(8)?;
    sriovctl::run(&["rdma", "move", "nobody", "--netns", LAB])?.expect(1)?;
    sriovctl::run(&["rdma", "move", "siw0", "--netns", "nowhere"])?.expect(1)?;
    let holder = Holder::of(&siw.uverbs()?)?;
    let in_use = sriovctl::run(&["rdma", "move", "siw0", "--netns", LAB])?;
    in_use.expect(10)?;
    let pid = holder.pid().to_string();
    holds(|| format!("{pid} is not named: {}", in_use.err), in_use.err.contains(&pid))?;
    same("rxe here", &rxe.name()?, &"rxe0".to_owned())?;
    same("siw here", &siw.name()?, &"siw0".to_owned())
}
