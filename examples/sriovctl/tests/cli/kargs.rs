//! Kernel arguments: what is printed, and how each way ends.

use std::fs;

use serde_json::{Value, json};
use sriov_host::sim::SimHost;

use crate::support::{Run, file, folder, run};

/// A machine that several calls act on.
struct Machine {
    args: Vec<String>,
    state: String,
}

impl Machine {
    fn new(name: &str, boot: &str) -> Self {
        let folder = folder(&format!("kargs-{name}"));
        let machine = file(&folder, "machine.yaml", format!("pfs: []\nboot: {boot}\n"));
        let state = folder.join("state.json").to_str().unwrap().to_owned();
        let args = ["--sim", &machine, "--sim-state", &state].map(str::to_owned).into();
        Self { args, state }
    }

    fn run(&self, args: &[&str]) -> Run {
        let own = self.args.iter().map(String::as_str);
        run(&own.chain(["kargs"]).chain(args.iter().copied()).collect::<Vec<_>>())
    }

    fn json(&self, args: &[&str], status: i32) -> Value {
        self.run(&[args, &["-o", "json"]].concat()).ends(status).json()
    }

    /// The machine itself, between two calls.
    fn touch(&self, change: impl FnOnce(&SimHost)) {
        let host = SimHost::load(&fs::read_to_string(&self.state).unwrap()).unwrap();
        change(&host);
        fs::write(&self.state, host.save().unwrap()).unwrap();
    }
}

fn has(list: &Value, arg: &str) -> bool {
    list.as_array().unwrap().iter().any(|found| found == arg)
}

#[test]
fn staged_once_booted_once_and_done() {
    for loader in ["grub", "grubby", "rpm-ostree", "systemd-boot"] {
        let machine = Machine::new(loader, &format!("{{ loader: {loader} }}"));
        let wanted = ["--add", "iommu=pt", "--add", "intel_iommu=on", "--remove", "quiet"];
        let with = |command: &'static str| [&[command], &wanted[..]].concat();
        let before = machine.json(&["get"], 0);
        assert_eq!(before["backend"], loader);
        assert!(has(&before["staged"], "quiet") && has(&before["running"], "quiet"), "{before}");

        let plan = machine.json(&with("plan"), 0);
        assert_eq!(plan["steps"].as_array().unwrap().len(), 3);
        assert_eq!((&plan["rebootRequired"], &plan["manual"]), (&json!(false), &json!(false)));
        assert_eq!((&plan["disruption"], &plan["conflicts"]), (&json!("reboot"), &json!([])));
        machine.json(&[&with("plan")[..], &["--detailed-exitcode"]].concat(), 3);
        machine.json(&[&with("apply")[..], &["--dry-run"]].concat(), 0);
        assert_eq!(machine.json(&["get"], 0), before, "neither changed anything");

        let applied = machine.json(&with("apply"), 6);
        let steps = applied["steps"].as_array().unwrap();
        assert!(
            steps.len() == 3 && steps.iter().all(|step| step["outcome"] == "done"),
            "{applied}"
        );
        assert!(has(&applied["staged"], "iommu=pt") && !has(&applied["staged"], "quiet"));
        assert!(!has(&applied["running"], "iommu=pt"));
        assert_eq!(applied["rebootReasons"].as_array().unwrap().len(), 3);

        let again = machine.json(&with("apply"), 6);
        assert_eq!((&again["steps"], &again["rebootRequired"]), (&json!([]), &json!(true)));
        assert_eq!(again["rebootReasons"], applied["rebootReasons"]);
        machine.json(&[&with("plan")[..], &["--detailed-exitcode"]].concat(), 3);

        machine.touch(SimHost::reboot);
        let after = machine.json(&with("apply"), 0);
        assert!(has(&after["running"], "iommu=pt") && !has(&after["running"], "quiet"), "{after}");
        assert_eq!((&after["steps"], &after["rebootReasons"]), (&json!([]), &json!([])));
        machine.json(&[&with("plan")[..], &["--detailed-exitcode"]].concat(), 0);
    }
}

#[test]
fn a_boot_that_did_not_help_is_not_asked_for_again() {
    use sriov_host::seam::{Files, HostPath};
    let machine = Machine::new("futile", "{ loader: grubby }");
    machine.json(&["apply", "--add", "iommu=pt"], 6);
    machine.touch(|host| {
        // Something puts the old entry back before the host goes down.
        let folder = HostPath::new("boot/loader/entries");
        let name = host.list_files(&folder).unwrap().unwrap().remove(0);
        let path = folder.join(name);
        let text = String::from_utf8(host.read_file(&path).unwrap().unwrap()).unwrap();
        host.write_file(&path, text.replace(" iommu=pt", "").as_bytes()).unwrap();
        host.reboot();
    });
    for command in ["plan", "apply", "apply"] {
        let run = machine.run(&[command, "--add", "iommu=pt", "-o", "json"]).ends(10);
        let found = run.json();
        assert_eq!((&found["steps"], &found["rebootReasons"]), (&json!([]), &json!([])));
        run.says(&["error[SRIOV-H102]", "boot/loader/entries", "attempt 1", "help: "]);
    }
    machine.json(&["apply", "--add", "mitigations=auto"], 6);
}

#[test]
fn a_conflict_changes_nothing() {
    let machine = Machine::new("conflict", "{ loader: grub }");
    machine.json(&["apply", "--add", "intel_iommu=on,sm_on", "--add", "pci=realloc,noaer"], 6);
    let before = machine.json(&["get"], 0);
    for (wanted, found) in [
        (["--add", "intel_iommu=on"], "intel_iommu=on,sm_on"),
        (["--add", "pci=realloc=off"], "pci=realloc,noaer"),
        (["--remove", "pci=noaer"], "pci=realloc,noaer"),
    ] {
        for command in ["plan", "apply"] {
            let run = machine.run(&[command, "--add", "x=1", wanted[0], wanted[1], "-o", "json"]);
            let run = run.ends(10).says(&["error[SRIOV-H101]", found, "/boot/grub/grub.cfg:"]);
            let told = run.json();
            assert_eq!(told["conflicts"][0]["found"], found);
            assert_eq!(
                (&told["conflicts"][0]["arg"], &told["steps"]),
                (&json!(wanted[1]), &json!([]))
            );
        }
    }
    assert_eq!(machine.json(&["get"], 0), before);
    // An item of a list satisfies, and the exact text makes room for another value.
    assert_eq!(machine.json(&["plan", "--add", "pci=realloc"], 0)["steps"], json!([]));
    let room = ["apply", "--remove", "intel_iommu=on,sm_on", "--add", "intel_iommu=on"];
    assert!(has(&machine.json(&room, 6)["staged"], "intel_iommu=on"));
}

#[test]
fn by_hand() {
    let machine = Machine::new("manual", "{ loader: none }");
    assert_eq!(machine.json(&["get"], 0)["staged"], Value::Null);
    for command in ["plan", "apply"] {
        let run = machine.run(&[command, "--add", "iommu=pt", "-o", "json"]).ends(8);
        let found = run.json();
        assert_eq!((&found["manual"], &found["rebootRequired"]), (&json!(true), &json!(false)));
        assert_eq!((&found["backend"], &found["rebootReasons"]), (&json!("manual"), &json!([])));
        let lines = found["instructions"].as_array().unwrap();
        assert!(lines.iter().any(|line| line.as_str().unwrap().contains("iommu=pt")), "{found}");
        run.says(&["error[SRIOV-H100]"]);
    }
}

#[test]
fn tools_that_do_not_do_their_work() {
    for (how, status, code) in
        [("noEffect", 1, "SRIOV-H104"), ("fails", 1, "SRIOV-H105"), ("hangs", 4, "SRIOV-H105")]
    {
        let boot = format!("{{ loader: grub, faults: [{{ tool: update-grub, how: {how} }}] }}");
        let machine = Machine::new(&format!("tool-{how}"), &boot);
        let run = machine.run(&["apply", "--add", "iommu=pt", "--timeout", "30s", "-o", "json"]);
        let run = run.ends(status).says(&[&format!("error[{code}]")]);
        let applied = run.json();
        assert_eq!(applied["steps"][0]["outcome"], "failed");
        assert_eq!(
            (&applied["rebootRequired"], &applied["rebootReasons"]),
            (&json!(false), &json!([]))
        );
    }
}

#[test]
fn a_ledger_that_cannot_be_read_asks_for_nothing() {
    use sriov_host::seam::{Files, HostPath};
    let machine = Machine::new("ledger", "{ loader: grub }");
    machine.run(&["get"]).ends(0);
    let path = HostPath::new("var/lib/sriov/reboots.json");
    machine.touch(|host| host.write_file(&path, b"garbage").unwrap());
    let run = machine.run(&["apply", "--add", "iommu=pt", "-o", "json"]).ends(1);
    assert_eq!(run.json()["rebootReasons"], json!([]));
    run.says(&["error[SRIOV-H103]", "/var/lib/sriov/reboots.json"]);
    machine.touch(|host| assert_eq!(host.read_file(&path).unwrap().unwrap(), b"garbage"));
}

#[test]
fn what_is_no_argument() {
    let machine = Machine::new("invalid", "{ loader: grub }");
    for wanted in [
        &["--add", "iommu=pt quiet"][..],
        &["--add", ""],
        &["--add", "--"],
        &["--remove", "a=\"b"],
        &["--add", "iommu=pt", "--remove", "iommu=pt"],
        &["--add", "iommu=pt", "--add", "iommu=on"],
    ] {
        for command in ["plan", "apply"] {
            let run = machine.run(&[&[command], wanted].concat()).ends(2);
            assert!(run.stdout.is_empty() && !run.stderr.is_empty(), "{run:?}");
        }
    }
}

#[test]
fn as_people_read_it() {
    let machine = Machine::new("text", "{ loader: grub }");
    let plan = machine.run(&["plan", "--add", "iommu=pt"]).ends(0);
    let lines: Vec<&str> = plan.stdout.lines().collect();
    assert_eq!(lines[0], "running BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro quiet");
    assert!(lines[1].starts_with("staged  root=/dev/sda1 ro quiet  (/boot/grub/grub.cfg:"));
    assert_eq!(lines[2], "differs iommu=pt: not staged, not running");
    assert_eq!(lines.last().unwrap(), &"1 step; then a reboot is needed for 1 argument");
    let applied = machine.run(&["apply", "--add", "iommu=pt"]).ends(6);
    let needed = "reboot needed kernel argument iommu=pt: wanted set, running nothing";
    assert!(applied.stdout.contains(needed) && applied.stderr.is_empty(), "{applied:?}");
}
