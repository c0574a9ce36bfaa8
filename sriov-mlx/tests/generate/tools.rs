//! What the programs say that read what is generated.
#![expect(clippy::disallowed_methods, reason = "programs of the host judge what is generated")]

#[path = "../support/tools.rs"]
mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use sriov_host::seam::HostPath;
use sriov_mlx::generate::{GenerateOptions, GenerateTarget, generate};

use super::{desired, files, full, write_below};

const IMAGES: [GenerateTarget; 3] =
    [GenerateTarget::ImageUbuntu, GenerateTarget::ImageRhel, GenerateTarget::ImageOstree];

fn said(output: &Output) -> String {
    let texts = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    texts.concat()
}

#[test]
fn systemd_has_no_complaint() {
    let Some(analyze) = support::tool("systemd-analyze") else { return };
    let folder = tempfile::tempdir().unwrap();
    // The program of a unit has to be there.
    let options = GenerateOptions { program: HostPath::new("bin/true"), ..Default::default() };
    let files = generate(GenerateTarget::Systemd, &desired(), &options).unwrap();
    write_below(folder.path(), &files);
    let units = folder.path().join("etc/systemd/system");
    let verify = |unit: &Path| {
        let mut command = Command::new(&analyze);
        command.args(["verify", "--man=no", "--recursive-errors=no"]).arg(unit).output().unwrap()
    };
    for unit in ["sriov-mlx-provision.service", "sriov-host-guard.service"] {
        let output = verify(&units.join(unit));
        assert!(output.status.success() && said(&output).is_empty(), "{unit}: {}", said(&output));
    }
    // It does complain where there is something wrong.
    let wrong = units.join("wrong.service");
    let text = fs::read_to_string(units.join("sriov-host-guard.service")).unwrap();
    fs::write(&wrong, text.replace("Type=oneshot", "Type=sometimes")).unwrap();
    let output = verify(&wrong);
    assert!(!said(&output).is_empty());
}

#[test]
fn cloud_init_knows_every_key() {
    let Some(cloud_init) = support::tool("cloud-init") else { return };
    let folder = tempfile::tempdir().unwrap();
    write_below(folder.path(), &files(GenerateTarget::CloudInit));
    let path = folder.path().join("user-data.yaml");
    let check = || {
        let mut command = Command::new(&cloud_init);
        command.args(["schema", "--config-file"]).arg(&path).output().unwrap()
    };
    let output = check();
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("Valid"), "{}", said(&output));
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("timeout: 120", "timeout: soon")).unwrap();
    let output = check();
    assert!(!output.status.success(), "{}", said(&output));
}

#[test]
fn the_files_in_the_user_data_are_those_of_the_tree() {
    let user_data = files(GenerateTarget::CloudInit).remove(0).content;
    let tree = files(GenerateTarget::Systemd);
    for file in tree.iter().filter(|file| file.path.file_name() != "desired.json") {
        let (_, behind) = user_data.split_once(&format!("  - path: {}\n", file.path)).unwrap();
        let (_, content) = behind.split_once("content: |\n").unwrap();
        let indented = |line: &&str| line.is_empty() || line.starts_with("      ");
        let lines = content.lines().take_while(indented);
        let lines = lines.map(str::trim_start);
        assert!(lines.eq(file.content.lines()), "{}", file.path);
    }
}

#[test]
fn shellcheck_has_no_complaint() {
    let Some(shellcheck) = support::tool("shellcheck") else { return };
    for target in IMAGES {
        for options in [full(), GenerateOptions::default()] {
            let folder = tempfile::tempdir().unwrap();
            write_below(folder.path(), &generate(target, &desired(), &options).unwrap());
            let script = folder.path().join("prepare-image.sh");
            let output = Command::new(&shellcheck).arg(script).output().unwrap();
            assert!(output.status.success(), "{target}: {}", said(&output));
        }
    }
}
