//! Every target, byte by byte.

use std::fmt::Write;

use sriov_host::seam::HostPath;
use sriov_mlx::generate::{
    GenerateError, GenerateOptions, GenerateTarget, GeneratedFile, generate,
};
use sriov_mlx::provision::{CardMatch, Desired, OnReboot};

use super::{desired, files, full};

fn shown(files: &[GeneratedFile]) -> String {
    let mut text = String::new();
    for file in files {
        writeln!(text, "==> {} ({:o})\n{}", file.path.as_str(), file.mode, file.content).unwrap();
    }
    text
}

#[test]
fn every_target() {
    for target in GenerateTarget::ALL {
        insta::assert_snapshot!(target.to_string(), shown(&files(target)));
    }
}

#[test]
fn a_plain_image_has_no_kernel_arguments_and_no_modprobe_file() {
    for target in
        [GenerateTarget::ImageUbuntu, GenerateTarget::ImageRhel, GenerateTarget::ImageOstree]
    {
        let files = generate(target, &desired(), &GenerateOptions::default()).unwrap();
        let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "rootfs/etc/sriov-mlx/desired.json",
                "rootfs/etc/systemd/system/sriov-mlx-provision.service",
                "rootfs/etc/systemd/system/sriov-host-guard.service",
                "prepare-image.sh"
            ]
        );
        let script = &files[3].content;
        for word in ["grub", "dracut", "initramfs", "kargs", "@"] {
            assert!(!script.replace("$@", "").contains(word), "{target}: {word}");
        }
    }
}

#[test]
fn equal_wishes_give_equal_bytes() {
    let shuffled = Desired { matches: desired().matches.into_iter().rev().collect(), ..desired() };
    assert_ne!(shuffled, desired());
    for target in GenerateTarget::ALL {
        assert_eq!(
            generate(target, &shuffled, &super::options_for(target)).unwrap(),
            files(target)
        );
    }
}

#[test]
fn the_instance_has_one_who_restarts_it() {
    let user_data = |on_reboot_required| {
        let desired = Desired { on_reboot_required, ..desired() };
        let files = generate(GenerateTarget::CloudInit, &desired, &GenerateOptions::default());
        files.unwrap().remove(0).content
    };
    for asked in [OnReboot::Reboot, OnReboot::Notify] {
        let text = user_data(asked);
        assert!(text.contains(r#""on_reboot_required": "notify""#), "{text}");
        assert!(text.contains("power_state:\n"));
    }
    let text = user_data(OnReboot::Fail);
    assert!(text.contains(r#""on_reboot_required": "fail""#) && !text.contains("power_state"));
}

#[test]
fn what_would_mean_something_else_is_refused() {
    let program = |path: &str| GenerateOptions { program: HostPath::new(path), ..full() };
    let arg = |text: &str| GenerateOptions {
        kernel_args: vec![text.parse().unwrap()],
        ..GenerateOptions::default()
    };
    for options in [
        program("/usr/bin/sriov ctl"),
        program("/usr/bin/%i"),
        program("/opt/$HOME"),
        program("/opt/a;b"),
        program("/opt/a\nExecStartPre=/bin/sh"),
        program("/"),
        arg(r#"dyndbg="file a.c +p""#),
        arg("x=$(reboot)"),
        arg("x='y'"),
        arg("x=a;b"),
        arg("x=\\"),
        arg("x=*"),
    ] {
        let refused = generate(GenerateTarget::ImageRhel, &desired(), &options).unwrap_err();
        assert_eq!(refused.code(), "SRIOV-M067", "{refused}");
    }
    let nothing = Desired { matches: Vec::new(), ..desired() };
    let options = GenerateOptions::default();
    assert!(matches!(
        generate(GenerateTarget::Systemd, &nothing, &options),
        Err(GenerateError::Desired(_))
    ));
    let text = CardMatch::Part("a\nb".to_owned());
    let broken = Desired { matches: vec![text], ..desired() };
    assert!(generate(GenerateTarget::CloudInit, &broken, &options).is_err());
    // What a target has no place for is not dropped silently.
    for target in [GenerateTarget::Systemd, GenerateTarget::CloudInit] {
        let refused = generate(target, &desired(), &full()).unwrap_err();
        assert!(matches!(refused, GenerateError::NotForTarget { .. }), "{refused}");
    }
}
