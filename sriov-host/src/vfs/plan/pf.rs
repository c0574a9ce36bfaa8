use super::super::action::{VfAction, VfPlan};
use super::super::options::PlanOptions;
use super::super::strategy::Strategy;
use super::vf::VfPlanner;
use super::wanted::has_settings;
use crate::config::{DriverChoice, PfConfig, VfGroup};
use crate::inventory::{NodeInventory, PfInventory};
use crate::plan::{Blocker, BlockerKind, Reason, Target};
use crate::{EswitchMode, VfCount, VfIndex, codes};

/// Plans one PF.
pub(super) struct PfPlanner<'a> {
    pub(super) pf: &'a PfInventory,
    pub(super) entry: &'a PfConfig,
    pub(super) strategy: Strategy,
    pub(super) plan: VfPlan,
    options: PlanOptions,
    inventory: &'a NodeInventory,
}

/// What happens to the VF count.
#[derive(Clone, Copy)]
struct CountChange {
    found: VfCount,
    wanted: VfCount,
    /// All VFs are removed and created again, if there are to be any.
    recreate: bool,
}

impl<'a> PfPlanner<'a> {
    pub(super) fn new(
        pf: &'a PfInventory,
        entry: &'a PfConfig,
        options: PlanOptions,
        inventory: &'a NodeInventory,
    ) -> Self {
        let strategy = Strategy::of(pf.driver.as_ref());
        Self { pf, entry, strategy, plan: VfPlan::default(), options, inventory }
    }

    pub(super) fn plan(mut self) -> VfPlan {
        if self.is_unreadable() {
            return self.plan;
        }
        if self.entry.externally_managed {
            self.verify_only();
            return self.plan;
        }
        let found = self.pf.num_vfs.unwrap_or_default();
        let wanted = self.entry.num_vfs.unwrap_or(found);
        self.check_count(wanted, found);
        self.check_netdev();
        let mode = self.eswitch_change();
        let recreate = wanted != found || (mode.is_some() && found > VfCount::ZERO);
        let count = CountChange { found, wanted, recreate };
        if !self.plan.blockers.is_empty() {
            return self.plan;
        }
        self.steps(count, mode);
        self.plan
    }

    /// The order that satisfies every driver; see [`Strategy`].
    fn steps(&mut self, count: CountChange, mode: Option<EswitchMode>) {
        if count.recreate {
            let Strategy { name, why, .. } = self.strategy;
            self.plan.notes.push(format!("{}: strategy {name}: {why}", self.pf.pci));
        }
        let creates = count.recreate && count.wanted > VfCount::ZERO;
        let holds = creates && self.holds_autoprobe();
        self.destroy(count, mode);
        if let Some(to) = mode {
            let reason = self.eswitch_reason(to);
            let (pf, from) = (self.pf.pci, self.pf.eswitch_mode);
            self.plan.push(VfAction::SetEswitchMode { pf, from, to }, reason);
        }
        self.bring_up(count.wanted);
        self.raise_mtu();
        if creates {
            self.create(count, holds);
        }
        let mut vfs = VfPlanner::new(self, creates, holds);
        vfs.settings(count.wanted);
        vfs.drivers(count.wanted);
        vfs.mtus(count.wanted);
        self.lower_mtu();
    }

    fn destroy(&mut self, count: CountChange, mode: Option<EswitchMode>) {
        if !count.recreate || count.found == VfCount::ZERO {
            return;
        }
        let reason = if count.wanted == count.found {
            let mode = mode.map(|mode| mode.to_string()).unwrap_or_default();
            Reason::needed(format!("the eswitch mode changes to {mode} only without VFs"))
        } else {
            Reason::differs("numVfs", count.wanted, Some(count.found.to_string()))
        };
        let (pf, from) = (self.pf.pci, count.found);
        let disruption = self.strategy.count_change;
        self.plan.push(VfAction::DestroyVfs { pf, from, disruption }, reason);
    }

    fn create(&mut self, count: CountChange, holds: bool) {
        let pf = self.pf.pci;
        if holds {
            let by = "VFs get their settings before a driver sees them";
            self.plan.push(VfAction::HoldAutoprobe { pf }, Reason::needed(by));
        }
        let reason = if count.wanted == count.found {
            Reason::needed("the VFs were removed to change the eswitch mode")
        } else {
            Reason::differs("numVfs", count.wanted, Some(count.found.to_string()))
        };
        let (count, disruption) = (count.wanted, self.strategy.count_change);
        self.plan.push(VfAction::CreateVfs { pf, count, disruption }, reason);
    }

    /// Probing the default driver is needless where the VF gets another, and harmful where it has
    /// to find its MAC already set.
    fn holds_autoprobe(&self) -> bool {
        let owed = self.pf.owed.as_ref().is_some_and(|owed| owed.autoprobe);
        let special = |group: &VfGroup| {
            let other_driver = !matches!(group.driver, None | Some(DriverChoice::Default));
            other_driver || has_settings(group)
        };
        let probes = self.pf.drivers_autoprobe == Some(true) || owed;
        probes && (owed || self.entry.vfs.iter().any(special))
    }

    fn bring_up(&mut self, wanted: VfCount) {
        if wanted > VfCount::ZERO && self.pf.admin_up == Some(false) {
            let reason = Reason::differs("adminUp", "up", Some("down".to_owned()));
            self.plan.push(VfAction::SetPfUp { pf: self.pf.pci }, reason);
        }
    }

    /// Before the VFs: drivers may cap a VF's MTU by the PF's.
    fn raise_mtu(&mut self) {
        if let Some(to) = self.entry.mtu.filter(|to| self.pf.mtu.is_none_or(|from| from < *to)) {
            self.set_mtu(to);
        }
    }

    /// After the VFs, and only on request.
    fn lower_mtu(&mut self) {
        let lower = self.entry.mtu.filter(|to| self.pf.mtu.is_some_and(|from| from > *to));
        if let Some(to) = lower.filter(|_| self.options.lower_mtu) {
            self.set_mtu(to);
        }
    }

    fn set_mtu(&mut self, to: crate::Mtu) {
        let (pf, from) = (self.pf.pci, self.pf.mtu);
        let reason = Reason::differs("mtu", to, from.map(|mtu| mtu.to_string()));
        self.plan.push(VfAction::SetPfMtu { pf, from, to }, reason);
    }

    fn check_count(&mut self, wanted: VfCount, found: VfCount) {
        let Some(total) = self.pf.total_vfs else {
            if self.entry.num_vfs.is_some_and(|count| count > VfCount::ZERO) {
                let message = "the device has no SR-IOV capability".to_owned();
                let help = "enable SR-IOV in the card's firmware and in the BIOS";
                self.block(
                    BlockerKind::Unsupported,
                    codes::NO_SRIOV_CAPABILITY.id,
                    message,
                    Some(help),
                );
            }
            return;
        };
        if wanted > total {
            let message = format!("{wanted} VFs are wanted, the device has room for {total}");
            let help = "ask for fewer, or raise the number in the card's firmware";
            self.block(BlockerKind::Unsupported, codes::TOO_MANY_VFS.id, message, Some(help));
        } else if wanted != found && self.pf.driver.is_none() {
            let message = "no driver is bound to the PF: only one can create VFs".to_owned();
            self.block(BlockerKind::Unsupported, codes::PF_NOT_USABLE.id, message, None);
        }
    }

    /// Settings, admin state and MTU go through the PF's netdev.
    fn check_netdev(&mut self) {
        let needed = self.entry.mtu.is_some() || self.entry.vfs.iter().any(has_settings);
        if needed && self.pf.ifindex.is_none() && self.pf.driver.is_some() {
            let message = "the PF has no netdev in this network namespace".to_owned();
            let help = "settings of VFs and the MTU are made through it: run where it lives";
            self.block(BlockerKind::Unsupported, codes::PF_NOT_USABLE.id, message, Some(help));
        }
    }

    fn eswitch_change(&mut self) -> Option<EswitchMode> {
        let wanted = self.entry.eswitch_mode?;
        match (self.pf.eswitch_mode, &self.pf.eswitch_unknown) {
            (Some(found), _) if found == wanted => None,
            (Some(_), _) => Some(wanted),
            (None, Some(why)) => {
                let message = format!("the eswitch mode cannot be told: {why}");
                self.block(BlockerKind::Unknown, codes::STATE_UNREADABLE.id, message, None);
                None
            }
            // A device without devlink is a legacy one.
            (None, None) if wanted == EswitchMode::Legacy => None,
            (None, None) => {
                let message = format!("the device has no eswitch that could become {wanted}");
                let code = codes::ESWITCH_FIXED.id;
                self.block(BlockerKind::Unsupported, code, message, None);
                None
            }
        }
    }

    fn eswitch_reason(&self, to: EswitchMode) -> Reason {
        Reason::differs("eswitchMode", to, self.pf.eswitch_mode.map(|mode| mode.to_string()))
    }

    fn is_unreadable(&mut self) -> bool {
        let problems = self.inventory.problems.iter().filter(|problem| problem.pci == self.pf.pci);
        for problem in problems {
            self.plan.blockers.push(Blocker {
                target: problem.target(),
                kind: BlockerKind::Unknown,
                message: problem.message.clone(),
                help: None,
                code: codes::STATE_UNREADABLE.id,
                reason: None,
            });
        }
        !self.plan.blockers.is_empty()
    }

    /// An externally managed PF is compared and never written; more than asked for satisfies.
    fn verify_only(&mut self) {
        let (pf, entry) = (self.pf, self.entry);
        let found = pf.num_vfs.unwrap_or_default();
        if let Some(wanted) = entry.num_vfs.filter(|wanted| *wanted > found) {
            self.differs_externally("numVfs", wanted.to_string(), Some(found.to_string()));
        }
        if let Some(wanted) = entry.mtu.filter(|wanted| pf.mtu.is_none_or(|mtu| mtu < *wanted)) {
            let found = pf.mtu.map(|mtu| mtu.to_string());
            self.differs_externally("mtu", wanted.to_string(), found);
        }
        let mode = pf.eswitch_mode.unwrap_or(EswitchMode::Legacy);
        if let Some(wanted) = entry.eswitch_mode.filter(|wanted| *wanted != mode) {
            self.differs_externally("eswitchMode", wanted.to_string(), Some(mode.to_string()));
        }
        self.verify_vfs_only(found);
    }

    fn verify_vfs_only(&mut self, found: VfCount) {
        let mut vfs = VfPlanner::new(self, false, false);
        vfs.settings(found);
        vfs.drivers(found);
        vfs.mtus(found);
        for step in std::mem::take(&mut self.plan.steps) {
            if let Reason::Differs { field, wanted, found } = step.reason {
                let target = crate::plan::Action::target(&step.action);
                self.blocked_externally(target, field, wanted, found);
            }
        }
    }

    fn differs_externally(&mut self, field: &'static str, wanted: String, found: Option<String>) {
        self.blocked_externally(Target::Pf(self.pf.pci), field, wanted, found);
    }

    fn blocked_externally(
        &mut self,
        target: Target,
        field: &'static str,
        wanted: String,
        found: Option<String>,
    ) {
        let reason = Reason::Differs { field, wanted, found };
        self.plan.blockers.push(Blocker {
            target,
            kind: BlockerKind::NotOurs,
            message: format!("the PF is externally managed, and differs: {reason}"),
            help: Some("change it where it is managed, or drop `externallyManaged`".to_owned()),
            code: codes::EXTERNAL_PF_DIFFERS.id,
            reason: Some(reason),
        });
    }

    fn block(
        &mut self,
        kind: BlockerKind,
        code: &'static str,
        message: String,
        help: Option<&str>,
    ) {
        let (target, help) = (Target::Pf(self.pf.pci), help.map(str::to_owned));
        self.plan.blockers.push(Blocker { target, kind, message, help, code, reason: None });
    }

    pub(super) fn block_vf(
        &mut self,
        vf: VfIndex,
        kind: BlockerKind,
        code: &'static str,
        message: String,
    ) {
        let target = Target::Vf(self.pf.pci, vf);
        self.plan.blockers.push(Blocker { target, kind, message, help: None, code, reason: None });
    }
}
