//! The simulated machine's boot loader: what it would pass at the next boot, by its files.

use std::collections::BTreeMap;

use super::kernel::Kernel;
use crate::boot::loaders::{BlsEntry, GrubCfg, GrubEnv, grub_default, systemd_default};

/// What `rpm-ostree` leaves behind until the machine is shut down. Here it holds the arguments.
pub(super) const STAGED_DEPLOYMENT: &str = "run/ostree/staged-deployment";

/// Where the loader's partition may be mounted.
const PARTITIONS: [&str; 2] = ["efi", "boot"];

impl Kernel {
    /// The arguments that the boot loader would pass now; `None` without one.
    pub(super) fn staged_cmdline(&self) -> Option<String> {
        self.text(STAGED_DEPLOYMENT).or_else(|| self.default_entry()).or_else(|| self.grub_cfg())
    }

    /// What happens to a staged deployment when the machine is shut down.
    pub(super) fn finalize_deployment(&mut self) {
        let Some(arguments) = self.text(STAGED_DEPLOYMENT) else { return };
        self.files.remove(STAGED_DEPLOYMENT);
        let newest = self.bls_entries().into_keys().next_back();
        if let Some(path) = newest {
            self.set_options(&path, &arguments);
        }
    }

    /// The partition that has entries.
    pub(super) fn loader_partition(&self) -> &'static str {
        let has = |partition: &&&str| {
            let folder = format!("{partition}/loader/entries/");
            self.files.keys().any(|path| path.starts_with(&folder))
        };
        PARTITIONS.iter().find(has).copied().unwrap_or("boot")
    }

    /// The entries by their paths, sorted by these.
    pub(super) fn bls_entries(&self) -> BTreeMap<String, BlsEntry> {
        let folder = format!("{}/loader/entries/", self.loader_partition());
        let entry = |path: &String| {
            let name = path.strip_prefix(&folder)?.strip_suffix(".conf")?;
            Some((path.clone(), BlsEntry::parse(name, &self.text(path)?)))
        };
        self.files.keys().filter_map(entry).collect()
    }

    /// Replaces the `options` of an entry, and leaves its other lines as they are.
    pub(super) fn set_options(&mut self, path: &str, options: &str) {
        let Some(text) = self.text(path) else { return };
        let line = |line: &str| match line.split_once([' ', '\t']) {
            Some(("options", _)) => format!("options {options}\n"),
            _ => format!("{line}\n"),
        };
        let text: String = text.lines().map(line).collect();
        self.put_text(path, &text);
    }

    pub(super) fn grubenv(&self) -> GrubEnv {
        let block = ["boot/grub2/grubenv", "boot/grub/grubenv"];
        let text = block.iter().find_map(|path| self.text(path));
        GrubEnv::parse(&text.unwrap_or_default())
    }

    fn default_entry(&self) -> Option<String> {
        let entries: Vec<BlsEntry> = self.bls_entries().into_values().collect();
        let env = self.grubenv();
        let entry = match self.text(&format!("{}/loader/loader.conf", self.loader_partition())) {
            None => grub_default(&entries, &env),
            Some(conf) => {
                let default = conf.lines().find_map(|line| line.strip_prefix("default "));
                systemd_default(&entries, default.map(str::trim))
            }
        };
        entry.map(|entry| entry.expanded(&env, &BTreeMap::new()))
    }

    fn grub_cfg(&self) -> Option<String> {
        let script = ["boot/grub/grub.cfg", "boot/grub2/grub.cfg"];
        let script = script.iter().find_map(|path| self.text(path))?;
        let script = GrubCfg::parse(&script, &self.grubenv()).ok()?;
        let linux = script.default_entry()?.linux.as_ref()?;
        Some(format!("BOOT_IMAGE={} {}", linux.kernel, linux.arguments))
    }

    /// A file, if it is there and is text.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        self.files.get(path).and_then(|content| String::from_utf8(content.bytes()).ok())
    }

    pub(super) fn put_text(&mut self, path: &str, text: &str) {
        self.files.insert(path.to_owned(), text.as_bytes().into());
    }
}
