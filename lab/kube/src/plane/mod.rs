//! A control plane on loopback: etcd, kube-apiserver, kube-controller-manager.

mod access;
mod apiserver;
mod etcd;
mod manager;
mod programs;

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::api::Api;
use crate::failure::{Done, Failure};
use crate::process::Process;
use crate::wait;

pub(crate) use access::Access;
pub(crate) use programs::{Programs, path};

/// How long a component may take until it is ready; they share two cores with whatever else.
const START: Duration = Duration::from_mins(2);

/// A port that was free may be taken when it is needed.
const ATTEMPTS: u32 = 3;

/// The running control plane. It ends when this is dropped.
pub(crate) struct Plane {
    /// A user who may do everything.
    pub(crate) admin: Api,
    pub(crate) access: Access,
    /// Dropped in this order: each needs those behind it.
    processes: Vec<Process>,
}

impl Plane {
    /// Starts etcd and the API server. Their data and logs are in `folder`.
    pub(crate) async fn start(programs: &Programs, folder: &Path) -> Done<Self> {
        let mut attempt = 1;
        loop {
            let folder = folder.join(format!("plane-{attempt}"));
            match Self::attempt(programs, &folder).await {
                Err(failure) if attempt < ATTEMPTS => eprintln!("once more: {failure}"),
                done => return done,
            }
            attempt += 1;
        }
    }

    async fn attempt(programs: &Programs, folder: &Path) -> Done<Self> {
        std::fs::create_dir_all(folder).map_err(Failure::of("create", folder.display()))?;
        let (etcd, clients) = etcd::start(&programs.etcd, folder)?;
        let access = Access::prepare(folder, free_port()?)?;
        let mut apiserver = apiserver::start(&programs.apiserver, &access, &clients)?;
        let admin = ready(&access, &mut apiserver).await?;
        Ok(Self { admin, access, processes: vec![apiserver, etcd] })
    }

    /// Starts the controllers. The garbage collector learns of new kinds only every 30 s, so the
    /// CRDs have to be there before.
    pub(crate) fn start_manager(&mut self, programs: &Programs) -> Done {
        self.processes.insert(0, manager::start(&programs.controller_manager, &self.access)?);
        Ok(())
    }
}

/// Waits until the API server says that it is ready.
async fn ready(access: &Access, apiserver: &mut Process) -> Done<Api> {
    // It makes its certificate while it starts; who talks to it before has nothing to trust.
    let certificate = access.certificate();
    let written = wait::until(START, "a certificate of the API server", || async {
        Ok(certificate.is_file().then_some(()))
    });
    written.await?;
    let admin = Api::of(&access.kubeconfig(&access.admin_token)).await?;
    let (admin, apiserver) = (&admin, &std::cell::RefCell::new(apiserver));
    let asked = wait::until(START, "readiness of the API server", || async move {
        apiserver.borrow_mut().alive()?;
        Ok(admin.text("/readyz").await.ok())
    });
    asked.await?;
    Ok(admin.clone())
}

/// A port of loopback that nobody uses.
pub(crate) fn free_port() -> Done<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(Failure::of("bind", "a port"))?;
    Ok(listener.local_addr().map_err(Failure::of("read", "a port"))?.port())
}

/// A folder below `parent`, created.
fn subfolder(parent: &Path, name: &str) -> Done<PathBuf> {
    let folder = parent.join(name);
    std::fs::create_dir_all(&folder).map_err(Failure::of("create", folder.display()))?;
    Ok(folder)
}
