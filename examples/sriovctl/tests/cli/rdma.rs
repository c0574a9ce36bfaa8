//! `rdma`: what it tells, what it changes, and how it ends.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{Run, file, folder, run};

/// A simulated machine that is kept between calls.
struct Host {
    machine: String,
    state: PathBuf,
}

impl Host {
    fn new(name: &str, more: &str) -> Self {
        let folder = folder(&format!("rdma-{name}"));
        let yaml = format!("pfs: [{{ pci: 0000:3b:00.0, driver: mlx5_core }}]\n{more}\n");
        Self { machine: file(&folder, "machine.yaml", yaml), state: folder.join("state.json") }
    }

    fn rdma(&self, args: &[&str]) -> Run {
        let state = self.state.to_str().unwrap();
        run(&[&["--sim", &self.machine, "--sim-state", state, "rdma"], args].concat())
    }

    fn get(&self) -> Value {
        self.rdma(&["get", "-o", "json"]).ends(0).json()
    }

    fn state(&self) -> Value {
        let mut state: Value = serde_json::from_str(&read(&self.state)).unwrap();
        let kernel = state.as_object_mut().unwrap();
        // Looking takes time, and counts as calls.
        assert!(kernel.remove("now").is_some() && kernel.remove("calls").is_some());
        state
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

const EXCLUSIVE: [&str; 2] = ["--mode", "exclusive"];

#[test]
fn get_tells_the_four_facts() {
    let more = "namespaces: [{ name: blue }]\ncmdline: 'ro ib_core.netns_mode=0'\n\
                files: { /etc/modprobe.d/a.conf: \"options ib_core netns_mode=1\\n\" }";
    let host = Host::new("get", more);
    let told = host.get();
    assert_eq!(told["live"], "exclusive");
    assert_eq!(told["unavailable"], Value::Null);
    assert_eq!(told["persisted"], json!({ "modprobe": "shared", "cmdline": "exclusive" }));
    assert_eq!(told["runningCmdline"], "exclusive");
    let holder = &told["holders"][0];
    assert_eq!((&holder["kind"], &holder["path"]), (&"named".into(), &"/run/netns/blue".into()));
    assert_eq!(holder["pid"], Value::Null);
    let text = host.rdma(&["get"]).ends(0).stdout;
    for words in ["shared  (/etc/modprobe.d/a.conf:1)", "/run/netns/blue"] {
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn absence_is_a_value_of_get_and_a_refusal_of_set() {
    for (name, rdma, word) in
        [("absent", "loaded: false", "not-loaded"), ("old", "supported: false", "unsupported")]
    {
        let host = Host::new(name, &format!("rdma: {{ {rdma} }}"));
        let told = host.get();
        assert_eq!((&told["live"], &told["unavailable"]), (&Value::Null, &word.into()));
        let set = host.rdma(&[&["set"], &EXCLUSIVE[..]].concat()).ends(8);
        set.says(&["error[SRIOV-R0", "help: "]);
    }
}

#[test]
fn set_without_other_namespaces_is_done_at_once_and_then_there_is_nothing_to_do() {
    let host = Host::new("free", "");
    let pending = ["plan", "--mode", "exclusive", "--detailed-exitcode"];
    host.rdma(&pending).ends(3);
    host.rdma(&["verify", "--mode", "exclusive"]).ends(1);
    host.rdma(&["verify", "--mode", "exclusive", "--detailed-exitcode"]).ends(3);
    host.rdma(&["set", "--mode", "exclusive", "--persist", "--dry-run"]).ends(0);
    host.rdma(&pending).ends(3);
    let set = ["set", "--mode", "exclusive", "--persist", "-o", "json"];
    let steps = host.rdma(&set).ends(0).json()["steps"].clone();
    let names: Vec<_> = steps.as_array().unwrap().iter().map(|step| &step["action"]).collect();
    assert_eq!(names, ["writeModprobe", "setLiveMode"]);
    assert_eq!(host.get()["live"], "exclusive");
    let before = host.state();
    let again = host.rdma(&set).ends(0).json();
    assert_eq!((&again["steps"], &again["rebootReasons"]), (&json!([]), &json!([])));
    assert_eq!(host.state(), before);
    host.rdma(&pending).ends(0);
    let verified = host.rdma(&["verify", "--mode", "exclusive", "-o", "json"]).ends(0).json();
    assert_eq!(verified, json!({ "inSync": true, "differences": [], "obstacles": [] }));
}

#[test]
fn busy_is_7_and_persisted_is_6_until_the_boot() {
    let host = Host::new("busy", "namespaces: [{ name: blue }]");
    let busy = host.rdma(&["set", "--mode", "exclusive"]).ends(7);
    busy.says(&["error[SRIOV-R011]", "/run/netns/blue", "help: "]);
    let persist = ["set", "--mode", "exclusive", "--persist", "-o", "json"];
    let first = host.rdma(&persist).ends(6).json();
    assert_eq!(first["disruption"], "reboot");
    assert_eq!(first["rebootReasons"][0]["subject"], "RDMA netns mode");
    assert_eq!(host.get()["persisted"]["modprobe"], "exclusive");
    let again = host.rdma(&persist).ends(6).json();
    assert_eq!(again["steps"], json!([]));
}

#[test]
fn what_somebody_else_decided_is_10_and_names_the_place() {
    let host = Host::new("foreign", "cmdline: 'ro ib_core.netns_mode=1'");
    for command in [&["plan"][..], &["set", "--persist"]] {
        let ended = host.rdma(&[command, &EXCLUSIVE[..]].concat()).ends(10);
        assert!(
            format!("{ended:?}").contains("kargs apply --remove ib_core.netns_mode=1"),
            "{ended:?}"
        );
    }
    let host = Host::new(
        "later",
        "files: { /etc/modprobe.d/zz.conf: \"options ib_core netns_mode=1\\n\" }",
    );
    host.rdma(&["set", "--persist", "--mode", "exclusive"])
        .ends(10)
        .says(&["error[SRIOV-R020]", "/etc/modprobe.d/zz.conf:1"]);
}

#[test]
fn another_word_is_usage() {
    for command in ["plan", "set", "verify"] {
        host_free().rdma(&[command, "--mode", "foo"]).ends(2).says(&["foo"]);
        host_free().rdma(&[command]).ends(2);
    }
    host_free().rdma(&["move", "mlx5_0"]).ends(2);
    host_free().rdma(&["move", "mlx5_0", "--netns", "../x"]).ends(2);
}

fn host_free() -> Host {
    Host::new("usage", "")
}

#[test]
fn devices_are_listed_and_moved_and_the_way_back_is_told() {
    let more = "rdma: { netnsMode: exclusive }\nnamespaces: [{ name: blue }]";
    let host = Host::new("move", more);
    let devices = host.rdma(&["devices", "-o", "json"]).ends(0).json();
    let device = devices[0]["name"].as_str().unwrap();
    assert_eq!(devices[0]["inUse"], false);
    let dry = ["move", device, "--netns", "blue", "--dry-run"];
    assert!(host.rdma(&dry).ends(0).stdout.contains("would move"));
    assert_eq!(host.rdma(&["devices", "-o", "json"]).json(), devices);
    let moved = host.rdma(&["move", device, "--netns", "blue"]).ends(0).stdout;
    let back = format!("nsenter --net=/run/netns/blue sriovctl rdma move {device} --netns 1");
    assert!(moved.contains(&back), "{moved}");
    let left = host.rdma(&["devices", "-o", "json"]).ends(0).json();
    assert_eq!(left.as_array().unwrap().len() + 1, devices.as_array().unwrap().len());
    host.rdma(&["move", device, "--netns", "blue"]).ends(1).says(&["error[SRIOV-R032]"]);
    let shared = Host::new("move-shared", "namespaces: [{ name: blue }]");
    shared.rdma(&["move", device, "--netns", "blue"]).ends(8).says(&["error[SRIOV-R030]"]);
}

#[test]
fn a_host_without_the_subsystem_has_no_devices_and_is_no_failure() {
    let machine = file(&folder("rdma-none"), "machine.yaml", "pfs: []\n");
    let listed = run(&["--sim", &machine, "rdma", "devices", "-o", "json"]).ends(0);
    assert_eq!(listed.json(), json!([]));
    listed.says(&["ib_core is not loaded"]);
}
