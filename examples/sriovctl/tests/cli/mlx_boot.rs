//! `mlx provision`, `mlx generate` and `mlx guard`: machines that see to themselves.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use serde_json::{Value, json};
use sriov_host::sim::SimHost;

use crate::support::{Run, file, folder, run};

const MACHINE: &str = "pfs: [{ pci: 0000:3b:00.0, driver: mlx5_core, device: 101d, name: ens1f0np0 }]\n\
    cards:\n  - serial: MT2141X00123\n    pfs: [0000:3b:00.0]\n    params:\n      \
    NUM_OF_VFS: { current: 8 }\n      SRIOV_EN: { current: true }\n";

struct Host {
    folder: PathBuf,
    machine: String,
    state: PathBuf,
}

impl Host {
    fn new(name: &str) -> Self {
        let folder = folder(&format!("mlx-boot-{name}"));
        let machine = file(&folder, "machine.yaml", MACHINE);
        Self { machine, state: folder.join("state.json"), folder }
    }

    fn desired(&self, vfs: u16, more: &str) -> String {
        file(&self.folder, "desired.json", desired(vfs, more))
    }

    fn provision(&self, desired: &str, more: &[&str]) -> Run {
        let state = self.state.to_str().unwrap();
        let args = ["--sim", &self.machine, "--sim-state", state, "mlx", "provision"];
        let own = ["--desired", desired, "--state-dir", "/var/lib/sriov-mlx"];
        run(&[&args[..], &own, more].concat())
    }

    fn reboot(&self) {
        let host = SimHost::load(&fs::read_to_string(&self.state).unwrap()).unwrap();
        host.reboot();
        fs::write(&self.state, host.save().unwrap()).unwrap();
    }
}

fn desired(vfs: u16, more: &str) -> String {
    format!(
        "{{\"version\": 1, \"match\": [{{\"device_id\": \"101d\"}}], \
         \"policy\": {{\"at_least\": {vfs}}}{more}}}"
    )
}

#[test]
fn a_boot_that_finds_all_as_it_should_be_says_nothing() {
    let host = Host::new("quiet");
    let desired = host.desired(8, "");
    let quiet = host.provision(&desired, &[]).ends(0);
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
    let told = host.provision(&desired, &["-o", "json"]).ends(0).json();
    assert_eq!(told["outcome"], "converged");
}

#[test]
fn written_restarted_and_verified() {
    let host = Host::new("life");
    let desired = host.desired(32, "");
    let dry = host.provision(&desired, &["--dry-run", "-o", "json"]).ends(0).json();
    assert_eq!(
        (&dry["outcome"], &dry["cards"][0]["set"]),
        (&"planned".into(), &json!({ "NUM_OF_VFS": 32 }))
    );
    let first = host.provision(&desired, &[]).ends(6);
    insta::assert_snapshot!("provision_text", first.stdout);
    let again = host.provision(&desired, &["-o", "json"]).ends(6).json();
    assert_eq!(
        (&again["outcome"], &again["cards"][0]["attempts"]),
        (&"reboot-pending".into(), &1.into())
    );
    host.reboot();
    let verified = host.provision(&desired, &["-o", "json"]).ends(0).json();
    assert_eq!(verified["cards"][0]["outcome"], "verified");
    let quiet = host.provision(&desired, &[]).ends(0);
    assert_eq!(quiet.stdout, "");
}

#[test]
fn the_document_says_what_a_restart_is() {
    let host = Host::new("fail");
    let failing = host.desired(32, ", \"on_reboot_required\": \"fail\"");
    let failed = host.provision(&failing, &["-o", "json"]).ends(1);
    assert_eq!(failed.json()["outcome"], "failed");
    let host = Host::new("reboot");
    let desired = host.desired(32, ", \"on_reboot_required\": \"reboot\"");
    host.provision(&desired, &["--dry-run"]).ends(0);
    // The simulated machine has no systemd that could be told.
    host.provision(&desired, &[]).ends(1).says(&["error[SRIOV-M064]"]);
    // What was asked for is remembered, and not asked for twice in one boot.
    let again = host.provision(&desired, &["-o", "json"]).ends(6).json();
    assert_eq!(again["outcome"], "reboot-pending");
}

#[test]
fn a_host_without_such_a_card_is_no_failure() {
    let host = Host::new("none");
    let other = desired(8, "").replace("101d", "1017");
    let desired = file(&host.folder, "other.json", other);
    let told = host.provision(&desired, &["-o", "json"]).ends(0).json();
    assert_eq!(told["outcome"], "no-matching-device");
}

#[test]
fn a_document_that_is_not_valid_is_usage() {
    let host = Host::new("usage");
    let desired = host.desired(8, ", \"max_attempts\": 9");
    host.provision(&desired, &[]).ends(2).says(&["error[SRIOV-H0", "max_attempts"]);
}

fn generate(out: &str, desired: &str, more: &[&str]) -> Run {
    let args = ["mlx", "generate", "--target", "systemd", "--desired", desired, "--out", out];
    run(&[&args, more].concat())
}

fn states(report: &Value) -> Vec<&str> {
    report["files"].as_array().unwrap().iter().map(|file| file["state"].as_str().unwrap()).collect()
}

#[test]
fn generated_once_and_then_the_same() {
    let folder = folder("mlx-generate");
    let document = file(&folder, "desired.json", desired(16, ""));
    let out = folder.join("tree");
    let tree = out.to_str().unwrap();
    let dry = generate(tree, &document, &["--dry-run"]).ends(0).stdout;
    assert!(dry.contains("+++ /etc/sriov-mlx/desired.json") && dry.contains("missing"), "{dry}");
    generate(tree, &document, &["--check"]).ends(1);
    assert!(!out.exists(), "neither wrote anything");
    let made = generate(tree, &document, &["-o", "json"]).ends(0).json();
    assert!(states(&made).iter().all(|state| *state == "created"), "{made}");
    for entry in made["files"].as_array().unwrap() {
        let path = out.join(entry["path"].as_str().unwrap().trim_start_matches('/'));
        let bits = path.metadata().unwrap().permissions().mode() & 0o7777;
        assert_eq!(format!("{bits:04o}"), entry["mode"].as_str().unwrap());
    }
    let again = generate(tree, &document, &["-o", "json"]).ends(0).json();
    assert!(states(&again).iter().all(|state| *state == "unchanged"), "{again}");
    generate(tree, &document, &["--check"]).ends(0);

    let document = file(&folder, "desired.json", desired(32, ""));
    let check = generate(tree, &document, &["--check"]).ends(1).stdout;
    assert!(
        check.contains("-    \"at_least\": 16") && check.contains("+    \"at_least\": 32"),
        "{check}"
    );
    let changed = generate(tree, &document, &["-o", "json"]).ends(0).json();
    assert_eq!(states(&changed).iter().filter(|state| **state == "changed").count(), 1);
}

#[test]
fn scripts_of_images_can_be_run() {
    let folder = folder("mlx-generate-image");
    let document = file(&folder, "desired.json", desired(16, ""));
    for target in ["cloud-init", "image-ubuntu", "image-rhel", "image-ostree"] {
        let out = folder.join(target);
        let args = ["mlx", "generate", "--target", target, "--desired", &document, "--out"];
        run(&[&args[..], &[out.to_str().unwrap()]].concat()).ends(0);
        let script = out.join("prepare-image.sh");
        if target.starts_with("image") {
            assert_eq!(script.metadata().unwrap().permissions().mode() & 0o777, 0o755, "{target}");
        }
    }
}

#[test]
fn no_link_leads_out_of_the_tree() {
    let folder = folder("mlx-generate-link");
    let document = file(&folder, "desired.json", desired(16, ""));
    let outside = folder.join("outside");
    fs::create_dir_all(&outside).unwrap();
    let out = folder.join("tree");
    fs::create_dir_all(&out).unwrap();
    symlink(&outside, out.join("etc")).unwrap();
    generate(out.to_str().unwrap(), &document, &[]);
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0, "nothing was written there");
}

#[test]
fn the_guard_removes_what_an_earlier_boot_left() {
    let root = folder("mlx-guard");
    file(&root, "proc/sys/kernel/random/boot_id", "11111111-2222-4333-8444-555555555555\n");
    let left = "# sriov-transaction: 7d0a3c1e-5f0e-4c39-9d0f-1f6d5a1b2c3d\n\
        # sriov-boot-id: 0b9d8e6c-2f1a-4b7e-8c1d-3a5b7c9d1e2f\nblacklist mlx5_core\n";
    let ours = file(&root, "etc/modprobe.d/sriov-reload.conf", left);
    let foreign = file(&root, "etc/modprobe.d/other.conf", "blacklist nouveau\n");
    let guard = |more: &[&str]| {
        run(&[&["--root", root.to_str().unwrap(), "mlx", "guard", "-o", "json"], more].concat())
            .ends(0)
            .json()
    };
    assert_eq!(guard(&["--dry-run"])["removed"], json!(["/etc/modprobe.d/sriov-reload.conf"]));
    assert!(fs::exists(&ours).unwrap());
    assert_eq!(guard(&[])["removed"], json!(["/etc/modprobe.d/sriov-reload.conf"]));
    assert!(!fs::exists(&ours).unwrap() && fs::exists(&foreign).unwrap());
}
