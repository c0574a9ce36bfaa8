use std::str::FromStr;

use super::ObserveError;
use crate::Errno;
use crate::seam::{HostPath, Sysfs, SysfsError};

/// Absence as a value: everything else stays an error.
pub(crate) fn optional<T>(answer: Result<T, SysfsError>) -> Result<Option<T>, SysfsError> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// An attribute that has to be there and to follow a grammar.
pub(super) fn parsed<T: FromStr>(
    host: &dyn Sysfs,
    path: &HostPath,
    expected: &'static str,
) -> Result<T, ObserveError> {
    let text = host.read(path)?;
    parse(path, &text, expected)
}

/// An attribute that may be absent, and otherwise follows a grammar.
pub(super) fn parsed_if_there<T: FromStr>(
    host: &dyn Sysfs,
    path: &HostPath,
    expected: &'static str,
) -> Result<Option<T>, ObserveError> {
    let text = optional(host.read(path))?;
    text.map(|text| parse(path, &text, expected)).transpose()
}

/// An attribute that drivers may refuse to answer: that is "has none", too.
pub(super) fn text_if_supported(
    host: &dyn Sysfs,
    path: &HostPath,
) -> Result<Option<String>, SysfsError> {
    match host.read(path) {
        Ok(text) => Ok((!text.is_empty()).then_some(text)),
        // EINVAL: the netdev is being registered or is going.
        Err(error) if matches!(error.errno(), Some(Errno::OPNOTSUPP | Errno::INVAL)) => Ok(None),
        Err(error) => optional(Err(error)),
    }
}

pub(super) fn parse<T: FromStr>(
    path: &HostPath,
    text: &str,
    expected: &'static str,
) -> Result<T, ObserveError> {
    text.trim().parse().map_err(|_| ObserveError::malformed(path, text, expected))
}

/// The last part of a link's target, if the link is there: how sysfs names what it points to.
pub(super) fn link_name(host: &dyn Sysfs, path: &HostPath) -> Result<Option<String>, SysfsError> {
    let target = optional(host.read_link(path))?;
    Ok(target.map(|target| target.rsplit('/').next().unwrap_or_default().to_owned()))
}
