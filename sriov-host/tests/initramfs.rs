//! What is in an initramfs: images of real programs, images by hand, and torn ones.

#![cfg(feature = "linux")]
#![expect(clippy::disallowed_methods, reason = "the tests make the folder that they look at")]
#![expect(clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::unwrap_used, reason = "what cannot be made fails the test")]

use std::fs;
use std::path::Path;

use sriov_host::ModuleName;
use sriov_host::initramfs::{Contains, contains, contains_in};
use sriov_host::linux::LinuxHost;
use sriov_host::modprobe::Configuration;
use sriov_host::seam::HostPath;

const RELEASE: &str = "6.1.0-9-amd64";
const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/initramfs");
const READ: [&str; 5] =
    ["main.cpio.gz", "main.cpio.zst", "main.cpio.xz", "main-x86-blocks.cpio.xz", "main.cpio.lz4"];

fn fixture(name: &str) -> Vec<u8> {
    fs::read(Path::new(FIXTURES).join(name)).unwrap()
}

fn module(name: &str) -> ModuleName {
    name.parse().unwrap()
}

fn look(image: &[u8], name: &str) -> Contains {
    contains_in(image, &HostPath::new("boot/initrd"), &module(name))
}

fn why(found: Contains) -> String {
    match found {
        Contains::Unknown { why } => why,
        known => panic!("{known:?}"),
    }
}

fn says(found: &Contains) -> &'static str {
    match found {
        Contains::Yes { .. } => "yes",
        Contains::No { .. } => "no",
        Contains::Unknown { .. } => "unknown",
    }
}

const FILE: u32 = 0o100_644;
const LINK: u32 = 0o120_777;

/// One member in the format "newc".
fn linked(name: &str, mode: u32, content: &str, links: u32, inode: u32) -> Vec<u8> {
    let size = |length: usize| u32::try_from(length).unwrap();
    let (content_size, name_size) = (size(content.len()), size(name.len() + 1));
    let numbers = [inode, mode, 0, 0, links, 0, content_size, 0, 0, 0, 0, name_size, 0];
    let mut bytes = b"070701".to_vec();
    for number in numbers {
        bytes.extend(format!("{number:08X}").bytes());
    }
    for part in [format!("{name}\0"), content.to_owned()] {
        bytes.extend(part.bytes());
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    bytes
}

fn member(name: &str, mode: u32, content: &str) -> Vec<u8> {
    linked(name, mode, content, 1, 1)
}

fn archive(members: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = members.concat();
    bytes.extend(member("TRAILER!!!", 0, ""));
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

/// What distributions put before the image that counts.
fn microcode() -> Vec<u8> {
    archive(&[member("kernel/x86/microcode/GenuineIntel.bin", FILE, "070701 is no header here")])
}

fn init() -> Vec<u8> {
    member("init", FILE, "#!/bin/sh")
}

#[test]
fn images_of_every_program_are_read() {
    for name in READ {
        let image = fixture(name);
        for image in [
            image.clone(),
            [microcode(), image.clone()].concat(),
            [microcode(), vec![0; 4096], image].concat(),
        ] {
            let Contains::Yes { configuration, path } = look(&image, "ib-core") else {
                panic!("{name}");
            };
            assert_eq!(path.to_string(), "/boot/initrd");
            let found: Vec<(String, &str)> = configuration
                .iter()
                .map(|(path, text)| (path.to_string(), std::str::from_utf8(text).unwrap()))
                .collect();
            let expected = [
                ("/etc/modprobe.d/masked.conf", ""),
                ("/etc/modprobe.d/rdma.conf", "options ib_core netns_mode=0\n"),
                ("/usr/lib/modprobe.d/same.conf", "options dummy numdummies=0\n"),
                ("/usr/lib/modprobe.d/systemd.conf", "options dummy numdummies=0\n"),
            ];
            assert_eq!(found, expected.map(|(path, text)| (path.to_owned(), text)), "{name}");
            for present in ["veth", "loopback", "crc_itu_t"] {
                assert_eq!(says(&look(&image, present)), "yes", "{name} {present}");
            }
            for absent in ["ib", "ib_core_", "core", "mlx5_core", "busybox"] {
                assert_eq!(says(&look(&image, absent)), "no", "{name} {absent}");
            }
        }
    }
}

/// A copy that broke off, a full disk: nobody may conclude from it that something is missing.
#[test]
fn a_torn_image_never_lacks_a_module() {
    for name in READ {
        let image = [microcode(), fixture(name)].concat();
        for length in 0..image.len() {
            for module in ["mlx5_core", "ib_core"] {
                let found = look(&image[..length], module);
                assert_eq!(says(&found), "unknown", "{name} {length} {module}: {found:?}");
            }
        }
    }
    let plain = archive(&[init(), member("lib/modules/x/veth.ko", FILE, "elf")]);
    let trailer = plain.windows(7).position(|bytes| bytes == b"TRAILER").unwrap();
    for length in 0..trailer + "TRAILER!!!".len() {
        let found = look(&plain[..length], "mlx5_core");
        assert_eq!(says(&found), "unknown", "{length}: {found:?}");
    }
    assert_eq!(says(&look(&plain, "mlx5_core")), "no");
}

/// Bytes of an image, changed one at a time: anything may come out but a panic.
#[test]
fn a_damaged_image_is_no_panic() {
    for name in READ {
        let image = fixture(name);
        for at in (0..image.len()).step_by(17) {
            let mut damaged = image.clone();
            damaged[at] ^= 0x55;
            look(&damaged, "ib_core");
        }
    }
}

#[test]
fn what_cannot_be_told_is_said() {
    let cases = [
        (fixture("main.cpio.lzma"), "lzma is not read here"),
        (fixture("main.cpio.bz2"), "bzip2 is not read here"),
        (vec![0x89, b'L', b'Z', b'O', 0], "lzo is not read here"),
        (Vec::new(), "it is empty"),
        (vec![0; 1000], "it is empty"),
        (b"MZ this is a program".to_vec(), "neither an archive nor compressed"),
        (microcode(), "has no /init"),
        (archive(&[init(), member("squash-root.img", FILE, "hsqs")]), "holds another image"),
        (archive(&[init()])[..200].to_vec(), "it ends too early"),
    ];
    for (image, expected) in cases {
        let why = why(look(&image, "ib_core"));
        assert!(why.contains("/boot/initrd") && why.contains(expected), "{expected}: {why}");
    }
}

#[test]
fn names_of_modules_are_compared_as_a_whole() {
    for (path, expected) in [
        ("lib/modules/x/kernel/ib_core.ko", "yes"),
        ("./lib/modules/x/ib-core.ko.zst", "yes"),
        ("/ib_core.ko.gz", "yes"),
        ("ib_core.ko.xz", "yes"),
        ("lib/ib_core.ko.lz4", "no"),
        ("lib/xib_core.ko", "no"),
        ("lib/ib_core", "no"),
        ("lib/ib_core.ko/other", "no"),
    ] {
        let image = archive(&[init(), member(path, FILE, "elf")]);
        assert_eq!(says(&look(&image, "ib_core")), expected, "{path}");
    }
    let builtin = "kernel/x.ko\nkernel/drivers/infiniband/core/ib-core.ko\n";
    let list = member("usr/lib/modules/x/modules.builtin", FILE, builtin);
    assert_eq!(says(&look(&archive(&[init(), list]), "ib_core")), "yes");
    // Names that are hostile rather than right.
    let hostile = archive(&[member("../../../etc/passwd", FILE, ""), member("", FILE, ""), init()]);
    assert_eq!(says(&look(&hostile, "ib_core")), "no");
}

#[test]
fn links_lead_to_what_they_lead_to() {
    let ib_core = || member("lib/ib_core.ko", FILE, "elf");
    let name = "etc/modprobe.d/a.conf";
    let text = |members: &[Vec<u8>]| match look(&archive(members), "ib_core") {
        Contains::Yes { configuration, .. } => configuration
            .into_iter()
            .find(|(path, _)| path.as_str() == name)
            .map(|(_, text)| String::from_utf8(text).unwrap()),
        found => Some(why(found)),
    };
    let far = [
        ib_core(),
        member("usr/lib/nvidia/b.conf", FILE, "far"),
        member("etc/alternatives/b.conf", LINK, "../../usr/lib/nvidia/b.conf"),
        member(name, LINK, "/etc/alternatives/b.conf"),
    ];
    assert_eq!(text(&far).as_deref(), Some("far"));
    let nowhere = text(&[ib_core(), member(name, LINK, "/gone.conf")]).unwrap();
    assert!(nowhere.contains("/etc/modprobe.d/a.conf"), "{nowhere}");
    let circle = text(&[ib_core(), member(name, LINK, "a.conf")]).unwrap();
    assert!(circle.contains("is not known"), "{circle}");
    let large = text(&[ib_core(), member(name, FILE, &"x".repeat(64 * 1024 + 1))]).unwrap();
    assert!(large.contains("is not known"), "{large}");
    // Whichever of two hard links comes with the content.
    let other = "etc/modprobe.d/other.conf";
    for contents in [["", "same"], ["same", ""]] {
        let [one, two] = contents;
        let pair = [ib_core(), linked(name, FILE, one, 2, 9), linked(other, FILE, two, 2, 9)];
        assert_eq!(text(&pair).as_deref(), Some("same"));
    }
    // A later archive replaces files of an earlier one, and its inodes are others.
    let first = archive(&[ib_core(), linked(other, FILE, "old", 2, 9), member(name, FILE, "old")]);
    let second = archive(&[linked(name, FILE, "", 2, 9)]);
    let Contains::Yes { configuration, .. } = look(&[first, second].concat(), "ib_core") else {
        panic!("it is there");
    };
    assert!(configuration.contains(&(HostPath::new(name), Vec::new())), "{configuration:?}");
}

#[test]
fn the_configuration_of_an_image_is_read_like_that_of_a_host() {
    let Contains::Yes { configuration, .. } = look(&fixture("main.cpio.zst"), "ib_core") else {
        panic!("it is there");
    };
    let files = configuration.iter().map(|(path, text)| (path, text.as_slice()));
    let found = Configuration::of(files).settings(&module("ib_core"), "netns_mode");
    let found: Vec<_> = found.iter().map(|one| (one.value.as_str(), one.line)).collect();
    assert_eq!(found, [("0", 1)]);
}

/// A host with files.
struct Root(tempfile::TempDir);

impl Root {
    fn new() -> Self {
        let root = Self(tempfile::tempdir().unwrap());
        root.file("proc/sys/kernel/osrelease", format!("{RELEASE}\n"));
        root
    }

    fn file(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn look(&self, name: &str) -> Contains {
        contains(&LinuxHost::below(self.0.path()), &module(name))
    }
}

#[test]
fn an_image_is_found_where_distributions_put_it() {
    let token = "4bd1c2f0a0e64f0e8f6b1a5f0c9d3e21";
    for path in [
        format!("boot/initrd.img-{RELEASE}"),
        format!("boot/initramfs-{RELEASE}.img"),
        format!("boot/initrd-{RELEASE}"),
        format!("boot/{token}/{RELEASE}/initrd"),
        format!("efi/{token}/{RELEASE}/initrd"),
        format!("boot/efi/{token}/{RELEASE}/initrd"),
        format!("boot/ostree/fedora-12ab/initramfs-{RELEASE}.img"),
    ] {
        let root = Root::new();
        root.file("etc/machine-id", format!("{token}\n"));
        assert!(why(root.look("ib_core")).contains("no initramfs of kernel"), "{path}");
        root.file(&path, fixture("main.cpio.zst"));
        let Contains::Yes { path: found, .. } = root.look("ib_core") else { panic!("{path}") };
        assert_eq!(found.as_str(), path);
        let expected = Contains::No { path: HostPath::new(&path) };
        assert_eq!(root.look("mlx5_core"), expected);
    }
}

#[test]
fn entries_of_the_boot_loader_name_images() {
    let root = Root::new();
    let entry = format!(
        "title x\nversion {RELEASE}\nlinux /vmlinuz\ninitrd /ucode.img\ninitrd /main.img $tuned\n"
    );
    root.file("boot/loader/entries/1.conf", &entry);
    root.file("boot/loader/entries/other.conf", "version 5.0.0\ninitrd /other.img\n");
    root.file("boot/other.img", "not looked at");
    root.file("boot/ucode.img", microcode());
    // Without its second image the entry does not boot, so it says nothing.
    assert!(why(root.look("ib_core")).contains("no initramfs"));
    root.file("boot/main.img", fixture("main.cpio.xz"));
    let Contains::Yes { path, .. } = root.look("ib_core") else { panic!("it is there") };
    assert_eq!(path.to_string(), "/boot/main.img");
    assert_eq!(says(&root.look("mlx5_core")), "no");
}

#[test]
fn several_images_have_to_agree() {
    let root = Root::new();
    let image = |deployment: &str| format!("boot/ostree/{deployment}/initramfs-{RELEASE}.img");
    root.file(&image("a"), fixture("main.cpio.zst"));
    root.file(&image("b"), fixture("main.cpio.gz"));
    assert_eq!(says(&root.look("ib_core")), "yes");
    assert_eq!(says(&root.look("mlx5_core")), "no");
    root.file(&image("b"), archive(&[init()]));
    let differ = why(root.look("ib_core"));
    assert!(differ.contains("differ") && differ.contains("/ostree/b/"), "{differ}");
    assert_eq!(says(&root.look("mlx5_core")), "no");
}

#[test]
fn a_host_that_does_not_say_its_kernel_is_unknown() {
    for release in ["", "\n", "../../etc", "6.1 0"] {
        let root = Root::new();
        root.file("proc/sys/kernel/osrelease", release);
        assert!(why(root.look("ib_core")).contains("no release of a kernel"), "{release:?}");
    }
    let root = Root::new();
    fs::remove_dir_all(root.0.path().join("proc")).unwrap();
    assert!(why(root.look("ib_core")).contains("release is not known"));
}
