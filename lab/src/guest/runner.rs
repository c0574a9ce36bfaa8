//! Running the cases one after the other, each from the same start.

use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use sriov_host::linux::LinuxHost;
use sriov_rdma::LinuxRdma;

use crate::contract;

use super::case::{Body, Case, DEADLINE, Done};
use super::{cases, nic, rdma};

/// What the verdict is made of.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) cases: usize,
    pub(super) failed: usize,
}

/// Runs every selected case and reports each as it ends.
pub(super) fn run(form: &str, filter: &str) -> Tally {
    let mut tally = Tally::default();
    for case in cases::selected(form, filter) {
        let started = Instant::now();
        let done = one(case);
        let milliseconds = started.elapsed().as_millis();
        tally.cases += 1;
        match &done {
            Ended::Passed => println!("LAB-CASE pass {} {milliseconds}", case.name),
            Ended::Failed(words) | Ended::Wedged(words) => {
                tally.failed += 1;
                words.lines().for_each(|line| println!("  | {line}"));
                println!("LAB-CASE fail {} {milliseconds}", case.name);
            }
        }
        if matches!(done, Ended::Wedged(_)) {
            // Nothing that came after it would say anything about the product.
            break;
        }
    }
    tally
}

enum Ended {
    Passed,
    Failed(String),
    Wedged(String),
}

fn one(case: Case) -> Ended {
    let (sender, receiver) = mpsc::channel();
    let body = thread::spawn(move || {
        let done = prepare(case.form).and_then(|()| execute(case));
        // The receiver is gone only after its deadline, and then nobody wants to know.
        drop(sender.send(done));
    });
    match receiver.recv_timeout(DEADLINE) {
        Ok(Ok(())) => Ended::Passed,
        Ok(Err(words)) => Ended::Failed(words),
        Err(mpsc::RecvTimeoutError::Timeout) => Ended::Wedged(format!(
            "not over after {} s; no case after it was run",
            DEADLINE.as_secs()
        )),
        Err(mpsc::RecvTimeoutError::Disconnected) => Ended::Failed(panic_words(body)),
    }
}

fn panic_words(body: thread::JoinHandle<()>) -> String {
    let Err(payload) = body.join() else { return "ended without a result".to_owned() };
    let text = payload.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
    format!("panicked: {}", text.unwrap_or("without words"))
}

/// Every case starts from the same machine, whatever the one before it did.
fn prepare(form: &str) -> Done {
    match form {
        "netdevsim" => Ok(()),
        "rdma" => rdma::fresh(),
        _ => nic::fresh(),
    }
}

fn execute(case: Case) -> Done {
    match case.body {
        Body::Guest(run) => run(),
        Body::Contract(rule) => {
            (rule.run)(&LinuxHost::system(), &nic::rig(case.form == "iommu")?)?;
            nic::is_fresh()
        }
        Body::Rdma(rule) => {
            let hooks = rdma::Hooks::default();
            let netdev = rdma::NETDEVS[0].parse().map_err(|_| "no name of a netdev")?;
            let rig = contract::RdmaRig { netdev, hooks: &hooks };
            (rule.run)(&LinuxHost::system(), &LinuxRdma::system(), &rig)
        }
    }
}
