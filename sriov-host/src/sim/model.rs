use crate::Errno;

/// What the driver of a PF does with a kind of VF setting: `None` takes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answers {
    pub(super) qinq: Option<Errno>,
    pub(super) min_rate: Option<Errno>,
    pub(super) max_rate: Option<Errno>,
    pub(super) spoof_check: Option<Errno>,
    pub(super) trust: Option<Errno>,
    pub(super) link_state: Option<Errno>,
    pub(super) rss_query: Option<Errno>,
}

/// How a PF driver behaves, as far as it differs between drivers.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a trait of its own")]
pub(super) struct Model {
    pub(super) driver: &'static str,
    pub(super) vendor: u16,
    pub(super) device: u16,
    pub(super) vf_driver: &'static str,
    pub(super) vf_device: u16,
    /// Routing id of VF 0 relative to the PF, and the distance between VFs.
    pub(super) offset: u32,
    pub(super) stride: u32,
    /// VFs that the hardware announces, and those that the driver lets through.
    pub(super) hardware_vfs: u16,
    pub(super) driver_vfs: u16,
    pub(super) answers: Answers,
    /// The time that a VF's driver takes to probe.
    pub(super) vf_probe_us: u64,
    pub(super) pf_probe_us: u64,
    /// From "administratively up" to a carrier.
    pub(super) carrier_us: u64,
    pub(super) link_mbps: u32,
    /// A VF that binds while the PF is down cannot reach it, and takes a random address.
    pub(super) mac_needs_pf_up: bool,
    /// The PF lists the address that the VF chose as if it were the administrative one.
    pub(super) lists_own_mac: bool,
    /// Rates are refused while the PF has no carrier.
    pub(super) rate_needs_carrier: bool,
    /// The driver restarts the port when it makes or destroys VFs.
    pub(super) restarts_port: bool,
    pub(super) eswitch: bool,
    /// Whether the eswitch mode can change while VFs exist.
    pub(super) eswitch_with_vfs: bool,
    pub(super) port_names: bool,
    pub(super) rdma: bool,
}

const TAKES_ALL: Answers = Answers {
    qinq: None,
    min_rate: None,
    max_rate: None,
    spoof_check: None,
    trust: None,
    link_state: None,
    rss_query: None,
};

/// What most drivers for server NICs take: no service tag, no RSS query.
const COMMON: Answers =
    Answers { qinq: Some(Errno::PROTONOSUPPORT), rss_query: Some(Errno::OPNOTSUPP), ..TAKES_ALL };

const PLAIN: Model = Model {
    driver: "netdevsim",
    vendor: 0x1af4,
    device: 0x10ff,
    vf_driver: "netdevsim_vf",
    vf_device: 0x1100,
    offset: 1,
    stride: 1,
    hardware_vfs: 256,
    driver_vfs: 256,
    answers: TAKES_ALL,
    vf_probe_us: 2_000,
    pf_probe_us: 20_000,
    carrier_us: 1_000,
    link_mbps: 100_000,
    mac_needs_pf_up: false,
    lists_own_mac: false,
    rate_needs_carrier: false,
    restarts_port: false,
    eswitch: true,
    eswitch_with_vfs: true,
    port_names: true,
    rdma: false,
};

/// The drivers that are known here. The first takes every setting and refuses nothing.
pub(super) const MODELS: [Model; 6] = [
    PLAIN,
    Model {
        driver: "igb",
        vendor: 0x8086,
        device: 0x10c9,
        vf_driver: "igbvf",
        vf_device: 0x10ca,
        offset: 128,
        stride: 2,
        hardware_vfs: 8,
        driver_vfs: 7,
        answers: Answers {
            min_rate: Some(Errno::INVAL),
            link_state: Some(Errno::OPNOTSUPP),
            ..COMMON
        },
        vf_probe_us: 85_000,
        pf_probe_us: 300_000,
        carrier_us: 1_800_000,
        link_mbps: 1_000,
        mac_needs_pf_up: true,
        lists_own_mac: true,
        rate_needs_carrier: true,
        // `igb_sriov_reinit()` closes and opens the netdev.
        restarts_port: true,
        eswitch: false,
        port_names: false,
        ..PLAIN
    },
    Model {
        driver: "mlx5_core",
        vendor: 0x15b3,
        device: 0x101d,
        vf_driver: "mlx5_core",
        vf_device: 0x101e,
        offset: 2,
        stride: 1,
        hardware_vfs: 16,
        driver_vfs: 16,
        answers: COMMON,
        vf_probe_us: 450_000,
        pf_probe_us: 2_500_000,
        carrier_us: 900_000,
        rdma: true,
        ..PLAIN
    },
    Model {
        driver: "ice",
        vendor: 0x8086,
        device: 0x1592,
        vf_driver: "iavf",
        vf_device: 0x1889,
        offset: 8,
        stride: 1,
        hardware_vfs: 128,
        driver_vfs: 128,
        answers: COMMON,
        vf_probe_us: 60_000,
        pf_probe_us: 1_800_000,
        carrier_us: 700_000,
        eswitch_with_vfs: false,
        rdma: true,
        ..PLAIN
    },
    Model {
        driver: "i40e",
        vendor: 0x8086,
        device: 0x1583,
        vf_driver: "iavf",
        vf_device: 0x154c,
        offset: 16,
        stride: 1,
        hardware_vfs: 64,
        driver_vfs: 64,
        answers: Answers { min_rate: Some(Errno::INVAL), ..COMMON },
        vf_probe_us: 70_000,
        pf_probe_us: 1_200_000,
        carrier_us: 600_000,
        link_mbps: 40_000,
        eswitch: false,
        port_names: false,
        ..PLAIN
    },
    Model {
        driver: "bnxt_en",
        vendor: 0x14e4,
        device: 0x16d7,
        vf_driver: "bnxt_en",
        vf_device: 0x16dc,
        offset: 8,
        stride: 1,
        hardware_vfs: 128,
        driver_vfs: 128,
        answers: COMMON,
        vf_probe_us: 110_000,
        pf_probe_us: 900_000,
        carrier_us: 800_000,
        link_mbps: 25_000,
        ..PLAIN
    },
];

/// The model of a PF driver.
pub(super) fn of_driver(name: &str) -> Option<&'static Model> {
    MODELS.iter().find(|model| model.driver == name)
}
