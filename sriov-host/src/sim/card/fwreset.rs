//! `mstfwreset`: status and reset of a card's firmware.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::answer::{CardAnswer, CardColumn};
use super::card::SimCard;
use super::{catalogue, words};

const FAILED: i32 = 1;
const LEVEL_3: &str = "Driver restart and PCI reset";

/// What a call of the tool came to.
#[derive(Debug)]
pub(in crate::sim) struct FwReset {
    pub(in crate::sim) answer: CardAnswer,
    /// Whether the firmware restarts.
    pub(in crate::sim) resets: bool,
}

impl FwReset {
    const fn only(answer: CardAnswer) -> Self {
        Self { answer, resets: false }
    }
}

impl SimCard {
    /// Runs `mstfwreset` on this card, which a user has named `dev`. What follows from a reset
    /// is the machine's.
    pub(in crate::sim) fn fwreset(&mut self, args: &[String], dev: &str, vfs: bool) -> FwReset {
        let has = |one: &str| args.iter().any(|arg| arg == one);
        if has("-v") || has("--version") {
            let stdout = words::version("mstfwreset", &self.machine().tool);
            return FwReset::only(words::answer(words::DONE, stdout, Duration::ZERO));
        }
        if let Some(answer) = self.fwreset_obstacle() {
            return FwReset::only(answer);
        }
        let timing = self.machine().timing;
        let brief = Duration::from_millis(timing.selective_query_ms);
        if has("status") || has("s") {
            if !self.release().has_status() || !has("--json") {
                return FwReset::only(failed("invalid choice: 'status'", Duration::ZERO));
            }
            let status = serde_json::to_string_pretty(&self.status(dev)).unwrap_or_default();
            return FwReset::only(words::answer(words::DONE, status + "\n", brief));
        }
        if has("q") || has("query") {
            return FwReset::only(words::answer(words::DONE, levels(dev), brief));
        }
        if !has("r") && !has("reset") {
            return FwReset::only(failed("the following arguments are required: command", brief));
        }
        let begun = format!(
            "\nRequested reset level for device, {dev}:\n\n3: {LEVEL_3}\nContinue with reset?[y/N] "
        );
        if !has("-y") && !has("--yes") {
            return FwReset::only(words::answer(
                words::DONE,
                begun + "-I- Aborted by user.\n",
                words::SOON,
            ));
        }
        let stdout = begun + "y\n";
        if vfs || self.machine().reset_fails {
            let complaint = if vfs {
                "-E- Failed to reset the device: VFs are enabled.\n"
            } else {
                "-E- Firmware reset failed, retry operation or reboot machine.\n"
            };
            return FwReset::only(words::answer(FAILED, stdout + complaint, brief));
        }
        let stdout = stdout
            + &done("Sending Reset Command To Fw")
            + &done("Resetting PCI")
            + "-I- FW was loaded successfully.\n";
        let cost = Duration::from_millis(timing.reset_ms);
        FwReset { answer: words::answer(words::DONE, stdout, cost), resets: true }
    }

    fn fwreset_obstacle(&mut self) -> Option<CardAnswer> {
        if self.machine().hangs {
            return Some(CardAnswer { cost: Duration::MAX, ..CardAnswer::default() });
        }
        if self.is_locked_out() {
            return Some(failed(words::OPEN_FAILED, words::SOON));
        }
        if self.machine().livefish {
            let words = "mstfwreset is not supported for device in Flash Recovery mode.";
            return Some(failed(words, words::SOON));
        }
        self.takes_semaphore().then(|| failed("Semaphore locked", words::SEMAPHORE))
    }

    fn status(&self, dev: &str) -> Value {
        let machine = self.machine();
        let pending = self.pending();
        let needed = !pending.is_empty();
        let action = match (needed, self.is_dpu()) {
            (false, _) => "N/A".to_owned(),
            (true, true) => "Power cycle".to_owned(),
            (true, false) => format!("{LEVEL_3} (Level 3)"),
        };
        let command = match (needed, self.is_dpu()) {
            (false, _) => "N/A".to_owned(),
            (true, true) => "Power cycle the host".to_owned(),
            (true, false) => format!("mstfwreset -d {dev} reset --level 3 --type 0 --sync 0"),
        };
        let reasons = if needed { vec!["Pending NVCONFIG parameter change"] } else { Vec::new() };
        json!({
            "device": dev,
            "pending_fw_version": "N/A",
            "running_fw_version": machine.firmware,
            "pending_nvconfig_parameters": if needed { Value::from(pending) } else { "N/A".into() },
            "reset_needed": needed,
            "description_action": action,
            "command_required": command,
            "reasons": reasons,
        })
    }

    /// The parameters whose next value is not the current one.
    fn pending(&self) -> Vec<Value> {
        let params = catalogue::of_card(self.machine());
        let changed = params.iter().filter_map(|param| {
            let cells = self.nvram().cells(param, 0);
            let pending = cells.into_iter().find(|cell| cell.next != cell.current);
            pending.map(|cell| {
                let shown = |column| Value::from(param.print(cell.get(column)));
                let fields = [
                    ("name", Value::from(param.name.clone())),
                    ("default", shown(CardColumn::Default)),
                    ("current", shown(CardColumn::Current)),
                    ("next_boot", shown(CardColumn::Next)),
                ];
                let fields = fields.into_iter().map(|(key, value)| (key.to_owned(), value));
                Value::Object(fields.collect::<Map<String, Value>>())
            })
        });
        changed.collect()
    }
}

pub(super) fn failed(words: &str, cost: Duration) -> CardAnswer {
    words::answer(FAILED, words::error(words), cost)
}

fn done(step: &str) -> String {
    format!("-I- {step:<40}-Done\n")
}

fn levels(dev: &str) -> String {
    format!(
        "\nReset-levels (relevant to reset-type 0):\n{dev}\n0: Driver, PCI link, network link will \
         remain up (\"live-Patch\")  -Not Supported\n3: {LEVEL_3}  -Supported (default)\n4: Warm \
         Reboot  -Supported\n"
    )
}
