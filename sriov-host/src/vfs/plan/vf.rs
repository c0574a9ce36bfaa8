use super::super::action::VfAction;
use super::super::setting::{Field, field_of, none_means_unsupported, reported, same, text_of};
use super::pf::PfPlanner;
use super::wanted;
use crate::config::{DriverChoice, VfGroup};
use crate::inventory::{NetnsPlace, VfInventory};
use crate::owed::Owed;
use crate::plan::{BlockerKind, Reason, Step};
use crate::seam::VfSetting;
use crate::{DriverName, VfCount, VfIndex, codes};

/// Plans the VFs of one PF, which exist already or are created by the steps before.
pub(super) struct VfPlanner<'p, 'a> {
    pf: &'p mut PfPlanner<'a>,
    /// The VFs are created by this plan.
    fresh: bool,
    /// They come without drivers, because autoprobe is held.
    held: bool,
    /// The VFs that end up bound, with what they end up with.
    awaited: Vec<(VfIndex, DriverChoice)>,
    /// The VFs that are bound anew.
    rebound: Vec<VfIndex>,
}

impl<'p, 'a> VfPlanner<'p, 'a> {
    pub(super) fn new(pf: &'p mut PfPlanner<'a>, fresh: bool, held: bool) -> Self {
        Self { pf, fresh, held, awaited: Vec::new(), rebound: Vec::new() }
    }

    fn group(&self, vf: VfIndex) -> Option<&'a VfGroup> {
        self.pf.entry.group(vf)
    }

    fn found(&self, vf: VfIndex) -> Option<&'a VfInventory> {
        if self.fresh { None } else { self.pf.pf.vf(vf) }
    }

    fn push(&mut self, action: VfAction, reason: Reason) {
        self.pf.plan.push(action, reason);
    }

    pub(super) fn settings(&mut self, count: VfCount) {
        for vf in count.indexes() {
            let Some(group) = self.group(vf) else { continue };
            match (self.fresh, self.found(vf)) {
                (true, _) => self.fresh_settings(group, vf),
                (false, Some(found)) => self.changed_settings(group, found),
                (false, None) => {}
            }
        }
        // The kernel takes many VFs in one request, but one kind of setting at a time.
        let field = |step: &Step<VfAction>| match &step.action {
            VfAction::SetVf { to, .. } => Some(field_of(to)),
            _ => None,
        };
        let steps = &mut self.pf.plan.steps;
        let first = steps.iter().position(|step| field(step).is_some()).unwrap_or(steps.len());
        if let Some(settings) = steps.get_mut(first..) {
            settings.sort_by_key(field);
        }
    }

    fn fresh_settings(&mut self, group: &VfGroup, vf: VfIndex) {
        let pf = self.pf.pf.pci;
        for to in wanted::settings(group, vf, None) {
            let reason = Reason::differs(field_of(&to).key(), text_of(&to), None);
            self.push(VfAction::SetVf { pf, vf, from: None, to, fresh: true }, reason);
        }
    }

    fn changed_settings(&mut self, group: &VfGroup, found: &VfInventory) {
        let (pf, vf) = (self.pf.pf.pci, found.index);
        let wishes = wanted::settings(group, vf, found.attrs.as_ref());
        if wishes.is_empty() {
            return;
        }
        let Some(attrs) = &found.attrs else {
            let message = "its settings are not in the inventory".to_owned();
            let code = codes::ATTRIBUTES_NOT_OBSERVED.id;
            return self.pf.block_vf(vf, BlockerKind::Unknown, code, message);
        };
        for to in wishes {
            let field = field_of(&to);
            let from = reported(attrs, field);
            if from.is_some_and(|from| same(&from, &to)) {
                continue;
            }
            if from.is_none() && none_means_unsupported(field) {
                self.unreported(vf, field, &to);
                continue;
            }
            let reason = Reason::differs(field.key(), text_of(&to), from.as_ref().map(text_of));
            self.push(VfAction::SetVf { pf, vf, from, to, fresh: false }, reason);
        }
    }

    /// What cannot be read back cannot be believed.
    fn unreported(&mut self, vf: VfIndex, field: Field, wanted: &VfSetting) {
        let (key, wanted) = (field.key(), text_of(wanted));
        let driver = self.pf.pf.driver.as_ref().map_or("none", DriverName::as_str);
        let message =
            format!("{key} {wanted} is wanted, but the driver {driver} does not report it");
        self.pf.block_vf(vf, BlockerKind::Unsupported, codes::ATTRIBUTE_UNSUPPORTED.id, message);
    }

    pub(super) fn drivers(&mut self, count: VfCount) {
        // A VF gets a named driver whatever autoprobe says, and should not see another before.
        let (named, others): (Vec<_>, Vec<_>) = count.indexes().partition(|vf| self.is_named(*vf));
        for vf in named {
            self.driver(vf);
        }
        self.put_back();
        for vf in others {
            self.driver(vf);
        }
        self.record_rebinds();
        self.wait();
        self.close_record();
    }

    fn close_record(&mut self) {
        let pf = self.pf.pf.pci;
        if self.held || !self.rebound.is_empty() {
            let reason = Reason::needed("nothing is owed any more");
            self.push(VfAction::CloseRecord { pf }, reason);
        } else if self.pf.pf.owed.is_some() {
            self.push(VfAction::CloseRecord { pf }, interrupted());
        }
    }

    fn is_named(&self, vf: VfIndex) -> bool {
        matches!(
            self.group(vf).and_then(|group| group.driver.as_ref()),
            Some(DriverChoice::Named(_))
        )
    }

    fn put_back(&mut self) {
        let pf = self.pf.pf.pci;
        if self.held {
            let reason = Reason::needed("autoprobe was 1 before the VFs were created");
            self.push(VfAction::PutBackAutoprobe { pf }, reason);
        } else if self.pf.pf.owed.as_ref().is_some_and(|owed| owed.autoprobe)
            && self.pf.pf.drivers_autoprobe == Some(false)
        {
            self.push(VfAction::PutBackAutoprobe { pf }, interrupted());
        }
    }

    fn driver(&mut self, vf: VfIndex) {
        let wish = self.group(vf).and_then(|group| group.driver.clone());
        match self.found(vf) {
            Some(found) => self.existing_driver(found, wish),
            None if self.fresh => self.fresh_driver(vf, wish),
            None => {}
        }
    }

    fn fresh_driver(&mut self, vf: VfIndex, wish: Option<DriverChoice>) {
        let pf = self.pf.pf.pci;
        let probed = self.held || self.pf.pf.drivers_autoprobe == Some(true);
        let to = match wish {
            // Whoever turned autoprobe off wants VFs without drivers unless told otherwise.
            None if !probed => return,
            None => DriverChoice::Default,
            Some(wish) => wish,
        };
        if to != DriverChoice::Unbound {
            self.awaited.push((vf, to.clone()));
        }
        let by_kernel = !self.held && probed && to == DriverChoice::Default;
        let already = to == DriverChoice::Unbound && (self.held || !probed);
        if by_kernel || already {
            return;
        }
        let reason = if self.held && to == DriverChoice::Default {
            Reason::needed("autoprobe was held while the VFs were created")
        } else {
            Reason::differs("driver", &to, None)
        };
        self.push(VfAction::BindVf { pf, vf, from: None, to }, reason);
    }

    fn existing_driver(&mut self, found: &VfInventory, wish: Option<DriverChoice>) {
        let (pf, vf) = (self.pf.pf.pci, found.index);
        let owed = self.pf.pf.owed.as_ref().is_some_and(|owed| owed.concerns(vf));
        let from = found.driver.clone();
        let right = match (&wish, &from) {
            (None, _) | (Some(DriverChoice::Unbound), None) => true,
            (Some(DriverChoice::Default), Some(driver)) => !driver.is_userspace(),
            (Some(DriverChoice::Named(name)), Some(driver)) => name == driver,
            _ => false,
        };
        if right && !(wish.is_none() && from.is_none() && owed) {
            return self.take_on_mac(found);
        }
        let (to, reason) = match wish {
            None => (DriverChoice::Default, interrupted()),
            Some(to) => {
                let reason = Reason::differs("driver", &to, from.as_ref().map(ToString::to_string));
                (to, reason)
            }
        };
        if to != DriverChoice::Unbound {
            self.awaited.push((vf, to.clone()));
        }
        self.push(VfAction::BindVf { pf, vf, from, to }, reason);
    }

    /// A netdev that still has another address than its administrative one is bound again.
    fn take_on_mac(&mut self, found: &VfInventory) {
        let (pf, vf) = (self.pf.pf.pci, found.index);
        let wanted = self.group(vf).and_then(|group| wanted::mac(group, vf));
        let here = found.netns == NetnsPlace::Init && self.pf.strategy.mac_needs_bind;
        let (Some(to), Some(driver), true) = (wanted, found.driver.clone(), here) else { return };
        if found.mac.is_none_or(|mac| mac == to) {
            return;
        }
        self.rebound.push(vf);
        self.awaited.push((vf, DriverChoice::Named(driver.clone())));
        let reason =
            Reason::differs("mac", to, found.mac.map(|mac| format!("{mac} on the netdev")));
        let from = found.mac;
        self.push(VfAction::RebindVf { pf, vf, driver, from, to }, reason);
    }

    /// Between unbinding and binding a VF has no driver, and nothing else would tell that it
    /// should have one.
    fn record_rebinds(&mut self) {
        let steps = &mut self.pf.plan.steps;
        let first = steps.iter().position(|step| matches!(step.action, VfAction::RebindVf { .. }));
        let Some(first) = first else { return };
        let mut owed = Owed {
            autoprobe: self.pf.pf.drivers_autoprobe.unwrap_or(true),
            vfs: Some(self.rebound.clone()),
        };
        if let Some(before) = &self.pf.pf.owed {
            owed.autoprobe = before.autoprobe;
            owed.vfs = owed.vfs.zip(before.vfs.clone()).map(|(new, old)| [old, new].concat());
        }
        let reason = Reason::needed("VFs are without a driver for a moment");
        let action = VfAction::OpenRecord { pf: self.pf.pf.pci, owed };
        steps.insert(first, Step { action, reason });
    }

    fn wait(&mut self) {
        let mut vfs = std::mem::take(&mut self.awaited);
        if vfs.is_empty() {
            return;
        }
        vfs.sort_by_key(|(vf, _)| *vf);
        let pf = self.pf.pf.pci;
        let reason = Reason::needed("a VF can be used only when its netdev has its final name");
        self.push(VfAction::WaitVfs { pf, vfs }, reason);
    }

    pub(super) fn mtus(&mut self, count: VfCount) {
        let pf = self.pf.pf.pci;
        for vf in count.indexes() {
            let Some(to) = self.group(vf).and_then(|group| group.mtu) else { continue };
            if self.ends_without_netdev(vf) {
                continue;
            }
            // A netdev that is made anew comes with the driver's own MTU.
            let kept = self.found(vf).filter(|_| !self.is_rebound(vf));
            let from = kept.and_then(|found| found.mtu);
            // A VF in another namespace shows no MTU: whoever holds it decides.
            let elsewhere = self.found(vf).is_some_and(|found| found.netns == NetnsPlace::Foreign);
            if from == Some(to) || elsewhere {
                continue;
            }
            let reason = Reason::differs("mtu", to, from.map(|mtu| mtu.to_string()));
            self.push(VfAction::SetVfMtu { pf, vf, from, to }, reason);
        }
    }

    fn is_rebound(&self, vf: VfIndex) -> bool {
        self.pf.plan.steps.iter().any(|step| {
            let binds = matches!(step.action, VfAction::BindVf { .. } | VfAction::RebindVf { .. });
            binds && step.action.vf() == Some(vf)
        })
    }

    fn ends_without_netdev(&self, vf: VfIndex) -> bool {
        match self.group(vf).and_then(|group| group.driver.as_ref()) {
            Some(DriverChoice::Unbound) => true,
            Some(DriverChoice::Named(name)) => name.is_userspace(),
            Some(DriverChoice::Default) => false,
            None => match self.found(vf) {
                // One that an interrupted creation left unbound is about to get its netdev.
                Some(found) => found.netns == NetnsPlace::None && !self.is_rebound(vf),
                None => !(self.held || self.pf.pf.drivers_autoprobe == Some(true)),
            },
        }
    }
}

fn interrupted() -> Reason {
    Reason::Owed { from: "run".to_owned() }
}
