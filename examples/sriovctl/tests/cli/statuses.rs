//! The exit status of every way a command can end.

use crate::support::{CONFIGS, MACHINES, config, feed, file, folder, run};

fn pod_held() -> String {
    format!("{MACHINES}/pod-held.yaml")
}

/// Two VFs on the igb port, which nobody uses, and two instead of four on the one in use.
fn both() -> String {
    config(
        "{ match: { pci: '0000:01:00.0' }, numVfs: 2 }, \
         { match: { pci: '0000:3b:00.0' }, numVfs: 2 }",
    )
}

fn in_use() -> String {
    config("{ match: { pci: '0000:3b:00.0' }, numVfs: 2 }")
}

#[test]
fn done_and_nothing_to_do() {
    let folder = folder("done");
    let state = folder.join("state.json");
    let state = state.to_str().unwrap();
    let wanted = format!("{CONFIGS}/igb-two-ranges.yaml");
    let machine = format!("{MACHINES}/slow-udev.yaml");
    let on = |rest: &[&str]| run(&[&["--sim", &machine, "--sim-state", state], rest].concat());

    assert_eq!(on(&["verify", "-f", &wanted]).ends(1).stderr, "");
    on(&["verify", "-f", &wanted, "--detailed-exitcode"]).ends(3);
    on(&["plan", "-f", &wanted]).ends(0);
    on(&["plan", "-f", &wanted, "--detailed-exitcode"]).ends(3);
    on(&["apply", "-f", &wanted, "--dry-run"]).ends(0);
    on(&["verify", "-f", &wanted]).ends(1);

    let applied = on(&["apply", "-f", &wanted, "-o", "json"]).ends(0);
    assert!(applied.json()["steps"].as_array().unwrap().len() > 4, "{applied:?}");
    let again = on(&["apply", "-f", &wanted, "-o", "json"]).ends(0);
    assert_eq!(
        again.json(),
        serde_json::json!({
            "steps": [], "disruption": "none", "rebootReasons": [], "blockers": []
        })
    );
    on(&["plan", "-f", &wanted, "--detailed-exitcode"]).ends(0);
    on(&["verify", "-f", &wanted, "--detailed-exitcode"]).ends(0);
}

#[test]
fn a_fault_of_the_kernel_is_a_failure_with_its_causes() {
    let folder = folder("enomem");
    let machine = file(
        &folder,
        "machine.yaml",
        "pfs: [{ pci: 0000:01:00.0, driver: igb, enableFails: ENOMEM }]",
    );
    let wanted = config("{ match: { pci: '0000:01:00.0' }, numVfs: 2 }");
    feed(&["--sim", &machine, "apply", "-f", "-"], wanted).ends(1).says(&[
        "error[SRIOV-H041]: 0000:01:00.0: createVfs:",
        "caused by: cannot write \"2\" to /sys/bus/pci/devices/0000:01:00.0/sriov_numvfs",
        "help: ",
    ]);
}

#[test]
fn usage() {
    for args in [
        &["--no-such-option"][..],
        &[],
        &["plan"],
        &["wait", "--pf", "enp1s0", "--vfs", "many"],
        &["list", "--timeout", "90"],
        &["list", "-o", "xml"],
        &["plan", "-f", "-", "--allow", "everything"],
        &["list", "--sim-state", "/tmp/state"],
        &["explain"],
        &["explain", "SRIOV-H000"],
        &["plan", "-f", "/no/such/file"],
        &["--sim", "/no/such/machine", "list"],
    ] {
        let run = run(args).ends(2);
        assert!(run.stdout.is_empty() && !run.stderr.is_empty(), "{run:?}");
    }
}

#[test]
fn a_document_that_contradicts_itself_on_this_host() {
    let twice = config(
        "{ match: { pci: '0000:01:00.0' }, numVfs: 1 }, { match: { name: enp1s0 }, numVfs: 2 }",
    );
    for command in ["plan", "apply", "verify"] {
        let run = feed(&["--sim", &pod_held(), command, "-f", "-"], &twice).ends(2);
        run.says(&["error[SRIOV-H008]: the entries"]);
    }
}

#[test]
fn not_ready_in_time() {
    let machine = format!("{MACHINES}/slow-udev.yaml");
    let wanted = config("{ match: { name: enp1s0 }, numVfs: 2 }");
    let apply = ["--sim", &machine, "apply", "-f", "-", "--timeout", "1500ms"];
    feed(&apply, &wanted).ends(4).says(&["error[SRIOV-H070]", "waitVfs", "netdev"]);
    feed(&["--sim", &machine, "apply", "-f", "-", "--timeout", "0s"], &wanted)
        .ends(4)
        .says(&["error[SRIOV-H049]: the deadline has passed: 2 steps not run"]);

    let wait = ["--sim", "demo", "wait", "--pf", "ens2f0", "--vfs", "2", "--timeout", "2s"];
    let late = run(&wait).ends(4).says(&[
        "error[SRIOV-H070]: 2 of 2 VFs are not ready",
        "caused by: vf 0: missing",
        "caused by: vf 1: missing",
    ]);
    assert_eq!(late.stdout, "vf 0: missing\nvf 1: missing\n");
}

#[test]
fn a_kernel_that_does_not_come_back_is_a_passed_deadline() {
    let args = ["--allow", "vfio-holder", "--allow", "foreign-netns", "--timeout", "3s"];
    let run = feed(&[&["--sim", &pod_held(), "apply", "-f", "-"], &args[..]].concat(), in_use());
    run.ends(4).says(&["error[SRIOV-H046]"]);
}

#[test]
fn partly_done() {
    let applied = feed(&["--sim", &pod_held(), "apply", "-f", "-", "-o", "json"], both());
    let applied = applied.ends(5).says(&["error[SRIOV-H021]: 0000:3b:00.0 vf 1"]);
    let outcome = |pf: &str| {
        let steps = applied.json()["steps"].as_array().unwrap().clone();
        let of_pf = steps.into_iter().filter(|step| step["pf"] == pf);
        of_pf.map(|step| step["outcome"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(outcome("0000:01:00.0"), ["done", "done"]);
    assert_eq!(outcome("0000:3b:00.0"), ["not-run", "not-run", "not-run"]);
}

#[test]
fn an_inventory_with_gaps_is_partly_done() {
    let folder = folder("gaps");
    let machine = "
pfs: [{ pci: 0000:01:00.0, driver: igb }, { pci: 0000:02:00.0, driver: igb }]
faults: [{ call: read, target: '*/0000:01:00.0/sriov_totalvfs', times: 99, errno: EIO }]";
    let machine = file(&folder, "machine.yaml", machine);
    let list = run(&["--sim", &machine, "list", "-o", "json"]).ends(5);
    assert_eq!(list.json()["pfs"].as_array().unwrap().len(), 1);
    list.says(&["warning: 0000:01:00.0: ", "os error 5"]);
}

#[test]
fn not_supported() {
    let too_many = config("{ match: { name: enp1s0 }, numVfs: 200 }");
    for command in ["plan", "apply"] {
        let run = feed(&["--sim", &pod_held(), command, "-f", "-", "-o", "json"], &too_many);
        run.ends(8).says(&["error[SRIOV-H022]", "help: "]);
    }
}

#[test]
fn a_device_without_sriov_never_gets_ready() {
    let folder = folder("no-sriov");
    let machine = "pfs: [{ pci: 0000:01:00.0, driver: igb, name: enp1s0, totalVfs: 0 }]";
    let machine = file(&folder, "machine.yaml", machine);
    let wait = run(&["--sim", &machine, "wait", "--pf", "enp1s0", "--vfs", "1"]).ends(8);
    wait.says(&["error[SRIOV-H023]"]);
}

#[test]
fn no_match_is_a_failure_and_the_others_are_done() {
    let missing = "{ match: { pci: '0000:99:00.0' }, numVfs: 2 }";
    let alone = feed(&["--sim", &pod_held(), "apply", "-f", "-"], config(missing)).ends(1);
    assert_eq!(alone.stdout, "nothing was done\n");
    alone.says(&["error[SRIOV-H020]"]);
    let beside = config(&format!("{missing}, {{ match: {{ name: enp1s0 }}, numVfs: 2 }}"));
    feed(&["--sim", &pod_held(), "apply", "-f", "-"], beside).ends(5).says(&["error[SRIOV-H020]"]);
    run(&["--sim", "demo", "wait", "--pf", "eth9", "--vfs", "1"]).ends(1).says(&["SRIOV-H020"]);
}

#[test]
fn refused_by_a_guard() {
    let machine = pod_held();
    let apply = ["--sim", &machine, "apply", "-f", "-"];
    feed(&apply, in_use()).ends(10).says(&[
        "VF 2 (0000:3b:00.4) is in use: qemu-system-x86 (pid 4711)",
        "--allow vfio-holder",
    ]);
    let one = feed(&[&apply[..], &["--allow", "foreign-netns"]].concat(), in_use()).ends(10);
    assert!(!one.stderr.contains("foreign-netns"), "{one:?}");
    feed(&["--sim", &machine, "plan", "-f", "-"], in_use()).ends(10);
    feed(&["--sim", &machine, "apply", "--dry-run", "-f", "-"], in_use()).ends(10);
}

#[test]
fn managed_by_somebody_else() {
    let external = config("{ match: { name: enp1s0 }, numVfs: 2, externallyManaged: true }");
    feed(&["--sim", &pod_held(), "apply", "-f", "-"], &external).ends(10).says(&["SRIOV-H025"]);
    feed(&["--sim", &pod_held(), "verify", "-f", "-"], &external).ends(1);
}
