//! `mstconfig set` and `mstconfig reset`.

use std::time::Duration;

use super::answer::CardAnswer;
use super::args::Call;
use super::card::SimCard;
use super::catalogue::{self, Param, UNKNOWN};
use super::query::Asked;
use super::report::Shown;
use super::{table, words};

/// A parameter and the value that it is to have.
struct Wanted<'p> {
    name: String,
    param: &'p Param,
    index: Option<u32>,
    value: u32,
}

const NUM_OF_VFS: &str = "NUM_OF_VFS";

impl SimCard {
    pub(super) fn set(
        &mut self,
        call: &Call,
        assignments: &[(String, String)],
        asked: Asked,
    ) -> CardAnswer {
        let (release, columns) = (self.release(), self.columns(call.verbose));
        let layout = release.layout(call.read_only);
        let cost = Duration::from_millis(self.machine().timing.set_ms);
        let params = catalogue::of_card(self.machine());
        let mut stdout = table::opening(self.machine(), release, 1, asked.dev);
        stdout.push_str(&table::head(layout, columns, true));
        let wanted = match self.wanted(&params, assignments) {
            Ok(wanted) => wanted,
            Err(complaint) => {
                stdout.push_str(&words::error(&complaint));
                return words::answer(words::ERROR, stdout, cost);
            }
        };
        let rows = wanted.iter().map(|wanted| {
            let mut row = self.row(wanted.param, wanted.index, asked.pf);
            row.new = Some(Shown::of(wanted.param, wanted.value));
            row
        });
        let rows: Vec<_> = rows.collect();
        stdout.extend(rows.iter().map(|row| table::row(layout, columns, row)));
        stdout.push_str(&table::foot(layout, columns, &rows));
        stdout.push_str(&table::missing_columns(call.verbose, columns));
        if !asked_user(&mut stdout, "Apply new Configuration?", call.yes) {
            return words::answer(words::ABORTED, stdout, cost);
        }
        stdout.push_str("Applying... ");
        let refusal = if call.force { None } else { self.refusal(&params, &wanted, asked.pf) };
        let failure = refusal.or_else(|| self.write_all(&wanted, asked.pf));
        if let Some(complaint) = failure {
            stdout.push_str("Failed!\n");
            stdout.push_str(&words::error(&complaint));
            return words::answer(words::ERROR, stdout, cost);
        }
        stdout.extend(["Done!\n-I- ", self.what_loads_it(), "\n"]);
        words::answer(words::DONE, stdout, cost)
    }

    /// Everything goes back to its default.
    pub(super) fn reset_configuration(&mut self, call: &Call, dev: &str) -> CardAnswer {
        let cost = Duration::from_millis(self.machine().timing.set_ms);
        let mut stdout = String::new();
        let question = format!("Reset configuration for device {dev}?");
        if !asked_user(&mut stdout, &question, call.yes) {
            return words::answer(words::ABORTED, stdout, cost);
        }
        stdout.push_str("Applying... ");
        if self.is_restricted() {
            stdout.push_str("Failed!\n");
            stdout.push_str(&words::error(&words::read_only("nv_global_pci_conf")));
            return words::answer(words::ERROR, stdout, cost);
        }
        self.nvram_mut().forget();
        stdout.push_str("Done!\n-I- Please reboot machine to load new configurations.\n");
        words::answer(words::DONE, stdout, cost)
    }

    fn wanted<'p>(
        &self,
        params: &'p [Param],
        assignments: &[(String, String)],
    ) -> Result<Vec<Wanted<'p>>, String> {
        let wanted = |(name, said): &(String, String)| {
            let (param, index) = Self::look_up(params, name)?;
            if param.read_only || self.is_restricted() {
                return Err(words::read_only(&param.group));
            }
            if param.span.is_some() && index.is_none() {
                return Err(format!("Cannot set the value {said} for the parameter {name}"));
            }
            let value = param.parse(said).ok_or_else(|| "Cannot parse the value".to_owned())?;
            let listed = param.texts.iter().any(|(number, _)| *number == value);
            if value == UNKNOWN {
                return Err(format!("The value {said} is reserved and cannot be used"));
            }
            if !param.texts.is_empty() && !listed {
                return Err(format!("Unknown value {said}"));
            }
            Ok(Wanted { name: name.clone(), param, index, value })
        };
        assignments.iter().map(wanted).collect()
    }

    /// Why the rules of the parameters, or the firmware, do not allow it.
    fn refusal(&self, params: &[Param], wanted: &[Wanted], pf: usize) -> Option<String> {
        let limits = self.machine().limits;
        let next = |name: &str| -> Option<u64> {
            let new = wanted.iter().find(|wanted| wanted.name == name).map(|wanted| wanted.value);
            let (param, index) = catalogue::find(params, name)?;
            Some(u64::from(new.unwrap_or_else(|| self.nvram().cell(param, pf, index).next)))
        };
        let touched = |name: &str| wanted.iter().any(|wanted| wanted.name == name);
        let max = u64::from(self.max_vfs());
        let counts = [NUM_OF_VFS, "PF_NUM_OF_VF"].into_iter().filter(|name| touched(name));
        for name in counts {
            if next(name).is_some_and(|vfs| vfs > max) {
                return Some(words::too_large(name, max));
            }
        }
        let vfs = next(NUM_OF_VFS)?;
        let msix = limits.max_total_msix.zip(next("NUM_PF_MSIX")).zip(next("NUM_VF_MSIX"));
        let shares = [NUM_OF_VFS, "NUM_PF_MSIX", "NUM_VF_MSIX", "NUM_OF_PF"];
        if let Some(((max, of_pf), of_vf)) = msix
            && shares.iter().any(|name| touched(name))
            && next("NUM_OF_PF").unwrap_or(1) * (of_pf + vfs * of_vf) > max
        {
            return Some(words::illegal(NUM_OF_VFS, "NUM_PF_MSIX, NUM_VF_MSIX, NUM_OF_PF"));
        }
        let bar = limits.max_vf_bar_mib.zip(next("VF_LOG_BAR_SIZE"));
        if let Some((max, log)) = bar
            && [NUM_OF_VFS, "VF_LOG_BAR_SIZE"].iter().any(|name| touched(name))
            && vfs.checked_shl(u32::try_from(log).unwrap_or(u32::MAX)).is_none_or(|mib| mib > max)
        {
            return Some(words::illegal(NUM_OF_VFS, "VF_LOG_BAR_SIZE"));
        }
        None
    }

    /// Writes one after the other; what was said if it stops half-way.
    fn write_all(&mut self, wanted: &[Wanted], pf: usize) -> Option<String> {
        for (written, wanted) in (0_u32..).zip(wanted) {
            if self.machine().dies_after == Some(written) {
                return Some(format!(
                    "Failed to set the TLV {}: Firmware internal error",
                    wanted.param.group
                ));
            }
            self.store(wanted.param, pf, wanted.index, wanted.value);
        }
        None
    }

    /// Writes a next value, as far as the card takes it.
    pub(super) fn store(&mut self, param: &Param, pf: usize, index: Option<u32>, value: u32) {
        let machine = self.machine();
        let name = index.map_or_else(|| param.name.clone(), |at| format!("{}[{at}]", param.name));
        if machine.silently_drops.contains(&name) {
            return;
        }
        let value = match machine.rounds_to {
            Some(step) if step > 0 && name == NUM_OF_VFS => {
                value.checked_next_multiple_of(step).unwrap_or(value)
            }
            _ => value,
        };
        self.nvram_mut().write(param, pf, index, value);
    }

    /// The largest number of VFs for each PF.
    pub(super) fn max_vfs(&self) -> u32 {
        self.machine().limits.max_vfs.unwrap_or(USUAL_MAX_VFS)
    }
}

/// Of VFs for each PF, by the vendor's documentation.
const USUAL_MAX_VFS: u32 = 127;

/// Asks a question that only `-y` answers, for there is no terminal.
fn asked_user(stdout: &mut String, question: &str, yes: bool) -> bool {
    stdout.extend(["\n ", question, " (y/n) [n] : "]);
    stdout.push_str(&if yes { "y\n".to_owned() } else { words::error(words::ABORTED_BY_USER) });
    yes
}
