use std::error::Error;

use serde::Serialize;
use sriov_host::codes;
use sriov_host::plan::chain;
use sriov_host::reload_guard::{GuardError, Released, leftovers, release};

use crate::args::Global;
use crate::failure::Failure;
use crate::status::Status;
use crate::target::with_host;
use crate::term::{self, Style};

/// What became of the files, by their paths.
#[derive(Serialize)]
struct Report {
    removed: Vec<String>,
    current: Vec<String>,
    doubtful: Vec<Doubtful>,
    failed: Vec<String>,
}

#[derive(Serialize)]
struct Doubtful {
    path: String,
    problem: String,
}

impl From<&Released> for Report {
    fn from(found: &Released) -> Self {
        let doubtful = found.doubtful.iter();
        let doubtful = doubtful
            .map(|(path, problem)| Doubtful { path: path.to_string(), problem: problem.clone() });
        Self {
            removed: found.removed.iter().map(ToString::to_string).collect(),
            current: found.current.iter().map(ToString::to_string).collect(),
            doubtful: doubtful.collect(),
            failed: found.failed.iter().map(|error| chain(error as &dyn Error)).collect(),
        }
    }
}

pub(super) fn run(global: &Global) -> Result<Status, Failure> {
    with_host(global, |host| {
        let found = if global.dry_run { leftovers(host)? } else { release(host)? };
        term::print(global, &Report::from(&found), |_| found.to_string())?;
        for error in &found.failed {
            let failure = Failure::of(Status::Failure, codes::FILE_ACCESS_FAILED.id, error);
            failure.print(Style::stderr(global));
        }
        Ok(if found.is_clean() { Status::Done } else { Status::Failure })
    })
}

impl From<GuardError> for Failure {
    fn from(error: GuardError) -> Self {
        Self::of(Status::Failure, error.code(), &error)
    }
}
