use sriov_host::ModuleName;
use sriov_host::boot::{BootId, Bootloader, CommandLine, Ledger, UnreadableLedger};
use sriov_host::config::RdmaNetnsMode;
use sriov_host::modprobe::{Configuration, Setting};
use sriov_host::seam::{Availability, FilesError, Host, HostPath, RdmaSystem};

use super::error::FactsError;
use super::facts::{Facts, LineMode, ModeArg, ModeSetting, OwnFile};
use super::plan::mode_of;
use super::value::ModeValue;
use super::{file, initramfs};
use crate::netns_mode;

pub(super) const PARAMETER: &str = "netns_mode";

const FOLDERS: [&str; 4] =
    ["etc/modprobe.d", "usr/local/lib/modprobe.d", "usr/lib/modprobe.d", "lib/modprobe.d"];

/// Where the running command line stands.
const RUNNING: &str = "/proc/cmdline";

/// Collects the facts that decide about the mode, as far as the wish needs them.
///
/// Reads only, and loads no module. Who keeps the kernel from changing the mode is looked for only
/// where the live mode is not the wanted one; into the initramfs only where modprobe's files
/// decide.
///
/// # Errors
///
/// [`FactsError`] if a fact cannot be told.
pub fn observe(
    host: &dyn Host,
    rdma: &dyn RdmaSystem,
    loader: &dyn Bootloader,
    wanted: RdmaNetnsMode,
) -> Result<Facts, FactsError> {
    let mut facts = at_hand(host, rdma, loader)?;
    if let Some(mode) = mode_of(wanted) {
        if matches!(facts.live, Availability::Available(live) if live != mode) {
            // Not to know them is no reason not to try: the kernel knows.
            facts.holders = netns_mode::holders(host).ok();
        }
        look_into_initramfs(host, &mut facts);
    }
    Ok(facts)
}

/// What is told without a search: neither holders nor the initramfs.
pub(super) fn at_hand(
    host: &dyn Host,
    rdma: &dyn RdmaSystem,
    loader: &dyn Bootloader,
) -> Result<Facts, FactsError> {
    let modprobe = lasting(host).map_err(FactsError::Modprobe)?;
    let running = host.read(&HostPath::new(RUNNING)).map_err(FactsError::Running)?;
    let staged = loader.staged(host).map_err(FactsError::Staged)?;
    Ok(Facts {
        live: netns_mode::get(rdma).map_err(FactsError::Live)?,
        modprobe: mode_settings(modprobe.settings(&ModuleName::ib_core(), PARAMETER)),
        own_file: own_file(host)?,
        staged: staged.map(|staged| line_mode(&staged.line, &staged.source)),
        running: line_mode(&CommandLine::parse(&running), RUNNING),
        holders: None,
        initramfs: None,
        built_in: is_built_in(host)?,
        ledger: Ledger::load(host).map_err(|error| UnreadableLedger::from(&error)),
        boot: BootId::running(host).map_err(FactsError::Running)?,
    })
}

/// modprobe's files but those below `/run`, which the next boot begins without.
fn lasting(host: &dyn Host) -> Result<Configuration, FilesError> {
    let mut files = Vec::new();
    for folder in FOLDERS.map(HostPath::new) {
        let names = host.list_files(&folder)?.unwrap_or_default();
        // As modprobe does: a name in capitals does not count.
        for name in names.iter().filter_map(|name| name.strip_suffix(".conf")) {
            let path = folder.join(format!("{name}.conf"));
            if let Some(content) = host.read_file(&path)? {
                files.push((path, content));
            }
        }
    }
    Ok(Configuration::of(files.iter().map(|(path, content)| (path, content.as_slice()))))
}

/// Only where it may decide.
pub(super) fn look_into_initramfs(host: &dyn Host, facts: &mut Facts) {
    let loads = facts.live != Availability::Unsupported && !facts.built_in;
    if loads && facts.line().args.is_empty() {
        facts.initramfs = Some(initramfs::look(host));
    }
}

pub(super) fn mode_settings(settings: Vec<Setting>) -> Vec<ModeSetting> {
    let read = |Setting { value, path, line }| {
        let value = ModeValue::parse(Some(&value));
        ModeSetting { value, path, line }
    };
    settings.into_iter().map(read).collect()
}

/// What a command line says; behind `--` nothing is the kernel's.
pub(super) fn line_mode(line: &CommandLine, source: &str) -> LineMode {
    let args = line.args().iter().take_while(|arg| arg.as_str() != "--");
    // Dashes and underscores are the same to the kernel.
    let about = args.filter(|arg| arg.key().replace('-', "_") == "ib_core.netns_mode");
    let args = about.map(|arg| ModeArg { arg: arg.clone(), value: ModeValue::parse(arg.value()) });
    LineMode { args: args.collect(), source: source.to_owned() }
}

fn own_file(host: &dyn Host) -> Result<OwnFile, FactsError> {
    let content = host.read_file(&file::path()).map_err(FactsError::Modprobe)?;
    Ok(match content {
        None => OwnFile::Absent,
        Some(content) if file::is_ours(&content) => {
            OwnFile::Ours(String::from_utf8_lossy(&content).into_owned())
        }
        Some(_) => OwnFile::Foreign,
    })
}

/// Whether the running kernel has `ib_core` in itself.
fn is_built_in(host: &dyn Host) -> Result<bool, FactsError> {
    let release = HostPath::new("proc/sys/kernel/osrelease");
    let release = match host.read(&release) {
        Ok(release) => release,
        Err(error) if error.is_not_found() => return Ok(false),
        Err(error) => return Err(FactsError::Running(error)),
    };
    let list = HostPath::new("lib/modules").join(&release).join("modules.builtin");
    let list = host.read_file(&list).map_err(FactsError::Modprobe)?.unwrap_or_default();
    Ok(list.split(|byte| *byte == b'\n').any(|line| line.ends_with(b"/ib_core.ko")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sriov_host::NetnsMode;

    #[test]
    fn the_last_argument_counts_however_it_is_spelt() {
        let mode = |line: &str| line_mode(&CommandLine::parse(line), "").mode();
        assert_eq!(mode("ro quiet netns_mode=0 xib_core.netns_mode=0"), None);
        assert_eq!(mode("ib-core.netns-mode=0"), Some(NetnsMode::Exclusive));
        assert_eq!(mode("ib_core.netns_mode=0 ib_core.netns_mode=on"), Some(NetnsMode::Shared));
        assert_eq!(
            mode("ib_core.netns_mode=0 -- ib_core.netns_mode=1"),
            Some(NetnsMode::Exclusive)
        );
        assert_eq!(mode("ib_core.netns_mode"), Some(NetnsMode::Shared));
        assert_eq!(mode("ib_core.netns_mode=0 ib_core.netns_mode=7"), None);
    }
}
