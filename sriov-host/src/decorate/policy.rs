use std::io::Read;
use std::time::Duration;

use super::{Call, text};
use crate::seam::{
    EventError, EventStream, Files, FilesError, Host, HostPath, Link, LinkChange, LinkError, Lock,
    NetlinkFault, Sysfs, SysfsError, Uevents, VfChange, VfLink, VfList,
};
use crate::{Errno, IfIndex};

/// What a wrapper does with a call.
#[derive(Clone, Copy, Debug)]
pub(super) enum Verdict {
    /// It reaches the host.
    Pass,
    /// It succeeds without reaching the host.
    Skip,
    /// It fails without reaching the host.
    Fail(Errno),
    /// It reaches the host, but nobody waits for it, and the caller sees this.
    Abandon(Errno),
}

/// A call, as a wrapper sees it.
pub(super) struct Request<'a> {
    pub(super) call: Call,
    /// The path, `link 3`, or `pci/0000:01:00.0`.
    pub(super) target: &'a str,
    /// What is written or set.
    pub(super) detail: &'a str,
}

/// How a wrapper treats calls; the seams come from [`seams`].
pub(super) trait Policy: Send + Sync {
    type Inner: Host;

    fn inner(&self) -> &Self::Inner;
    fn decide(&self, request: &Request<'_>) -> Verdict;
    fn done(&self, request: &Request<'_>, outcome: &str);
    fn wrap_events(&self, events: Box<dyn EventStream>) -> Box<dyn EventStream>;
}

/// One call through a wrapper: ask, pass on, tell.
pub(super) fn through<P: Policy, T, E: Failure>(
    policy: &P,
    request: &Request<'_>,
    pass: impl FnOnce(bool) -> Result<T, E>,
    skip: impl FnOnce() -> Result<T, E>,
    fail: impl Fn(Errno) -> E,
) -> Result<T, E> {
    let result = match policy.decide(request) {
        Verdict::Pass => pass(true),
        Verdict::Skip => skip(),
        Verdict::Fail(errno) => Err(fail(errno)),
        Verdict::Abandon(errno) => {
            // What it leads to goes on without us.
            drop(pass(false));
            Err(fail(errno))
        }
    };
    let outcome = result.as_ref().map_or_else(Failure::outcome, |_| "ok".to_owned());
    policy.done(request, &outcome);
    result
}

/// An error as one word.
pub(super) trait Failure {
    fn outcome(&self) -> String;
}

pub(super) fn errno_or(errno: Option<Errno>, otherwise: &str) -> String {
    errno.map_or_else(|| otherwise.to_owned(), |errno| errno.to_string())
}

impl Failure for SysfsError {
    fn outcome(&self) -> String {
        errno_or(self.errno(), "still-running")
    }
}

impl Failure for LinkError {
    fn outcome(&self) -> String {
        errno_or(self.errno(), "failed")
    }
}

impl Failure for EventError {
    fn outcome(&self) -> String {
        errno_or(Errno::of(&self.source), "failed")
    }
}

impl Failure for FilesError {
    fn outcome(&self) -> String {
        match self {
            Self::Io { source, .. } => errno_or(Errno::of(source), "failed"),
            Self::Locked { .. } => "locked".to_owned(),
        }
    }
}

/// A lock that nobody holds, for runs without effect.
struct NoLock;

impl Lock for NoLock {}

pub(super) fn deadline_if(awaited: bool, deadline: Duration) -> Duration {
    if awaited { deadline } else { Duration::ZERO }
}

pub(super) fn read<P: Policy>(policy: &P, path: &HostPath) -> Result<String, SysfsError> {
    let request = Request { call: Call::Read, target: &path.to_string(), detail: "" };
    let pass = || policy.inner().read(path);
    through(policy, &request, |_| pass(), pass, |errno| SysfsError::reading(path, errno))
}

pub(super) fn write<P: Policy>(
    policy: &P,
    path: &HostPath,
    value: &str,
    deadline: Duration,
) -> Result<(), SysfsError> {
    let detail = format!("{value:?}");
    let request = Request { call: Call::Write, target: &path.to_string(), detail: &detail };
    let pass = |awaited| policy.inner().write(path, value, deadline_if(awaited, deadline));
    let fail = |errno| SysfsError::writing(path, value, errno);
    through(policy, &request, pass, || Ok(()), fail)
}

pub(super) fn read_link<P: Policy>(policy: &P, path: &HostPath) -> Result<String, SysfsError> {
    let request = Request { call: Call::ReadLink, target: &path.to_string(), detail: "" };
    let pass = || policy.inner().read_link(path);
    let fail = |errno: Errno| SysfsError::ReadLink { path: path.clone(), source: errno.to_io() };
    through(policy, &request, |_| pass(), pass, fail)
}

pub(super) fn list<P: Policy>(policy: &P, path: &HostPath) -> Result<Vec<String>, SysfsError> {
    let request = Request { call: Call::List, target: &path.to_string(), detail: "" };
    let pass = || policy.inner().list(path);
    let fail = |errno: Errno| SysfsError::List { path: path.clone(), source: errno.to_io() };
    through(policy, &request, |_| pass(), pass, fail)
}

fn link_failed(
    operation: &'static str,
    index: Option<IfIndex>,
) -> impl Fn(Errno) -> LinkError + Copy {
    move |errno| LinkError { operation, index, source: NetlinkFault::refused(errno) }
}

pub(super) fn links<P: Policy>(policy: &P) -> Result<Vec<Link>, LinkError> {
    let request = Request { call: Call::GetLink, target: "all links", detail: "" };
    let pass = || policy.inner().links();
    through(policy, &request, |_| pass(), pass, link_failed("list the links", None))
}

pub(super) fn link<P: Policy>(policy: &P, index: IfIndex) -> Result<Link, LinkError> {
    let request = Request { call: Call::GetLink, target: &format!("link {index}"), detail: "" };
    let pass = || policy.inner().link(index);
    through(policy, &request, |_| pass(), pass, link_failed("read the link", Some(index)))
}

pub(super) fn vfs<P: Policy>(policy: &P, pf: IfIndex) -> Result<VfList, LinkError> {
    let request = Request { call: Call::GetVfs, target: &format!("link {pf}"), detail: "" };
    let pass = || policy.inner().vfs(pf);
    through(policy, &request, |_| pass(), pass, link_failed("read the VF list", Some(pf)))
}

pub(super) fn set_vfs<P: Policy>(
    policy: &P,
    pf: IfIndex,
    changes: &[VfChange],
) -> Result<(), LinkError> {
    let (target, detail) = (format!("link {pf}"), text::changes(changes));
    let request = Request { call: Call::SetVfs, target: &target, detail: &detail };
    let pass = |_| policy.inner().set_vfs(pf, changes);
    through(policy, &request, pass, || Ok(()), link_failed("set VFs", Some(pf)))
}

pub(super) fn set_link<P: Policy>(
    policy: &P,
    index: IfIndex,
    change: &LinkChange,
) -> Result<(), LinkError> {
    let (target, detail) = (format!("link {index}"), text::link_change(change));
    let request = Request { call: Call::SetLink, target: &target, detail: &detail };
    let pass = |_| policy.inner().set_link(index, change);
    through(policy, &request, pass, || Ok(()), link_failed("change the link", Some(index)))
}

pub(super) fn subscribe<P: Policy>(policy: &P) -> Result<Box<dyn EventStream>, EventError> {
    let request = Request { call: Call::Subscribe, target: "events", detail: "" };
    let pass = || policy.inner().subscribe().map(|events| policy.wrap_events(events));
    let fail = |errno: Errno| EventError { operation: "listen for uevents", source: errno.to_io() };
    through(policy, &request, |_| pass(), pass, fail)
}

fn file_failed(operation: &'static str, path: &HostPath) -> impl Fn(Errno) -> FilesError {
    move |errno| FilesError::Io { operation, path: path.clone(), source: errno.to_io() }
}

pub(super) fn read_file<P: Policy>(
    policy: &P,
    path: &HostPath,
) -> Result<Option<Vec<u8>>, FilesError> {
    let request = Request { call: Call::ReadFile, target: &path.to_string(), detail: "" };
    let pass = || policy.inner().read_file(path);
    through(policy, &request, |_| pass(), pass, file_failed("read", path))
}

pub(super) fn open_file<P: Policy>(
    policy: &P,
    path: &HostPath,
) -> Result<Option<Box<dyn Read + Send>>, FilesError> {
    let request = Request { call: Call::ReadFile, target: &path.to_string(), detail: "" };
    let pass = || policy.inner().open_file(path);
    through(policy, &request, |_| pass(), pass, file_failed("open", path))
}

pub(super) fn write_file<P: Policy>(
    policy: &P,
    path: &HostPath,
    content: &[u8],
) -> Result<(), FilesError> {
    let (target, detail) = (path.to_string(), format!("{} bytes", content.len()));
    let request = Request { call: Call::WriteFile, target: &target, detail: &detail };
    let pass = |_| policy.inner().write_file(path, content);
    through(policy, &request, pass, || Ok(()), file_failed("replace", path))
}

pub(super) fn remove_file<P: Policy>(policy: &P, path: &HostPath) -> Result<bool, FilesError> {
    let request = Request { call: Call::RemoveFile, target: &path.to_string(), detail: "" };
    let pass = |_| policy.inner().remove_file(path);
    let skip = || policy.inner().read_file(path).map(|content| content.is_some());
    through(policy, &request, pass, skip, file_failed("remove", path))
}

pub(super) fn list_files<P: Policy>(
    policy: &P,
    folder: &HostPath,
) -> Result<Option<Vec<String>>, FilesError> {
    let request = Request { call: Call::ListFiles, target: &folder.to_string(), detail: "" };
    let pass = || policy.inner().list_files(folder);
    through(policy, &request, |_| pass(), pass, file_failed("list", folder))
}

pub(super) fn lock<P: Policy>(
    policy: &P,
    path: &HostPath,
    owner: &str,
) -> Result<Box<dyn Lock>, FilesError> {
    let request = Request { call: Call::Lock, target: &path.to_string(), detail: owner };
    let pass = |_| policy.inner().lock(path, owner);
    let skip = || Ok(Box::new(NoLock) as Box<dyn Lock>);
    through(policy, &request, pass, skip, file_failed("lock", path))
}
