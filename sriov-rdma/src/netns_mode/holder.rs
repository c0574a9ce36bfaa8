use std::fmt;

/// Something that keeps a network namespace alive beside the initial one.
///
/// One entry per namespace, in the most telling way it was seen.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
pub struct NetnsHolder {
    /// What keeps it.
    pub kind: HolderKind,
    /// The process with the lowest number that lives in it or has it open, if one does.
    pub pid: Option<u32>,
    /// The command name of that process.
    pub comm: Option<String>,
    /// Where it is found: the container, the systemd unit, or a path that leads to the namespace.
    pub path: String,
}

/// What keeps a network namespace alive.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum HolderKind {
    /// A container: one of its processes lives in it.
    Container,
    /// A file below `/run/netns`, as `ip netns` and CNI make them.
    Named,
    /// A process or thread that lives in it.
    Process,
    /// A file elsewhere that the namespace is mounted on.
    BindMount,
    /// An open file of a process that lives elsewhere.
    Descriptor,
}

impl fmt::Display for HolderKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Container => "container",
            Self::Named => "named namespace",
            Self::Process => "process",
            Self::BindMount => "bind mount",
            Self::Descriptor => "open file",
        })
    }
}

/// As `container cri-containerd-1f0c (pause, pid 4711)`.
impl fmt::Display for NetnsHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.path)?;
        match (self.pid, self.comm.as_deref()) {
            (Some(pid), Some(comm)) => write!(f, " ({comm}, pid {pid})"),
            (Some(pid), None) => write!(f, " (pid {pid})"),
            (None, _) => Ok(()),
        }
    }
}

/// The namespaces that were found, and how much could not be looked at.
///
/// An empty list is not yet "there are none": see [`is_certain`](Self::is_certain).
#[derive(Clone, Debug, Default, Eq, PartialEq, serde::Serialize)]
pub struct HoldersSeen {
    /// One entry per namespace, most telling kinds first.
    pub holders: Vec<NetnsHolder>,
    /// The processes that could not be looked into.
    pub unseen: u32,
    /// Whether `/proc` shows the processes of one pid namespace only, not those of the host.
    pub confined: bool,
}

impl HoldersSeen {
    /// Whether everything could be looked at. Sockets that outlive their process's stay in a
    /// namespace are not shown by any kernel.
    pub const fn is_certain(&self) -> bool {
        self.unseen == 0 && !self.confined
    }
}

/// One line for people, also if nothing was found.
impl fmt::Display for HoldersSeen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 5;
        match self.holders.as_slice() {
            [] => f.write_str("a namespace that only a socket or an unseen process keeps alive")?,
            holders => {
                let lines: Vec<String> =
                    holders.iter().take(SHOWN).map(ToString::to_string).collect();
                f.write_str(&lines.join(", "))?;
                if let more @ 1.. = holders.len().saturating_sub(SHOWN) {
                    write!(f, " and {more} more")?;
                }
            }
        }
        if self.unseen > 0 {
            write!(f, "; {} processes could not be looked into", self.unseen)?;
        }
        if self.confined {
            f.write_str("; the host's own processes are not visible from here")?;
        }
        Ok(())
    }
}
