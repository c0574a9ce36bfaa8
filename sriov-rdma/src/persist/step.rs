//! One step at a time.

use sriov_host::NetnsMode;
use sriov_host::plan::Outcome;
use sriov_host::seam::{Availability, Host, HostPath, RdmaSystem, ToolRun};

use super::action::ModeAction;
use super::error::ModeStepError;
use super::facts::InitramfsFacts;
use super::file;
use super::initramfs;
use super::options::ModeApplyOptions;
use super::prospect::of_copies;
use crate::netns_mode::{self, SetError, SetOptions, SetOutcome};

/// What steps work on.
pub(super) struct Steps<'a> {
    pub(super) host: &'a dyn Host,
    pub(super) rdma: &'a dyn RdmaSystem,
    pub(super) options: &'a ModeApplyOptions,
}

impl Steps<'_> {
    pub(super) fn step(&self, action: &ModeAction) -> Result<Outcome, ModeStepError> {
        match action {
            ModeAction::WriteModprobe { from, to } => self.write(from.as_deref(), *to),
            ModeAction::RemoveModprobe { from } => self.remove(from),
            ModeAction::RegenerateInitramfs { image, to, rebuild, .. } => {
                self.rebuild(image, *to, rebuild)
            }
            ModeAction::SetLiveMode { from, to } => self.set(*from, *to),
        }
    }

    fn write(&self, from: Option<&str>, to: NetnsMode) -> Result<Outcome, ModeStepError> {
        let content = file::content(to);
        let present = self.present()?;
        if present.as_deref() == Some(&content) {
            return Ok(Outcome::Skipped);
        }
        unchanged(from, present.as_deref())?;
        let path = file::path();
        self.host.write_file(&path, content.as_bytes()).map_err(ModeStepError::File)?;
        stuck(Some(&content), self.present()?.as_deref())
    }

    fn remove(&self, from: &str) -> Result<Outcome, ModeStepError> {
        let present = self.present()?;
        if present.is_none() {
            return Ok(Outcome::Skipped);
        }
        unchanged(Some(from), present.as_deref())?;
        self.host.remove_file(&file::path()).map_err(ModeStepError::File)?;
        stuck(None, self.present()?.as_deref())
    }

    fn present(&self) -> Result<Option<String>, ModeStepError> {
        let content = self.host.read_file(&file::path()).map_err(ModeStepError::File)?;
        Ok(content.map(|content| String::from_utf8_lossy(&content).into_owned()))
    }

    fn rebuild(
        &self,
        image: &HostPath,
        to: NetnsMode,
        rebuild: &ToolRun,
    ) -> Result<Outcome, ModeStepError> {
        if self.copies(image)?.is_none_or(|copied| copied.is(to)) {
            return Ok(Outcome::Skipped);
        }
        let deadline = self.options.rebuild_deadline;
        let output = self.host.run_tool(rebuild, deadline).map_err(ModeStepError::Tool)?;
        if !output.succeeded() {
            let (run, words) = (rebuild.to_string(), output.last_words());
            return Err(ModeStepError::Failed { run, status: output.status, words });
        }
        match self.copies(image)? {
            Some(copied) if !copied.is(to) => Err(ModeStepError::DidNotStick {
                wanted: to.to_string(),
                found: copied.to_string(),
            }),
            _ => Ok(Outcome::Done),
        }
    }

    /// What a boot from the initramfs has; `None` if `ib_core` is not in it.
    fn copies(&self, image: &HostPath) -> Result<Option<super::Prospect>, ModeStepError> {
        match initramfs::look(self.host) {
            InitramfsFacts::Holds { settings, .. } => {
                Ok(Some(of_copies(&image.to_string(), &settings)))
            }
            InitramfsFacts::WithoutModule => Ok(None),
            InitramfsFacts::Unknown { why } => Err(ModeStepError::Unjudged { why }),
        }
    }

    fn set(&self, from: NetnsMode, to: NetnsMode) -> Result<Outcome, ModeStepError> {
        let unreadable = |error| ModeStepError::Live(SetError::Unreadable(error));
        match netns_mode::get(self.rdma).map_err(unreadable)? {
            Availability::Available(live) if live == to => return Ok(Outcome::Skipped),
            Availability::Available(live) if live == from => {}
            Availability::Available(live) => return unchanged(Some(from), Some(live)).map(done),
            Availability::NotLoaded => return Err(ModeStepError::Live(SetError::NotLoaded)),
            Availability::Unsupported => return Err(ModeStepError::Live(SetError::Unsupported)),
        }
        let options = SetOptions { deadline: self.options.live_deadline, ..SetOptions::default() };
        match netns_mode::set(self.host, self.rdma, to, options).map_err(ModeStepError::Live)? {
            SetOutcome::Unchanged => Ok(Outcome::Skipped),
            SetOutcome::Changed => Ok(Outcome::Done),
        }
    }
}

const fn done((): ()) -> Outcome {
    Outcome::Done
}

/// Refuses to act on anything but what was planned for.
fn unchanged<T: ToString + PartialEq>(
    planned: Option<T>,
    found: Option<T>,
) -> Result<(), ModeStepError> {
    if planned == found {
        return Ok(());
    }
    Err(ModeStepError::Stale { expected: word(planned), found: word(found) })
}

fn stuck(wanted: Option<&str>, found: Option<&str>) -> Result<Outcome, ModeStepError> {
    if wanted == found {
        return Ok(Outcome::Done);
    }
    Err(ModeStepError::DidNotStick { wanted: word(wanted), found: word(found) })
}

fn word<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "no file".to_owned(), |value| value.to_string().trim_end().to_owned())
}
