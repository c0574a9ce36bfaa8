//! Documents that cannot be used: status 2, a code, the key and its line.

use std::fs::File;

use crate::support::{Run, feed, file, folder, run};

fn plan(document: impl AsRef<[u8]>) -> Run {
    let run = feed(&["--sim", "demo", "plan", "-f", "-"], document).ends(2);
    assert!(run.stdout.is_empty(), "{run:?}");
    run
}

#[test]
fn garbage() {
    plan("").says(&["error[SRIOV-H001]"]);
    plan("{ unfinished: [").says(&["error[SRIOV-H001]", "line 1"]);
    plan("just words").says(&["error[SRIOV-H0"]);
    plan(b"\x7fELF\x02\x01\x01\0\0\0\xff\xfe").says(&["error[SRIOV-H001]", "line 1"]);
    plan(b"kind: NodeConfig\nname: \xff\xfe").says(&["error[SRIOV-H001]: line 2", "UTF-8"]);
}

#[test]
fn another_kind() {
    plan("apiVersion: v1\nkind: Pod\n").says(&["error[SRIOV-H004]", "NodeConfig"]);
}

#[test]
fn unknown_keys_are_named_with_their_line() {
    let yaml = "apiVersion: sriov/v1\nkind: NodeConfig\npfs:\n  - match: { name: ens2f0 }\n    \
                numVf: 4\n";
    plan(yaml).says(&["error[SRIOV-H002]: pfs[0].numVf (line 5", "help: did you mean `numVfs`?"]);
    let json = "{\"apiVersion\": \"sriov/v1\",\n \"kind\": \"NodeConfig\",\n \"pfs\": [\n  \
                {\"match\": {\"name\": \"ens2f0\"}, \"mtus\": 1}]}";
    plan(json).says(&["error[SRIOV-H002]: pfs[0].mtus (line 4"]);
}

#[test]
fn ranges() {
    let document = |ranges: &str| {
        format!(
            "apiVersion: sriov/v1\nkind: NodeConfig\npfs:\n- match: {{ name: ens2f0 }}\n  \
             numVfs: 4\n  vfs: [{ranges}]\n"
        )
    };
    plan(document("{ range: 0-2 }, { range: 2-3 }")).says(&["error[SRIOV-H005]: pfs[0].vfs[1]"]);
    plan(document("{ range: 2-4 }")).says(&["error[SRIOV-H006]: pfs[0].vfs[0].range (line 6"]);
    plan(document("{ range: 0, vlan: 4095 }")).says(&["error[SRIOV-H003]: pfs[0].vfs[0].vlan"]);
}

#[test]
fn too_large() {
    let folder = folder("too-large");
    let path = folder.join("large.yaml");
    // Sparse: 17 MiB that take no space.
    File::create(&path).unwrap().set_len(17 << 20).unwrap();
    let path = path.to_str().unwrap();
    run(&["--sim", "demo", "plan", "-f", path]).ends(2).says(&["error[SRIOV-H007]", "16 MiB"]);
    plan(vec![b'#'; 17 << 20]).says(&["error[SRIOV-H007]"]);
    run(&["plan", "-f", "-", "--observed", path]).ends(2);
    run(&["--sim", path, "list"]).ends(2).says(&["error[SRIOV-H007]"]);
}

#[test]
fn the_wrong_file() {
    let folder = folder("wrong-file");
    run(&["plan", "-f", folder.to_str().unwrap()])
        .ends(2)
        .says(&["error[SRIOV-H080]: cannot read"]);
    let config = file(&folder, "config.yaml", crate::support::config(""));
    run(&["plan", "-f", &config, "--observed", &config]).ends(2).says(&["error[SRIOV-H004]"]);
    run(&["--sim", &config, "list"]).ends(2).says(&["error[SRIOV-H090]"]);
}

#[test]
fn a_node_state_of_the_operator_is_accepted() {
    let state = "
apiVersion: sriovnetwork.openshift.io/v1
kind: SriovNetworkNodeState
metadata: { name: worker-0 }
spec:
  interfaces:
    - pciAddress: 0000:5e:00.0
      numVfs: 2
      vfGroups: [{ resourceName: net, deviceType: netdevice, vfRange: ens2f0#0-1 }]
";
    let plan = feed(&["--sim", "demo", "plan", "-f", "-"], state).ends(0);
    assert!(plan.stdout.contains("createVfs") && plan.stdout.contains("0 → 2"), "{plan:?}");
}
