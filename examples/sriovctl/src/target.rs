//! The host that a command works on: the real one, or a simulated one with its state file.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use std::process;

use sriov_host::codes;
use sriov_host::linux::LinuxHost;
use sriov_host::seam::{Files, FilesError, Host, HostPath, RdmaSystem};
use sriov_host::sim::{Machine, SimHost};
use sriov_mlx::Access;
use sriov_rdma::LinuxRdma;

use crate::args::Global;
use crate::failure::Failure;
use crate::status::Status;
use crate::{input, term};

/// What a shell reports of a process that was ended by SIGKILL.
const KILLED: i32 = 137;

/// Calls `work` with the host, and saves a simulated one afterwards, however `work` ended.
pub(crate) fn with_host(
    global: &Global,
    work: impl FnOnce(&dyn Host) -> Result<Status, Failure>,
) -> Result<Status, Failure> {
    with_rdma(global, |host, _| work(host))
}

/// The same with the host's RDMA subsystem beside it.
pub(crate) fn with_rdma(
    global: &Global,
    work: impl FnOnce(&dyn Host, &dyn RdmaSystem) -> Result<Status, Failure>,
) -> Result<Status, Failure> {
    let Some(machine) = &global.sim else {
        return work(&LinuxHost::below(&global.root), &LinuxRdma::below(&global.root));
    };
    if global.root != Path::new("/") {
        term::note("--root has no meaning for a simulated machine");
    }
    let state = global.sim_state.as_deref().map(StateFile::at);
    let host = simulated(machine, state.as_ref())?;
    if let Some(last) = global.sim_crash_after {
        crash_after(&host, last, state.clone());
    }
    let result = work(&host, &host);
    let saved = state.map_or(Ok(()), |state| state.save(&host));
    result.and_then(|status| saved.map(|()| status))
}

/// The same with the firmware tool: the host's own, or one that the caller names.
pub(crate) fn with_access(
    global: &Global,
    tool: Option<&Path>,
    work: impl FnOnce(Access<'_>) -> Result<Status, Failure>,
) -> Result<Status, Failure> {
    let caller = LinuxHost::of_caller();
    let program = tool.map(callers_path).transpose()?;
    with_host(global, |host| match &program {
        Some(program) => work(Access::new(host).with_tool(&caller, program)),
        None => work(Access::new(host)),
    })
}

/// A path of the caller, from the root. Whether anything is there is not asked: a tool that nobody
/// has to run may be missing.
fn callers_path(path: &Path) -> Result<HostPath, Failure> {
    let failed = |why: &str| {
        let message = format!("{} cannot be used as the path of a tool", path.display());
        let failure = Failure::new(Status::Usage, codes::INVALID_VALUE.id, message);
        failure.caused_by(vec![why.to_owned()])
    };
    let mut absolute = std::path::absolute(path).map_err(|error| failed(&error.to_string()))?;
    // What `..` leads to depends on links, so that it cannot be told from the text.
    if absolute.components().any(|part| part == Component::ParentDir) {
        let (folder, name) = (absolute.parent(), absolute.file_name());
        let (Some(folder), Some(name)) = (folder, name) else {
            return Err(failed("it is a folder"));
        };
        let folder = folder.canonicalize().map_err(|error| failed(&error.to_string()))?;
        absolute = folder.join(name);
    }
    absolute.to_str().map(HostPath::new).ok_or_else(|| failed("it is not UTF-8"))
}

fn simulated(machine: &Path, state: Option<&StateFile>) -> Result<SimHost, Failure> {
    let machine = match machine.to_str() {
        Some("demo") => Machine::demo(),
        _ => Machine::from_yaml(&input::text(machine)?)?,
    };
    match state.map(StateFile::load).transpose()?.flatten() {
        Some(saved) => Ok(SimHost::load(&saved)?),
        None => Ok(SimHost::new(&machine)?),
    }
}

/// From the hook the machine is saved as it is at that instant; nothing runs behind it.
fn crash_after(host: &SimHost, last: u64, state: Option<StateFile>) {
    let machine = host.clone();
    host.on_durable_write(move |count| {
        if count == last {
            if let Some(Err(failure)) = state.as_ref().map(|state| state.save(&machine)) {
                failure.print(term::Style::default());
            }
            process::exit(KILLED);
        }
    });
}

/// Where a simulated machine is kept between calls.
#[derive(Clone)]
struct StateFile {
    path: PathBuf,
    /// The library's own atomic replacement serves here as well.
    folder: LinuxHost,
    name: HostPath,
}

impl StateFile {
    fn at(path: &Path) -> Self {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let name = path.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
        Self {
            path: path.to_owned(),
            folder: LinuxHost::below(folder.unwrap_or(Path::new("."))),
            name: HostPath::new(name),
        }
    }

    fn load(&self) -> Result<Option<String>, Failure> {
        let bytes = self.folder.read_file(&self.name).map_err(|error| self.failed(&error))?;
        let text = |bytes| {
            String::from_utf8(bytes).map_err(|_| {
                let message = format!("{} is not a saved machine", self.path.display());
                Failure::new(Status::Usage, codes::SIM_STATE_UNREADABLE.id, message)
            })
        };
        bytes.map(text).transpose()
    }

    fn save(&self, host: &SimHost) -> Result<(), Failure> {
        let state = host.save()?;
        self.folder.write_file(&self.name, state.as_bytes()).map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &FilesError) -> Failure {
        let cause = std::error::Error::source(error).map_or_else(String::new, ToString::to_string);
        let message = format!("cannot use the state file {}", self.path.display());
        let failure = Failure::new(Status::Usage, codes::SIM_STATE_UNREADABLE.id, message);
        failure.caused_by(vec![cause])
    }
}
