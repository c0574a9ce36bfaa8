//! Simulated cards print with a printer of their own: what they have is what is read of them.

use sriov_host::sim::{CardAnswer, CardColumn, CardMachine, SimCard};
use sriov_mlx::output::{
    Applied, Closing, DeviceReading, Refusal, Version, missing_groups, read_json, read_table,
};
use sriov_mlx::param::{Cell, Columns, Value};

const DEVICE: &str = "0000:3b:00.0";

/// Both sides of every change of the format.
const RELEASES: [&str; 10] = [
    "4.15.0",
    "4.21.1",
    "4.22.0",
    "4.25.0",
    "4.26.0",
    "4.30.1",
    "4.31.0",
    "4.35.0-1.5",
    "4.35.0-1.6",
    "4.36.0",
];

/// Cards that are unlike each other.
const CARDS: [&str; 6] = [
    "",
    "params: { NUM_OF_VFS: { default: 0, current: 8, next: 16 }, SRIOV_EN: { current: true } }",
    "{ type: BlueField2, bluefieldMode: dpu }",
    "{ type: ConnectX3Pro, noCurrentColumn: true }",
    "params: { NUM_OF_VFS: { current: 8, readOnly: true }, NUM_OF_PF: { next: N/A } }",
    "missingTlvs: [NUM_OF_VFS]",
];

fn card(description: &str, release: &str) -> SimCard {
    let mut machine = CardMachine::from_yaml(description).unwrap();
    machine.pfs = vec![DEVICE.parse().unwrap(), "0000:3b:00.1".parse().unwrap()];
    release.clone_into(&mut machine.tool);
    SimCard::new(machine)
}

fn run(card: &mut SimCard, args: &[&str]) -> CardAnswer {
    let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
    card.run(&args)
}

/// Every card with every release of the tool.
fn each(mut test: impl FnMut(&mut SimCard, Version, &str)) {
    for release in RELEASES {
        for description in CARDS {
            let mut card = card(description, release);
            let version = run(&mut card, &["--version"]).output.stdout;
            let version = Version::of(&version).unwrap();
            test(&mut card, version, &format!("{release} {description}"));
        }
    }
}

fn the_one(devices: Vec<DeviceReading>) -> DeviceReading {
    let [device] = <[_; 1]>::try_from(devices).unwrap();
    assert_eq!(device.device.as_deref(), Some(DEVICE));
    device
}

/// Parameters that the cards differ in.
const TOLD: [&str; 6] = [
    "NUM_OF_VFS",
    "SRIOV_EN",
    "NUM_OF_PF",
    "LINK_TYPE_P1",
    "PCI_DOWNSTREAM_PORT_OWNER",
    "INTERNAL_CPU_MODEL",
];

/// What the card itself says in a column is what was read: of a usual card with the first and the last
/// release each parameter, elsewhere those that differ.
fn assert_column(card: &SimCard, device: &DeviceReading, column: CardColumn, context: &str) {
    let all = ["4.15.0 ", "4.36.0 "].contains(&context);
    let is_checked = |name: &str| all || TOLD.contains(&name);
    for (name, param) in device.reading.params.iter().filter(|(name, _)| is_checked(name.as_str()))
    {
        let (cell, there) = match column {
            CardColumn::Default => (&param.default, device.reading.columns.default),
            CardColumn::Current => (&param.current, device.reading.columns.current),
            CardColumn::Next => (&param.next, true),
        };
        let number = match card.value(name.as_str(), column) {
            Some(u32::MAX) => None,
            value => value.map(u64::from),
        };
        match cell {
            Cell::NoColumn => assert!(!there, "{name}: {context}"),
            Cell::NotAvailable => assert_eq!(number, None, "{name}: {context}"),
            Cell::Value(Value::Array { .. }) => {}
            Cell::Value(value) => assert_eq!(value.number(), number, "{name}: {context}"),
        }
    }
}

#[test]
fn a_table_of_every_release_has_the_values_of_the_card() {
    let mut seen = 0;
    each(|card, version, context| {
        let output = run(card, &["-d", DEVICE, "-e", "q"]).output;
        assert_eq!(Refusal::of(&output), None, "{context}: {}", output.stdout);
        let device = the_one(read_table(&output.stdout).unwrap());
        assert_eq!(device.reading.diagnostics, [], "{context}: {}", output.stdout);
        assert_eq!(device.reading.columns.current, !context.contains("noCurrentColumn"));
        for column in [CardColumn::Default, CardColumn::Current, CardColumn::Next] {
            assert_column(card, &device, column, context);
        }
        let read_only = device.reading.param("NUM_OF_VFS").is_some_and(|param| param.read_only);
        let marked =
            context.contains("readOnly") && version >= Version { major: 4, minor: 26, patch: 0 };
        assert_eq!(read_only, marked, "{context}");
        let is_missing = context.contains("missingTlvs");
        assert_eq!(device.reading.missing.is_empty(), !is_missing, "{context}: {}", output.stdout);
        assert_eq!(device.reading.param("NUM_OF_VFS").is_none(), is_missing, "{context}");
        seen += device.reading.params.len();
    });
    assert!(seen > 60 * 30, "{seen}");
}

#[test]
fn without_e_there_is_one_column() {
    each(|card, _, context| {
        let output = run(card, &["-d", DEVICE, "q"]).output;
        let device = the_one(read_table(&output.stdout).unwrap());
        assert_eq!(
            (device.reading.columns, &*device.reading.diagnostics),
            (Columns::default(), &[][..])
        );
        assert_column(card, &device, CardColumn::Next, context);
    });
}

#[test]
fn the_document_of_a_card_says_what_its_table_says() {
    let mut documents = 0;
    each(|card, version, context| {
        let table = run(card, &["-d", DEVICE, "-e", "q"]).output;
        let answer = run(card, &["-d", DEVICE, "-e", "-j", "/run/q.json", "q"]);
        if !version.supports_json() {
            let refusal = Refusal::of(&answer.output).unwrap_or_else(|| panic!("{context}"));
            assert!(refusal.to_string().contains("invalid argument: -j"), "{context}: {refusal}");
            return;
        }
        assert_eq!(Refusal::of(&answer.output), None, "{context}: {:?}", answer.output);
        let (path, bytes) = answer.wrote.unwrap_or_else(|| panic!("{context}"));
        assert_eq!(path, "/run/q.json");
        let mut device = the_one(read_json(std::str::from_utf8(&bytes).unwrap()).unwrap());
        device.reading.missing = missing_groups(&answer.output.stdout);
        assert_eq!(device, the_one(read_table(&table.stdout).unwrap()), "{context}");
        documents += 1;
    });
    assert_eq!(documents, 4 * CARDS.len());
}

#[test]
fn a_refusal_leaves_a_document_without_a_table() {
    let mut card = card("livefish: true", "4.36.0");
    let answer = run(&mut card, &["-d", DEVICE, "-e", "-j", "/run/q.json", "q"]);
    assert_eq!(Refusal::of(&answer.output), Some(Refusal::Livefish), "{:?}", answer.output);
    let text = answer.wrote.map(|(_, bytes)| String::from_utf8(bytes).unwrap());
    assert!(text.is_none_or(|text| read_json(&text).is_err()));
}

#[test]
fn a_set_of_every_release() {
    each(|card, version, context| {
        if context.contains("readOnly") || context.contains("missingTlvs") {
            return;
        }
        let output = run(card, &["-d", DEVICE, "-y", "set", "NUM_OF_VFS=24"]).output;
        assert_eq!(Refusal::of(&output), None, "{version} {context}: {output:?}");
        assert_eq!(Applied::of(&output.stdout), Applied::Done, "{context}");
        let closing = if context.contains("dpu") { Closing::NothingArmed } else { Closing::Reboot };
        if closing == Closing::Reboot {
            assert_eq!(Closing::of(&output.stdout), closing, "{context}: {}", output.stdout);
        }
        let device = the_one(read_table(&output.stdout).unwrap());
        let proposed: Vec<_> =
            device.proposed.iter().map(|(name, cell)| (name.as_str(), cell)).collect();
        assert_eq!(proposed, [("NUM_OF_VFS", &Cell::Value(Value::Number(24)))], "{context}");
        assert_eq!(card.value("NUM_OF_VFS", CardColumn::Next), Some(24), "{context}");
    });
}
