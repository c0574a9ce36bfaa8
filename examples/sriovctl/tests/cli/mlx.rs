//! `mlx`: what it tells of cards, what it changes, and how it ends.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use sriov_host::sim::SimHost;

use crate::support::{Run, file, folder, run, shape};

/// A machine with cards that several calls act on.
struct Host {
    folder: PathBuf,
    machine: String,
    state: PathBuf,
}

/// One card with one port, and room for 8 VFs.
const ONE: &str = "pfs: [{ pci: 0000:3b:00.0, driver: mlx5_core, device: 101d, name: ens1f0np0 }]\n\
    cards:\n  - serial: MT2141X00123\n    pfs: [0000:3b:00.0]\n    params:\n      \
    NUM_OF_VFS: { current: 8 }\n      SRIOV_EN: { current: true }\n";

/// The same, and one whose firmware belongs to the processors of a `BlueField`.
const TWO: &str = "pfs:\n  - { pci: 0000:3b:00.0, driver: mlx5_core, device: 101d }\n  \
    - { pci: 0000:5e:00.0, driver: mlx5_core, device: a2d6 }\n\
    cards:\n  - { serial: MT2141X00123, pfs: [0000:3b:00.0] }\n  \
    - { serial: MT2141X00200, pfs: [0000:5e:00.0], type: BlueField2, bluefieldMode: dpu }\n";

impl Host {
    fn new(name: &str, machine: &str) -> Self {
        let folder = folder(&format!("mlx-{name}"));
        let machine = file(&folder, "machine.yaml", machine);
        Self { machine, state: folder.join("state.json"), folder }
    }

    fn wanted(&self, entries: &str) -> String {
        let text = format!("apiVersion: sriov/v1\nkind: NodeConfig\nfirmware: [{entries}]\n");
        file(&self.folder, "wanted.yaml", text)
    }

    fn mlx(&self, args: &[&str]) -> Run {
        let state = self.state.to_str().unwrap();
        run(&[&["--sim", &self.machine, "--sim-state", state, "mlx"], args].concat())
    }

    fn json(&self, args: &[&str], status: i32) -> Value {
        self.mlx(&[args, &["-o", "json"]].concat()).ends(status).json()
    }

    /// The machine itself, between two calls.
    fn touch<T>(&self, change: impl FnOnce(&SimHost) -> T) -> T {
        let host = SimHost::load(&fs::read_to_string(&self.state).unwrap()).unwrap();
        let result = change(&host);
        fs::write(&self.state, host.save().unwrap()).unwrap();
        result
    }

    /// The machine without its clock and its locks: looking takes time, counts as calls, and leaves
    /// the name of who looked.
    fn saved(&self) -> Value {
        let mut state: Value =
            serde_json::from_str(&fs::read_to_string(&self.state).unwrap()).unwrap();
        let kernel = state.as_object_mut().unwrap();
        assert!(kernel.remove("now").is_some() && kernel.remove("calls").is_some());
        let files = kernel["files"].as_object_mut().unwrap();
        files.retain(|path, _| !path.starts_with("run/sriov/mlx-"));
        state
    }
}

fn at_least(pci: &str, vfs: u16) -> String {
    format!("{{ match: {{ pci: '{pci}' }}, policy: {{ atLeast: {vfs} }} }}")
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

#[test]
fn query_tells_what_the_card_says() {
    let host = Host::new("query", ONE);
    let some =
        ["query", "--device", "0000:3b:00.0", "--param", "NUM_OF_VFS", "--param", "SRIOV_EN"];
    insta::assert_snapshot!("query", pretty(&host.json(&some, 0)));
    insta::assert_snapshot!("query_text", host.mlx(&some).ends(0).stdout);
    let all = host.json(&["query", "--device", "ens1f0np0"], 0);
    let params = all["params"].as_object().unwrap();
    assert!(params.len() > 40, "{}", params.len());
    assert_eq!(params["SRIOV_EN"]["next"], json!({ "text": "True", "value": 1 }));
    assert_eq!(params["NUM_OF_VFS"]["current"], 8);
    assert_eq!((&all["backend"], &all["diagnostics"]), (&json!("json"), &json!([])));
}

#[test]
fn query_names_what_is_not_there() {
    let host = Host::new("query-none", &format!("{ONE}mstconfig: true\n"));
    let unknown = host.mlx(&["query", "--device", "0000:99:00.0"]).ends(2);
    assert_eq!(unknown.says(&["error[SRIOV-H", "0000:99:00.0"]).stdout, "");
    host.mlx(&["query", "--device", "0000:3b:00.0", "--param", "-x"]).ends(2);
    host.mlx(&["query", "--device", "0000:3b:00.0", "--param", "num_of_vfs"]).ends(2);
    let absent = ["query", "--device", "0000:3b:00.0", "--param", "NO_SUCH_PARAM"];
    host.mlx(&absent).ends(8).says(&["error[SRIOV-M008]", "NO_SUCH_PARAM"]);
    let partly = [&absent[..], &["--param", "NUM_OF_VFS", "-o", "json"]].concat();
    assert_eq!(host.mlx(&partly).ends(5).json()["params"].as_object().unwrap().len(), 1);
    let igb = Host::new("query-igb", "pfs: [{ pci: 0000:5e:00.0, driver: igb }]");
    igb.mlx(&["query", "--device", "0000:5e:00.0"]).ends(8).says(&["error[SRIOV-M007]"]);
}

#[test]
fn from_plan_to_verified() {
    let host = Host::new("life", ONE);
    let wanted = host.wanted(&at_least("0000:3b:00.0", 32));
    let with = |command: &'static str| [command, "-f", &wanted];
    let plan = host.json(&with("plan"), 0);
    insta::assert_snapshot!("plan", pretty(&plan));
    insta::assert_snapshot!("plan_text", host.mlx(&with("plan")).ends(0).stdout);
    let before = host.saved();
    host.mlx(&[&with("plan")[..], &["--detailed-exitcode"]].concat()).ends(3);
    let dry = host.mlx(&[&with("apply")[..], &["--dry-run"]].concat()).ends(0);
    assert_eq!(dry.stdout, host.mlx(&with("plan")).stdout);
    assert_eq!(host.saved(), before, "none of them changed anything");

    let applied = host.json(&with("apply"), 6);
    insta::assert_snapshot!("apply", pretty(&shape(&applied)));
    assert_eq!(applied["nics"][0]["outcome"], "done");
    assert_eq!(applied["nics"][0]["set"], json!({ "NUM_OF_VFS": 32 }));
    let again = host.json(&with("apply"), 6);
    assert_eq!((&again["nics"][0]["set"], &again["nodeAction"]), (&json!({}), &json!("reboot")));
    host.mlx(&with("verify")).ends(1);
    let verified = host.json(&[&with("verify")[..], &["--detailed-exitcode"]].concat(), 3);
    assert_eq!((&verified["inSync"], &verified["nodeAction"]), (&json!(false), &json!("reboot")));
    assert_eq!(verified["differences"][0]["wanted"], "32");

    host.touch(SimHost::reboot);
    let verified = host.json(&with("verify"), 0);
    assert_eq!((&verified["inSync"], &verified["differences"]), (&json!(true), &json!([])));
    assert_eq!(host.json(&with("apply"), 0)["nics"][0]["action"], "none");
    host.mlx(&[&with("plan")[..], &["--detailed-exitcode"]].concat()).ends(0);
}

#[test]
fn nobody_shrinks_and_nobody_asks_for_nothing() {
    let host = Host::new("shrink", &format!("{ONE}mstconfig: false\nlockdown: integrity\n"));
    let wanted = host.wanted(&at_least("0000:3b:00.0", 4));
    let missing = ["--mstconfig", "/no/such/mstconfig"];
    let plan =
        host.json(&[&["plan", "-f", &wanted, "--detailed-exitcode"], &missing[..]].concat(), 0);
    assert_eq!((&plan["nodeAction"], &plan["blocked"]), (&json!("none"), &json!([])));
    host.mlx(&["apply", "-f", &wanted]).ends(0);
    host.mlx(&["verify", "-f", &wanted]).ends(0);
}

#[test]
fn one_card_in_the_way_does_not_stop_the_other() {
    let host = Host::new("dpu", TWO);
    let both = [at_least("0000:3b:00.0", 32), at_least("0000:5e:00.0", 32)].join(", ");
    let wanted = host.wanted(&both);
    let plan = host.mlx(&["plan", "-f", &wanted, "-o", "json"]);
    assert_eq!(plan.json()["nodeAction"], "reboot");
    assert_eq!(plan.json()["blocked"][0]["id"], "MT2141X00200");
    insta::assert_snapshot!("mixed_text", host.mlx(&["plan", "-f", &wanted]).stdout);
    let applied = host.mlx(&["apply", "-f", &wanted]).ends(5);
    insta::assert_snapshot!("mixed_applied_text", applied.stdout);
    applied.says(&["error[SRIOV-M0", "help: "]);
    let wanted = host.wanted(&at_least("0000:5e:00.0", 32));
    host.mlx(&["apply", "-f", &wanted]).ends(10);
}

#[test]
fn without_a_way_to_write_the_card_is_blocked() {
    for (name, more, code) in
        [("tool", "mstconfig: false", "SRIOV-M0"), ("lockdown", "lockdown: integrity", "SRIOV-M0")]
    {
        let host = Host::new(name, &format!("{ONE}{more}\n"));
        let wanted = host.wanted(&at_least("0000:3b:00.0", 32));
        let plan = host.mlx(&["plan", "-f", &wanted]);
        assert!(plan.stdout.contains(&format!("blocked[{code}")), "{plan:?}");
        assert!([1, 8, 10].contains(&plan.status), "{plan:?}");
        host.mlx(&["apply", "-f", &wanted]).ends(10).says(&["error[SRIOV-M0", "help: "]);
        host.mlx(&["verify", "-f", &wanted]).ends(1);
    }
}

#[test]
fn a_restart_that_does_not_help_is_not_asked_for_for_ever() {
    let machine = ONE.replace("    params:", "    losesAtReboot: [NUM_OF_VFS]\n    params:");
    let host = Host::new("futile", &machine);
    let wanted = host.wanted(&at_least("0000:3b:00.0", 32));
    let apply = ["apply", "-f", &wanted];
    for _ in 0..3 {
        host.mlx(&apply).ends(6);
        host.touch(SimHost::reboot);
    }
    let ended = host.mlx(&apply).ends(10);
    ended.says(&["error[SRIOV-M"]);
    host.touch(SimHost::reboot);
    host.mlx(&apply).ends(10);
    host.mlx(&["verify", "-f", &wanted]).ends(1);
}

#[test]
fn what_a_card_cannot_do_is_refused_before_it_is_written() {
    let host = Host::new("limits", ONE);
    let wanted = host.wanted(&at_least("0000:3b:00.0", 32));
    let plan = ["plan", "-f", &wanted];
    for (limit, enough, short) in [("--max-vfs", "32", "31"), ("--max-vf-bar-mib", "64", "63")] {
        host.mlx(&[&plan[..], &[limit, enough]].concat()).ends(0);
        let refused = host.json(&[&plan[..], &[limit, short]].concat(), 8);
        assert_eq!(refused["nics"][0]["action"], "blocked");
        let apply = ["apply", "-f", &wanted, limit, short];
        host.mlx(&apply).ends(10).says(&["error[SRIOV-M028]", "may be 31 at most, wanted 32"]);
    }
}

#[test]
fn verify_counts_the_boots_that_did_not_load_what_is_staged() {
    let machine = ONE.replace("    params:", "    loadsOnlyAfterReset: true\n    params:");
    let host = Host::new("counted", &machine);
    let wanted = host.wanted(&at_least("0000:3b:00.0", 32));
    let verify = ["verify", "-f", &wanted];
    let attempts = |verified: &Value| verified["attempts"][0]["attempts"].clone();
    host.mlx(&["apply", "-f", &wanted]).ends(6);
    for boots in 2..=3 {
        host.touch(SimHost::reboot);
        let looked = host.json(&[&verify[..], &["--dry-run"]].concat(), 1);
        assert_eq!(attempts(&looked), boots - 1);
        for _ in 0..2 {
            assert_eq!(attempts(&host.json(&verify, 1)), boots);
        }
    }
    host.touch(SimHost::reboot);
    host.mlx(&verify).ends(1).says(&["error[SRIOV-M048]", "NUM_OF_VFS"]);
    host.mlx(&["apply", "-f", &wanted]).ends(10);
}

#[test]
fn only_a_loss_of_power_is_told_as_such() {
    let machine = ONE.replace("    params:", "    needsPowerCycle: true\n    params:");
    let host = Host::new("power", &machine);
    let wanted = host.wanted(&at_least("0000:3b:00.0", 32));
    let applied = host.json(&["apply", "-f", &wanted], 6);
    assert_eq!(applied["nodeAction"], "power-cycle");
    host.touch(SimHost::power_cycle);
    host.mlx(&["verify", "-f", &wanted]).ends(0);
}

#[test]
fn a_reset_of_the_card_saves_the_restart() {
    let machine = ONE.replace("    params:", "    tool: 4.36.0\n    params:");
    let host = Host::new("reset", &machine);
    let wanted = host.wanted(&at_least("0000:3b:00.0", 32));
    let applied = host.json(&["apply", "-f", &wanted, "--reset"], 0);
    assert_eq!((&applied["outstanding"], &applied["rebootReasons"]), (&Value::Null, &json!([])));
    host.mlx(&["verify", "-f", &wanted]).ends(0);
    let failing = machine.replace("    params:", "    resetFails: true\n    params:");
    let host = Host::new("reset-fails", &failing);
    let wanted = host.wanted(&at_least("0000:3b:00.0", 32));
    let ended = host.mlx(&["apply", "-f", &wanted, "--reset"]).ends(6);
    ended.says(&["warning: card MT2141X00123: the reset failed"]);
}

#[test]
fn the_operators_document_implies_room_for_its_vfs() {
    let host = Host::new("node-state", ONE);
    let text = "apiVersion: sriovnetwork.openshift.io/v1\nkind: SriovNetworkNodeState\n\
        metadata: { name: worker-0 }\nspec:\n  interfaces:\n    \
        - { pciAddress: 0000:3b:00.0, numVfs: 16 }\n";
    let wanted = file(&host.folder, "state.yaml", text);
    let plan = host.json(&["plan", "-f", &wanted], 0);
    assert_eq!(plan["nics"][0]["set"]["NUM_OF_VFS"], 16);
    let external = text.replace("numVfs: 16", "numVfs: 16, externallyManaged: true");
    let wanted = file(&host.folder, "external.yaml", external);
    host.mlx(&["plan", "-f", &wanted]).ends(10);
    let config = crate::support::config("{ match: { pci: '0000:3b:00.0' }, numVfs: 16 }");
    let wanted = file(&host.folder, "config.yaml", config);
    assert_eq!(host.json(&["plan", "-f", &wanted], 0)["nodeAction"], "none");
}

#[test]
fn what_is_not_valid_is_usage() {
    let host = Host::new("usage", ONE);
    let wanted =
        host.wanted("{ match: { pci: '0000:3b:00.0' }, policy: { atLeast: 4, exactly: 4 } }");
    for command in ["plan", "apply", "verify"] {
        host.mlx(&[command, "-f", &wanted]).ends(2).says(&["firmware[0].policy"]);
        host.mlx(&[command]).ends(2);
        host.mlx(&[command, "-f", "/no/such/file"]).ends(2);
    }
    let good = host.wanted(&at_least("0000:3b:00.0", 4));
    host.mlx(&["apply", "-f", &good, "--allow", "port"]).ends(2);
    host.mlx(&["plan", "-f", &good, "--mstconfig", "/no/such/../x"]).ends(2);
    host.mlx(&["provision", "--desired", &good, "--state-dir", "relative"]).ends(2);
    host.mlx(&["generate", "--target", "floppy", "--desired", &good, "--out", "/x"]).ends(2);
}
