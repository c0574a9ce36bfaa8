//! Putting together what one boot needs, and judging what came of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::binaries::Binaries;
use crate::cpio;
use crate::form::Form;
use crate::kernel::copy;
use crate::problem::{Problem, Result};
use crate::qemu::{Boot, Ended};
use crate::verdict::{CaseReport, Outcome};

/// What all boots of a run share.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) release: String,
    pub(crate) kernel: PathBuf,
    pub(crate) initrd: PathBuf,
    pub(crate) runs: PathBuf,
    pub(crate) accelerator: &'static str,
    pub(crate) deadline: Duration,
}

/// How many cases ended how.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// The base with this run's programs behind it: later files replace earlier ones.
pub(crate) fn initrd(base: &Path, binaries: &Binaries, runs: &Path) -> Result<PathBuf> {
    let root = runs.join("programs");
    if root.exists() {
        fs::remove_dir_all(&root).map_err(Problem::path("remove", &root))?;
    }
    copy(&binaries.guest, &root.join("init"))?;
    copy(&binaries.guest, &root.join("bin/lab-guest"))?;
    if let Some(sriovctl) = &binaries.sriovctl {
        copy(sriovctl, &root.join("bin/sriovctl"))?;
    }
    let programs = runs.join("programs.cpio");
    cpio::pack(&root, &programs)?;
    let mut initrd = fs::read(base).map_err(Problem::path("read", base))?;
    // The kernel takes an uncompressed archive only where four divides its offset.
    initrd.resize(initrd.len().next_multiple_of(512), 0);
    initrd.extend(fs::read(&programs).map_err(Problem::path("read", &programs))?);
    let path = runs.join("initrd");
    fs::write(&path, initrd).map_err(Problem::path("write", &path))?;
    fs::remove_dir_all(&root).map_err(Problem::path("remove", &root))?;
    fs::remove_file(&programs).map_err(Problem::path("remove", &programs))?;
    Ok(path)
}

impl Machine {
    /// Whether the guest comes up at all with this accelerator.
    pub(crate) fn comes_up(&self, form: &Form, accelerator: &'static str) -> Result<bool> {
        let log = self.runs.join("probe.log");
        let boot = Boot {
            accelerator,
            deadline: Duration::from_secs(20),
            ..self.boot(form, "/none", &log)
        };
        let ended = boot.run(|_| ())?;
        Ok(ended.killed.is_none() && ended.transcript.is_done())
    }

    /// Boots a form and runs its cases.
    pub(crate) fn run(
        &self,
        form: &Form,
        filter: &str,
        expected: &[String],
        keep: bool,
    ) -> Result<Tally> {
        let log = self.runs.join(format!("{}.log", form.name));
        let boot = self.boot(form, filter, &log);
        println!("{}: booting for {} cases", form.name, expected.len());
        if keep {
            println!("{:?}", boot.command());
        }
        let started = Instant::now();
        let ended = boot.run(|case| show(form, case))?;
        let (tally, objection) = self.judge(form, &ended, expected);
        if let Some(objection) = objection {
            println!("{}: FAILED: {objection}", form.name);
            show_end_of(&log);
        }
        println!(
            "{}: {:.1} s, log in {}",
            form.name,
            started.elapsed().as_secs_f32(),
            log.display()
        );
        Ok(tally)
    }

    fn boot<'a>(&'a self, form: &'a Form, filter: &'a str, log: &'a Path) -> Boot<'a> {
        Boot {
            form,
            kernel: &self.kernel,
            initrd: &self.initrd,
            log,
            filter,
            accelerator: self.accelerator,
            deadline: self.deadline,
        }
    }

    fn judge(&self, form: &Form, ended: &Ended, expected: &[String]) -> (Tally, Option<String>) {
        let said = &ended.transcript;
        let mut tally = Tally {
            passed: said.count(Outcome::Pass),
            failed: said.count(Outcome::Fail),
            skipped: said.count(Outcome::Skip),
        };
        for name in said.missing(expected) {
            println!("{}: FAILED  {name}: no result", form.name);
            tally.failed += 1;
        }
        let objection = ended.killed.clone().or_else(|| said.objection(&self.release, ended.exit));
        if objection.is_some() {
            tally.failed = tally.failed.max(1);
        }
        (tally, objection)
    }
}

/// The last lines of a log, where the reason stands.
fn show_end_of(log: &Path) {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    for line in lines.iter().skip(lines.len().saturating_sub(12)) {
        println!("          {line}");
    }
}

/// In one call, so that machines that run side by side do not mix their words.
fn show(form: &Form, case: &CaseReport) {
    let word = match case.outcome {
        Outcome::Pass => "ok     ",
        Outcome::Fail => "FAILED ",
        Outcome::Skip => "SKIPPED",
    };
    let notes: Vec<String> = case.notes.iter().map(|note| format!("\n          {note}")).collect();
    let notes = notes.concat();
    println!("{}: {word} {} ({} ms){notes}", form.name, case.name, case.milliseconds);
}
