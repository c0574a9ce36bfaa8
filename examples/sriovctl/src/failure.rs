//! Errors as people read them: `error[CODE]`, its causes, and the next step.

use std::error::Error;
use std::fmt::Write as _;

use sriov_host::document::DocumentError;
use sriov_host::inventory::ObserveError;
use sriov_host::plan::{Blocker, BlockerKind};
use sriov_host::readiness::WaitError;
use sriov_host::sim::MachineError;
use sriov_host::vfs::{PlanError, PrepareError, StepReport};
#[cfg(feature = "cluster")]
use sriov_nad::kube::RequestError;

use crate::status::Status;
use crate::term::Style;

/// What went wrong, ready to be printed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) status: Status,
    code: &'static str,
    message: String,
    causes: Vec<String>,
    help: Option<String>,
}

impl Failure {
    pub(crate) fn new(status: Status, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), causes: Vec::new(), help: None }
    }

    /// An error with everything that caused it.
    pub(crate) fn of(status: Status, code: &'static str, error: &dyn Error) -> Self {
        Self { causes: causes(error), ..Self::new(status, code, error.to_string()) }
    }

    pub(crate) fn caused_by(self, causes: Vec<String>) -> Self {
        Self { causes, ..self }
    }

    /// Says first what it is about.
    pub(crate) fn about(self, subject: &str) -> Self {
        Self { message: format!("{subject}: {}", self.message), ..self }
    }

    pub(crate) fn with_help(self, help: Option<impl Into<String>>) -> Self {
        Self { help: help.map(Into::into), ..self }
    }

    /// What keeps a part of a plan from being carried out.
    pub(crate) fn blocked(blocker: &Blocker) -> Self {
        let failure = Self::new(status_of(blocker), blocker.code, blocker.to_string());
        failure.with_help(blocker.help.clone())
    }

    /// A step that was tried and failed, or was refused.
    pub(crate) fn of_step(step: &StepReport) -> Option<Self> {
        use sriov_host::plan::Action;
        let error = step.error.as_ref()?;
        let (target, action) = (step.step.action.target(), step.step.action.name());
        let failure = Self::of(Status::Failure, error.code(), error);
        let message = format!("{target}: {action}: {}", failure.message);
        Some(Self { message, help: error.help(), ..failure })
    }

    pub(crate) fn print(&self, style: Style) {
        let mut text = String::new();
        let label = style.red(&format!("error[{}]", self.code));
        let _ = writeln!(text, "{label}: {}", self.message);
        for cause in &self.causes {
            let _ = writeln!(text, "caused by: {cause}");
        }
        let general = || format!("`sriovctl explain {}` tells more", self.code);
        let _ = writeln!(text, "help: {}", self.help.clone().unwrap_or_else(general));
        crate::term::stderr(&text);
    }
}

/// How a command ends that is kept from something.
pub(crate) fn status_of(blocker: &Blocker) -> Status {
    match blocker.kind {
        BlockerKind::Guarded { .. } | BlockerKind::NotOurs | BlockerKind::Failed => Status::Refused,
        BlockerKind::Unsupported => Status::Unsupported,
        _ => Status::Failure,
    }
}

fn causes(error: &dyn Error) -> Vec<String> {
    std::iter::successors(error.source(), |error: &&dyn Error| (*error).source())
        .map(ToString::to_string)
        .collect()
}

impl From<DocumentError> for Failure {
    fn from(error: DocumentError) -> Self {
        Self::of(Status::Usage, error.code(), &error).with_help(error.help())
    }
}

impl From<ObserveError> for Failure {
    fn from(error: ObserveError) -> Self {
        Self::of(Status::Failure, error.code(), &error)
    }
}

#[cfg(feature = "cluster")]
impl From<RequestError> for Failure {
    fn from(error: RequestError) -> Self {
        Self::of(Status::Failure, error.code(), &error)
    }
}

impl From<WaitError> for Failure {
    fn from(error: WaitError) -> Self {
        Self::of(Status::Failure, error.code(), &error)
    }
}

impl From<PrepareError> for Failure {
    fn from(error: PrepareError) -> Self {
        match error {
            PrepareError::Observe(error) => error.into(),
            PrepareError::Plan(error) => error.into(),
            error => Self::of(Status::Failure, sriov_host::codes::INTERNAL.id, &error),
        }
    }
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        Self::of(Status::Usage, error.code(), &error)
    }
}

impl From<MachineError> for Failure {
    fn from(error: MachineError) -> Self {
        Self::of(Status::Usage, error.code(), &error)
    }
}
