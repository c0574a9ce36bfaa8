//! User data of cloud-init.

use std::fmt::Write;

use sriov_host::seam::HostPath;

use super::model::GeneratedFile;
use crate::provision::{Desired, OnReboot};

const HEAD: &str = "#cloud-config
# The program that the units run has to be in the image, or be installed before they are started.
packages:
  - mstflint
write_files:
";

/// Starting the unit blocks until the cards are written: what is asked below is known then.
const RUN: &str = "runcmd:
  - [systemctl, daemon-reload]
  - [systemctl, enable, sriov-host-guard.service]
  - [systemctl, enable, --now, sriov-mlx-provision.service]
";

/// The one who restarts: once for an instance, and only if a card needs it.
const POWER_STATE: &str = "power_state:
  mode: reboot
  delay: now
  message: New firmware settings of NVIDIA cards need a restart
  condition: test -e /run/sriov-mlx/reboot-required
  timeout: 120
";

/// The wish as an instance gets it: cloud-init restarts it, so that nobody else may.
pub(super) fn adapted(desired: &Desired) -> Desired {
    let on_reboot_required = match desired.on_reboot_required {
        OnReboot::Reboot | OnReboot::Notify => OnReboot::Notify,
        OnReboot::Fail => OnReboot::Fail,
    };
    Desired { on_reboot_required, ..desired.clone() }
}

/// The user data that brings these files to an instance.
pub(super) fn files(tree: &[GeneratedFile], desired: &Desired) -> Vec<GeneratedFile> {
    let mut content = HEAD.to_owned();
    for file in tree {
        let (path, mode) = (&file.path, file.mode);
        let _ = writeln!(content, "  - path: {path}\n    owner: root:root");
        let _ = writeln!(content, "    permissions: '{mode:04o}'\n    content: |");
        for line in file.content.lines() {
            let indent = if line.is_empty() { "" } else { "      " };
            let _ = writeln!(content, "{indent}{line}");
        }
    }
    content.push_str(RUN);
    if desired.on_reboot_required != OnReboot::Fail {
        content.push_str(POWER_STATE);
    }
    vec![GeneratedFile { path: HostPath::new("user-data.yaml"), mode: 0o644, content }]
}
