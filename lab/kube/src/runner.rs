//! Running the cases one after the other, each from the same start.

use std::cell::{Cell, RefCell};
use std::ffi::OsStr;
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use futures_util::FutureExt;

use crate::case::{Case, DEADLINE};
use crate::failure::{Done, Failure};
use crate::plane::{self, Plane, Programs};
use crate::world::World;
use crate::{cases, setup};

pub(crate) fn list(filter: &str) -> ExitCode {
    for case in cases::selected(filter) {
        println!("{}", case.name);
    }
    ExitCode::SUCCESS
}

pub(crate) fn run(filter: &str) -> ExitCode {
    // On one thread: see `Process::start`.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = runtime.map_err(Failure::of("start", "a runtime"));
    let done = done.and_then(|runtime| runtime.block_on(lane(filter)));
    done.unwrap_or_else(|failure| {
        eprintln!("error: {failure}");
        println!("\n0 passed, 1 failed, 0 skipped");
        ExitCode::FAILURE
    })
}

async fn lane(filter: &str) -> Done<ExitCode> {
    let cases = cases::selected(filter);
    if cases.is_empty() {
        return Err(Failure::new(format!("no case is called *{filter}*")));
    }
    keep_panics();
    let programs = Programs::of_environment()?;
    let folder = folder()?;
    let started = Instant::now();
    let mut plane = Plane::start(&programs, &folder).await?;
    let mut world = setup::world(&mut plane, &programs, &folder).await?;
    println!("control plane up after {} ms", started.elapsed().as_millis());
    let mut failed = 0;
    for case in &cases {
        failed += u32::from(!one(case, &mut world).await?);
    }
    drop(plane);
    tidy(&folder, failed == 0)?;
    println!("\n{} passed, {failed} failed, 0 skipped", cases.len() - failed as usize);
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs a case and tells how it ended.
async fn one(case: &Case, world: &mut World) -> Done<bool> {
    world.case = case.name;
    world.prefix = case.prefix();
    world.notes = RefCell::default();
    world.controllers = Cell::default();
    let started = Instant::now();
    let body = AssertUnwindSafe(case.run(world)).catch_unwind();
    let done = match tokio::time::timeout(DEADLINE, body).await {
        Ok(Ok(done)) => done,
        Ok(Err(_)) => Err(Failure::new(PANIC.take())),
        Err(_) => Err(Failure::new(format!("not over after {} s", DEADLINE.as_secs()))),
    };
    let verdict = if done.is_ok() { "pass" } else { "FAIL" };
    println!("{verdict} {} ({} ms)", case.name, started.elapsed().as_millis());
    for note in world.notes.borrow().iter() {
        println!("     {note}");
    }
    if let Err(failure) = &done {
        for line in failure.to_string().lines() {
            println!("   | {line}");
        }
        if world.controllers.get() > 0 {
            println!("   | logs: {}", world.folder.join(format!("{}-*.log", case.name)).display());
        }
    }
    setup::clean(world).await?;
    Ok(done.is_ok())
}

thread_local! {
    /// Where the last panic was, and its words: how a case of the contract fails.
    static PANIC: RefCell<String> = RefCell::default();
}

fn keep_panics() {
    panic::set_hook(Box::new(|found| {
        let place = found.location().map(ToString::to_string).unwrap_or_default();
        let words = found.payload_as_str().unwrap_or("without words");
        PANIC.set(format!("{place}: {words}"));
    }));
}

/// A folder for the data and the logs of this run.
fn folder() -> Done<PathBuf> {
    let runs = plane::path("KUBE_LAB_RUNS")?;
    let folder = runs.join(std::process::id().to_string());
    fs::create_dir_all(&folder).map_err(Failure::of("create", folder.display()))?;
    // A kubeconfig reads paths from where it lies, not from here.
    let folder = fs::canonicalize(&folder).map_err(Failure::of("find", folder.display()))?;
    let entries = fs::read_dir(&runs).map_err(Failure::of("list", runs.display()))?;
    for entry in entries.flatten().filter(|entry| !is_alive(&entry.file_name())) {
        let old = entry.path();
        fs::remove_dir_all(&old).map_err(Failure::of("remove", old.display()))?;
    }
    Ok(folder)
}

/// Another run may go on at the same time.
fn is_alive(process: &OsStr) -> bool {
    Path::new("/proc").join(process).exists()
}

/// The logs stay until the next run if there was a failure.
fn tidy(folder: &Path, passed: bool) -> Done {
    if passed && std::env::var_os("KUBE_LAB_KEEP").is_none() {
        return fs::remove_dir_all(folder).map_err(Failure::of("remove", folder.display()));
    }
    println!("logs and data: {}", folder.display());
    Ok(())
}
