//! The initramfs: a copy of modprobe's files, as they were when it was made.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::files::Content;
use super::host::SimHost;
use super::kernel::Kernel;
use super::machine_rdma::InitramfsMachine;

/// The folders whose files are copied.
const MODPROBE: [&str; 4] =
    ["etc/modprobe.d/", "usr/local/lib/modprobe.d/", "usr/lib/modprobe.d/", "lib/modprobe.d/"];

/// What the initramfs holds, by its own record. The file in `/boot` is made from it.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Initramfs {
    pub(super) modules: Vec<String>,
    /// The files of modprobe that are in it.
    pub(super) modprobe: BTreeMap<String, Content>,
}

impl Initramfs {
    pub(super) fn new(machine: &InitramfsMachine) -> Self {
        Self { modules: machine.modules.clone(), modprobe: BTreeMap::new() }
    }

    pub(super) fn contains(&self, module: &str) -> bool {
        self.modules.iter().any(|name| name.replace('-', "_") == module)
    }

    fn archive(&self, release: &str) -> Vec<u8> {
        let mut archive = Archive::default();
        archive.add("init", b"#!/bin/sh\n");
        for module in &self.modules {
            let folder = match module.as_str() {
                "ib_core" => "infiniband/core",
                _ => "misc",
            };
            let path = format!("usr/lib/modules/{release}/kernel/drivers/{folder}/{module}.ko");
            archive.add(&path, b"\x7fELF");
        }
        for (path, content) in &self.modprobe {
            archive.add(path, &content.bytes());
        }
        archive.end()
    }
}

impl Kernel {
    /// `update-initramfs -u`, `dracut -f`: the modules stay, modprobe's files are copied anew.
    pub(super) fn regenerate_initramfs(&mut self) {
        let copied = self.files.iter().filter(|(path, _)| {
            path.strip_suffix(".conf").is_some()
                && MODPROBE.iter().any(|folder| path.starts_with(folder))
        });
        self.initramfs.modprobe =
            copied.map(|(path, content)| (path.clone(), content.clone())).collect();
        let bytes = self.initramfs.archive(&self.release);
        let path = format!("boot/initrd.img-{}", self.release);
        self.files.insert(path, Content::from(bytes.as_slice()));
    }
}

impl SimHost {
    /// Makes the initramfs anew, as `update-initramfs -u` does, with modprobe's files as they are.
    ///
    /// It is the file `/boot/initrd.img-RELEASE`: a cpio archive without compression.
    pub fn regenerate_initramfs(&self) {
        self.kernel().regenerate_initramfs();
    }
}

/// A cpio archive of the kind "newc" (`Documentation/driver-api/early-userspace/buffer-format.rst`).
#[derive(Default)]
struct Archive {
    bytes: Vec<u8>,
    entries: u32,
}

impl Archive {
    fn add(&mut self, path: &str, content: &[u8]) {
        self.entries += 1;
        self.entry(path, self.entries, 0o10_0755, content);
    }

    fn end(mut self) -> Vec<u8> {
        self.entry("TRAILER!!!", 0, 0, b"");
        self.bytes
    }

    /// Header, name and content, the last two padded to four bytes.
    fn entry(&mut self, path: &str, inode: u32, mode: u32, content: &[u8]) {
        let (size, name) = (content.len(), path.len() + 1);
        let header = format!(
            "070701{inode:08x}{mode:08x}{0:08x}{0:08x}{1:08x}{0:08x}{size:08x}\
             {0:08x}{0:08x}{0:08x}{0:08x}{name:08x}{0:08x}",
            0, 1
        );
        self.bytes.extend(header.bytes().chain(path.bytes()).chain([0]));
        self.pad();
        self.bytes.extend_from_slice(content);
        self.pad();
    }

    fn pad(&mut self) {
        let padded = self.bytes.len().next_multiple_of(4);
        self.bytes.resize(padded, 0);
    }
}
