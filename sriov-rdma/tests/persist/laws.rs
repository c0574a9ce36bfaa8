//! What holds for every start: at most one boot, and then an empty plan or a reason why not.

use std::fmt::Write as _;

use proptest::prelude::*;
use sriov_host::NetnsMode;
use sriov_host::config::RdmaNetnsMode;
use sriov_host::decorate::Recorder;
use sriov_host::seam::{Availability, Files, HostPath};
use sriov_host::sim::SimHost;

use crate::sim::{add_pod, apply_to, live, look, machine, plan_of};

const FILES: [&str; 6] = [
    "/etc/modprobe.d/a.conf",
    "/etc/modprobe.d/zz.conf",
    "/run/modprobe.d/m.conf",
    "/usr/lib/modprobe.d/sriov-rdma.conf",
    "/lib/modprobe.d/zzz.conf",
    "/etc/modprobe.d/sriov-rdma.conf",
];

fn content() -> impl Strategy<Value = Option<String>> {
    let plain = |value: &str| Some(format!("options ib_core netns_mode={value}\n"));
    let header = "# Managed by sriov-rdma: changes made here are lost.\n";
    let owned = format!("{header}{}", plain("0").unwrap());
    prop_oneof![
        8 => Just(None),
        2 => Just(plain("0")),
        2 => Just(plain("1")),
        1 => Just(plain("7")),
        1 => Just(Some(owned)),
    ]
}

/// A machine that has booted, and what was done to it since.
#[derive(Clone, Debug)]
struct Start {
    machine: String,
    files: Vec<(&'static str, String)>,
    /// Whether the initramfs was made after the files.
    copied: bool,
    pods: bool,
}

impl Start {
    fn host(&self) -> SimHost {
        let host = machine(&self.machine);
        for (path, content) in &self.files {
            host.write_file(&HostPath::new(path), content.as_bytes()).unwrap();
        }
        if self.copied {
            host.regenerate_initramfs();
        }
        if self.pods {
            add_pod(&host);
        }
        host
    }
}

fn start() -> impl Strategy<Value = Start> {
    let rdma = prop::sample::select(vec![
        "netnsMode: exclusive",
        "netnsMode: shared",
        "loaded: true",
        "loaded: false",
        "supported: false",
    ]);
    let line = prop::sample::select(vec![
        "ro",
        "ro",
        "ro ib_core.netns_mode=0",
        "ro ib_core.netns_mode=1",
        "ib_core.netns_mode=N ro",
    ]);
    let fault = prop::sample::select(vec!["", "", "fails", "noEffect", "hangs", "missing"]);
    let files = prop::collection::vec(content(), FILES.len());
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    (rdma, line, fault, files, flags).prop_map(|(rdma, line, fault, files, flags)| {
        let (early, copied, pods) = flags;
        let mut machine = format!("rdma: {{ {rdma} }}\ncmdline: '{line}'\n");
        if early {
            machine.push_str("initramfs: { modules: [ib_core] }\n");
        }
        if !fault.is_empty() {
            let faults = format!("[{{ tool: update-initramfs, how: {fault} }}]");
            let _ = writeln!(machine, "boot: {{ faults: {faults} }}");
        }
        let files = FILES.into_iter().zip(files);
        let files = files.filter_map(|(path, content)| Some((path, content?))).collect();
        Start { machine, files, copied, pods }
    })
}

fn wish() -> impl Strategy<Value = RdmaNetnsMode> {
    prop::sample::select(vec![
        RdmaNetnsMode::Exclusive,
        RdmaNetnsMode::Shared,
        RdmaNetnsMode::Unmanaged,
    ])
}

/// Applies and restarts as often as that is asked for; how often it was, and whether the last
/// application was complete.
fn settle(host: &SimHost, wanted: RdmaNetnsMode, pods: bool) -> (u32, bool) {
    let mut boots = 0;
    loop {
        let applied = apply_to(host, wanted, true);
        if applied.reboot_reasons.is_empty() {
            return (boots, applied.is_complete());
        }
        boots += 1;
        assert!(boots < 4, "{applied:?}");
        host.reboot();
        if pods {
            add_pod(host);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn at_most_one_boot_and_then_all_is_said(start in start(), wanted in wish()) {
        let host = start.host();
        let right = plan_of(&host, wanted).is_empty();
        let recorder = Recorder::new(host.clone());
        if right {
            let applied = apply_to(&recorder, wanted, true);
            prop_assert!(applied.is_complete());
            prop_assert_eq!(recorder.mutations(), 0, "{:?}", recorder.lines());
        }
        let (boots, complete) = settle(&host, wanted, start.pods);
        prop_assert!(boots <= 1, "{boots} boots\n{start:?}");
        let plan = plan_of(&host, wanted);
        // A plan names the boot behind its steps; a step that failed asks for none.
        let outstanding = !plan.plan.reboot_reasons.is_empty();
        prop_assert!(!outstanding || !complete, "{plan:?}\n{start:?}");
        prop_assert!(
            plan.is_empty() || !plan.plan.blockers.is_empty() || !complete,
            "{plan:?}\n{start:?}"
        );
        // Without a planner: what it calls right is so, and stays so over any boot.
        let mode = match wanted {
            RdmaNetnsMode::Exclusive => NetnsMode::Exclusive,
            RdmaNetnsMode::Shared => NetnsMode::Shared,
            RdmaNetnsMode::Unmanaged => return Ok(()),
        };
        let supported = look(&host, wanted).live != Availability::Unsupported;
        if plan.is_empty() && supported {
            prop_assert!(live(&host).is_none_or(|live| live == mode), "{start:?}");
            host.reboot();
            prop_assert!(live(&host).is_none_or(|live| live == mode), "{start:?}");
        }
    }
}
