//! Options that hold for every command, and the streams.

use std::process::Stdio;

use crate::support::{CONFIGS, MACHINES, command, config, feed, file, folder, run};

#[test]
fn global_options_stand_on_either_side() {
    let machine = format!("{MACHINES}/slow-udev.yaml");
    let before = run(&["--sim", &machine, "-o", "json", "--color", "never", "list"]).ends(0);
    let after = run(&["list", "--sim", &machine, "-o", "json", "--color", "never"]).ends(0);
    let mixed = run(&["--output", "json", "list", "--sim", &machine]).ends(0);
    assert_eq!(before.stdout, after.stdout);
    assert_eq!(before.stdout, mixed.stdout);
    assert_eq!(before.json()["pfs"][0]["pci"], "0000:01:00.0");

    let wanted = format!("{CONFIGS}/igb-two-ranges.yaml");
    let dry = run(&["--dry-run", "--sim", &machine, "apply", "-f", &wanted]).ends(0);
    assert_eq!(dry.stdout, run(&["plan", "-f", &wanted, "--sim", &machine]).stdout);
    run(&["--timeout", "0s", "--sim", &machine, "apply", "-f", &wanted]).ends(4);
    run(&["--sim", &machine, "apply", "-f", &wanted, "--timeout", "0s"]).ends(4);
}

#[test]
fn yaml_has_the_structure_of_json() {
    let folder = folder("yaml");
    let yaml = run(&["--sim", "demo", "list", "--vf-attrs", "-o", "yaml"]).ends(0).stdout;
    let json = run(&["--sim", "demo", "list", "--vf-attrs", "-o", "json"]).ends(0).stdout;
    let wanted = config("{ match: { name: ens2f0 }, numVfs: 2, vfs: [{ range: 0, vlan: 5 }] }");
    let plan = |inventory: &str| {
        let inventory = file(&folder, "inventory", inventory);
        let plan = ["plan", "-f", "-", "--observed", &inventory, "--root", "/no/such/root"];
        feed(&plan, &wanted).ends(0).stdout
    };
    assert_eq!(plan(&yaml), plan(&json));
    assert!(plan(&yaml).contains("createVfs"));
}

#[test]
fn an_observed_inventory_needs_no_host() {
    let folder = folder("observed");
    let list = run(&["--sim", "demo", "list", "--vf-attrs", "-o", "json"]).ends(0);
    let inventory = file(&folder, "inventory.json", &list.stdout);
    let wanted = format!("{CONFIGS}/mlx5-vfio.yaml");
    let args = ["plan", "-f", &wanted, "--observed", &inventory, "--root", "/no/such/root"];
    let plan = run(&args).ends(0);
    assert_eq!(plan.stdout, run(&["--sim", "demo", "plan", "-f", &wanted]).ends(0).stdout);
    run(&[&args[..], &["--detailed-exitcode"]].concat()).ends(3);
}

#[test]
fn stdin_is_a_file_named_dash() {
    let wanted = config("{ match: { pci: '0000:5e:00.0' }, numVfs: 3 }");
    let plan = feed(&["--sim", "demo", "plan", "-f", "-"], &wanted).ends(0);
    assert!(plan.stdout.contains("createVfs") && plan.stdout.contains("0 → 3"), "{plan:?}");
}

#[test]
fn no_colours_beside_a_terminal_unless_asked_for() {
    let escape = '\x1b';
    let plain = run(&["--sim", "demo", "list"]).ends(0);
    assert!(!plain.stdout.contains(escape));
    let forced = run(&["--sim", "demo", "--color", "always", "list"]).ends(0);
    assert!(forced.stdout.contains(escape));
    assert_eq!(plain.stdout.lines().count(), forced.stdout.lines().count());
    let json = run(&["--sim", "demo", "--color", "always", "-o", "json", "list"]).ends(0);
    assert!(!json.stdout.contains(escape));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = command(&["demo"]);
    let mut child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &[][..]));
}

#[test]
fn data_that_cannot_be_written_is_a_failure() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = command(&["demo"]).stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("error[SRIOV-H080]: cannot write to stdout"), "{stderr}");
}

#[test]
fn log_lines_go_to_stderr_only_when_asked_for() {
    let wanted = config("{ match: { name: ens2f0 }, numVfs: 1 }");
    let apply = ["--sim", "demo", "apply", "-f", "-"];
    let quiet = feed(&apply, &wanted).ends(0);
    assert_eq!(quiet.stderr, "");
    let loud = feed(&[&apply[..], &["-v", "--log-format", "json"]].concat(), &wanted).ends(0);
    assert_eq!(loud.stdout, quiet.stdout);
    let lines: Vec<serde_json::Value> =
        loud.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let actions = lines.iter().filter_map(|line| line["fields"]["action"].as_str());
    assert_eq!(actions.collect::<Vec<_>>(), ["createVfs", "waitVfs"]);
}

#[test]
fn what_packagers_ship() {
    let folder = folder("man");
    run(&["man", folder.to_str().unwrap()]).ends(0);
    for page in ["sriovctl.1", "sriovctl-apply.1", "sriovctl-plan.1"] {
        let text = std::fs::read_to_string(folder.join(page)).unwrap();
        assert!(text.contains(".SH NAME"), "{page}");
    }
    for shell in ["bash", "zsh", "fish"] {
        assert!(run(&["completions", shell]).ends(0).stdout.contains("verify"), "{shell}");
    }
    assert!(run(&["--help"]).ends(0).stdout.contains("Exit status:"));
    let version = format!("sriovctl {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(run(&["version"]).ends(0).stdout, version);
    assert_eq!(run(&["--version"]).ends(0).stdout, version);
}
