//! The parameters that are read to make a plan.

/// Whether the card announces SR-IOV at all.
pub const SRIOV_EN: &str = "SRIOV_EN";
/// VFs for each PF of the card, shared by all its PFs unless [`PF_NUM_OF_VF_VALID`].
pub const NUM_OF_VFS: &str = "NUM_OF_VFS";
/// True: the firmware ignores [`NUM_OF_VFS`] and takes [`PF_NUM_OF_VF`] of each PF.
pub const PF_NUM_OF_VF_VALID: &str = "PF_NUM_OF_VF_VALID";
/// VFs of one PF, if [`PF_NUM_OF_VF_VALID`].
pub const PF_NUM_OF_VF: &str = "PF_NUM_OF_VF";
/// PFs of the card.
pub const NUM_OF_PF: &str = "NUM_OF_PF";
/// MSI-X vectors of a PF.
pub const NUM_PF_MSIX: &str = "NUM_PF_MSIX";
/// MSI-X vectors of a VF.
pub const NUM_VF_MSIX: &str = "NUM_VF_MSIX";
/// The size of a PF's BAR: 2 to this power, in MiB.
pub const PF_LOG_BAR_SIZE: &str = "PF_LOG_BAR_SIZE";
/// The size of a VF's BAR: 2 to this power, in MiB.
pub const VF_LOG_BAR_SIZE: &str = "VF_LOG_BAR_SIZE";
/// How the processors of a `BlueField` and of the host share the card.
pub const INTERNAL_CPU_MODEL: &str = "INTERNAL_CPU_MODEL";
/// Who supplies pages on a `BlueField`.
pub const INTERNAL_CPU_PAGE_SUPPLIER: &str = "INTERNAL_CPU_PAGE_SUPPLIER";
/// Who manages the eswitch on a `BlueField`; newer firmware has it no more.
pub const INTERNAL_CPU_ESWITCH_MANAGER: &str = "INTERNAL_CPU_ESWITCH_MANAGER";
/// Who has the InfiniBand virtual port 0 on a `BlueField`.
pub const INTERNAL_CPU_IB_VPORT0: &str = "INTERNAL_CPU_IB_VPORT0";
/// Whether the processors of a `BlueField` do the offloads.
pub const INTERNAL_CPU_OFFLOAD_ENGINE: &str = "INTERNAL_CPU_OFFLOAD_ENGINE";
