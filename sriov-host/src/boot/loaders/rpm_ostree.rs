use std::time::Duration;

use super::entries::{self, grub_menu};
use super::grubby::ENTRIES;
use super::host::{only, run, some_tool};
use crate::boot::{BootError, Bootloader, BootloaderKind, CommandLine, Edit, Staged};
use crate::seam::{Host, HostPath, ToolRun};

/// Hosts that boot ostree deployments: `rpm-ostree kargs`.
pub(in crate::boot) struct RpmOstree;

/// While it is there, the entry of the next boot is written when the host is shut down.
const STAGED_DEPLOYMENT: &str = "run/ostree/staged-deployment";

/// It starts a daemon to answer.
const QUERY: Duration = Duration::from_mins(1);

/// rpm-ostree cuts the line of a deployment at white space.
const PLAIN: &str = "_-.,:=@%/+*?[](){}!~^$;&|<>#";

impl Bootloader for RpmOstree {
    fn kind(&self) -> BootloaderKind {
        BootloaderKind::RpmOstree
    }

    fn staged(&self, host: &dyn Host) -> Result<Option<Staged>, BootError> {
        if host.open_file(&HostPath::new(STAGED_DEPLOYMENT))?.is_some() {
            return ask(host).map(Some);
        }
        let entries = entries::read(host, &HostPath::new(ENTRIES))?;
        let newest = grub_menu(&entries).into_iter().find(|entry| is_deployment(&entry.options));
        Ok(newest.map(|entry| Staged {
            line: CommandLine::parse(&entry.options),
            source: format!("/{ENTRIES}/{}.conf:{}", entry.id, entry.line),
        }))
    }

    fn stage(&self, host: &dyn Host, edit: &Edit, deadline: Duration) -> Result<(), BootError> {
        let program = some_tool(host, &["rpm-ostree"])?;
        edit.add.iter().chain(&edit.remove).try_for_each(|arg| only("rpm-ostree", arg, PLAIN))?;
        let args = arguments(edit);
        run(host, &ToolRun::change(program, args), deadline).map(drop)
    }

    fn instructions(&self, _host: &dyn Host, edit: &Edit) -> Vec<String> {
        let program = HostPath::new("usr/bin/rpm-ostree");
        vec![format!("run `{}`", ToolRun::change(program, arguments(edit)))]
    }
}

fn arguments(edit: &Edit) -> Vec<String> {
    let add = edit.add.iter().map(|arg| format!("--append-if-missing={arg}"));
    let remove = edit.remove.iter().map(|arg| format!("--delete-if-present={arg}"));
    ["kargs".to_owned()].into_iter().chain(add).chain(remove).collect()
}

fn ask(host: &dyn Host) -> Result<Staged, BootError> {
    let program = some_tool(host, &["rpm-ostree"])?;
    let output = run(host, &ToolRun::query(program, ["kargs"]), QUERY)?;
    let line = output.stdout.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    Ok(Staged { line: CommandLine::parse(line), source: "rpm-ostree kargs".to_owned() })
}

fn is_deployment(options: &str) -> bool {
    options.split_whitespace().any(|option| option.starts_with("ostree="))
}
