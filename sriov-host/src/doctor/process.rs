use super::Check;
use crate::PciAddress;
use crate::seam::{FilesError, Host, HostPath, Sysfs};
use crate::vfs::lock_path;

/// Bits of the capability set, from `linux/capability.h`.
const CAP_NET_ADMIN: u32 = 12;
const CAP_SYS_ADMIN: u32 = 21;

/// Root, with the capabilities that netlink and sysfs ask for.
pub(super) fn privileges(host: &dyn Sysfs) -> Check {
    const ID: &str = "privileges";
    let status = match host.read(&HostPath::new("proc/self/status")) {
        Ok(status) => status,
        Err(error) => return Check::unknown(ID, &error),
    };
    let missing = missing(&status);
    let help = "run as root, in a container as a privileged one; reading works without";
    match missing.as_slice() {
        [] => Check::good(ID, "root, with CAP_NET_ADMIN and CAP_SYS_ADMIN"),
        missing => Check::bad(ID, format!("without {}", missing.join(", ")), help),
    }
}

fn missing(status: &str) -> Vec<&'static str> {
    let field = |name: &str| {
        let lines = status.lines().find_map(|line| line.strip_prefix(name));
        lines.map(|rest| rest.split_whitespace().collect::<Vec<_>>()).unwrap_or_default()
    };
    // Real, effective, saved and file-system user.
    let root = field("Uid:").get(1) == Some(&"0");
    let capabilities = field("CapEff:").first().and_then(|hex| u64::from_str_radix(hex, 16).ok());
    let has = |bit: u32| capabilities.is_some_and(|set| set & (1 << bit) != 0);
    let wanted = [
        ("root", root),
        ("CAP_NET_ADMIN", has(CAP_NET_ADMIN)),
        ("CAP_SYS_ADMIN", has(CAP_SYS_ADMIN)),
    ];
    wanted.iter().filter(|(_, there)| !there).map(|(name, _)| *name).collect()
}

/// Who works on a PF right now. The locks themselves are left alone: taking one to see whether it
/// is free would keep somebody else from it.
pub(super) fn locks(host: &dyn Host, pfs: impl Iterator<Item = PciAddress>) -> Check {
    const ID: &str = "locks";
    let held = pfs.map(|pf| Ok(owner(host, pf)?.map(|owner| format!("{pf} by {owner}"))));
    match held.filter_map(Result::transpose).collect::<Result<Vec<String>, FilesError>>() {
        Err(error) => Check::unknown(ID, &error),
        Ok(held) if held.is_empty() => Check::good(ID, "no PF is locked"),
        Ok(held) => {
            let message = format!("locked: {}", held.join("; "));
            Check::bad(ID, message, "wait for the owner, or stop it")
        }
    }
}

fn owner(host: &dyn Host, pf: PciAddress) -> Result<Option<String>, FilesError> {
    let Some(content) = host.read_file(&lock_path(pf))? else { return Ok(None) };
    let owner = String::from_utf8_lossy(&content).trim().to_owned();
    // A killed owner leaves its name behind, but not its lock.
    let process = |pid| host.list(&HostPath::new("proc").join(pid));
    let alive = pid_of(&owner).is_none_or(|pid| process(pid).is_ok());
    Ok((!owner.is_empty() && alive).then_some(owner))
}

/// The number in `sriovctl apply (pid 4711)`.
fn pid_of(owner: &str) -> Option<&str> {
    let (_, rest) = owner.split_once("pid ")?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest.get(..end).filter(|digits| !digits.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{missing, pid_of};

    #[test]
    fn every_missing_right_is_named() {
        let root = "Name:\tx\nUid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\n";
        assert!(missing(root).is_empty());
        let user = root.replace("\t0\t0\t0\t0", "\t1000\t1000\t1000\t1000");
        assert_eq!(missing(&user), ["root"]);
        // Docker's default set.
        let container = root.replace("000001ffffffffff", "00000000a80425fb");
        assert_eq!(missing(&container), ["CAP_NET_ADMIN", "CAP_SYS_ADMIN"]);
        assert_eq!(missing("").len(), 3);
    }

    #[test]
    fn a_pid_is_found_in_an_owner() {
        assert_eq!(pid_of("sriovctl apply (pid 4711)"), Some("4711"));
        assert_eq!(pid_of("pid 12"), Some("12"));
        assert_eq!(pid_of("rapid growth"), None);
        assert_eq!(pid_of("a shell script"), None);
    }
}
