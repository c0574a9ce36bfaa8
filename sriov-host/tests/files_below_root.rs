//! Files of a host that is mounted somewhere: what its links mean, and what stays outside.

#![cfg(feature = "linux")]
#![expect(clippy::disallowed_methods, reason = "the tests make the folder that they look at")]
#![expect(clippy::unwrap_used, reason = "what cannot be made fails the test")]

use std::fs::{self, Permissions};
use std::io::Read;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use sriov_host::linux::LinuxHost;
use sriov_host::seam::{Files, FilesError, HostPath};

/// A root beside something that is not the host's: `outside/secret`.
struct World(tempfile::TempDir);

impl World {
    fn new() -> Self {
        let world = Self(tempfile::tempdir().unwrap());
        for folder in ["root/etc/real", "outside"] {
            fs::create_dir_all(world.path(folder)).unwrap();
        }
        fs::write(world.path("outside/secret"), "not the host's").unwrap();
        world
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn host(&self) -> LinuxHost {
        LinuxHost::below(self.path("root"))
    }

    fn link(&self, target: impl AsRef<Path>, link: &str) {
        symlink(target, self.path(link)).unwrap();
    }

    /// Everything outside of the root, as it was made.
    fn outside(&self) -> Vec<(String, String)> {
        let entries = fs::read_dir(self.path("outside")).unwrap();
        let mut found: Vec<_> = entries
            .map(|entry| {
                let entry = entry.unwrap();
                let name = entry.file_name().into_string().unwrap();
                (name, fs::read_to_string(entry.path()).unwrap())
            })
            .collect();
        found.sort();
        found
    }
}

fn at(path: &str) -> HostPath {
    HostPath::new(path)
}

fn text(host: &LinuxHost, path: &str) -> Option<String> {
    host.read_file(&at(path)).unwrap().map(|bytes| String::from_utf8(bytes).unwrap())
}

#[test]
fn an_absolute_link_means_what_it_means_to_the_host() {
    let world = World::new();
    fs::write(world.path("root/etc/real/a.conf"), "inside").unwrap();
    world.link("/etc/real/a.conf", "root/etc/a.conf");
    world.link("/etc/real", "root/etc/folder");
    let host = world.host();
    assert_eq!(text(&host, "etc/a.conf").as_deref(), Some("inside"));
    assert_eq!(text(&host, "etc/folder/a.conf").as_deref(), Some("inside"));
    assert_eq!(host.list_files(&at("etc/folder")).unwrap(), Some(vec!["a.conf".to_owned()]));
    let mut opened = host.open_file(&at("etc/a.conf")).unwrap().unwrap();
    let mut content = String::new();
    opened.read_to_string(&mut content).unwrap();
    assert_eq!(content, "inside");
}

#[test]
fn no_link_reads_what_is_outside() {
    let world = World::new();
    world.link(world.path("outside/secret"), "root/etc/absolute");
    world.link("../../outside/secret", "root/etc/relative");
    world.link("../../../../../../../../../../etc/hostname", "root/etc/far");
    world.link(world.path("outside"), "root/etc/folder");
    world.link("../../outside", "root/etc/folder2");
    let host = world.host();
    for path in
        ["etc/absolute", "etc/relative", "etc/far", "etc/folder/secret", "etc/folder2/secret"]
    {
        assert_eq!(host.read_file(&at(path)).unwrap(), None, "{path}");
        assert!(host.open_file(&at(path)).unwrap().is_none(), "{path}");
    }
    for path in ["etc/folder", "etc/folder2"] {
        assert_eq!(host.list_files(&at(path)).unwrap(), None, "{path}");
    }
}

#[test]
fn no_link_leads_a_write_outside() {
    let world = World::new();
    let before = world.outside();
    world.link(world.path("outside"), "root/etc/folder");
    world.link("../../outside", "root/etc/folder2");
    world.link(world.path("outside/secret"), "root/etc/file");
    let host = world.host();
    for folder in ["etc/folder", "etc/folder2"] {
        let secret = at(folder).join("secret");
        // The link leads to nowhere in this host, and nothing is made in its place.
        assert!(host.write_file(&secret, b"lost").is_err(), "{folder}");
        assert!(host.lock(&secret, "me").is_err(), "{folder}");
        assert!(!host.remove_file(&secret).unwrap(), "{folder}");
    }
    assert!(host.lock(&at("etc/file"), "me").is_err());
    host.write_file(&at("etc/file"), b"ours").unwrap();
    assert_eq!(text(&host, "etc/file").as_deref(), Some("ours"));
    assert_eq!(world.outside(), before);
    assert!(!world.path("root/etc/file").is_symlink());
}

#[test]
fn folders_are_made_below_the_root_where_links_lead_inside() {
    let world = World::new();
    world.link("/etc/real", "root/etc/folder");
    let host = world.host();
    host.write_file(&at("etc/folder/new/deep/file"), b"x").unwrap();
    assert_eq!(fs::read(world.path("root/etc/real/new/deep/file")).unwrap(), b"x");
    let mode = fs::metadata(world.path("root/etc/real/new")).unwrap().permissions().mode();
    assert_eq!(mode & 0o700, 0o700);
    let held = host.lock(&at("run/sriov/lock"), "first").unwrap();
    let refused = host.lock(&at("run/sriov/lock"), "second");
    assert!(matches!(refused, Err(FilesError::Locked { owner, .. }) if owner == "first"));
    drop(held);
    host.lock(&at("run/sriov/lock"), "second").unwrap();
    assert!(host.remove_file(&at("etc/folder/new/deep/file")).unwrap());
    assert!(!host.remove_file(&at("etc/folder/new/deep/file")).unwrap());
    assert!(!world.path("root/etc/real/new/deep/file").exists());
}

#[test]
fn replacing_keeps_the_mode_and_leaves_nothing_behind() {
    let world = World::new();
    let host = world.host();
    let mode = |path: &str| fs::metadata(world.path(path)).unwrap().permissions().mode() & 0o7777;
    host.write_file(&at("etc/new"), b"1").unwrap();
    assert_eq!(mode("root/etc/new"), 0o644);
    fs::set_permissions(world.path("root/etc/new"), Permissions::from_mode(0o600)).unwrap();
    host.write_file(&at("etc/new"), b"2").unwrap();
    assert_eq!(mode("root/etc/new"), 0o600);
    fs::set_permissions(world.path("root/etc/new"), Permissions::from_mode(0o755)).unwrap();
    host.write_file(&at("etc/new"), b"3").unwrap();
    assert_eq!(mode("root/etc/new"), 0o755);
    assert_eq!(text(&host, "etc/new").as_deref(), Some("3"));
    assert_eq!(
        host.list_files(&at("etc")).unwrap(),
        Some(vec!["new".to_owned(), "real".to_owned()])
    );
}

#[test]
fn a_folder_is_no_file_and_the_root_has_no_name() {
    let world = World::new();
    let host = world.host();
    assert!(host.read_file(&at("etc")).is_err());
    assert!(host.write_file(&at("etc"), b"x").is_err());
    assert!(host.write_file(&at("/"), b"x").is_err());
    assert!(host.remove_file(&at("etc")).is_err());
    assert!(host.list_files(&at("/")).unwrap().unwrap().contains(&"etc".to_owned()));
    let left = host.list_files(&at("/")).unwrap().unwrap();
    assert!(left.iter().all(|name| !name.contains("tmp")), "{left:?}");
}
