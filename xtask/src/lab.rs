//! `cargo xtask lab`.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::apt::Archive;
use crate::binaries::{self, Binaries};
use crate::boot::{self, Machine, Tally};
use crate::form::{FORMS, Form};
use crate::kernel::Kernel;
use crate::problem::{Problem, Result};
use crate::release::Release;
use crate::{base, qemu, run, setup};

#[derive(clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(crate) struct Options {
    /// Run only the cases whose name contains this
    #[arg(long, value_name = "SUBSTR", default_value = "")]
    filter: String,
    /// List the cases and run none
    #[arg(long)]
    list: bool,
    /// Keep the initramfs, and print the QEMU commands
    #[arg(long)]
    keep: bool,
    /// Boot only this machine
    #[arg(long, value_name = "NAME", value_parser = FORMS.iter().map(|form| form.name).collect::<Vec<_>>())]
    form: Option<String>,
    /// Use KVM if a guest comes up with it
    #[arg(long)]
    kvm: bool,
    /// Boot another Debian kernel, as 6.1.0-44-amd64
    #[arg(long, value_name = "RELEASE")]
    kernel: Option<String>,
    /// Cases that were skipped are no failure
    #[arg(long)]
    allow_skips: bool,
    /// How many machines run at the same time
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=16))]
    jobs: u8,
    /// How long one machine may run
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    timeout: u64,
    /// Test this static sriovctl instead of building one, as a release that was made elsewhere
    #[arg(long, value_name = "PATH")]
    sriovctl: Option<PathBuf>,
    /// Do what `lab-setup` does first
    #[arg(long)]
    install: bool,
}

/// A machine with the names of its cases.
type Boots = Vec<(&'static Form, Vec<String>)>;

pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    if options.filter.contains(char::is_whitespace) {
        return Err(Problem::new("the filter goes over a kernel command line and takes no spaces"));
    }
    if options.install {
        setup::run()?;
    }
    let binaries = Binaries::built(options.sriovctl.clone())?;
    let boots = boots(options, &binaries)?;
    if options.list {
        list(&boots);
        return Ok(ExitCode::SUCCESS);
    }
    if boots.is_empty() {
        return Err(Problem::new(format!("no case is called *{}*", options.filter))
            .help("`cargo xtask lab --list` lists them"));
    }
    need_qemu()?;
    let machine = machine(options, &binaries)?;
    let tally = run_all(&machine, &boots, options)?;
    if !options.keep {
        fs::remove_file(&machine.initrd).map_err(Problem::path("remove", &machine.initrd))?;
    }
    println!("\n{} passed, {} failed, {} skipped", tally.passed, tally.failed, tally.skipped);
    let good = tally.failed == 0 && (tally.skipped == 0 || options.allow_skips);
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs the machines, some at a time: their cases wait for the kernel more than they compute.
fn run_all(machine: &Machine, boots: &Boots, options: &Options) -> Result<Tally> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut tally = Tally::default();
        while let Some((form, cases)) = boots.get(next.fetch_add(1, Ordering::Relaxed)) {
            tally.add(machine.run(form, &options.filter, cases, options.keep)?);
        }
        Ok(tally)
    };
    let mut tally = Tally::default();
    let tallies: Vec<Result<Tally>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..options.jobs).map(|_| scope.spawn(worker)).collect();
        let crashed = || Err(Problem::new("the lab itself panicked"));
        workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| crashed())).collect()
    });
    for found in tallies {
        tally.add(found?);
    }
    Ok(tally)
}

fn boots(options: &Options, binaries: &Binaries) -> Result<Boots> {
    let mut boots = Boots::new();
    for form in FORMS {
        if options.form.as_deref().is_some_and(|wanted| wanted != form.name) {
            continue;
        }
        let cases = binaries.cases(form.name, &options.filter)?;
        if !cases.is_empty() {
            boots.push((form, cases));
        }
    }
    Ok(boots)
}

fn list(boots: &Boots) {
    for (form, cases) in boots {
        for case in cases {
            println!("{} {case}", form.name);
        }
    }
}

fn machine(options: &Options, binaries: &Binaries) -> Result<Machine> {
    let cache = cache();
    let runs = cache.join("runs");
    for folder in ["packages", "base", "runs"] {
        let folder = cache.join(folder);
        fs::create_dir_all(&folder).map_err(Problem::path("create", &folder))?;
    }
    let archive = Archive::below(&cache);
    let release = Release::choose(&archive, options.kernel.as_deref())?;
    println!("kernel {release}");
    let base = base::archive(&archive, &release, &cache)?;
    let mut machine = Machine {
        kernel: Kernel::unpacked(&archive, &release)?.image(),
        release: release.name,
        initrd: boot::initrd(&base, binaries, &runs)?,
        runs,
        accelerator: "tcg",
        deadline: Duration::from_secs(options.timeout),
    };
    if options.kvm {
        machine.accelerator = usable_accelerator(&machine)?;
    }
    Ok(machine)
}

/// `/dev/kvm` may open and the guest still die of it: only a boot can tell.
fn usable_accelerator(machine: &Machine) -> Result<&'static str> {
    let works = match FORMS.last() {
        Some(form) => machine.comes_up(form, "kvm")?,
        None => false,
    };
    if !works {
        println!("no guest comes up with KVM on this machine; using TCG");
    }
    Ok(if works { "kvm" } else { "tcg" })
}

fn need_qemu() -> Result<()> {
    let help = "`cargo xtask lab-setup` installs QEMU from bookworm-backports";
    if !run::exists(qemu::PROGRAM) {
        return Err(Problem::new(format!("there is no {}", qemu::PROGRAM)).help(help));
    }
    let devices = run::output(Command::new(qemu::PROGRAM).args(["-device", "help"]))?;
    if devices.contains("\"igb\"") {
        return Ok(());
    }
    Err(Problem::new("this QEMU has no igb; it came with version 8.0").help(help))
}

/// What is fetched and built once.
pub(crate) fn cache() -> PathBuf {
    std::env::var_os("SRIOV_LAB_CACHE")
        .map_or_else(|| binaries::workspace().join(".lab-cache"), PathBuf::from)
}
