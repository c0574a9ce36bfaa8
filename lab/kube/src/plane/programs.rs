use std::env;
use std::path::PathBuf;

use crate::failure::{Done, Failure};

/// What is run.
pub(crate) struct Programs {
    pub(crate) etcd: PathBuf,
    pub(crate) apiserver: PathBuf,
    pub(crate) controller_manager: PathBuf,
    pub(crate) nad_controller: PathBuf,
}

impl Programs {
    /// Those that the environment names.
    pub(crate) fn of_environment() -> Done<Self> {
        Ok(Self {
            etcd: path("KUBE_LAB_ETCD")?,
            apiserver: path("KUBE_LAB_APISERVER")?,
            controller_manager: path("KUBE_LAB_CONTROLLER_MANAGER")?,
            nad_controller: path("KUBE_LAB_NAD_CONTROLLER")?,
        })
    }
}

pub(crate) fn path(variable: &str) -> Done<PathBuf> {
    env::var_os(variable)
        .map(PathBuf::from)
        .ok_or_else(|| Failure::new(format!("{variable} is not set; run `cargo xtask kube`")))
}
