use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use super::super::action::VfAction;
use super::super::error::StepError;
use super::binder::Binder;
use super::run::{PfRun, StepResult};
use crate::plan::{Outcome, Step};
use crate::seam::{Host, HostPath};
use crate::{DriverName, PciAddress, VfIndex};

/// How long one probe or remove may take; firmware of large NICs needs seconds.
const PER_BIND: Duration = Duration::from_secs(30);

impl PfRun<'_> {
    /// Each VF on its own, several at a time: a probe spends its time waiting for firmware.
    pub(super) fn bind_vfs(&mut self, steps: &[&Step<VfAction>]) -> Vec<StepResult> {
        let vfs = match self.vfs() {
            Ok(vfs) => vfs,
            Err(error) => {
                let because = error.to_string();
                let rest = (1..steps.len()).map(|_| Err(StepError::NotTried(because.clone())));
                return std::iter::once(Err(error)).chain(rest).collect();
            }
        };
        let guarded = |step: &Step<VfAction>| self.check_guards(&step.action).err();
        let jobs: Vec<Job> = steps.iter().map(|step| Job::new(step, &vfs, guarded(step))).collect();
        let manner = Manner { deadline: self.budget(PER_BIND), default: self.default_driver() };
        let results = run_side_by_side(jobs, self.options.parallel, self.host, &manner);
        for (step, result) in steps.iter().zip(&results) {
            if matches!(result, Ok(Outcome::Done)) {
                self.renewed.extend(step.action.vf());
            }
        }
        results
    }
}

impl PfRun<'_> {
    /// The name of the driver that "default" means, where the kernel would not find it by itself.
    ///
    /// With autoprobe off a probe succeeds and does nothing, unless an override names the driver.
    fn default_driver(&self) -> Option<DriverName> {
        let autoprobe = HostPath::pci(self.pf).join("sriov_drivers_autoprobe");
        let off = self.host.read(&autoprobe).is_ok_and(|text| text == "0");
        let name = self.strategy().ok()?.vf_driver.filter(|_| off)?;
        name.parse().ok()
    }
}

/// How VFs are bound.
pub(super) struct Manner {
    pub(super) deadline: Duration,
    /// The driver that `default` means, where the kernel has to be told its name.
    pub(super) default: Option<DriverName>,
}

/// One VF to bind.
struct Job<'a> {
    action: &'a VfAction,
    pci: Option<PciAddress>,
    refused: Option<StepError>,
}

impl<'a> Job<'a> {
    fn new(
        step: &'a Step<VfAction>,
        vfs: &BTreeMap<VfIndex, PciAddress>,
        refused: Option<StepError>,
    ) -> Self {
        let pci = step.action.vf().and_then(|vf| vfs.get(&vf)).copied();
        Self { action: &step.action, pci, refused }
    }

    fn run(self, host: &dyn Host, manner: &Manner) -> StepResult {
        if let Some(refused) = self.refused {
            return Err(refused);
        }
        let pci = self.pci.ok_or(StepError::NoVf)?;
        let binder = Binder { host, pci, manner };
        match self.action {
            VfAction::BindVf { from, to, .. } => binder.bind(from.as_ref(), to),
            VfAction::RebindVf { driver, .. } => binder.rebind(driver),
            _ => Err(StepError::NoVf),
        }
    }
}

fn run_side_by_side(
    jobs: Vec<Job<'_>>,
    parallel: usize,
    host: &dyn Host,
    manner: &Manner,
) -> Vec<StepResult> {
    if parallel <= 1 || jobs.len() <= 1 {
        return jobs.into_iter().map(|job| job.run(host, manner)).collect();
    }
    let mut results: Vec<Option<StepResult>> = jobs.iter().map(|_| None).collect();
    let open = Mutex::new(jobs.into_iter().zip(results.iter_mut()));
    let next = || open.lock().ok().and_then(|mut open| open.next());
    std::thread::scope(|scope| {
        for _ in 0..parallel {
            scope.spawn(|| {
                while let Some((job, result)) = next() {
                    *result = Some(job.run(host, manner));
                }
            });
        }
    });
    let lost = || Err(StepError::NotTried("its worker ended early".to_owned()));
    results.into_iter().map(|result| result.unwrap_or_else(lost)).collect()
}
