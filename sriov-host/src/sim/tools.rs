use std::time::Duration;

use super::card::PROGRAMS;
use super::host::SimHost;
use super::kernel::{Kernel, micros};
use super::loader_machine::ToolFault;
use crate::Errno;
use crate::decorate::Call;
use crate::seam::{HostPath, Tool, ToolError, ToolOutput, ToolRun};

const FOLDERS: [&str; 4] = ["usr/sbin", "usr/bin", "sbin", "bin"];

/// A machine has the programs that are among its files. What they do is simulated by their names.
impl Tool for SimHost {
    fn find_tool(&self, name: &str) -> Result<Option<HostPath>, ToolError> {
        let mut kernel = self.enter();
        if let Some(errno) = kernel.fault(Call::QueryTool, name) {
            return Err(ToolError::Io { program: HostPath::new(name), source: errno.to_io() });
        }
        if name.contains('/') {
            return Ok(None);
        }
        let mut paths = FOLDERS.iter().map(|folder| HostPath::new(folder).join(name));
        Ok(paths.find(|path| kernel.files.contains_key(path.as_str())))
    }

    fn run_tool(&self, run: &ToolRun, deadline: Duration) -> Result<ToolOutput, ToolError> {
        let mut kernel = self.enter();
        let path = &run.program;
        let call = if run.changes { Call::RunTool } else { Call::QueryTool };
        if let Some(errno) = kernel.fault(call, &path.to_string()) {
            return Err(ToolError::Io { program: path.clone(), source: errno.to_io() });
        }
        if !kernel.files.contains_key(path.as_str()) {
            return Err(ToolError::NotFound { program: path.clone() });
        }
        let name = path.file_name();
        let fault = kernel.tool_faults.get(name).copied();
        if fault.is_none() && PROGRAMS.contains(&name) {
            return kernel.card_program(run, deadline);
        }
        let cost = duration_of(name);
        if fault == Some(ToolFault::Hangs) || deadline < cost {
            kernel.advance(micros(deadline));
            return Err(ToolError::TimedOut { program: path.clone(), after: deadline });
        }
        kernel.advance(micros(cost));
        match fault {
            Some(ToolFault::Fails) => Ok(failure("it was told to fail")),
            Some(_) => Ok(success(String::new())),
            None => kernel.program(name, &run.args).ok_or_else(|| ToolError::Io {
                program: path.clone(),
                source: Errno::NOSYS.to_io(),
            }),
        }
    }
}

/// The program that a file is.
pub(super) fn program(path: &str) -> Option<&str> {
    let (folder, name) = path.rsplit_once('/')?;
    FOLDERS.contains(&folder).then_some(name)
}

pub(super) fn success(stdout: String) -> ToolOutput {
    ToolOutput { status: Some(0), stdout, ..ToolOutput::default() }
}

pub(super) fn failure(words: &str) -> ToolOutput {
    ToolOutput { status: Some(1), stderr: format!("{words}\n"), ..ToolOutput::default() }
}

/// As on a machine of the year, without much else to do.
const fn duration_of(name: &str) -> Duration {
    match name.as_bytes() {
        b"update-initramfs" | b"dracut" => Duration::from_secs(12),
        b"rpm-ostree" => Duration::from_secs(3),
        _ => Duration::from_secs(1),
    }
}

impl Kernel {
    /// A program of mstflint, which takes as long as the card.
    fn card_program(&mut self, run: &ToolRun, deadline: Duration) -> Result<ToolOutput, ToolError> {
        let program = run.program.clone();
        match self.run_card_program(program.file_name(), &run.args, deadline) {
            None => Err(ToolError::Io { program, source: Errno::NOSYS.to_io() }),
            Some(answer) if answer.cost > deadline => {
                self.advance(micros(deadline));
                Err(ToolError::TimedOut { program, after: deadline })
            }
            Some(answer) => Ok(answer.output),
        }
    }

    /// What a program does; `None` for one that is not simulated.
    fn program(&mut self, name: &str, args: &[String]) -> Option<ToolOutput> {
        Some(match name {
            "update-grub" => self.generate_grub_cfg("boot/grub/grub.cfg"),
            "grub-mkconfig" | "grub2-mkconfig" => match args {
                [option, path] if option == "-o" => {
                    self.generate_grub_cfg(path.trim_start_matches('/'))
                }
                _ => failure("only `-o FILE` is simulated"),
            },
            "grubby" => self.grubby(args),
            "rpm-ostree" => self.rpm_ostree(args),
            "kernel-install" => self.kernel_install(args),
            "update-initramfs" | "dracut" => {
                self.regenerate_initramfs();
                success(String::new())
            }
            _ => return None,
        })
    }
}
