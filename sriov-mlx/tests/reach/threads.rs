//! Real threads, on a tool that notes who uses which card.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use sriov_host::seam::{Tool, ToolRun};
use sriov_host::sim::SimHost;
use sriov_mlx::apply::FirmwareOptions;
use sriov_mlx::card::survey;
use sriov_mlx::{Access, Policy, Wish, nobody, observe};

use crate::double::{Hooked, Hooks, Ran};
use crate::world::{machine, options, wish};

/// How many commands are under way on each device, and the most there ever were.
#[derive(Default)]
struct Overlaps(Mutex<BTreeMap<String, (u32, u32)>>);

impl Overlaps {
    fn enter(&self, device: &str) {
        let mut devices = self.0.lock().unwrap();
        let (now, most) = devices.entry(device.to_owned()).or_default();
        *now += 1;
        *most = (*most).max(*now);
    }

    fn leave(&self, device: &str) {
        self.0.lock().unwrap().get_mut(device).unwrap().0 -= 1;
    }
}

#[expect(clippy::disallowed_methods, reason = "real threads take real time")]
impl Hooks for Overlaps {
    fn run_tool(&self, sim: &SimHost, run: &ToolRun, deadline: Duration) -> Ran {
        let device = run.args.iter().position(|arg| arg == "-d").map(|at| run.args[at + 1].clone());
        let Some(device) = device else { return sim.run_tool(run, deadline) };
        self.enter(&device);
        // Long enough for whoever does not wait.
        std::thread::sleep(Duration::from_millis(20));
        let ran = sim.run_tool(run, deadline);
        self.leave(&device);
        ran
    }

    /// The simulator's time does not pass for who waits: patience does not end here.
    fn sleep(&self, _: &SimHost, _: Duration) {
        std::thread::sleep(Duration::from_millis(1));
    }

    fn now(&self, _: &SimHost) -> Duration {
        Duration::ZERO
    }
}

#[test]
fn two_programs_never_ask_one_card_at_the_same_time() {
    let host = Hooked::new(&machine(3, |_| {}), Overlaps::default());
    let cards = survey(&host).unwrap();
    let wishes: Vec<Wish> = (0..3).map(|card| wish(card, Policy::AtLeast(16))).collect();
    let options = FirmwareOptions { workers: 3, ..options() };
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let access = Access::new(&host);
                let facts = observe(&access, &cards, &wishes, &options, &nobody);
                assert!(facts.iter().all(|facts| facts.firmware.reading().is_some()), "{facts:?}");
            });
        }
    });
    let devices = host.hooks.0.lock().unwrap();
    let most: Vec<u32> = devices.values().map(|(_, most)| *most).collect();
    assert_eq!(most, [1, 1, 1], "{devices:?}");
}
