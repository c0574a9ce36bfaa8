//! The commands of the tool, and what becomes of its answers.

use std::time::Duration;

use sriov_host::decorate::{Call, FaultSpec, Faulty};
use sriov_host::seam::{Files, HostPath, Tool, ToolError, ToolOutput, ToolRun};
use sriov_host::sim::{CardColumn, LockdownMachine, SimHost};
use sriov_mlx::Access;
use sriov_mlx::backend::{Backend, BackendKind, Mstconfig};
use sriov_mlx::card::Card;
use sriov_mlx::output::Closing;
use sriov_mlx::param::{Assignments, Cell, LinkSetting, ParamName, Reading, Setting, Value};

use crate::double::{Hooked, Hooks, Ran};
use crate::world::{
    PF, World, cards, commands, file, machine, names, options, secs, serial, start, world,
};

const PROGRAM: &str = "usr/bin/mstconfig";

fn text(host: &World) -> (Card, Result<Reading, sriov_mlx::FirmwareError>) {
    query(host, false, &[])
}

fn query(
    host: &World,
    json: bool,
    asked: &[&str],
) -> (Card, Result<Reading, sriov_mlx::FirmwareError>) {
    let card = cards(host).remove(0);
    host.clear();
    let (options, program) = (options(), HostPath::new(PROGRAM));
    let make = if json { Mstconfig::json } else { Mstconfig::text };
    let result = make(Access::new(host), program, &options).query(&card, &names(asked));
    (card, result)
}

#[test]
fn t6_the_command_that_asks_for_everything() {
    let host = world(1, |card| card.livefish = true);
    let (_, result) = text(&host);
    assert_eq!(commands(&host), [format!("mstconfig -e -d {PF} q")]);
    assert_eq!(result.unwrap_err().code(), "SRIOV-M007");
}

#[test]
fn names_are_asked_for_in_one_command() {
    for (json, options) in [(false, ""), (true, " -j /run/sriov/mlx-0000:d8:00.0.json")] {
        let host = world(1, |_| {});
        let reading = query(&host, json, &["SRIOV_EN", "NUM_OF_VFS"]).1.unwrap();
        let command = format!("mstconfig -e -d {PF}{options} q SRIOV_EN NUM_OF_VFS");
        assert_eq!(commands(&host), [command]);
        assert_eq!(reading.params.len(), 2);
        assert_eq!(reading.current("NUM_OF_VFS").and_then(Value::number), Some(8));
        // The folder is made, the document removed before and behind.
        assert_eq!(host.mutations(), u64::from(json) * 3, "{:?}", host.lines());
    }
}

#[test]
fn t12_the_command_that_sets() {
    let host = world(1, |_| {});
    let card = cards(&host).remove(0);
    host.clear();
    let assignments: Assignments = [
        ("SRIOV_EN", Setting::Switch(true)),
        ("NUM_OF_VFS", Setting::Number(10)),
        ("LINK_TYPE_P1", Setting::Link(LinkSetting::Eth)),
        ("LINK_TYPE_P2", Setting::Link(LinkSetting::Eth)),
    ]
    .into_iter()
    .map(|(name, setting)| (name.parse::<ParamName>().unwrap(), setting))
    .collect();
    let options = options();
    let tool = Mstconfig::json(Access::new(&host), HostPath::new(PROGRAM), &options);
    let closing = tool.set(&card, &assignments).unwrap();
    assert_eq!(closing, Closing::Reboot);
    let settings = "SRIOV_EN=True NUM_OF_VFS=10 LINK_TYPE_P1=ETH LINK_TYPE_P2=ETH";
    assert_eq!(commands(&host), [format!("mstconfig -d {PF} -y set {settings}")]);
    assert_eq!((host.count(Call::RunTool), host.count(Call::QueryTool)), (1, 0));
    assert_eq!(host.host().card_value(&serial(0), "NUM_OF_VFS", CardColumn::Next), Some(10));
}

#[test]
fn table_and_document_say_the_same() {
    let host = world(1, |card| card.params.clear());
    let (table, document) = (query(&host, false, &[]).1.unwrap(), query(&host, true, &[]).1);
    let document = document.unwrap();
    assert!(table.params.len() > 100, "{}", table.params.len());
    assert_eq!(table.params, document.params);
    assert_eq!(table.columns, document.columns);
    assert_eq!(table.identity, document.identity);
    assert_eq!(file(&host, "run/sriov/mlx-0000:d8:00.0.json"), None, "it is removed");
}

#[test]
fn names_that_the_card_does_not_have_are_left_out_one_by_one() {
    let without = ["LINK_TYPE_P1".to_owned(), "LINK_TYPE_P2".to_owned()];
    for json in [false, true] {
        let host = world(1, |card| card.without = without.to_vec());
        let asked = ["LINK_TYPE_P1", "SRIOV_EN", "LINK_TYPE_P2"];
        let reading = query(&host, json, &asked).1.unwrap();
        let known: Vec<&str> = reading.params.keys().map(ParamName::as_str).collect();
        assert_eq!(known, ["SRIOV_EN"]);
        assert_eq!(commands(&host).len(), 3);
        // Nothing is left to be asked for, and that is not everything.
        let reading = query(&host, json, &["LINK_TYPE_P1"]).1.unwrap();
        assert_eq!((reading.params.len(), commands(&host).len()), (0, 1));
    }
}

#[test]
fn groups_that_cannot_be_read_leave_the_others() {
    for json in [false, true] {
        let host = world(1, |card| card.missing_tlvs = vec!["PF_LOG_BAR_SIZE".to_owned()]);
        let reading = query(&host, json, &[]).1.unwrap();
        assert!(reading.params.len() > 100);
        assert!(reading.param("PF_LOG_BAR_SIZE").is_none());
        assert_eq!(reading.missing.len(), 1, "{:?}", reading.missing);
        assert_eq!(commands(&host).len(), 1);
    }
}

#[test]
fn the_columns_are_those_that_the_firmware_has() {
    let host = world(1, |card| card.no_current_column = true);
    for json in [false, true] {
        let reading = query(&host, json, &["NUM_OF_VFS"]).1.unwrap();
        assert!(!reading.columns.current);
        assert_eq!(reading.param("NUM_OF_VFS").unwrap().current, Cell::NoColumn);
    }
}

/// A tool whose document is spoilt on the way.
struct Spoilt(&'static str);

impl Hooks for Spoilt {
    fn run_tool(&self, sim: &SimHost, run: &ToolRun, deadline: Duration) -> Ran {
        let output = sim.run_tool(run, deadline)?;
        if let Some(at) = run.args.iter().position(|arg| arg == "-j") {
            let file = HostPath::new(&run.args[at + 1]);
            match self.0 {
                "" => drop(sim.remove_file(&file).unwrap()),
                text => sim.write_file(&file, text.as_bytes()).unwrap(),
            }
        }
        Ok(output)
    }
}

#[test]
fn a_spoilt_document_falls_back_to_the_table_and_says_so() {
    for text in ["", "{", "{}", "\u{0}", "{\"Device #1\": {}}"] {
        let host = Hooked::new(&machine(1, |_| {}), Spoilt(text));
        let card = sriov_mlx::card::survey(&host).unwrap().remove(0);
        let options = options();
        let tool = Mstconfig::json(Access::new(&host), HostPath::new(PROGRAM), &options);
        let reading = tool.query(&card, &names(&["NUM_OF_VFS"])).unwrap();
        assert_eq!(reading.current("NUM_OF_VFS").and_then(Value::number), Some(8), "{text}");
        let [diagnostic] = reading.diagnostics.as_slice() else { panic!("{reading:?}") };
        assert!(diagnostic.message.starts_with("read from the table"), "{diagnostic}");
    }
}

#[test]
fn a_place_where_nothing_can_be_written_falls_back_to_the_table() {
    let host = world(1, |_| {});
    let card = cards(&host).remove(0);
    let mut fault = FaultSpec::new(Call::WriteFile, "/run/sriov/*", 1, sriov_host::Errno::ROFS);
    fault.times = 9;
    let host = Faulty::new(host).failing(fault);
    let options = options();
    let tool = Mstconfig::json(Access::new(&host), HostPath::new(PROGRAM), &options);
    let reading = tool.query(&card, &names(&["NUM_OF_VFS"])).unwrap();
    assert_eq!(reading.current("NUM_OF_VFS").and_then(Value::number), Some(8));
    assert!(reading.diagnostics[0].message.contains("Read-only file"), "{:?}", reading.diagnostics);
    assert_eq!(commands(host.host()), [format!("mstconfig -e -d {PF} q NUM_OF_VFS")]);
}

/// A document that was left by somebody else, and a tool that writes none.
#[test]
fn an_old_document_is_never_an_answer() {
    struct WritesNone;
    impl Hooks for WritesNone {
        fn run_tool(&self, sim: &SimHost, run: &ToolRun, deadline: Duration) -> Ran {
            if run.args.iter().any(|arg| arg == "-j") {
                return Ok(ToolOutput { status: Some(0), ..ToolOutput::default() });
            }
            sim.run_tool(run, deadline)
        }
    }
    let host = Hooked::new(&machine(1, |_| {}), WritesNone);
    let path = HostPath::new("run/sriov/mlx-0000:d8:00.0.json");
    let old = r#"{"Device #1": {"device": "0000:d8:00.0", "tlv_configuration":
        {"NUM_OF_VFS": {"next_value": 77, "current_value": 77}}}}"#;
    host.sim.write_file(&path, old.as_bytes()).unwrap();
    let card = sriov_mlx::card::survey(&host).unwrap().remove(0);
    let options = options();
    let tool = Mstconfig::json(Access::new(&host), HostPath::new(PROGRAM), &options);
    let reading = tool.query(&card, &names(&["NUM_OF_VFS"])).unwrap();
    assert_eq!(reading.current("NUM_OF_VFS").and_then(Value::number), Some(8));
    assert_eq!(host.sim.read_file(&path).unwrap(), None);
}

#[test]
fn a_busy_card_is_asked_again_until_patience_ends() {
    let host = world(1, |card| card.busy_for = 3);
    let reading = query(&host, false, &["NUM_OF_VFS"]).1.unwrap();
    assert_eq!((reading.params.len(), commands(&host).len()), (1, 4));
    // For ever: it ends at the patience of 30 s, and not long behind it.
    let host = world(1, |card| card.busy_for = u32::MAX);
    let begun = sriov_host::seam::Clock::now(&host);
    let error = query(&host, false, &["NUM_OF_VFS"]).1.unwrap_err();
    let took = sriov_host::seam::Clock::now(&host).saturating_sub(begun);
    assert_eq!(error.code(), "SRIOV-M005");
    assert!(took >= secs(30) && took < secs(40), "{took:?}");
    assert!((8..40).contains(&commands(&host).len()), "{}", commands(&host).len());
}

#[test]
fn a_card_that_hangs_costs_no_more_than_the_deadline() {
    let host = world(1, |card| card.hangs = true);
    let begun = sriov_host::seam::Clock::now(&host);
    let (card, result) = query(&host, true, &["NUM_OF_VFS"]);
    let error = result.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(error.card, card.id);
    let took = sriov_host::seam::Clock::now(&host).saturating_sub(begun);
    assert!(took >= secs(60) && took < secs(61), "{took:?}");
    assert_eq!(file(&host, "run/sriov/mlx-0000:d8:00.0.json"), None);
}

#[test]
fn a_device_that_cannot_be_opened_under_lockdown_is_not_permitted() {
    for mode in [LockdownMachine::Integrity, LockdownMachine::Confidentiality] {
        for release in ["4.21.0", "4.26.0", "4.36.0"] {
            let mut machine = machine(1, |card| card.tool = release.to_owned());
            machine.lockdown = mode;
            let error = query(&start(&machine), false, &["SRIOV_EN"]).1.unwrap_err();
            assert_eq!(error.code(), "SRIOV-M011", "{release}: {:?}", error.fault);
        }
    }
}

/// A tool that says of any device that it cannot open it, run by this user.
struct Closed(&'static str);

impl Hooks for Closed {
    fn run_tool(&self, _: &SimHost, _: &ToolRun, _: Duration) -> Ran {
        let stdout = "-E- Failed to open the device\n".to_owned();
        Ok(ToolOutput { status: Some(3), stdout, stderr: String::new() })
    }

    fn read(&self, sim: &SimHost, path: &HostPath) -> Result<String, sriov_host::seam::SysfsError> {
        if path.as_str() == "proc/self/status" && !self.0.is_empty() {
            return Ok(format!("Name:\ttest\nUid:\t{}\nGid:\t0\t0\t0\t0", self.0));
        }
        sriov_host::seam::Sysfs::read(sim, path)
    }
}

#[test]
fn who_is_not_root_is_told_so_and_nothing_is_guessed() {
    let code = |users| {
        let host = Hooked::new(&machine(1, |_| {}), Closed(users));
        let card = sriov_mlx::card::survey(&host).unwrap().remove(0);
        let options = options();
        let tool = Mstconfig::text(Access::new(&host), HostPath::new(PROGRAM), &options);
        tool.query(&card, &names(&["SRIOV_EN"])).unwrap_err().code()
    };
    assert_eq!(code("1000\t1000\t1000\t1000"), "SRIOV-M011");
    assert_eq!(code("1000\t0\t0\t0"), "SRIOV-M006", "the effective user counts");
    assert_eq!(code(""), "SRIOV-M006");
}

#[test]
fn a_tool_that_cannot_be_started_is_told_from_one_that_refuses() {
    let host = world(1, |_| {});
    let card = cards(&host).remove(0);
    let fault = FaultSpec::new(Call::QueryTool, "*mstconfig", 1, sriov_host::Errno::ACCES);
    let host = Faulty::new(host).failing(fault);
    let options = options();
    let tool = Mstconfig::text(Access::new(&host), HostPath::new(PROGRAM), &options);
    let error = tool.query(&card, &[]).unwrap_err();
    assert_eq!(error.code(), "SRIOV-M002");
    let tool = Mstconfig::text(Access::new(&host), HostPath::new("opt/none"), &options);
    assert_eq!(tool.query(&card, &[]).unwrap_err().code(), "SRIOV-M001");
    assert_eq!(tool.kind(), BackendKind::Text);
    let missing = host.run_tool(&ToolRun::query(HostPath::new("opt/none"), ["q"]), secs(1));
    assert!(matches!(missing, Err(ToolError::NotFound { .. })));
}
