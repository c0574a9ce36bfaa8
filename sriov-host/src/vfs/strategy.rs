use std::time::Duration;

use crate::plan::Disruption;
use crate::{DriverName, VfCount};

/// What is particular about a PF driver: one row of the table in this file.
///
/// The order of the steps is the same for all: VFs away, eswitch mode, PF up, MTU, VFs created
/// with autoprobe held, settings, drivers. It satisfies each driver's own rule, which `why` tells.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Strategy {
    /// The driver, or `generic`.
    pub name: &'static str,
    /// What creating or removing VFs does to the PF itself.
    pub count_change: Disruption,
    /// Whether a VF's netdev takes on a new administrative MAC only when it is bound again.
    pub mac_needs_bind: bool,
    /// Whether rates can be set only while the PF's link is up.
    pub rate_needs_carrier: bool,
    /// The driver that claims its VFs, where only one does: with autoprobe off the kernel has to
    /// be told its name.
    pub vf_driver: Option<&'static str>,
    /// Whether the eswitch mode can be changed at all.
    pub eswitch: bool,
    /// The part of the creation deadline that does not depend on the count.
    pub base: Duration,
    /// The part for each VF.
    pub per_vf: Duration,
    /// What the row is based on.
    pub why: &'static str,
}

const fn row(name: &'static str) -> Strategy {
    Strategy {
        name,
        count_change: Disruption::Pf,
        // Binding anew interrupts the VF: only where it is known to help.
        mac_needs_bind: false,
        rate_needs_carrier: false,
        vf_driver: None,
        eswitch: true,
        base: Duration::from_mins(1),
        per_vf: Duration::from_secs(1),
        why: "",
    }
}

const GENERIC: Strategy = Strategy {
    why: "nothing is known of the driver: the worst is announced, the longest is waited",
    ..row("generic")
};

const ROWS: [Strategy; 8] = [
    Strategy {
        mac_needs_bind: true,
        rate_needs_carrier: true,
        vf_driver: Some("igbvf"),
        eswitch: false,
        why: "the PF re-initialises itself when its VF count changes, and has to be up before a \
              VF driver binds, else the VF gets a random MAC; rates need the \
              PF's link; no devlink",
        ..row("igb")
    },
    Strategy {
        mac_needs_bind: true,
        vf_driver: Some("ixgbevf"),
        eswitch: false,
        why: "as igb: the PF re-initialises itself when its VF count changes",
        ..row("ixgbe")
    },
    Strategy {
        count_change: Disruption::None,
        mac_needs_bind: true,
        vf_driver: Some("mlx5_core"),
        base: Duration::from_mins(2),
        why: "VFs come and go without the PF noticing; the eswitch mode is changed without VFs, \
              because switching destroys their settings and representors; 125 VFs take 65 s",
        ..row("mlx5_core")
    },
    Strategy {
        count_change: Disruption::None,
        vf_driver: Some("iavf"),
        why: "the eswitch mode can be changed only without VFs; a VF is reset when its MAC changes",
        ..row("ice")
    },
    Strategy {
        vf_driver: Some("iavf"),
        eswitch: false,
        why: "the first VF resets the PF to turn its switch on; 64 VFs take 22 s; a VF is reset \
              when its MAC changes",
        ..row("i40e")
    },
    Strategy {
        count_change: Disruption::None,
        mac_needs_bind: true,
        vf_driver: Some("bnxt_en"),
        why: "the PF has to be up before VFs are created, else the firmware refuses them",
        ..row("bnxt_en")
    },
    Strategy {
        count_change: Disruption::None,
        why: "software device: all settings, no PCI functions",
        ..row("netdevsim")
    },
    GENERIC,
];

impl Strategy {
    /// Every row of the table, the generic one last.
    pub const fn all() -> &'static [Self] {
        &ROWS
    }

    /// The row of a driver; the generic one if it has none of its own.
    pub fn of(driver: Option<&DriverName>) -> Self {
        let named = |row: &&Self| driver.is_some_and(|driver| driver.as_str() == row.name);
        ROWS.iter().find(named).copied().unwrap_or(GENERIC)
    }

    /// How long the kernel may take to create or remove that many VFs. Grows with the count.
    pub fn count_deadline(&self, vfs: VfCount) -> Duration {
        self.base + self.per_vf * u32::from(vfs.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines_grow_with_every_vf() {
        for row in Strategy::all() {
            let deadlines = (0..=1024).map(|n| row.count_deadline(VfCount::new(n)));
            assert!(deadlines.collect::<Vec<_>>().is_sorted_by(|a, b| a < b), "{}", row.name);
        }
    }

    #[test]
    fn an_unknown_driver_is_called_generic() {
        let driver = "sfc".parse().ok();
        assert_eq!(Strategy::of(driver.as_ref()).name, "generic");
        assert_eq!(Strategy::of(None).name, "generic");
        assert_eq!(Strategy::of("ice".parse().ok().as_ref()).name, "ice");
    }
}
