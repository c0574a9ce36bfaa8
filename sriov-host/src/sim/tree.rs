//! The pseudo files, made up as they are asked for.

use std::collections::VecDeque;

use super::kernel::Kernel;
use crate::seam::HostPath;
use crate::{Errno, PciAddress};

/// What is at a place of the tree.
#[derive(Debug)]
pub(super) enum Node {
    Folder(Vec<String>),
    Link(String),
    File(Result<String, Errno>),
    /// Mode 0200.
    WriteOnly,
}

/// As deep as the kernel follows links.
const MAX_LINKS: usize = 40;

impl Node {
    #[expect(clippy::unnecessary_wraps, reason = "the tree answers with options")]
    #[expect(clippy::needless_pass_by_value, reason = "numbers and texts are passed alike")]
    pub(super) fn text(text: impl ToString) -> Option<Self> {
        Some(Self::File(Ok(text.to_string())))
    }

    #[expect(clippy::unnecessary_wraps, reason = "the tree answers with options")]
    pub(super) fn folder<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Option<Self> {
        Some(Self::Folder(names.into_iter().map(Into::into).collect()))
    }
}

impl Kernel {
    /// Where a path leads when links on the way are followed, and at its end if `last`.
    pub(super) fn resolve(&self, path: &HostPath, last: bool) -> Result<Vec<String>, Errno> {
        let mut ahead: VecDeque<String> = path.as_str().split('/').map(str::to_owned).collect();
        let mut walked: Vec<String> = Vec::new();
        let mut links = 0;
        while let Some(part) = ahead.pop_front() {
            match part.as_str() {
                "" | "." => continue,
                ".." => drop(walked.pop()),
                _ => walked.push(part),
            }
            if !last && ahead.is_empty() {
                break;
            }
            let Some(Node::Link(target)) = self.node(&walked) else { continue };
            links += 1;
            if links > MAX_LINKS {
                return Err(Errno::LOOP);
            }
            walked.pop();
            if target.starts_with('/') {
                walked.clear();
            }
            target.rsplit('/').for_each(|part| ahead.push_front(part.to_owned()));
        }
        Ok(walked)
    }

    /// What is at a path without links on the way; `None` if there is nothing.
    pub(super) fn node(&self, path: &[String]) -> Option<Node> {
        let parts: Vec<&str> = path.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["sys", "bus", "pci", rest @ ..] => self.bus_node(rest),
            ["sys", "class", "net"] => {
                let visible = self.netdevs.values().filter(|netdev| netdev.netns.is_none());
                Node::folder(visible.map(|netdev| netdev.name.clone()))
            }
            ["sys", "class", "net", name] => {
                let ifindex = self.find_visible(name)?;
                let netdev = self.netdevs.get(&ifindex).filter(|netdev| netdev.name == *name)?;
                let path = self.net_devpath(netdev.function, &netdev.name);
                Some(Node::Link(format!("../..{path}")))
            }
            ["sys", "class", class @ ("infiniband" | "infiniband_verbs"), rest @ ..] => {
                self.rdma_class(class, rest)
            }
            ["sys", "kernel", "iommu_groups"] => {
                let groups = self.functions.values().filter_map(|function| function.iommu_group);
                Node::folder(groups.map(|group| group.to_string()))
            }
            ["sys", "kernel", "security", "lockdown"] => Node::text(self.lockdown.file()?),
            ["sys", "module", rest @ ..] => self.module_node(rest),
            ["sys", "devices", "virtual", "net", "lo", rest @ ..] => {
                self.net_node(self.netdevs.get(&super::netdev::LOOPBACK)?, rest)
            }
            [
                "sys",
                "devices",
                "virtual",
                class @ ("infiniband" | "infiniband_verbs"),
                rest @ ..,
            ] => self.soft_rdma_node(class, rest),
            ["sys", "devices", rest @ ..] => {
                let (address, rest) = self.split_device(rest)?;
                self.device_node(address, rest)
            }
            ["proc", rest @ ..] => self.proc_node(rest),
            ["run", "udev"] if self.udev.present => {
                Node::folder(["control", "data"].map(str::to_owned))
            }
            ["run", "udev", "control"] if self.udev.present => Node::text(""),
            ["run", "udev", "data"] if self.udev.present => {
                Node::folder(self.udev_db.keys().map(|ifindex| format!("n{ifindex}")))
            }
            ["run", "udev", "data", name] => {
                let ifindex = name.strip_prefix('n')?.parse().ok()?;
                Node::text(self.udev_text(ifindex)?)
            }
            path => self.namespace_node(path),
        }
    }

    /// The function that a path below `/sys/devices` is in, and the rest of the path.
    pub(super) fn split_device<'p>(
        &self,
        path: &'p [&'p str],
    ) -> Option<(PciAddress, &'p [&'p str])> {
        path.iter().enumerate().rev().find_map(|(at, part)| {
            let address: PciAddress = part.parse().ok()?;
            let function = self.functions.contains_key(&address).then_some(address)?;
            let (home, rest) = path.split_at_checked(at + 1)?;
            (self.devpath(function) == format!("/devices/{}", home.join("/")))
                .then_some((function, rest))
        })
    }

    fn bus_node(&self, path: &[&str]) -> Option<Node> {
        match path {
            ["devices"] => Node::folder(self.functions.keys().map(ToString::to_string)),
            ["devices", name] => {
                let address = self.find_function(name)?;
                Some(Node::Link(format!("../../..{}", self.devpath(address))))
            }
            ["drivers"] => Node::folder(self.drivers.iter().cloned()),
            ["drivers_probe"] => Some(Node::WriteOnly),
            ["drivers", driver, rest @ ..] if self.drivers.contains(*driver) => match rest {
                [] => {
                    let bound = self.bound_to(driver).map(|address| address.to_string());
                    let files = ["bind", "module", "new_id", "remove_id", "uevent", "unbind"];
                    Node::folder(bound.chain(files.map(str::to_owned)))
                }
                ["bind" | "unbind" | "new_id" | "remove_id" | "uevent"] => Some(Node::WriteOnly),
                ["module"] => {
                    Some(Node::Link(format!("../../../../module/{}", driver.replace('-', "_"))))
                }
                [name] => {
                    let address = self.bound_to(driver).find(|a| a.to_string() == *name)?;
                    Some(Node::Link(format!("../../../..{}", self.devpath(address))))
                }
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn find_function(&self, name: &str) -> Option<PciAddress> {
        let address: PciAddress = name.parse().ok()?;
        (self.functions.contains_key(&address) && address.to_string() == name).then_some(address)
    }

    pub(super) fn bound_to(&self, driver: &str) -> impl Iterator<Item = PciAddress> {
        let bound = self
            .functions
            .iter()
            .filter(move |(_, function)| function.driver.as_deref() == Some(driver));
        bound.map(|(address, _)| *address)
    }

    fn module_node(&self, path: &[&str]) -> Option<Node> {
        let mut modules = self.drivers.iter().map(|driver| driver.replace('-', "_"));
        match path {
            [] => {
                let core = self.rdma.loaded.then(|| "ib_core".to_owned());
                Node::folder(modules.chain(core))
            }
            ["ib_core", rest @ ..] => self.ib_core_node(rest),
            [name, rest @ ..] => {
                let module = modules.find(|module| module == name)?;
                let used = self.functions.values().filter(|function| {
                    function.driver.as_ref().is_some_and(|d| d.replace('-', "_") == module)
                });
                match rest {
                    [] => Node::folder(["initstate", "refcnt", "taint"]),
                    ["initstate"] => {
                        let going = self.going.iter().any(|d| d.replace('-', "_") == module);
                        Node::text(if going { "going" } else { "live" })
                    }
                    ["refcnt"] => Node::text(used.count()),
                    ["taint"] => Node::text(""),
                    _ => None,
                }
            }
        }
    }
}
