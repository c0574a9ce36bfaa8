use std::cmp::Ordering;
use std::time::Duration;

use super::host::SimHost;
use super::kernel::Kernel;
use super::tree::Node;
use crate::decorate::Call;
use crate::seam::{HostPath, Sysfs, SysfsError};
use crate::{Errno, PciAddress};

impl Sysfs for SimHost {
    fn read(&self, path: &HostPath) -> Result<String, SysfsError> {
        let mut kernel = self.enter();
        let failed = |errno| SysfsError::reading(path, errno);
        if let Some(errno) = kernel.fault(Call::Read, &path.to_string()) {
            return Err(failed(errno));
        }
        let place = kernel.resolve(path, true).map_err(failed)?;
        if let Some(function) = kernel.behind_device_lock(&place) {
            let after = Duration::from_millis(kernel.costs.read_deadline_ms);
            let limit = kernel.deadline(after);
            if !kernel.run_until(limit, |kernel| !kernel.is_locked(function)) {
                return Err(SysfsError::StillRunning { path: path.clone(), after });
            }
        }
        match kernel.node(&place) {
            Some(Node::File(Ok(text))) => Ok(text.strip_suffix('\n').unwrap_or(&text).to_owned()),
            Some(Node::File(Err(errno))) => Err(failed(errno)),
            Some(Node::WriteOnly) => Err(failed(Errno::ACCES)),
            Some(Node::Folder(_) | Node::Link(_)) => Err(failed(Errno::ISDIR)),
            None => Err(failed(Errno::NOENT)),
        }
    }

    fn write(&self, path: &HostPath, value: &str, deadline: Duration) -> Result<(), SysfsError> {
        let mut kernel = self.enter();
        let failed = |errno| SysfsError::writing(path, value, errno);
        if let Some(errno) = kernel.fault(Call::Write, &path.to_string()) {
            return Err(failed(errno));
        }
        let place = kernel.resolve(path, true).map_err(failed)?;
        let Some(steps) = kernel.store(&place, value).map_err(failed)? else { return Ok(()) };
        match kernel.run_awaited(steps, deadline) {
            Some(outcome) => outcome.map_err(failed),
            None => Err(SysfsError::StillRunning { path: path.clone(), after: deadline }),
        }
    }

    fn read_link(&self, path: &HostPath) -> Result<String, SysfsError> {
        let mut kernel = self.enter();
        let failed =
            |errno: Errno| SysfsError::ReadLink { path: path.clone(), source: errno.to_io() };
        if let Some(errno) = kernel.fault(Call::ReadLink, &path.to_string()) {
            return Err(failed(errno));
        }
        let place = kernel.resolve(path, false).map_err(failed)?;
        match kernel.node(&place) {
            Some(Node::Link(target)) => Ok(target),
            Some(_) => Err(failed(Errno::INVAL)),
            None => Err(failed(Errno::NOENT)),
        }
    }

    fn list(&self, path: &HostPath) -> Result<Vec<String>, SysfsError> {
        let mut kernel = self.enter();
        let failed = |errno: Errno| SysfsError::List { path: path.clone(), source: errno.to_io() };
        if let Some(errno) = kernel.fault(Call::List, &path.to_string()) {
            return Err(failed(errno));
        }
        let place = kernel.resolve(path, true).map_err(failed)?;
        match kernel.node(&place) {
            Some(Node::Folder(mut names)) => {
                names.sort_by(|one, other| numeric_order(one, other));
                Ok(names)
            }
            Some(_) => Err(failed(Errno::NOTDIR)),
            None => Err(failed(Errno::NOENT)),
        }
    }
}

impl Kernel {
    /// The function whose device lock reading an attribute takes.
    fn behind_device_lock(&self, place: &[String]) -> Option<PciAddress> {
        let [root, inner @ .., name] = place else { return None };
        let locked = matches!(name.as_str(), "sriov_numvfs" | "driver_override");
        if root != "sys" || !locked {
            return None;
        }
        self.find_function(inner.last()?)
    }

    fn is_locked(&self, address: PciAddress) -> bool {
        self.functions.get(&address).is_some_and(|function| function.locked_by.is_some())
    }
}

/// Runs of digits compare as numbers: `virtfn10` behind `virtfn9`.
fn numeric_order(one: &str, other: &str) -> Ordering {
    key(one).cmp(&key(other)).then_with(|| one.cmp(other))
}

/// The text with every run of digits as a number.
fn key(text: &str) -> Vec<(String, u64)> {
    let mut parts = vec![(String::new(), 0_u64)];
    let mut in_digits = false;
    for letter in text.chars() {
        let digit = letter.to_digit(10);
        if digit.is_none() && in_digits {
            parts.push((String::new(), 0));
        }
        in_digits = digit.is_some();
        if let Some((word, number)) = parts.last_mut() {
            match digit {
                Some(digit) => *number = number.saturating_mul(10).saturating_add(digit.into()),
                None => word.push(letter),
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::numeric_order;

    #[test]
    fn numbers_sort_as_numbers() {
        let mut names = ["virtfn10", "virtfn9", "vendor", "virtfn1", "eth2v10", "eth2v9"];
        names.sort_by(|one, other| numeric_order(one, other));
        assert_eq!(names, ["eth2v9", "eth2v10", "vendor", "virtfn1", "virtfn9", "virtfn10"]);
    }
}
