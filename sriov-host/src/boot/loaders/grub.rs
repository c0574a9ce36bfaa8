use std::time::Duration;

use super::drop_in::{self, DropIn};
use super::host::{first_text, first_tool, joined, only, run, some_tool, text};
use super::{GrubCfg, GrubEnv};
use crate::boot::{BootError, Bootloader, BootloaderKind, CommandLine, Edit, Staged};
use crate::seam::{Files, FilesError, Host, HostPath, ToolRun};

/// Debian's and Ubuntu's grub: a drop-in of ours, and `update-grub`.
pub(in crate::boot) struct Grub;

/// Debian's place, and that of everybody else.
const CONFIGS: [&str; 2] = ["boot/grub/grub.cfg", "boot/grub2/grub.cfg"];
pub(in crate::boot) const MKCONFIG: [&str; 2] = ["grub-mkconfig", "grub2-mkconfig"];

/// What neither the shell that sources the drop-in nor the script that it ends up in gives a
/// meaning to. `{`, `$`, `;` and their like would have to be quoted for both at once.
const PLAIN: &str = "_-.,:=/@%+*?[]()!~^";

impl Bootloader for Grub {
    fn kind(&self) -> BootloaderKind {
        BootloaderKind::Grub
    }

    fn staged(&self, host: &dyn Host) -> Result<Option<Staged>, BootError> {
        let Some((path, script)) = config(host)? else { return Ok(None) };
        let script = parse(host, &path, &script)?;
        let linux = script.default_entry().and_then(|entry| entry.linux.as_ref());
        Ok(linux.map(|linux| Staged {
            line: CommandLine::parse(&linux.arguments),
            source: format!("{path}:{}", linux.line),
        }))
    }

    fn stage(&self, host: &dyn Host, edit: &Edit, deadline: Duration) -> Result<(), BootError> {
        for arg in edit.add.iter().chain(&edit.remove) {
            only("grub", arg, PLAIN)?;
        }
        let generate = generator(host)?;
        let path = HostPath::new(drop_in::PATH);
        let old = text(host, &path)?;
        let mut file = match &old {
            Some(text) => DropIn::parse(text)?,
            None => DropIn::default(),
        };
        file.edit(edit);
        let new = file.render();
        // Without its run, what is written here comes into force with the next kernel update.
        if old.as_ref() != Some(&new) {
            host.write_file(&path, new.as_bytes())?;
        }
        run(host, &generate, deadline).map(drop)
    }

    fn instructions(&self, host: &dyn Host, edit: &Edit) -> Vec<String> {
        let generate =
            generator(host).map_or_else(|_| "update-grub".to_owned(), |run| run.to_string());
        by_hand(edit, &generate)
    }
}

/// What is to be done by hand where `/etc/default/grub` is read.
pub(super) fn by_hand(edit: &Edit, generate: &str) -> Vec<String> {
    let mut lines = Vec::new();
    if !edit.add.is_empty() {
        let args = joined(&edit.add);
        lines.push(format!("append `{args}` to GRUB_CMDLINE_LINUX in /etc/default/grub"));
    }
    for arg in &edit.remove {
        lines.push(format!(
            "take `{arg}` out of GRUB_CMDLINE_LINUX and GRUB_CMDLINE_LINUX_DEFAULT in /etc/default/grub"
        ));
    }
    lines.push(format!("run `{generate}`"));
    lines
}

/// The configuration that grub reads.
pub(in crate::boot) fn config(host: &dyn Host) -> Result<Option<(HostPath, String)>, FilesError> {
    first_text(host, &CONFIGS)
}

/// A configuration, with the environment block beside it.
pub(in crate::boot) fn parse(
    host: &(impl Files + ?Sized),
    path: &HostPath,
    script: &str,
) -> Result<GrubCfg, BootError> {
    let env = path.parent().map(|folder| folder.join("grubenv"));
    let env = env.map(|env| text(host, &env)).transpose()?.flatten().unwrap_or_default();
    GrubCfg::parse(script, &GrubEnv::parse(&env)).map_err(|error| BootError::Malformed {
        path: path.clone(),
        line: error.line,
        problem: error.problem.to_owned(),
    })
}

/// Whether the host's `grub-mkconfig` sources drop-ins. It is a shell script; upstream's, SUSE's
/// and Red Hat's know only `/etc/default/grub`, Debian's patch adds the folder.
pub(in crate::boot) fn takes_drop_ins(host: &dyn Host) -> Result<bool, BootError> {
    let Some(script) = first_tool(host, &MKCONFIG)? else { return Ok(false) };
    Ok(text(host, &script)?.is_some_and(|script| script.contains("/default/grub.d/")))
}

/// The program that writes the configuration in use.
fn generator(host: &dyn Host) -> Result<ToolRun, BootError> {
    if let Some(program) = host.find_tool("update-grub")? {
        return Ok(ToolRun::change::<String>(program, []));
    }
    let program = some_tool(host, &MKCONFIG)?;
    let path = config(host)?.map_or_else(|| HostPath::new("boot/grub/grub.cfg"), |(path, _)| path);
    Ok(ToolRun::change(program, ["-o".to_owned(), path.to_string()]))
}
