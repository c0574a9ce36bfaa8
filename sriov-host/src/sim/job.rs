use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::kernel::Kernel;
use crate::{Errno, EswitchMode, PciAddress, VfIndex};

/// Work of the kernel that takes time, and goes on when nobody waits for it any more.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Job {
    steps: VecDeque<Step>,
    /// What was held up by a lock or a holder, and tries again when one goes away.
    parked: bool,
    awaited: bool,
    /// `Some` once done: the errno, if it failed.
    outcome: Option<Result<(), i32>>,
}

/// Something to do after a while.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Step {
    pub(super) after_us: u64,
    pub(super) what: What,
}

/// The pieces that jobs are made of.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) enum What {
    Lock(PciAddress),
    StoreNumvfs {
        pf: PciAddress,
        wanted: u16,
    },
    AddVf {
        pf: PciAddress,
        index: VfIndex,
    },
    VfsEnabled {
        pf: PciAddress,
        count: u16,
    },
    AsyncVfs {
        pf: PciAddress,
        count: u16,
    },
    RemoveVf {
        vf: PciAddress,
    },
    VfGone {
        vf: PciAddress,
    },
    VfsDisabled {
        pf: PciAddress,
    },
    /// Looks for a driver that matches; the bus does not tell if its probe fails.
    Probe {
        function: PciAddress,
        new: bool,
    },
    /// Binds one driver, and tells if its probe fails.
    Bind {
        function: PciAddress,
        driver: String,
    },
    Bound {
        function: PciAddress,
        driver: String,
    },
    Unbind {
        function: PciAddress,
        driver: String,
    },
    /// Unbinds what is still bound to a driver that is going away.
    Detach {
        function: PciAddress,
        driver: String,
    },
    DriverGone {
        driver: String,
    },
    /// Waits until nobody has the device open through vfio.
    AwaitHolders {
        function: PciAddress,
    },
    Unbound {
        function: PciAddress,
    },
    SetEswitch {
        pf: PciAddress,
        mode: EswitchMode,
    },
    EswitchSet {
        pf: PciAddress,
        mode: EswitchMode,
    },
    /// An RDMA device is taken out of all lists.
    RdmaLeaves {
        index: u32,
    },
    /// Waits until nobody has the device open.
    AwaitRdmaUsers {
        index: u32,
    },
    RdmaGone {
        index: u32,
    },
}

impl What {
    pub(super) const fn now(self) -> Step {
        self.after(0)
    }

    pub(super) const fn after(self, after_us: u64) -> Step {
        Step { after_us, what: self }
    }
}

/// What became of a piece.
pub(super) enum Flow {
    Done,
    /// First do these.
    Then(Vec<Step>),
    /// Try again when a lock or a holder goes away.
    Blocked,
    Failed(i32),
}

impl Kernel {
    /// Starts a job; `awaited` if the caller will ask for its outcome.
    pub(super) fn start(&mut self, steps: Vec<Step>, awaited: bool) -> u32 {
        self.last_job += 1;
        let id = self.last_job;
        let job = Job { steps: steps.into(), parked: false, awaited, outcome: None };
        self.jobs.insert(id, job);
        self.run_job(id);
        id
    }

    /// Runs a job for at most `deadline`; `None` if it goes on behind it.
    pub(super) fn run_awaited(
        &mut self,
        steps: Vec<Step>,
        deadline: Duration,
    ) -> Option<Result<(), Errno>> {
        let id = self.start(steps, true);
        let limit = self.deadline(deadline);
        self.run_until(limit, |kernel| kernel.is_finished(id));
        self.take_outcome(id).map(|outcome| outcome.map_err(Errno::new))
    }

    fn is_finished(&self, id: u32) -> bool {
        self.jobs.get(&id).is_none_or(|job| job.outcome.is_some())
    }

    /// The outcome, if it is done. Nobody waits for the job any more after this.
    fn take_outcome(&mut self, id: u32) -> Option<Result<(), i32>> {
        let job = self.jobs.get_mut(&id)?;
        job.awaited = false;
        if job.outcome.is_some() {
            return self.jobs.remove(&id)?.outcome;
        }
        None
    }

    pub(super) fn run_job(&mut self, id: u32) {
        while let Some(job) = self.jobs.get_mut(&id) {
            let Some(step) = job.steps.front_mut() else { return self.finish(id, Ok(())) };
            if step.after_us > 0 {
                let at = self.now + std::mem::take(&mut step.after_us);
                return self.schedule(at, super::agenda::Happening::Job(id));
            }
            let what = step.what.clone();
            match self.execute(id, &what) {
                Flow::Done => self.drop_step(id, Vec::new()),
                Flow::Then(steps) => self.drop_step(id, steps),
                Flow::Failed(errno) => return self.finish(id, Err(errno)),
                Flow::Blocked => {
                    if let Some(job) = self.jobs.get_mut(&id) {
                        job.parked = true;
                    }
                    return;
                }
            }
        }
    }

    fn drop_step(&mut self, id: u32, instead: Vec<Step>) {
        if let Some(job) = self.jobs.get_mut(&id) {
            job.steps.pop_front();
            instead.into_iter().rev().for_each(|step| job.steps.push_front(step));
        }
    }

    fn finish(&mut self, id: u32, outcome: Result<(), i32>) {
        for function in self.functions.values_mut() {
            function.locked_by = function.locked_by.filter(|owner| *owner != id);
        }
        match self.jobs.get_mut(&id) {
            Some(job) if job.awaited => {
                job.steps.clear();
                job.outcome = Some(outcome);
            }
            _ => drop(self.jobs.remove(&id)),
        }
        self.retry_parked();
    }

    /// A lock or a holder has gone away: whoever waited for one tries again.
    pub(super) fn retry_parked(&mut self) {
        let parked = |job: &Job| job.parked && job.outcome.is_none();
        let waiting: Vec<u32> =
            self.jobs.iter().filter(|(_, job)| parked(job)).map(|(id, _)| *id).collect();
        for id in waiting {
            if let Some(job) = self.jobs.get_mut(&id) {
                job.parked = false;
            }
            self.run_job(id);
        }
    }

    fn execute(&mut self, id: u32, what: &What) -> Flow {
        match what {
            What::Lock(function) => self.lock_function(id, *function),
            What::StoreNumvfs { pf, wanted } => self.store_numvfs(*pf, *wanted),
            What::AddVf { pf, index } => self.add_vf(*pf, *index),
            What::VfsEnabled { pf, count } => self.vfs_enabled(*pf, *count),
            What::AsyncVfs { pf, count } => self.add_vfs_later(*pf, *count),
            What::RemoveVf { vf } => self.remove_vf(*vf),
            What::VfGone { vf } => self.vf_gone(*vf),
            What::VfsDisabled { pf } => self.vfs_disabled(*pf),
            What::Probe { function, new } => self.probe(*function, *new),
            What::Bind { function, driver } => self.bind(*function, driver),
            What::Bound { function, driver } => self.bound(*function, driver),
            What::Unbind { function, driver } => self.unbind(*function, driver),
            What::Detach { function, driver } => self.detach(*function, driver),
            What::DriverGone { driver } => self.driver_gone(driver),
            What::AwaitHolders { function } => self.await_holders(*function),
            What::Unbound { function } => self.unbound(*function),
            What::SetEswitch { pf, mode } => self.set_eswitch(*pf, *mode),
            What::EswitchSet { pf, mode } => self.eswitch_set(*pf, *mode),
            What::RdmaLeaves { index } => self.rdma_leaves(*index),
            What::AwaitRdmaUsers { index } => self.await_rdma_users(*index),
            What::RdmaGone { index } => self.rdma_gone(*index),
        }
    }

    fn lock_function(&mut self, id: u32, address: PciAddress) -> Flow {
        let Some(function) = self.functions.get_mut(&address) else {
            return Flow::Failed(Errno::NODEV.get());
        };
        match function.locked_by {
            Some(owner) if owner != id => Flow::Blocked,
            _ => {
                function.locked_by = Some(id);
                Flow::Done
            }
        }
    }
}
