//! `/proc`, and the files that namespaces are mounted on.

use super::kernel::Kernel;
use super::namespaces::INIT_NETNS;
use super::process::Process;
use super::tree::Node;
use crate::Errno;

/// Every capability, and all but `CAP_NET_ADMIN` (bit 12).
const ALL_CAPABILITIES: u64 = 0x01ff_ffff_ffff;
const WITHOUT_NET_ADMIN: u64 = ALL_CAPABILITIES & !(1 << 12);

/// What the folder of a process holds here.
const FILES: [&str; 5] = ["cgroup", "comm", "fd", "mountinfo", "ns"];

impl Kernel {
    pub(super) fn proc_node(&self, path: &[&str]) -> Option<Node> {
        match path {
            [] => {
                let pids = self.processes.keys().map(ToString::to_string);
                Node::folder(
                    pids.chain(["cmdline", "self", "sys", "thread-self"].map(str::to_owned)),
                )
            }
            ["cmdline"] => Node::text(&self.cmdline),
            ["sys", "kernel", "osrelease"] => Node::text(&self.release),
            ["sys", "kernel", "random", "boot_id"] => Node::text(self.boot_id()),
            ["net", "route"] => Node::text(self.ipv4_routes()),
            ["net", "ipv6_route"] => Node::text(self.ipv6_routes()),
            ["self" | "thread-self", rest @ ..] => self.caller_node(rest),
            [pid, rest @ ..] => self.process_node(self.processes.get(&pid.parse().ok()?)?, rest),
        }
    }

    /// The caller: root, in the host's own namespaces.
    fn caller_node(&self, path: &[&str]) -> Option<Node> {
        match path {
            ["status"] => {
                let capabilities = if self.capable { ALL_CAPABILITIES } else { WITHOUT_NET_ADMIN };
                Node::text(format!("Uid:\t0\t0\t0\t0\nCapEff:\t{capabilities:016x}"))
            }
            ["uid_map"] => Node::text(format!("{:>10} {:>10} {:>10}", 0, 0, u32::MAX)),
            _ => {
                self.process_node(&Process { comm: "sriov".to_owned(), ..Process::default() }, path)
            }
        }
    }

    fn process_node(&self, process: &Process, path: &[&str]) -> Option<Node> {
        match path {
            [] => Node::folder(FILES),
            ["comm"] => Node::text(&process.comm),
            ["cgroup"] => {
                let group = process.cgroup.as_deref().unwrap_or("/user.slice");
                Node::text(format!("0::{group}"))
            }
            ["ns"] => Node::folder(["net"]),
            ["ns", "net"] => {
                let inode = process.netns.unwrap_or(INIT_NETNS);
                Some(Node::Link(format!("net:[{inode}]")))
            }
            ["mountinfo"] => Node::text(self.mountinfo()),
            ["fd"] => {
                let count = self.open_files(process).len();
                Node::folder((0..count).map(|fd| fd.to_string()))
            }
            ["fd", number] => {
                let number: usize = number.parse().ok()?;
                self.open_files(process).into_iter().nth(number).map(Node::Link)
            }
            _ => None,
        }
    }

    /// One mount namespace for all: the root, and the namespace files.
    fn mountinfo(&self) -> String {
        let mut lines = vec![
            "25 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw".to_owned(),
            "26 25 0:22 / /run rw,nosuid,nodev shared:5 - tmpfs tmpfs rw,mode=755".to_owned(),
        ];
        for (id, (path, inode)) in (400..).zip(self.namespaces.mounts()) {
            let path = path.replace('\\', "\\134").replace(' ', "\\040");
            lines.push(format!("{id} 26 0:4 net:[{inode}] /{path} rw shared:100 - nsfs nsfs rw"));
        }
        lines.join("\n")
    }

    /// The files of namespaces, and the folders that lead to them.
    pub(super) fn namespace_node(&self, path: &[&str]) -> Option<Node> {
        let path = path.join("/");
        if self.namespaces.is_mount(&path) {
            return Some(Node::File(Err(Errno::INVAL)));
        }
        self.namespaces.below(&path).map(Node::Folder)
    }
}
