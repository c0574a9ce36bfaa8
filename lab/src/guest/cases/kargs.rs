//! Kernel arguments, staged with a boot loader's own tool below a root of its own.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use serde_json::{Value, json};

use super::super::case::{Case, Done, holds, same};
use super::super::sriovctl::{self, steps};
use super::super::sys;

pub(super) const CASES: &[Case] = &[
    Case::new("rdma", "kargs_are_staged_with_update_grub", staged),
    Case::new("rdma", "kargs_without_effect_are_a_failure", no_effect),
    Case::new("rdma", "kargs_in_conflict_change_nothing", conflict),
    Case::new("rdma", "kargs_without_a_loader_are_for_a_person", manual),
];

const ROOT: &str = "/tmp/kargs-root";
const ADD: [&str; 4] = ["--add", "iommu=pt", "--add", "intel_iommu=on"];

/// As much of Debian's `grub-mkconfig` as decides: what is sourced, and in which order.
const MKCONFIG: &str = r#"#!/bin/sh
set -e
GRUB_CMDLINE_LINUX=; GRUB_CMDLINE_LINUX_DEFAULT=
. /etc/default/grub
for x in /etc/default/grub.d/*.cfg; do
  if [ -e "$x" ]; then . "$x"; fi
done
cat > /boot/grub/grub.cfg.new <<END
set default="0"
menuentry 'Debian GNU/Linux' --class debian {
	linux	/vmlinuz root=/dev/sda1 ro $GRUB_CMDLINE_LINUX $GRUB_CMDLINE_LINUX_DEFAULT
	initrd	/initrd.img
}
END
mv /boot/grub/grub.cfg.new /boot/grub/grub.cfg
echo run >> /update-grub.log
"#;

const UPDATE_GRUB: &str = "#!/bin/sh\nexec grub-mkconfig\n";
const RUNNING: &str = "BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro quiet\n";

fn put(path: &str, text: &str, mode: u32) -> Done {
    let path = Path::new(ROOT).join(path);
    let written =
        path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, text));
    let written =
        written.and_then(|()| fs::set_permissions(&path, fs::Permissions::from_mode(mode)));
    written.map_err(|e| format!("write {}: {e}", path.display()))
}

/// A Debian with grub, small enough for `chroot`.
fn debian(update_grub: &str) -> Done {
    drop(fs::remove_dir_all(ROOT));
    put("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n", 0o644)?;
    let defaults =
        "GRUB_DEFAULT=0\nGRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\nGRUB_CMDLINE_LINUX=\"\"\n";
    put("etc/default/grub", defaults, 0o644)?;
    put("proc/cmdline", RUNNING, 0o644)?;
    put("proc/sys/kernel/random/boot_id", "0f5a7a3e-9c55-4b5e-8d5f-3c8f5f1d2a11\n", 0o644)?;
    put("usr/sbin/grub-mkconfig", MKCONFIG, 0o755)?;
    put("usr/sbin/update-grub", update_grub, 0o755)?;
    put("boot/grub/grubenv", "", 0o644)?;
    put("dev/null", "", 0o666)?;
    let bin = Path::new(ROOT).join("bin");
    fs::create_dir_all(&bin).map_err(|e| format!("create {}: {e}", bin.display()))?;
    fs::copy("/bin/busybox", bin.join("busybox")).map_err(|e| format!("copy busybox: {e}"))?;
    for applet in ["sh", "cat", "mv"] {
        std::os::unix::fs::symlink("busybox", bin.join(applet))
            .map_err(|e| format!("link {applet}: {e}"))?;
    }
    let first = "set default=\"0\"\nmenuentry 'Debian GNU/Linux' --class debian {\n\tlinux\t/vmlinuz root=/dev/sda1 ro  quiet\n\tinitrd\t/initrd.img\n}\n";
    put("boot/grub/grub.cfg", first, 0o644)
}

fn kargs(status: i32, command: &str, arguments: &[&str]) -> Result<Value, String> {
    sriovctl::json(status, &[&["--root", ROOT, "kargs", command], arguments].concat())
}

/// How often the boot loader's tool was run.
fn runs() -> usize {
    fs::read_to_string(format!("{ROOT}/update-grub.log")).map_or(0, |log| log.lines().count())
}

/// Every file below the root that a change would make another one.
fn files() -> Result<Vec<(String, u64, i64, i64)>, String> {
    let (mut files, mut folders) = (Vec::new(), vec![ROOT.to_owned()]);
    while let Some(folder) = folders.pop() {
        for name in sys::names(&folder) {
            let path = format!("{folder}/{name}");
            let data = fs::symlink_metadata(&path).map_err(|e| format!("look at {path}: {e}"))?;
            if data.is_dir() {
                folders.push(path);
            } else if Path::new(&path).extension().is_none_or(|end| end != "lock") {
                files.push((path, data.ino(), data.mtime(), data.mtime_nsec()));
            }
        }
    }
    files.sort();
    Ok(files)
}

fn words(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn staged() -> Done {
    debian(UPDATE_GRUB)?;
    let before = files()?;
    let found = kargs(0, "get", &[])?;
    same("backend", &found["backend"], &"grub".into())?;
    same("running", &words(&found["running"]), &RUNNING.split_whitespace().collect())?;
    let plan = kargs(0, "plan", &ADD)?;
    holds(|| format!("no steps in {plan}"), !steps(&plan)?.is_empty())?;
    same("a boot before anything is staged", &plan["rebootRequired"], &false.into())?;
    same("the files", &files()?, &before)?;
    let applied = kargs(6, "apply", &ADD)?;
    let outcomes: Vec<_> = steps(&applied)?.iter().map(|step| step["outcome"].clone()).collect();
    holds(|| format!("outcomes: {outcomes:?}"), outcomes.iter().all(|outcome| outcome == "done"))?;
    same("a boot", &applied["rebootRequired"], &true.into())?;
    same("runs of the tool", &runs(), &1)?;
    let config = sys::read(format!("{ROOT}/boot/grub/grub.cfg"))?;
    let line = config.lines().find(|line| line.trim().starts_with("linux")).unwrap_or_default();
    let line: Vec<&str> = line.split_whitespace().collect();
    for arg in ["iommu=pt", "intel_iommu=on", "quiet"] {
        same(&format!("{arg} in {line:?}"), &line.iter().filter(|word| **word == arg).count(), &1)?;
    }
    let before = files()?;
    let again = kargs(6, "apply", &ADD)?;
    same("steps of a second call", &steps(&again)?.len(), &0)?;
    same("runs of the tool", &runs(), &1)?;
    same("the files", &files()?, &before)?;
    // The boot that was asked for.
    put(
        "proc/cmdline",
        "BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro iommu=pt intel_iommu=on quiet\n",
        0o644,
    )?;
    put("proc/sys/kernel/random/boot_id", "5d1c1d61-1e0e-4f2c-a3a0-6a7d5e1b9c22\n", 0o644)?;
    same("steps after the boot", &steps(&kargs(0, "apply", &ADD)?)?.len(), &0)?;
    let removed = kargs(6, "apply", &["--remove", "iommu=pt"])?;
    same("a boot", &removed["rebootRequired"], &true.into())?;
    let config = sys::read(format!("{ROOT}/boot/grub/grub.cfg"))?;
    let left = config.split_whitespace().any(|word| word == "iommu=pt");
    same("whether it is still staged", &left, &false)?;
    same("runs of the tool", &runs(), &2)
}

fn no_effect() -> Done {
    debian("#!/bin/sh\nexit 0\n")?;
    let ran = sriovctl::run(&[&["--root", ROOT, "kargs", "apply"], &ADD[..]].concat())?;
    holds(
        || format!("it ended with {:?}: {}", ran.status, ran.err),
        matches!(ran.status, Some(1 | 5)),
    )
}

fn conflict() -> Done {
    debian(UPDATE_GRUB)?;
    put("etc/default/grub", "GRUB_CMDLINE_LINUX=\"intel_iommu=off\"\n", 0o644)?;
    let old = sys::read(format!("{ROOT}/boot/grub/grub.cfg"))?;
    put("boot/grub/grub.cfg", &old.replace("quiet", "quiet intel_iommu=off"), 0o644)?;
    let before = files()?;
    let refused = kargs(10, "apply", &["--add", "intel_iommu=on"])?;
    let conflicts = refused["conflicts"].as_array().map(Vec::len);
    same("conflicts", &conflicts, &Some(1))?;
    same("the files", &files()?, &before)?;
    same("runs of the tool", &runs(), &0)
}

fn manual() -> Done {
    debian(UPDATE_GRUB)?;
    drop(fs::remove_dir_all(format!("{ROOT}/boot")));
    let plan = kargs(8, "apply", &ADD)?;
    same("manual", &json!([plan["manual"], plan["backend"]]), &json!([true, "manual"]))?;
    same("runs of the tool", &runs(), &0)
}
