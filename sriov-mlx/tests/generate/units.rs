//! What the units have to say, directive by directive.

use sriov_mlx::generate::GenerateTarget;

use super::files;

/// A directive, and the words that its lines have to have among them.
type Required = (&'static str, &'static str);

const PROVISION: [Required; 19] = [
    ("DefaultDependencies", "no"),
    ("Conflicts", "shutdown.target"),
    ("Requires", "local-fs.target"),
    ("After", "local-fs.target systemd-udevd.service systemd-udev-trigger.service"),
    ("After", "systemd-modules-load.service"),
    ("Wants", "systemd-udev-trigger.service network-pre.target"),
    ("Before", "network-pre.target kubelet.service crio.service containerd.service"),
    ("Before", "shutdown.target"),
    ("ConditionPathExists", "/etc/sriov-mlx/desired.json"),
    ("ConditionKernelCommandLine", "!sriov-mlx.provision=off"),
    ("RequiresMountsFor", "/var/lib/sriov-mlx"),
    ("StateDirectory", "sriov-mlx"),
    ("Type", "oneshot"),
    ("RemainAfterExit", "yes"),
    ("TimeoutStartSec", "15min"),
    ("StandardOutput", "journal+console"),
    ("WantedBy", "multi-user.target"),
    ("ExecStart", "/usr/bin/sriovctl mlx provision --desired /etc/sriov-mlx/desired.json"),
    ("ExecStart", "--state-dir /var/lib/sriov-mlx"),
];

const GUARD: [Required; 7] = [
    ("DefaultDependencies", "no"),
    ("Before", "systemd-modules-load.service systemd-udev-trigger.service"),
    ("After", "systemd-remount-fs.service"),
    ("WantedBy", "sysinit.target"),
    ("Type", "oneshot"),
    ("ExecStart", "/usr/bin/sriovctl mlx guard"),
    ("Conflicts", "shutdown.target"),
];

fn words<'u>(unit: &'u str, directive: &str) -> Vec<&'u str> {
    let lines = unit.lines().filter_map(|line| line.split_once('='));
    let values = lines.filter(|(key, _)| *key == directive).map(|(_, value)| value);
    values.flat_map(str::split_whitespace).collect()
}

#[test]
fn every_directive_has_what_it_needs() {
    let tree = files(GenerateTarget::Systemd);
    let units =
        [("sriov-mlx-provision.service", &PROVISION[..]), ("sriov-host-guard.service", &GUARD)];
    for (name, required) in units {
        let unit = tree.iter().find(|file| file.path.file_name() == name).unwrap();
        for (directive, wanted) in required {
            let found = words(&unit.content, directive);
            for word in wanted.split_whitespace() {
                assert!(found.contains(&word), "{name}: {directive}={word} is not in {found:?}");
            }
        }
    }
}

#[test]
fn the_guard_waits_for_nothing_that_waits_for_it() {
    let tree = files(GenerateTarget::Systemd);
    let guard = &tree.iter().find(|f| f.path.file_name() == "sriov-host-guard.service").unwrap();
    for directive in ["After", "Requires", "Wants", "RequiresMountsFor", "StateDirectory"] {
        let found = words(&guard.content, directive);
        assert!(found.iter().all(|word| *word == "systemd-remount-fs.service"), "{directive}");
    }
}
