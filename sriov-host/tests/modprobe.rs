//! modprobe's configuration: what counts, in which order, and what kmod itself says about it.

#![cfg(all(feature = "linux", feature = "sim"))]
#![expect(clippy::disallowed_methods, reason = "the tests make the folders that they look at")]
#![expect(clippy::unwrap_used, reason = "what cannot be made fails the test")]

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use sriov_host::ModuleName;
use sriov_host::linux::LinuxHost;
use sriov_host::managed_file::{ManagedFile, ManagedFileError, Ownership};
use sriov_host::modprobe::{Configuration, Statement, blacklisted, installs, parse, settings};
use sriov_host::seam::{Files, HostPath};
use sriov_host::sim::SimHost;

fn module(name: &str) -> ModuleName {
    name.parse().unwrap()
}

fn host(files: &[(&str, &str)]) -> SimHost {
    let host = SimHost::with_igb_pair();
    for (path, text) in files {
        host.write_file(&HostPath::new(path), text.as_bytes()).unwrap();
    }
    host
}

/// Value, file and line of each setting of `ib_core.netns_mode`.
fn modes(host: &dyn Files) -> Vec<String> {
    let found = settings(host, &module("ib_core"), "netns_mode").unwrap();
    found.iter().map(|one| format!("{} {}:{}", one.value, one.path, one.line)).collect()
}

#[test]
fn an_earlier_folder_masks_names_and_names_are_sorted() {
    let host = host(&[
        ("etc/modprobe.d/50.conf", "options ib_core netns_mode=50e\n"),
        ("run/modprobe.d/50.conf", "options ib_core netns_mode=50r\n"),
        ("run/modprobe.d/10.conf", "options ib_core netns_mode=10r\n"),
        ("usr/local/lib/modprobe.d/10.conf", "options ib_core netns_mode=10l\n"),
        ("usr/local/lib/modprobe.d/Z.conf", "options ib_core netns_mode=Zl\n"),
        ("usr/lib/modprobe.d/a.conf", "options ib_core netns_mode=au\n"),
        ("lib/modprobe.d/a.conf", "options ib_core netns_mode=al\n"),
        ("lib/modprobe.d/b.conf", "options ib_core netns_mode=bl\n"),
        ("lib/modprobe.d/50.conf.bak", "options ib_core netns_mode=no\n"),
        ("etc/modprobe.d/.hidden.conf", "options ib_core netns_mode=no\n"),
        ("etc/modprobe.d/.conf", "options ib_core netns_mode=no\n"),
        ("etc/modprobe.d/c.CONF", "options ib_core netns_mode=no\n"),
        ("etc/other.d/c.conf", "options ib_core netns_mode=no\n"),
    ]);
    let expected = [
        "10r /run/modprobe.d/10.conf:1",
        "50e /etc/modprobe.d/50.conf:1",
        "Zl /usr/local/lib/modprobe.d/Z.conf:1",
        "au /usr/lib/modprobe.d/a.conf:1",
        "bl /lib/modprobe.d/b.conf:1",
    ];
    assert_eq!(modes(&host), expected);
}

#[test]
fn the_same_files_given_in_any_order_are_the_same_configuration() {
    let files = [
        ("lib/modprobe.d/a.conf", "options x a=lib"),
        ("etc/modprobe.d/a.conf", "options x a=etc"),
        ("usr/lib/modprobe.d/b.conf", "options x a=b"),
        ("etc/modprobe.d/sub/c.conf", "options x a=no"),
        ("c.conf", "options x a=no"),
    ]
    .map(|(path, text)| (HostPath::new(path), text.as_bytes()));
    let of = |files: &mut dyn Iterator<Item = &(HostPath, &'static [u8])>| {
        let found = Configuration::of(files.map(|(path, text)| (path, *text)));
        let values = found.settings(&module("x"), "a");
        values.into_iter().map(|one| one.value).collect::<Vec<_>>()
    };
    assert_eq!(of(&mut files.iter()), ["etc", "b"]);
    assert_eq!(of(&mut files.iter().rev()), ["etc", "b"]);
}

#[test]
fn lines_mean_what_they_mean_to_modprobe() {
    let text = "# options ib_core netns_mode=0 \\\n options ib_core netns_mode=1\n\
                options ib-core netns-mode=2 other=\"a b\" \\\n  netns_mode=\"3\"\n\
                options ib_core\noptions ib_core \noptions ib_core2 netns_mode=9\n\
                \toptions\tib_core\tnetns_mode=4 -- netns_mode=9\n\
                options ib_core other=netns_mode=9 netns_mode=5\r\n\
                Options ib_core netns_mode=9\n\
                options ib_core netns_mode netns_mode=";
    let host = host(&[("etc/modprobe.d/a.conf", text)]);
    let at = |value: &str, line| format!("{value} /etc/modprobe.d/a.conf:{line}");
    let expected = [at("2", 3), at("3", 3), at("4", 8), at("5", 9), at("", 11), at("", 11)];
    assert_eq!(modes(&host), expected);
}

#[test]
fn statements_are_told_apart() {
    let text = "alias a-b[x-y] c-d\nblacklist e-f more\ninstall g-* /bin/true\nremove h-i cmd\n\
                softdep j-k pre: l-m\noptions n-o p-q=1\nweakdep r s\nalias only\nblacklist\n";
    let found: Vec<Statement> = parse(text.as_bytes()).into_iter().map(|l| l.statement).collect();
    let own = str::to_owned;
    let expected = [
        Statement::Alias { alias: own("a_b[x-y]"), module: own("c_d") },
        Statement::Blacklist { module: own("e_f") },
        Statement::Install { module: own("g_*"), command: own("/bin/true") },
        Statement::Remove { module: own("h_i"), command: own("cmd") },
        Statement::Softdep { module: own("j_k"), modules: own("pre: l-m") },
        Statement::Options { module: own("n_o"), parameters: own("p-q=1") },
        Statement::Other(own("weakdep r s")),
        Statement::Other(own("alias only")),
        Statement::Other(own("blacklist")),
    ];
    assert_eq!(found, expected);
}

#[test]
fn blacklists_and_commands_are_found_with_their_place() {
    let host = host(&[
        ("etc/modprobe.d/b.conf", "blacklist mlx5-core\n\nblacklist mlx5_core\n"),
        ("run/modprobe.d/a.conf", "install mlx5_* /bin/false \ninstall ib_core /bin/true\n"),
    ]);
    let found = blacklisted(&host, &module("mlx5_core")).unwrap();
    let found: Vec<String> = found.iter().map(|one| format!("{}:{}", one.path, one.line)).collect();
    assert_eq!(found, ["/etc/modprobe.d/b.conf:1", "/etc/modprobe.d/b.conf:3"]);
    assert!(blacklisted(&host, &module("mlx5_ib")).unwrap().is_empty());
    for (name, expected) in [("mlx5_ib", "/bin/false"), ("ib_core", "/bin/true")] {
        let found = installs(&host, &module(name)).unwrap();
        let found: Vec<&str> = found.iter().map(|one| one.command.as_str()).collect();
        assert_eq!(found, [expected], "{name}");
    }
}

#[test]
fn links_and_folders_mask_as_they_do_for_modprobe() {
    let root = tempfile::tempdir().unwrap();
    let at = |path: &str| root.path().join(path);
    for folder in ["etc/modprobe.d/03.conf", "lib/modprobe.d", "dev"] {
        fs::create_dir_all(at(folder)).unwrap();
    }
    for name in ["01.conf", "02.conf", "03.conf", "04.conf"] {
        let text = format!("options ib_core netns_mode={name}\n");
        fs::write(at("lib/modprobe.d").join(name), text).unwrap();
    }
    symlink("/dev/null", at("etc/modprobe.d/01.conf")).unwrap();
    symlink("/nowhere", at("etc/modprobe.d/02.conf")).unwrap();
    let host = LinuxHost::below(root.path());
    let expected = ["03.conf /lib/modprobe.d/03.conf:1", "04.conf /lib/modprobe.d/04.conf:1"];
    assert_eq!(modes(&host), expected);
    fs::remove_file(at("lib/modprobe.d/04.conf")).unwrap();
    symlink("04.conf", at("lib/modprobe.d/04.conf")).unwrap();
    // A file that cannot be read may say anything.
    assert!(settings(&host, &module("ib_core"), "netns_mode").is_err());
}

/// As `modprobe --showconfig` shows it: kind by kind, in this order.
fn shown(statement: &Statement) -> Option<(u8, String)> {
    Some(match statement {
        Statement::Blacklist { module } => (0, format!("blacklist {module}")),
        Statement::Install { module, command } => (1, format!("install {module} {command}")),
        Statement::Remove { module, command } => (2, format!("remove {module} {command}")),
        Statement::Alias { alias, module } => (3, format!("alias {alias} {module}")),
        Statement::Options { module, parameters } => (4, format!("options {module} {parameters}")),
        _ => return None,
    })
}

/// Our reading beside that of kmod, line by line. Without kmod there is nothing to compare with,
/// and the tests above stand for themselves.
#[test]
fn kmod_reads_the_same() {
    let root = tempfile::tempdir().unwrap();
    let texts = [
        ("etc/modprobe.d/50-x.conf", "options x-y a=1 \\\n  b=\"c d\"\ninstall q-* cmd\t-x\n"),
        ("etc/modprobe.d/a.conf", "# c \\\noptions hidden a=1\n  # d\nblacklist e-f\nbad\n"),
        ("run/modprobe.d/50-x.conf", "options masked a=1\n"),
        ("run/modprobe.d/Z.conf", "options z a\\b=c\\\\d\noptions\noptions z\noptions z \n"),
        ("lib/modprobe.d/10.conf", "options x_y a=0\nalias g-h[i-j] k-l\nremove m-n o-p\n"),
        ("lib/modprobe.d/.x.conf", "options hidden a=2\n"),
        ("lib/modprobe.d/a]b.conf", "blacklist r]s\nblacklist r[s-t]u\n"),
    ];
    for (path, text) in texts {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let mut kmod = Command::new("modprobe");
    for folder in ["etc", "run", "lib"] {
        kmod.arg("-C").arg(root.path().join(folder).join("modprobe.d"));
    }
    let Ok(output) = kmod.arg("--showconfig").output() else {
        println!("SKIPPED: there is no modprobe here, so nothing was compared with it");
        return;
    };
    let text = String::from_utf8(output.stdout).unwrap();
    // What follows the files comes from the kernel command line of this machine.
    let of_command_line = fs::read_to_string("/proc/cmdline").unwrap_or_default();
    let theirs: Vec<&str> = text
        .lines()
        .take_while(|line| !line.starts_with('#'))
        .filter(|line| !line.is_empty())
        .filter(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [_, module, parameter, ..] = words[..] else { return true };
            !of_command_line.contains(&format!("{module}.{parameter}"))
        })
        .collect();
    let found = Configuration::read(&LinuxHost::below(root.path())).unwrap();
    let lines = found.files().iter().flat_map(|(_, lines)| lines);
    let mut ours: Vec<_> = lines.filter_map(|line| shown(&line.statement)).collect();
    ours.sort_by_key(|(rank, _)| *rank);
    let ours: Vec<&str> = ours.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(ours, theirs);
}

#[test]
fn a_managed_file_is_written_only_when_it_differs() {
    let host = SimHost::with_igb_pair();
    let path = HostPath::new("etc/modprobe.d/sriov-rdma.conf");
    let file = ManagedFile::new(path.clone(), "sriov-rdma");
    let writes = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let counted = writes.clone();
    host.on_durable_write(move |count| {
        counted.store(count, std::sync::atomic::Ordering::Relaxed);
    });
    assert_eq!(file.ownership(&host).unwrap(), Ownership::Absent);
    assert!(!file.remove(&host).unwrap());
    let body = "options ib_core netns_mode=0\n";
    assert!(file.write(&host, body).unwrap());
    assert!(!file.write(&host, body).unwrap());
    assert_eq!(writes.load(std::sync::atomic::Ordering::Relaxed), 1);
    assert_eq!(modes(&host), ["0 /etc/modprobe.d/sriov-rdma.conf:2"]);
    assert!(file.write(&host, "options ib_core netns_mode=1\n").unwrap());
    assert_eq!(modes(&host), ["1 /etc/modprobe.d/sriov-rdma.conf:2"]);
    assert!(file.remove(&host).unwrap());
    assert_eq!(host.read_file(&path).unwrap(), None);
}

#[test]
fn a_file_of_somebody_else_stays() {
    let path = "etc/modprobe.d/sriov-rdma.conf";
    let file = ManagedFile::new(HostPath::new(path), "sriov-rdma");
    let other = ManagedFile::new(HostPath::new(path), "sriov-rdma-2");
    let header = file.header().to_owned();
    for content in [
        String::new(),
        "options ib_core netns_mode=1\n".to_owned(),
        format!("\n{header}\n"),
        format!("{header} and more\n"),
        header.clone(),
        other.content("x"),
    ] {
        let host = host(&[(path, &content)]);
        assert!(!file.is_ours(content.as_bytes()), "{content:?}");
        assert_eq!(file.ownership(&host).unwrap(), Ownership::Foreign);
        let refused = file.write(&host, "options ib_core netns_mode=0\n").unwrap_err();
        assert!(matches!(&refused, ManagedFileError::Foreign { path: told, .. }
            if told.as_str() == path));
        assert!(refused.to_string().starts_with("/etc/modprobe.d/sriov-rdma.conf belongs to"));
        assert!(matches!(file.remove(&host), Err(ManagedFileError::Foreign { .. })));
        let left = host.read_file(&HostPath::new(path)).unwrap();
        assert_eq!(left.as_deref(), Some(content.as_bytes()));
    }
    assert_eq!(ManagedFile::new(HostPath::new(path), "a\nb").header().lines().count(), 1);
}
