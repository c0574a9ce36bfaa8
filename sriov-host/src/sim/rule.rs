macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// A rule of the kernel that the simulator keeps, and can break on purpose.
        ///
        /// A set of checks that passes on [`SimHost::breaking`](super::SimHost::breaking) does not
        /// cover that rule.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum Rule {
            $($(#[$doc])* $name,)+
        }

        impl Rule {
            /// Every rule.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];
        }
    };
}

rules! {
    /// `sriov_numvfs` takes what `kstrtou16` takes: `7x`, `-1`, `65536` and ` 1` are EINVAL.
    NumvfsParse,
    /// `sriov_numvfs` accepts hexadecimal digits behind `0x`, and one newline.
    NumvfsHexadecimal,
    /// More VFs than `sriov_totalvfs` are ERANGE.
    NumvfsRange,
    /// The same number again is a success without any effect.
    NumvfsEqualIsNoop,
    /// Without a PF driver the write is ENOENT.
    NumvfsNeedsDriver,
    /// From N to M is EBUSY: the way leads through 0.
    NumvfsNoResize,
    /// Zero destroys the VFs and their links.
    NumvfsZeroDestroys,
    /// A `virtfnN` link for every VF, and `physfn` back.
    VfLinksBothWays,
    /// A write returns when synchronous drivers have probed all VFs.
    EnableIsSynchronous,
    /// The PF driver may lower `sriov_totalvfs`, as long as it is bound.
    DriverLowersTotal,
    /// Unbinding the PF's driver destroys its VFs.
    PfUnbindDestroysVfs,
    /// With autoprobe off, new VFs stay without a driver.
    AutoprobeOffLeavesUnbound,
    /// With autoprobe off, `drivers_probe` succeeds and does nothing.
    AutoprobeOffProbeDoesNothing,
    /// With autoprobe off, `bind` is ENODEV.
    AutoprobeOffBindRefused,
    /// A driver override beats autoprobe.
    OverrideBeatsAutoprobe,
    /// Setting autoprobe binds nothing by itself.
    AutoprobeNotRetroactive,
    /// Autoprobe survives a reload of the PF's driver.
    AutoprobeSurvivesReload,
    /// Autoprobe takes `0 1 y n on off`, and nothing else.
    AutoprobeParse,
    /// No override reads `(null)`.
    OverrideReadsNull,
    /// A lone newline clears the override.
    OverrideClearedByNewline,
    /// Clearing the override does not unbind.
    OverrideClearKeepsDriver,
    /// With an override, no other driver matches: `bind` is ENODEV.
    OverrideExcludesOthers,
    /// `drivers_probe` succeeds also when the driver's probe fails.
    ProbeFailsSilently,
    /// `bind` passes on the errno of a failed probe: vfio-pci without an IOMMU is EINVAL.
    BindTellsProbeError,
    /// `bind` of a bound device is EBUSY.
    BindBusy,
    /// `bind` to a driver that does not match is ENODEV.
    BindNoMatch,
    /// `unbind` from a driver that does not hold the device is ENODEV.
    UnbindElsewhere,
    /// Without a netdev driver there is no folder `net`.
    NetFolderAbsentUnbound,
    /// Binding again gives a new ifindex.
    RebindNewIfindex,
    /// Binding again gives a new random MAC, unless an administrative one is set.
    RebindNewMac,
    /// A VF that binds while its PF is up takes the administrative MAC.
    AdminMacAtBind,
    /// A VF of an igb that binds while its PF is down makes up an address.
    AdminMacNeedsPfUp,
    /// A new set of VFs starts with default settings.
    SettingsDieWithVfs,
    /// A request stops at the first setting that is refused.
    AttrsStopAtFirstError,
    /// What was set before the refused setting stays.
    AttrsNoRollback,
    /// A VF number beyond the count is EINVAL.
    AttrsVfOutOfRange,
    /// What the driver cannot do is EOPNOTSUPP.
    AttrsUnsupported,
    /// A service tag that the driver cannot add is EPROTONOSUPPORT.
    AttrsQinqUnsupported,
    /// A guaranteed rate that the driver cannot give is EINVAL.
    AttrsMinRateRefused,
    /// A group address is no MAC of a VF: EINVAL.
    AttrsGroupMacRefused,
    /// An accepted setting is reported back.
    AttrsReadBack,
    /// A driver that has no RSS query reports none, rather than "off".
    RssNotReported,
    /// The VF list names the count and every VF.
    VfListComplete,
    /// A link that does not exist is ENODEV.
    LinkUnknown,
    /// A link can be renamed, also while it is up, and keeps its number.
    LinkRename,
    /// A name in use is EEXIST.
    LinkNameTaken,
    /// The MTU is set, and read back from netlink and sysfs alike.
    LinkMtu,
    /// The administrative state is set and read back.
    LinkAdminState,
    /// A link names the function behind it as its parent.
    LinkParent,
    /// `phys_port_name` is EOPNOTSUPP where the driver has none.
    PortNameUnsupported,
    /// An igb has no eswitch.
    NoEswitch,
    /// An igb has no parameters: reading one is none, setting one is ENODEV.
    NoParameters,
    /// For each VF: pci add, pci change, net add, pci bind.
    EventsOrderPerVf,
    /// The PF's change event comes behind the last VF.
    PfChangeAfterAllVfs,
    /// Destroying VFs gives no event of the PF.
    NoPfEventOnDisable,
    /// Destroying a VF announces the removal of its netdev, its unbinding and its removal.
    RemoveEvents,
    /// A rename is announced by a net move event with the old path.
    RenameAnnounced,
    /// A link message announces a new, changed or removed link.
    LinkMessages,
    /// The clock goes forward, by at least what was slept.
    ClockAdvances,
    /// A file is replaced as a whole, and absent is not empty.
    FilesReplace,
    /// A second lock on the same file is refused, and names the owner.
    FilesLock,
    /// An IOMMU group for each VF, where there is an IOMMU.
    IommuGroups,
    /// vfio-pci binds behind an IOMMU, and leaves no folder `net`.
    VfioBinds,
    /// Without `ib_core` every RDMA answer is "not loaded", and asking does not load it.
    RdmaNotLoadedIsAValue,
    /// The RDMA settings are reported, those that the kernel has.
    RdmaSettingsReported,
    /// The RDMA netns mode that is set already is a success at any time.
    RdmaModeEqualIsNoop,
    /// Another RDMA netns mode is EBUSY while any other network namespace exists.
    RdmaModeBusyWithNamespaces,
    /// The RDMA netns mode is read back.
    RdmaModeReadBack,
    /// `/sys/module/ib_core/parameters/netns_mode` follows the mode.
    RdmaModeFileFollows,
    /// That file cannot be written, not even by root: EACCES.
    RdmaModeFileReadOnly,
    /// A network namespace that was deleted is gone soon, and the mode free to change.
    RdmaTeardownEnds,
    /// A new soft device is listed.
    RdmaLinkAdd,
    /// A deleted soft device is gone.
    RdmaLinkDelete,
    /// A netdev takes one soft device; a second is EEXIST.
    RdmaLinkNetdevTaken,
    /// A soft device on a netdev that is not there is ENODEV.
    RdmaLinkNeedsNetdev,
    /// A soft device of an unknown kind is EINVAL.
    RdmaLinkKind,
    /// A port names its netdev.
    RdmaPortNetdev,
    /// A rename changes the name, and not the number.
    RdmaRename,
    /// A device that does not exist is EINVAL.
    RdmaUnknownDevice,
    /// An idle rxe has a protection domain, a completion queue and a queue pair; an idle siw none.
    RdmaUsageIdleBaseline,
    /// A file that is only open leaves no trace in the usage.
    RdmaOpenIsNotCounted,
    /// Deleting a soft device waits until nobody has it open.
    RdmaDeleteBlocks,
    /// A device that is being deleted is gone from all lists at once.
    RdmaDeleteGoneAtOnce,
    /// In shared mode, moving a device to another namespace is EOPNOTSUPP.
    RdmaMoveSharedRefused,
    /// A soft device cannot be moved: EOPNOTSUPP.
    RdmaMoveSoftRefused,
    /// New and removed devices are told to whoever listens, with their netdevs.
    RdmaMonitorEvents,
    /// The verbs device is announced ahead of the device, and a rename with the old path.
    RdmaUevents,
}
