use serde_json::{Value, json};
use sriov_host::decorate::Recorder;
use sriov_host::seam::{Availability, PhysicalState, PortState, RdmaNodeType, RdmaPort};
use sriov_host::{Guid, IfIndex, RdmaIndex};
use sriov_rdma::devices::devices;

use crate::fake::{Fake, INITIAL};

fn list(fake: &Fake) -> Value {
    let reports = devices(fake, fake).unwrap().available().unwrap();
    serde_json::to_value(reports).unwrap()
}

#[test]
fn a_report_has_every_key_and_null_for_what_is_not_told() {
    let fake = Fake::exclusive();
    fake.device(0, "rxe0");
    {
        let mut state = fake.open();
        state.devices[0].node_guid = Some(Guid::ZERO);
        state.devices[0].protocol = None;
    }
    let wanted = json!([{
        "index": 0, "name": "rxe0", "nodeType": null, "protocol": null,
        "nodeGuid": "00:00:00:00:00:00:00:00", "sysImageGuid": null, "fwVersion": null,
        "netdev": null, "ports": [], "inUse": false, "users": [],
    }]);
    assert_eq!(list(&fake), wanted);
}

#[test]
fn ports_are_told_in_the_words_of_iproute2() {
    let fake = Fake::exclusive();
    fake.device(7, "mlx5_0");
    {
        let mut state = fake.open();
        let device = &mut state.devices[0];
        device.node_type = Some(RdmaNodeType::ChannelAdapter);
        device.firmware = Some("22.36.1010".to_owned());
        let netdev = IfIndex::new(4).zip("ens1f0np0".parse().ok());
        let first = RdmaPort { number: 1, state: Some(PortState::Down), ..RdmaPort::default() };
        let physical_state = Some(PhysicalState::LinkUp);
        let (number, lid) = (2, Some(9));
        device.ports =
            vec![first, RdmaPort { number, physical_state, netdev, lid, ..RdmaPort::default() }];
    }
    let list = list(&fake);
    assert_eq!(list[0]["nodeType"], "ca");
    assert_eq!(list[0]["fwVersion"], "22.36.1010");
    assert_eq!(list[0]["netdev"], "ens1f0np0");
    assert_eq!(list[0]["ports"][0]["state"], "DOWN");
    let second = json!({
        "number": 2, "state": null, "physicalState": "LINK_UP", "netdev": "ens1f0np0",
        "lid": 9, "smLid": null, "lmc": null,
    });
    assert_eq!(list[0]["ports"][1], second);
}

#[test]
fn users_are_told_after_one_look_over_proc() {
    let fake = Fake::exclusive();
    for index in 0..4 {
        fake.device(index, &format!("mlx5_{index}"));
    }
    fake.process(10, "perftest", INITIAL);
    fake.link("proc/10/fd/5", "/dev/infiniband/uverbs2");
    let host = Recorder::with_reads(fake);
    let reports = devices(&host, &host).unwrap().available().unwrap();
    let in_use: Vec<_> = reports.iter().map(|report| report.in_use).collect();
    assert_eq!(in_use, [false, false, true, false]);
    assert_eq!(reports[2].users[0].pid, Some(10));
    assert_eq!(reports[0].users, []);
    let looks = host.lines().iter().filter(|line| line.starts_with("list /proc ")).count();
    assert_eq!(looks, 1, "{:#?}", host.lines());
    assert_eq!(host.mutations(), 0);
}

#[test]
fn who_may_not_look_is_not_told_that_devices_are_free() {
    let fake = Fake::exclusive();
    fake.device(0, "mlx5_0");
    fake.process(10, "hidden", INITIAL);
    fake.fails("proc/10/fd/0", sriov_host::Errno::ACCES);
    let list = list(&fake);
    assert_eq!(list[0]["inUse"], true);
    assert!(list[0]["users"][0]["holds"].as_str().unwrap().contains("could not be looked into"));
}

#[test]
fn a_device_that_goes_meanwhile_is_left_out() {
    let fake = Fake::exclusive();
    fake.device(0, "mlx5_0");
    fake.device(1, "mlx5_1");
    fake.open().usage.remove(&0);
    let reports = devices(&fake, &fake).unwrap().available().unwrap();
    let indices: Vec<RdmaIndex> = reports.iter().map(|report| report.index).collect();
    assert_eq!(indices, [RdmaIndex::new(1)]);
}

#[test]
fn not_loaded_is_not_an_empty_list() {
    let fake = Fake::new();
    fake.open().settings = Availability::NotLoaded;
    assert_eq!(devices(&fake, &fake).unwrap(), Availability::NotLoaded);
    fake.open().settings = Availability::Unsupported;
    assert_eq!(devices(&fake, &fake).unwrap(), Availability::Unsupported);
}
