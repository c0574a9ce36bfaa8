use serde::Serialize;

use crate::args::Global;
use crate::failure::Failure;
use crate::status::Status;
use crate::term;

#[derive(Serialize)]
struct Version {
    version: &'static str,
    /// Not known to a build from a source archive.
    commit: Option<&'static str>,
}

pub(crate) fn run(global: &Global) -> Result<Status, Failure> {
    let version = Version { version: env!("CARGO_PKG_VERSION"), commit: None };
    term::print(global, &version, |_| format!("sriovctl {}", version.version))?;
    Ok(Status::Done)
}
