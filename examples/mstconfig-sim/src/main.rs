//! `mstconfig` on a simulated card: it takes the tool's arguments, prints what the tool prints and
//! ends as the tool ends. The card is described by the file that `MSTCONFIG_SIM` names.

mod failure;
mod store;

use std::env;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use failure::Failure;
use sriov_host::seam::ToolOutput;
use sriov_host::sim::CardAnswer;
use store::Store;

/// The tool's status for what is not the card's fault.
const ERROR_EXIT: u8 = 4;

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    run(&args).unwrap_or_else(|failure| {
        let _ = write!(io::stderr(), "{failure}");
        ExitCode::from(ERROR_EXIT)
    })
}

fn run(args: &[String]) -> Result<ExitCode, Failure> {
    let mut store = Store::open(&variable("MSTCONFIG_SIM").ok_or(Failure::NoCard)?)?;
    match args {
        [one] if one == "--sim-reboot" => store.card_mut().reboot(),
        [one] if one == "--sim-power-cycle" => store.card_mut().power_cycle(),
        _ => {
            let answer = store.card_mut().run(args);
            return answered(store, &answer);
        }
    }
    store.save()?;
    Ok(ExitCode::SUCCESS)
}

/// Saves before anything is said, and after the time that the card takes: who is killed meanwhile
/// has written nothing.
fn answered(store: Store, answer: &CardAnswer) -> Result<ExitCode, Failure> {
    if answer.cost == Duration::MAX {
        drop(store);
        loop {
            pause(Duration::from_hours(1));
        }
    }
    if variable("MSTCONFIG_SIM_REALTIME").is_some_and(|value| value == "1") {
        pause(answer.cost);
    }
    store.save()?;
    if let Some((path, content)) = &answer.wrote {
        rewrite(path, content).map_err(|source| Failure::file("write", path, source))?;
    }
    let ToolOutput { status, stdout, stderr } = &answer.output;
    let printed = io::stdout().write_all(stdout.as_bytes()).and_then(|()| io::stdout().flush());
    let printed = printed.and_then(|()| io::stderr().write_all(stderr.as_bytes()));
    printed.map_err(|source| Failure::file("write", "the standard output", source))?;
    Ok(ExitCode::from(status.and_then(|status| u8::try_from(status).ok()).unwrap_or(ERROR_EXIT)))
}

#[expect(clippy::disallowed_methods, reason = "this program is configured by its environment")]
fn variable(name: &str) -> Option<String> {
    env::var(name).ok()
}

#[expect(clippy::disallowed_methods, reason = "the time of the card, made real on request")]
fn pause(time: Duration) {
    std::thread::sleep(time);
}

#[expect(clippy::disallowed_methods, reason = "in place, as the tool itself does it")]
fn rewrite(path: &str, content: &[u8]) -> io::Result<()> {
    std::fs::write(path, content)
}
