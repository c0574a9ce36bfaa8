//! Devices, ports, users and counters, as replayed kernels tell them.

use super::*;

#[test]
fn devices_come_with_their_ports_by_number() {
    let (rdma, log, _root) = play(&[
        |request| {
            let devices = vec![
                device(9, "mlx5_9", Some(1)),
                device(7, "mlx5_7", Some(2)),
                device(8, "switch", None),
            ];
            dump(request, devices)
        },
        |request| dump(request, vec![port(9, 1)]),
        |request| dump(request, vec![port(7, 2), port(7, 1)]),
    ]);
    let devices = rdma.rdma_devices().unwrap().available().unwrap();
    let seen: Vec<_> = devices
        .iter()
        .map(|device| {
            let ports: Vec<u32> = device.ports.iter().map(|port| port.number).collect();
            (device.index.get(), device.name.as_str(), ports)
        })
        .collect();
    assert_eq!(seen, [(7, "mlx5_7", vec![1, 2]), (8, "switch", vec![]), (9, "mlx5_9", vec![1])]);
    let asked = log.lock().unwrap();
    let asked: Vec<_> = asked.iter().map(|m| (m.kind, m.flags, m.payload.clone())).collect();
    let ports = |index| (0x1405, 0x305, u32_(1, index));
    assert_eq!(asked, [(0x1401, 0x305, vec![]), ports(9), ports(7)]);
}

#[test]
fn a_device_that_vanishes_in_between_is_left_out() {
    let (rdma, _, _root) = play(&[
        |request| {
            dump(
                request,
                vec![
                    device(1, "gone", Some(1)),
                    device(2, "moved", Some(1)),
                    device(3, "here", Some(1)),
                ],
            )
        },
        |request| Message::refusal(request, 22),
        |request| Message::refusal(request, 19),
        |request| dump(request, vec![port(3, 1)]),
    ]);
    let devices = rdma.rdma_devices().unwrap().available().unwrap();
    let names: Vec<_> = devices.iter().map(|device| device.name.as_str()).collect();
    assert_eq!(names, ["here"]);
}

#[test]
fn what_else_a_device_answers_is_an_error_that_names_it() {
    let (rdma, _, _root) = play(&[
        |request| dump(request, vec![device(4, "rxe0", Some(1))]),
        |request| Message::refusal(request, 5),
    ]);
    let error = rdma.rdma_devices().unwrap_err();
    assert_eq!((error.errno(), error.device), (Some(Errno::IO), Some(RdmaIndex::new(4))));
}

#[test]
fn a_port_that_is_not_told_exists_and_is_not_known() {
    let (rdma, _, _root) = play(&[
        |request| dump(request, vec![device(1, "mlx5_0", Some(3))]),
        |request| dump(request, vec![port(1, 1)]),
    ]);
    let devices = rdma.rdma_devices().unwrap().available().unwrap();
    let [device] = devices.as_slice() else { panic!("{devices:?}") };
    let [first, second, third] = device.ports.as_slice() else { panic!("{device:?}") };
    assert!(first.state.is_some());
    assert_eq!(second, &RdmaPort { number: 2, ..RdmaPort::default() });
    assert_eq!(third, &RdmaPort { number: 3, ..RdmaPort::default() });
}

#[test]
fn an_announced_number_of_ports_does_not_take_all_memory() {
    let (rdma, _, _root) = play(&[
        |request| dump(request, vec![device(1, "odd", Some(u32::MAX))]),
        |request| dump(request, vec![]),
    ]);
    let devices = rdma.rdma_devices().unwrap().available().unwrap();
    assert!(devices.iter().all(|device| device.ports.len() <= 4096));
}

#[test]
fn a_device_with_an_odd_name_does_not_hide_the_others() {
    let (rdma, _, _root) = play(&[|request| {
        dump(request, vec![device(1, "two words", None), device(2, "rxe0", None)])
    }]);
    let devices = rdma.rdma_devices().unwrap().available().unwrap();
    assert_eq!(devices.len(), 1);
    let (rdma, _, _root) = play(&[|request| dump(request, vec![u32_(1, 1)])]);
    assert!(rdma.rdma_devices().is_err(), "a device without a name");
}

#[test]
fn usage_is_the_summary_and_every_list_the_driver_has() {
    let (rdma, log, _root) = play(&[
        |request| reply(request, summary(&[("qp", 2), ("ctx", 0)])),
        |request| dump(request, vec![owners(19, 20, &[strz(29, "ib_core"), u32_(28, 4711)])]),
        |request| Message::refusal(request, 95),
        |request| dump(request, vec![]),
        |request| Message::refusal(request, 22),
        |request| {
            dump(request, vec![owners(46, 47, &[u32_(28, 1)]), owners(46, 47, &[u32_(28, 2)])])
        },
    ]);
    let usage = rdma.rdma_usage(index()).unwrap();
    assert_eq!(usage.counts.get("qp"), Some(&2));
    assert_eq!(usage.counts.get("ctx"), Some(&0));
    assert_eq!(usage.counts.get("mr"), None);
    let owners: Vec<_> = usage
        .owners
        .iter()
        .map(|owner| (owner.resource, owner.pid, owner.kernel.as_deref()))
        .collect();
    let (qp, pd) = (RdmaResource::QueuePair, RdmaResource::ProtectionDomain);
    assert_eq!(
        owners,
        [
            (qp, None, Some("ib_core")),
            (qp, Some(4711), None),
            (pd, Some(1), None),
            (pd, Some(2), None)
        ]
    );
    assert_eq!(kinds(&log), [0x1409, 0x140a, 0x140b, 0x140c, 0x140d, 0x140e]);
    assert!(log.lock().unwrap().iter().all(|request| request.payload == u32_(1, 7)));
}

#[test]
fn usage_that_cannot_be_told_is_an_error() {
    let (rdma, _, _root) = play(&[|request| Message::refusal(request, 22)]);
    let error = rdma.rdma_usage(index()).unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.device, Some(index()));
    let (rdma, _, _root) =
        play(&[|request| reply(request, summary(&[])), |request| Message::refusal(request, 12)]);
    assert_eq!(rdma.rdma_usage(index()).unwrap_err().errno(), Some(Errno::NOMEM));
}

#[test]
fn counters_are_those_of_the_port() {
    let (rdma, log, _root) = play(&[
        |request| reply(request, counters(&[("sent_pkts", 9)])),
        |request| Message::refusal(request, 95),
    ]);
    let told = rdma.rdma_counters(index(), 2).unwrap();
    assert_eq!(
        told.iter().map(|c| (c.name.as_str(), c.value)).collect::<Vec<_>>(),
        [("sent_pkts", 9)]
    );
    assert_eq!(log.lock().unwrap()[0].payload, [u32_(1, 7), u32_(3, 2)].concat());
    let error = rdma.rdma_counters(index(), 2).unwrap_err();
    assert_eq!(error.to_string(), "cannot read the counters of port 2 of RDMA device 7");
    assert_eq!(error.errno(), Some(Errno::OPNOTSUPP));
}
