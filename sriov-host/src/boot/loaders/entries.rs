//! Which of several entries is started without anybody's choice.

use std::cmp::Ordering;

use super::bls::BlsEntry;
use super::grubenv::GrubEnv;
use super::version;
use crate::seam::{Files, FilesError, HostPath};

/// The entries of a folder `loader/entries`; empty if there is no such folder.
pub(super) fn read(host: &dyn Files, folder: &HostPath) -> Result<Vec<BlsEntry>, FilesError> {
    let mut entries = Vec::new();
    for name in host.list_files(folder)?.unwrap_or_default() {
        let Some(id) = name.strip_suffix(".conf") else { continue };
        if let Some(bytes) = host.read_file(&folder.join(&name))? {
            entries.push(BlsEntry::parse(id, &String::from_utf8_lossy(&bytes)));
        }
    }
    Ok(entries)
}

/// The entries as `blscfg` puts them into grub's menu, from the top.
pub(crate) fn grub_menu(entries: &[BlsEntry]) -> Vec<&BlsEntry> {
    let mut menu: Vec<&BlsEntry> = entries.iter().filter(|entry| !entry.linux.is_empty()).collect();
    menu.sort_by(|a, b| version::rpm(&b.id, &a.id).then_with(|| b.id.cmp(&a.id)));
    menu
}

/// The entry that grub starts: the one for the next boot only, the saved one, or the first.
pub(crate) fn grub_default<'a>(entries: &'a [BlsEntry], env: &GrubEnv) -> Option<&'a BlsEntry> {
    let menu = grub_menu(entries);
    let default = env.get("next_entry").or_else(|| env.get("saved_entry")).unwrap_or("0");
    let named = match default.parse::<usize>() {
        Ok(number) => menu.get(number),
        Err(_) => menu.iter().find(|entry| entry.id == default || entry.title == default),
    };
    named.or_else(|| menu.first()).copied()
}

/// The entry that systemd-boot starts, where `default` is the pattern of `loader.conf`; `None` if
/// that cannot be told from files.
pub(crate) fn systemd_default<'a>(
    entries: &'a [BlsEntry],
    default: Option<&str>,
) -> Option<&'a BlsEntry> {
    let mut menu: Vec<&BlsEntry> = entries.iter().collect();
    menu.sort_by(|a, b| systemd_order(a, b));
    let Some(pattern) = default else { return menu.first().copied() };
    // `@saved` is in a variable of the firmware, and a set in brackets is nothing that anybody has.
    if pattern.starts_with('@') || pattern.contains('[') {
        return None;
    }
    let file = |entry: &BlsEntry| format!("{}.conf", uncounted(&entry.id).0).to_lowercase();
    let pattern = pattern.to_lowercase();
    menu.iter().find(|entry| glob(pattern.as_bytes(), file(entry).as_bytes())).copied()
}

/// What has failed too often is last, what has a sort key is first, newer versions are first.
fn systemd_order(a: &BlsEntry, b: &BlsEntry) -> Ordering {
    let failed = |entry: &BlsEntry| uncounted(&entry.id).1 == Some(0);
    let keyless = |entry: &BlsEntry| entry.sort_key.is_empty();
    let by_key = || match (keyless(a), keyless(b)) {
        (false, false) => (a.sort_key.cmp(&b.sort_key))
            .then_with(|| a.machine_id.cmp(&b.machine_id))
            .then_with(|| version::uapi(&b.version, &a.version)),
        (a, b) => a.cmp(&b),
    };
    let by_name = || version::uapi(uncounted(&b.id).0, uncounted(&a.id).0);
    failed(a).cmp(&failed(b)).then_with(by_key).then_with(by_name).then_with(|| b.id.cmp(&a.id))
}

/// A name without its boot counter, `+LEFT` or `+LEFT-DONE`, and the tries that are left.
fn uncounted(id: &str) -> (&str, Option<u32>) {
    let Some((name, counter)) = id.rsplit_once('+') else { return (id, None) };
    let (left, done) = counter.split_once('-').unwrap_or((counter, "0"));
    match (left.parse(), done.parse::<u32>()) {
        (Ok(left), Ok(_)) => (name, Some(left)),
        _ => (id, None),
    }
}

/// Whether a text follows a pattern of `*` and `?`. The last star is tried again, further on:
/// linear in memory and without recursion.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star = None;
    while let Some(c) = text.get(t) {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(one) if *one == b'?' || one == c => (p, t) = (p + 1, t + 1),
            Some(_) | None => match star {
                Some((at, begun)) => {
                    star = Some((at, begun + 1));
                    (p, t) = (at + 1, begun + 1);
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).unwrap_or_default().iter().all(|c| *c == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, key: &str, version: &str) -> BlsEntry {
        let text = format!("title {id}\nsort-key {key}\nversion {version}\nlinux /l\n");
        BlsEntry::parse(id, &text)
    }

    fn default<'a>(entries: &'a [BlsEntry], pattern: Option<&str>) -> Option<&'a str> {
        systemd_default(entries, pattern).map(|entry| entry.id.as_str())
    }

    #[test]
    fn grub_takes_the_saved_entry_and_else_the_newest() {
        let entries =
            ["m-0-rescue", "m-5.14.0-70.el9", "m-5.14.0-362.el9"].map(|id| entry(id, "", ""));
        let chosen = |env: &str| grub_default(&entries, &GrubEnv::parse(env)).unwrap().id.clone();
        assert_eq!(chosen(""), "m-5.14.0-362.el9");
        assert_eq!(chosen("saved_entry=m-5.14.0-70.el9\n"), "m-5.14.0-70.el9");
        assert_eq!(chosen("saved_entry=2\n"), "m-0-rescue");
        assert_eq!(chosen("saved_entry=gone\n"), "m-5.14.0-362.el9");
        assert_eq!(chosen("saved_entry=1\nnext_entry=m-0-rescue\n"), "m-0-rescue");
        // What starts no kernel is not in the menu.
        let no_kernel = [BlsEntry::parse("z", "title z\nefi /shell.efi\n")];
        assert_eq!(grub_default(&no_kernel, &GrubEnv::default()), None);
    }

    #[test]
    fn systemd_boot_sorts_by_key_and_version() {
        let entries = [
            entry("plain-9", "", "9"),
            entry("a-6.9.1", "arch", "6.9.1-arch1-1"),
            entry("a-6.10.2", "arch", "6.10.2-arch1-1"),
            entry("w", "windows", "99"),
        ];
        assert_eq!(default(&entries, None), Some("a-6.10.2"));
        assert_eq!(default(&entries, Some("a-6.9*")), Some("a-6.9.1"));
        assert_eq!(default(&entries, Some("A-?.9.1.conf")), Some("a-6.9.1"));
        assert_eq!(default(&entries, Some("gone")), None);
        assert_eq!(default(&entries, Some("@saved")), None);
    }

    #[test]
    fn an_entry_that_failed_too_often_is_last() {
        let entries = [entry("a-2+0-3", "arch", "2"), entry("a-1", "arch", "1")];
        assert_eq!(default(&entries, None), Some("a-1"));
        let entries = [entry("a-2+2-1", "arch", "2"), entry("a-1", "arch", "1")];
        assert_eq!(default(&entries, None), Some("a-2+2-1"));
        assert_eq!(default(&entries, Some("a-2.conf")), Some("a-2+2-1"));
    }

    #[test]
    fn patterns() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYbZ", false),
            ("?", "", false),
            ("", "a", false),
            ("*.conf", "a.conf", true),
        ] {
            assert_eq!(glob(pattern.as_bytes(), text.as_bytes()), expected, "{pattern} {text}");
        }
    }
}
