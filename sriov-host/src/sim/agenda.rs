use serde::{Deserialize, Serialize};

use super::kernel::Kernel;
use crate::PciAddress;

/// What will happen, earliest first.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Agenda(Vec<(u64, Happening)>);

/// Something that happens by itself when its time has come.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) enum Happening {
    Job(u32),
    /// udev has rules to run for a new interface.
    UdevNames(u32),
    /// udev has seen its own rename.
    UdevSettles(u32),
    /// udev forgets an interface.
    UdevForgets(u32),
    /// udev passes on what the kernel said about a function.
    UdevPasses {
        action: String,
        function: PciAddress,
        devpath: String,
    },
    /// The carrier of an interface that was brought up.
    Carrier(u32),
    /// A process ends.
    Exit(u32),
    /// A namespace is torn down.
    NamespaceGone(u32),
}

impl Kernel {
    pub(super) fn schedule(&mut self, at: u64, happening: Happening) {
        // Behind what is already due at the same time.
        let place = self.agenda.0.partition_point(|(due, _)| *due <= at);
        self.agenda.0.insert(place, (at, happening));
    }

    pub(super) fn after(&mut self, delay: u64, happening: Happening) {
        self.schedule(self.now.saturating_add(delay), happening);
    }

    fn pop_due(&mut self, limit: u64) -> Option<(u64, Happening)> {
        let (at, _) = self.agenda.0.first()?;
        (*at <= limit).then(|| self.agenda.0.remove(0))
    }

    /// Lets time pass until `done`, at most until `limit`; whether it was done.
    pub(super) fn run_until(&mut self, limit: u64, done: impl Fn(&Self) -> bool) -> bool {
        loop {
            if done(self) {
                return true;
            }
            let Some((at, happening)) = self.pop_due(limit) else {
                self.now = self.now.max(limit);
                return done(self);
            };
            self.now = self.now.max(at);
            self.happen(happening);
        }
    }

    pub(super) fn advance(&mut self, by: u64) {
        self.run_until(self.now.saturating_add(by), |_| false);
    }

    /// Lets everything happen that is on the agenda, whatever the time.
    pub(super) fn settle(&mut self) {
        while let Some((at, happening)) = self.pop_due(u64::MAX) {
            self.now = self.now.max(at);
            self.happen(happening);
        }
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Job(id) => self.run_job(id),
            Happening::UdevNames(ifindex) => self.udev_names(ifindex),
            Happening::UdevSettles(ifindex) => self.udev_settles(ifindex),
            Happening::UdevForgets(ifindex) => drop(self.udev_db.remove(&ifindex)),
            Happening::UdevPasses { action, function, devpath } => {
                self.udev_passes(action, function, devpath);
            }
            Happening::Carrier(ifindex) => self.carrier_on(ifindex),
            Happening::Exit(pid) => self.end_process(pid),
            Happening::NamespaceGone(inode) => self.namespace_gone(inode),
        }
    }
}
