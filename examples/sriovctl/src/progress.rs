//! What a person sees while a plan is carried out.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sriov_host::plan::Action;
use sriov_host::readiness::{Stage, VfReadiness};
use sriov_host::vfs::Progress;
use sriov_mlx::card::CardId;

use crate::args::Global;

/// Work that takes less needs no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar on stderr, shown only on a terminal and only if the work takes its time.
pub(crate) struct Bar {
    bar: ProgressBar,
    /// Dropped when the work is done.
    _working: Option<Sender<()>>,
}

impl Bar {
    pub(crate) fn new(global: &Global, steps: usize) -> Self {
        let bar = ProgressBar::hidden().with_message("working");
        bar.set_length(steps as u64);
        let colours = crate::term::Style::stderr(global).colours();
        let template = if colours {
            "{spinner:.green} {pos}/{len} {msg}"
        } else {
            "{spinner} {pos}/{len} {msg}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        // Log lines and a bar would write over each other.
        let wanted = io::stderr().is_terminal() && global.verbose == 0;
        let working = wanted.then(|| reveal_later(bar.clone()));
        Self { bar, _working: working }
    }

    pub(crate) fn tell(&self, progress: &Progress<'_>) {
        match progress {
            Progress::Started(steps) => {
                let Some(step) = steps.first() else { return };
                let (target, name) = (step.action.target(), step.action.name());
                let more = steps.len().saturating_sub(1);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                self.bar.set_message(format!("{target}: {name}{more}"));
            }
            Progress::Waiting(vfs) => self.bar.set_message(stages(vfs)),
            Progress::Ended(_) => self.bar.inc(1),
            _ => {}
        }
    }

    pub(crate) fn waiting(&self, vfs: &[&VfReadiness]) {
        let ready = vfs.iter().filter(|vf| vf.stage == Stage::Ready).count();
        self.bar.set_position(ready as u64);
        self.bar.set_message(stages(vfs));
    }

    /// A card, and what is being done with it.
    pub(crate) fn card(&self, card: &CardId, stage: sriov_mlx::Stage) {
        use sriov_mlx::Stage::{Done, Failed};
        self.bar.set_message(format!("card {card}: {stage}"));
        if matches!(stage, Done | Failed) {
            self.bar.inc(1);
        }
    }

    pub(crate) fn finish(self) {
        self.bar.finish_and_clear();
    }
}

/// `waiting for VFs: 2 driver, 1 netdev, 4 ready`.
pub(crate) fn stages(vfs: &[&VfReadiness]) -> String {
    let mut counts: BTreeMap<Stage, usize> = BTreeMap::new();
    for vf in vfs {
        *counts.entry(vf.stage).or_default() += 1;
    }
    let counts = counts.iter().map(|(stage, count)| format!("{count} {stage}"));
    format!("waiting for VFs: {}", counts.collect::<Vec<_>>().join(", "))
}

fn reveal_later(bar: ProgressBar) -> Sender<()> {
    let (working, done) = mpsc::channel::<()>();
    thread::spawn(move || {
        if done.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) && !bar.is_finished() {
            bar.set_draw_target(ProgressDrawTarget::stderr());
            bar.enable_steady_tick(Duration::from_millis(120));
        }
    });
    working
}
