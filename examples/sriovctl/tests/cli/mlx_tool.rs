//! `mlx --mstconfig`: a program of the caller's, on a host below a root that is a folder.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Run, command, file, finish, folder, run};

const ADDRESS: &str = "0000:fe:00.0";

/// What mstconfig 4.26 prints, in the columns of that release; the parameters are abridged.
const TABLE: &str = "
Device #1:
----------

Device type:        ConnectX6DX
Name:               MCX623106AN-CDA_Ax
Description:        ConnectX-6 Dx EN adapter card; 100GbE; Dual-port QSFP56; PCIe 4.0 x16
Device:             0000:fe:00.0

Configurations:                                     Default             Current             Next Boot
        NUM_OF_PF                                   2                   2                   2
        PF_NUM_OF_VF_VALID                          False(0)            False(0)            False(0)
        NUM_PF_MSIX                                 63                  63                  63
        NUM_VF_MSIX                                 11                  11                  11
@       NUM_OF_VFS                                  0                   8                   @NEXT
        SRIOV_EN                                    False(0)            True(1)             True(1)
        LINK_TYPE_P1                                ETH(2)              ETH(2)              ETH(2)
";

/// A `ConnectX` port with room for 8 VFs.
fn root(name: &str) -> PathBuf {
    let root = folder(name);
    let device = format!("sys/bus/pci/devices/{ADDRESS}");
    for (attribute, value) in [
        ("class", "0x020000"),
        ("vendor", "0x15b3"),
        ("device", "0x101d"),
        ("sriov_totalvfs", "8"),
        ("sriov_numvfs", "0"),
        ("sriov_drivers_autoprobe", "1"),
    ] {
        file(&root, &format!("{device}/{attribute}"), format!("{value}\n"));
    }
    fs::create_dir_all(root.join("sys/bus/pci/drivers/mlx5_core")).unwrap();
    symlink("../../drivers/mlx5_core", root.join(device).join("driver")).unwrap();
    file(&root, "proc/net/route", "Iface\tDestination\n");
    file(&root, "proc/sys/kernel/random/boot_id", "6f0e1f4e-6f0f-4c7c-9d3c-000000000001\n");
    file(&root, "sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
    root
}

fn program(root: &Path, text: &str) -> String {
    let path = file(root, "caller/mstconfig", text);
    fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
    path
}

/// Prints the table, keeps what is set in it, and writes down how it was called.
fn table_tool(root: &Path) -> String {
    file(root, "caller/before", TABLE.replace("@NEXT", "8").replace('@', " "));
    file(root, "caller/after", TABLE.replace("@NEXT", "32").replace('@', "*"));
    let text = "#!/bin/sh\nhere=${0%/*}\necho \"$*\" >>\"$here/calls\"\n\
        [ -e \"$here/now\" ] || cp \"$here/before\" \"$here/now\"\n\
        case \"$*\" in\n\
        *--version*) echo 'mstconfig, mstflint 4.26.0, Git SHA Hash: N/A' ;;\n\
        *' set '*)\n    cp \"$here/after\" \"$here/now\"\n\
        \x20   echo 'Applying... Done!'\n\
        \x20   echo '-I- Please reboot machine to load new configurations.' ;;\n\
        *) cat \"$here/now\" ;;\nesac\n";
    program(root, text)
}

fn on(root: &Path, tool: &str, args: &[&str]) -> Run {
    let root = root.to_str().unwrap();
    run(&[&["--root", root, "mlx", "--mstconfig", tool, "-o", "json"], args].concat())
}

fn wanted(root: &Path, vfs: u16) -> String {
    let text = format!(
        "{{ apiVersion: sriov/v1, kind: NodeConfig,\n  firmware: [{{ match: {{ pci: '{ADDRESS}' }}, \
         policy: {{ atLeast: {vfs} }} }}] }}\n"
    );
    file(root, "caller/wanted.yaml", text)
}

fn calls(root: &Path) -> Vec<String> {
    let calls = fs::read_to_string(root.join("caller/calls")).unwrap_or_default();
    calls.lines().map(str::to_owned).collect()
}

#[test]
fn a_tool_of_the_caller_works_on_the_card_below_the_root() {
    let root = root("mlx-tool");
    let tool = table_tool(&root);
    let query = on(&root, &tool, &["query", "--device", ADDRESS]).ends(0).json();
    assert_eq!((&query["backend"], &query["device"]), (&"text".into(), &ADDRESS.into()));
    assert_eq!(query["params"]["NUM_OF_VFS"]["current"], 8);
    assert_eq!(query["params"]["NUM_OF_VFS"]["readOnly"], false);
    let wanted = wanted(&root, 32);
    let plan = on(&root, &tool, &["plan", "-f", &wanted]).ends(0).json();
    assert_eq!(plan["nics"][0]["set"], serde_json::json!({ "NUM_OF_VFS": 32 }));
    let applied = on(&root, &tool, &["apply", "-f", &wanted]).ends(6).json();
    assert_eq!(
        (&applied["nics"][0]["outcome"], &applied["nodeAction"]),
        (&"done".into(), &"reboot".into())
    );
    let sets: Vec<_> = calls(&root).into_iter().filter(|call| call.contains(" set ")).collect();
    assert_eq!(sets, [format!("-d {ADDRESS} -y set NUM_OF_VFS=32")]);
    // What is remembered, and who holds a card, is the host's.
    assert!(root.join("var/lib/sriov/reboots.json").exists());
    on(&root, &tool, &["apply", "-f", &wanted]).ends(6);
    assert_eq!(calls(&root).iter().filter(|call| call.contains(" set ")).count(), 1);
}

#[test]
fn a_card_that_satisfies_costs_no_call() {
    let root = root("mlx-tool-quiet");
    let tool = table_tool(&root);
    let wanted = wanted(&root, 8);
    for command in ["plan", "apply", "verify"] {
        on(&root, &tool, &[command, "-f", &wanted]).ends(0);
    }
    assert_eq!(calls(&root), [""; 0]);
}

#[test]
fn a_relative_path_is_relative_to_the_caller() {
    let root = root("mlx-tool-relative");
    table_tool(&root);
    for path in ["./mstconfig", "../caller/mstconfig"] {
        let args = ["--root", "..", "mlx", "query", "--device", ADDRESS, "--mstconfig", path];
        let ended = finish(command(&args).current_dir(root.join("caller")), b"").ends(0);
        assert!(ended.stdout.contains("NUM_OF_VFS"), "{ended:?}");
    }
}

#[test]
fn a_tool_that_complains_on_stdout_is_heard() {
    let root = root("mlx-tool-refuses");
    let refuses = "#!/bin/sh\necho '-E- Failed to open the device'\necho '-E- Failed to open the device'\nexit 3\n";
    let tool = program(&root, refuses);
    on(&root, &tool, &["query", "--device", ADDRESS])
        .ends(1)
        .says(&["error[SRIOV-M006]", "help: "]);
    let wanted = wanted(&root, 32);
    on(&root, &tool, &["apply", "-f", &wanted])
        .ends(10)
        .says(&["error[SRIOV-M0", "cannot be opened"]);
    let missing = root.join("caller/nothing");
    let ended = on(&root, missing.to_str().unwrap(), &["apply", "-f", &wanted]).ends(10);
    ended.says(&["error[SRIOV-M0"]);
}

#[test]
fn a_card_that_somebody_holds_is_busy() {
    let root = root("mlx-tool-locked");
    let tool = table_tool(&root);
    let lock = file(&root, "run/sriov/mlx-0000_fe_00.lock", "node-agent (pid 1)");
    let lock = fs::File::options().write(true).open(lock).unwrap();
    lock.lock().unwrap();
    let wanted = wanted(&root, 32);
    let held = |args: &[&str]| {
        let ended = on(&root, &tool, &[args, &["--timeout", "2s"]].concat()).ends(7);
        ended.says(&["error[SRIOV-M004]", "node-agent (pid 1)"]);
    };
    held(&["plan", "-f", &wanted]);
    held(&["apply", "-f", &wanted]);
    held(&["query", "--device", ADDRESS]);
    assert_eq!(calls(&root).iter().filter(|call| call.contains(" q")).count(), 0);
    drop(lock);
    on(&root, &tool, &["plan", "-f", &wanted]).ends(0);
}

/// The simulated card as a program.
fn mstconfig_sim() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_sriovctl")).with_file_name("mstconfig-sim");
    // A test of the whole workspace has built it already.
    if !program.exists() {
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "--package", "mstconfig-sim"]);
        if program.parent().and_then(Path::file_name).is_some_and(|folder| folder == "release") {
            build.arg("--release");
        }
        assert!(build.status().unwrap().success());
    }
    program
}

#[test]
fn the_simulated_tool_is_a_tool() {
    let root = root("mlx-tool-sim");
    let card = "serial: MT2141X00123\npfs: [0000:fe:00.0]\nparams:\n  \
        NUM_OF_VFS: { current: 8 }\n  SRIOV_EN: { current: true }\n";
    for release in ["4.21.0", "4.26.0", "4.31.0", "4.36.0"] {
        let card =
            file(&root, &format!("caller/{release}.yaml"), format!("{card}tool: {release}\n"));
        let tool = mstconfig_sim();
        let sim = |args: &[&str]| {
            let root = root.to_str().unwrap();
            let tool = tool.to_str().unwrap();
            let args = [&["--root", root, "mlx", "--mstconfig", tool, "-o", "json"], args].concat();
            finish(command(&args).env("MSTCONFIG_SIM", &card), b"")
        };
        let query = ["query", "--device", ADDRESS, "--param", "NUM_OF_VFS"];
        assert_eq!(sim(&query).ends(0).json()["params"]["NUM_OF_VFS"]["next"], 8, "{release}");
        let _ = fs::remove_dir_all(root.join("var"));
        let applied = sim(&["apply", "-f", &wanted(&root, 32)]).ends(6).json();
        assert_eq!(applied["nics"][0]["outcome"], "done", "{release}: {applied}");
        let after = sim(&query).ends(0).json();
        assert_eq!(after["params"]["NUM_OF_VFS"]["next"], 32, "{release}");
        assert_eq!(after["params"]["NUM_OF_VFS"]["current"], 8, "{release}");
    }
}
