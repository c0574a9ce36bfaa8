use crate::config::DriverChoice;
use crate::owed::Owed;
use crate::plan::{Action, Disruption, Plan, Target};
use crate::seam::VfSetting;
use crate::{DriverName, EswitchMode, MacAddr, Mtu, PciAddress, VfCount, VfIndex};

use super::setting::{field_of, text_of};

/// A plan of the VF life cycle.
pub type VfPlan = Plan<VfAction>;

/// One change of a PF or VF, with the value it was planned against.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum VfAction {
    /// Keeps the kernel from probing drivers for VFs that are created next.
    HoldAutoprobe {
        /// The PF.
        pf: PciAddress,
    },
    /// Puts `sriov_drivers_autoprobe` back to 1.
    PutBackAutoprobe {
        /// The PF.
        pf: PciAddress,
    },
    /// Removes all VFs of a PF.
    DestroyVfs {
        /// The PF.
        pf: PciAddress,
        /// How many there are.
        from: VfCount,
        /// What the driver disturbs beside the VFs.
        disruption: Disruption,
    },
    /// Creates VFs on a PF that has none.
    CreateVfs {
        /// The PF.
        pf: PciAddress,
        /// How many.
        count: VfCount,
        /// What the driver disturbs while it does.
        disruption: Disruption,
    },
    /// Changes the eswitch mode of a PF that has no VFs.
    SetEswitchMode {
        /// The PF.
        pf: PciAddress,
        /// The mode it has.
        from: Option<EswitchMode>,
        /// The mode it gets.
        to: EswitchMode,
    },
    /// Brings the netdev of a PF up.
    SetPfUp {
        /// The PF.
        pf: PciAddress,
    },
    /// Changes the MTU of a PF.
    SetPfMtu {
        /// The PF.
        pf: PciAddress,
        /// The MTU it has.
        from: Option<Mtu>,
        /// The MTU it gets.
        to: Mtu,
    },
    /// Changes a setting of a VF through its PF.
    SetVf {
        /// The PF.
        pf: PciAddress,
        /// The VF.
        vf: VfIndex,
        /// The setting it has; `None` if it has none, or for a fresh VF.
        from: Option<VfSetting>,
        /// The setting it gets.
        to: VfSetting,
        /// The VF is created by this very plan: nobody uses it, and its settings are not known.
        fresh: bool,
    },
    /// Binds a VF to a driver, or unbinds it.
    BindVf {
        /// The PF.
        pf: PciAddress,
        /// The VF.
        vf: VfIndex,
        /// The driver it has.
        from: Option<DriverName>,
        /// The driver it gets.
        to: DriverChoice,
    },
    /// Binds a VF anew to the driver it has, so that it takes on its administrative MAC.
    RebindVf {
        /// The PF.
        pf: PciAddress,
        /// The VF.
        vf: VfIndex,
        /// The driver it has and keeps.
        driver: DriverName,
        /// The address its netdev has.
        from: Option<MacAddr>,
        /// The address it takes on.
        to: MacAddr,
    },
    /// Waits until VFs can be used.
    WaitVfs {
        /// The PF.
        pf: PciAddress,
        /// The VFs, and the driver that each has to end up with.
        vfs: Vec<(VfIndex, DriverChoice)>,
    },
    /// Changes the MTU of a VF's own netdev.
    SetVfMtu {
        /// The PF.
        pf: PciAddress,
        /// The VF.
        vf: VfIndex,
        /// The MTU it has; `None` for a fresh VF.
        from: Option<Mtu>,
        /// The MTU it gets.
        to: Mtu,
    },
    /// Leaves a record: until it is closed, a VF without a driver is owed one.
    OpenRecord {
        /// The PF.
        pf: PciAddress,
        /// What a run that is interrupted from here on leaves to the next.
        owed: Owed,
    },
    /// Removes the record: nothing is owed any more.
    CloseRecord {
        /// The PF.
        pf: PciAddress,
    },
}

impl VfAction {
    /// The PF it belongs to.
    pub const fn pf(&self) -> PciAddress {
        match *self {
            Self::HoldAutoprobe { pf }
            | Self::PutBackAutoprobe { pf }
            | Self::DestroyVfs { pf, .. }
            | Self::CreateVfs { pf, .. }
            | Self::SetEswitchMode { pf, .. }
            | Self::SetPfUp { pf }
            | Self::SetPfMtu { pf, .. }
            | Self::SetVf { pf, .. }
            | Self::BindVf { pf, .. }
            | Self::RebindVf { pf, .. }
            | Self::WaitVfs { pf, .. }
            | Self::SetVfMtu { pf, .. }
            | Self::OpenRecord { pf, .. }
            | Self::CloseRecord { pf } => pf,
        }
    }

    /// The VF it is about, if it is about one.
    pub const fn vf(&self) -> Option<VfIndex> {
        match *self {
            Self::SetVf { vf, .. }
            | Self::BindVf { vf, .. }
            | Self::RebindVf { vf, .. }
            | Self::SetVfMtu { vf, .. } => Some(vf),
            _ => None,
        }
    }
}

impl Action for VfAction {
    fn name(&self) -> &'static str {
        match self {
            Self::HoldAutoprobe { .. } => "holdAutoprobe",
            Self::PutBackAutoprobe { .. } => "putBackAutoprobe",
            Self::DestroyVfs { .. } => "destroyVfs",
            Self::CreateVfs { .. } => "createVfs",
            Self::SetEswitchMode { .. } => "setEswitchMode",
            Self::SetPfUp { .. } => "setPfUp",
            Self::SetPfMtu { .. } => "setPfMtu",
            Self::SetVf { to, .. } => field_of(to).action(),
            Self::BindVf { to: DriverChoice::Unbound, .. } => "unbindVf",
            Self::BindVf { .. } => "bindVf",
            Self::RebindVf { .. } => "rebindVf",
            Self::WaitVfs { .. } => "waitVfs",
            Self::SetVfMtu { .. } => "setVfMtu",
            Self::OpenRecord { .. } => "openRecord",
            Self::CloseRecord { .. } => "closeRecord",
        }
    }

    fn target(&self) -> Target {
        self.vf().map_or(Target::Pf(self.pf()), |vf| Target::Vf(self.pf(), vf))
    }

    fn from(&self) -> Option<String> {
        match self {
            Self::HoldAutoprobe { .. } => Some("1".to_owned()),
            Self::PutBackAutoprobe { .. } | Self::CreateVfs { .. } => Some("0".to_owned()),
            Self::DestroyVfs { from, .. } => Some(from.to_string()),
            Self::SetEswitchMode { from, .. } => from.map(|mode| mode.to_string()),
            Self::SetPfUp { .. } => Some("down".to_owned()),
            Self::SetPfMtu { from, .. } | Self::SetVfMtu { from, .. } => {
                from.map(|mtu| mtu.to_string())
            }
            Self::SetVf { from, .. } => from.as_ref().map(text_of),
            Self::BindVf { from, .. } => from.as_ref().map(ToString::to_string),
            Self::RebindVf { from, .. } => from.map(|mac| mac.to_string()),
            Self::WaitVfs { .. } | Self::OpenRecord { .. } | Self::CloseRecord { .. } => None,
        }
    }

    fn to(&self) -> Option<String> {
        match self {
            Self::HoldAutoprobe { .. } | Self::DestroyVfs { .. } => Some("0".to_owned()),
            Self::PutBackAutoprobe { .. } => Some("1".to_owned()),
            Self::CreateVfs { count, .. } => Some(count.to_string()),
            Self::SetEswitchMode { to, .. } => Some(to.to_string()),
            Self::SetPfUp { .. } => Some("up".to_owned()),
            Self::SetPfMtu { to, .. } | Self::SetVfMtu { to, .. } => Some(to.to_string()),
            Self::SetVf { to, .. } => Some(text_of(to)),
            Self::BindVf { to, .. } => Some(to.to_string()),
            Self::RebindVf { to, .. } => Some(to.to_string()),
            Self::WaitVfs { vfs, .. } => Some(format!("{} ready", vfs.len())),
            Self::OpenRecord { .. } | Self::CloseRecord { .. } => None,
        }
    }

    fn disruption(&self) -> Disruption {
        match self {
            Self::DestroyVfs { disruption, .. } => (*disruption).max(Disruption::Vf),
            Self::CreateVfs { disruption, .. } => *disruption,
            Self::SetEswitchMode { .. } | Self::SetPfMtu { .. } => Disruption::Pf,
            Self::SetVf { to, fresh: false, .. } => field_of(to).disruption(),
            // A driver that is not there serves nobody.
            Self::BindVf { from: Some(_), .. }
            | Self::RebindVf { .. }
            | Self::SetVfMtu { from: Some(_), .. } => Disruption::Vf,
            _ => Disruption::None,
        }
    }
}
