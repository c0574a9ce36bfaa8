use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::entries::{self, grub_default};
use super::host::{joined, only, run, some_tool, text, unsupported};
use super::{BlsEntry, GrubEnv, grub};
use crate::boot::{BootError, Bootloader, BootloaderKind, CommandLine, Edit, KernelArg, Staged};
use crate::seam::{Host, HostPath, ToolRun};

/// RHEL, Fedora and their kin: entries of the Boot Loader Specification, edited by `grubby`.
///
/// With `--update-kernel=ALL`, grubby also keeps `GRUB_CMDLINE_LINUX` in `/etc/default/grub` (and
/// `kernelopts` in the environment block), which new kernels take their arguments from; see
/// grubby(8), `--no-etc-grub-update`.
pub(in crate::boot) struct Grubby;

pub(in crate::boot) const ENTRIES: &str = "boot/loader/entries";
const ENV: &str = "boot/grub2/grubenv";

/// grubby splits its arguments at white space, expands them as patterns of file names, and puts
/// them into regular expressions of sed.
const PLAIN: &str = "_-.,:=@%";

impl Bootloader for Grubby {
    fn kind(&self) -> BootloaderKind {
        BootloaderKind::Grubby
    }

    fn staged(&self, host: &dyn Host) -> Result<Option<Staged>, BootError> {
        let boot = Boot::read(host)?;
        let Some(entry) = grub_default(&boot.entries, &boot.env) else { return Ok(None) };
        Ok(Some(Staged { line: boot.line(entry), source: source(entry) }))
    }

    fn stage(&self, host: &dyn Host, edit: &Edit, deadline: Duration) -> Result<(), BootError> {
        let program = some_tool(host, &["grubby"])?;
        let boot = Boot::read(host)?;
        let lines: Vec<CommandLine> = boot.entries.iter().map(|entry| boot.line(entry)).collect();
        let add = additions(edit, &lines)?;
        let remove = removals(edit, &lines)?;
        if add.is_empty() && remove.is_empty() {
            return Ok(());
        }
        let mut args = vec!["--update-kernel=ALL".to_owned()];
        for (option, values) in [("--args", &add), ("--remove-args", &remove)] {
            if !values.is_empty() {
                args.push(format!("{option}={}", joined(values)));
            }
        }
        run(host, &ToolRun::change(program, args), deadline).map(drop)
    }

    fn instructions(&self, _host: &dyn Host, edit: &Edit) -> Vec<String> {
        vec![format!("run `{}`", command(edit))]
    }
}

/// The command for a person.
pub(super) fn command(edit: &Edit) -> String {
    let mut args = vec!["--update-kernel=ALL".to_owned()];
    for (option, values) in [("--args", &edit.add), ("--remove-args", &edit.remove)] {
        if !values.is_empty() {
            args.push(format!("{option}={}", joined(values)));
        }
    }
    ToolRun::change(HostPath::new("usr/sbin/grubby"), args).to_string()
}

fn source(entry: &BlsEntry) -> String {
    format!("/{ENTRIES}/{}.conf:{}", entry.id, entry.line.max(1))
}

/// The entries, and what their variables stand for.
struct Boot {
    entries: Vec<BlsEntry>,
    env: GrubEnv,
    variables: BTreeMap<String, String>,
}

impl Boot {
    fn read(host: &dyn Host) -> Result<Self, BootError> {
        let entries = entries::read(host, &HostPath::new(ENTRIES))?;
        let env = text(host, &HostPath::new(ENV))?.unwrap_or_default();
        let mut variables = BTreeMap::new();
        // Values that the environment block does not have are set by the script, as tuned's are.
        if entries.iter().any(|entry| entry.options.contains('$'))
            && let Some((path, script)) = grub::config(host)?
        {
            variables = grub::parse(host, &path, &script)?.variables();
        }
        Ok(Self { entries, env: GrubEnv::parse(&env), variables })
    }

    fn line(&self, entry: &BlsEntry) -> CommandLine {
        CommandLine::parse(&entry.expanded(&self.env, &self.variables))
    }
}

/// What goes to `--args`. grubby takes out every argument of the same key before it appends, so
/// that those which are to stay are appended again, in their order.
fn additions(edit: &Edit, lines: &[CommandLine]) -> Result<Vec<KernelArg>, BootError> {
    let mut additions = Vec::new();
    for key in unique(edit.add.iter().map(KernelArg::key)) {
        let wanted: Vec<&KernelArg> = edit.add.iter().filter(|arg| arg.key() == key).collect();
        let others = |line: &CommandLine| -> Vec<KernelArg> {
            let other = |arg: &&KernelArg| {
                arg.key() == key && !wanted.contains(arg) && !edit.remove.contains(arg)
            };
            line.args().iter().filter(other).cloned().collect()
        };
        let kept = lines.first().map(others).unwrap_or_default();
        if let Some(first) = wanted.first()
            && lines.iter().any(|line| others(line) != kept)
        {
            let problem =
                format!("it would change other arguments `{key}`, which differ by kernel");
            return Err(unsupported("grubby", first, problem));
        }
        additions.extend(kept);
        additions.extend(wanted.into_iter().cloned());
    }
    additions.iter().try_for_each(|arg| only("grubby", arg, PLAIN))?;
    Ok(additions)
}

/// What goes to `--remove-args`: what is there. A flag would take `flag=value` with it.
fn removals(edit: &Edit, lines: &[CommandLine]) -> Result<Vec<KernelArg>, BootError> {
    let present: BTreeSet<&KernelArg> = lines.iter().flat_map(CommandLine::args).collect();
    let removals: Vec<KernelArg> =
        edit.remove.iter().filter(|arg| present.contains(arg)).cloned().collect();
    for arg in &removals {
        only("grubby", arg, PLAIN)?;
        let sibling = present.iter().find(|other| {
            arg.value().is_none()
                && other.key() == arg.key()
                && !edit.remove.contains(other)
                && **other != arg
        });
        if let Some(sibling) = sibling {
            return Err(unsupported("grubby", arg, format!("it would take out {sibling}, too")));
        }
    }
    Ok(removals)
}

fn unique<'a>(keys: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut unique = Vec::new();
    for key in keys {
        if !unique.contains(&key) {
            unique.push(key);
        }
    }
    unique
}
