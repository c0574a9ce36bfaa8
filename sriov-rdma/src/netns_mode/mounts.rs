//! Network namespaces that are mounted on a file.

/// A namespace, as `net:[4026532281]`, and where it is mounted.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct MountedNetns {
    pub(crate) id: String,
    pub(crate) path: String,
}

impl MountedNetns {
    /// Whether `ip netns` and CNI plugins would find it by its name.
    pub(super) fn is_named(&self) -> bool {
        ["/run/netns/", "/var/run/netns/"].iter().any(|folder| self.path.starts_with(folder))
    }
}

/// From the content of a `mountinfo`: number, parent, device, root, mount point, and more.
pub(crate) fn mounted(mountinfo: &str) -> impl Iterator<Item = MountedNetns> {
    mountinfo.lines().filter_map(|line| {
        let mut columns = line.split(' ');
        let (root, point) = (columns.nth(3)?, columns.next()?);
        let id = root.starts_with("net:[").then(|| root.to_owned())?;
        Some(MountedNetns { id, path: unescaped(point) })
    })
}

/// The kernel writes white space and backslashes of paths as three octal digits.
fn unescaped(path: &str) -> String {
    const ESCAPES: [(&str, &str); 4] =
        [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")];
    let replace = |text: String, (code, letter): (&str, &str)| text.replace(code, letter);
    ESCAPES.into_iter().fold(path.to_owned(), replace)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTINFO: &str = "\
22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
25 22 0:23 / /run rw,nosuid shared:5 - tmpfs tmpfs rw,size=403620k
310 25 0:23 /netns /run/netns rw,nosuid shared:5 - tmpfs tmpfs rw,size=403620k
421 310 0:4 net:[4026532281] /run/netns/blue rw shared:200 - nsfs nsfs rw
433 25 0:4 mnt:[4026532300] /run/snapd/ns/lxd.mnt rw - nsfs nsfs rw
440 25 0:4 net:[4026532399] /run/docker/netns/my\\040net rw shared:201 - nsfs nsfs rw
";

    #[test]
    fn only_network_namespaces_count() {
        let found: Vec<_> = mounted(MOUNTINFO).map(|m| (m.is_named(), m.id, m.path)).collect();
        let blue = (true, "net:[4026532281]".to_owned(), "/run/netns/blue".to_owned());
        let docker = (false, "net:[4026532399]".to_owned(), "/run/docker/netns/my net".to_owned());
        assert_eq!(found, [blue, docker]);
    }

    #[test]
    fn odd_lines_are_passed_over() {
        assert_eq!(mounted("\n1 2 3\n1 2 3 net:[1]\n \n").count(), 0);
    }
}
