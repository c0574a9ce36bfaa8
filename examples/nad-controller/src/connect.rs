//! Where the cluster is.

use std::path::Path;

use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

use crate::Failure;

/// A client by this file, else by KUBECONFIG, else by the service account of the pod.
pub(crate) async fn connect(kubeconfig: Option<&Path>) -> Result<Client, Failure> {
    let options = KubeConfigOptions::default();
    let config = if let Some(file) = kubeconfig {
        let failed =
            |error| Failure::new(format!("cannot use kubeconfig {}", file.display()), error);
        let kubeconfig = Kubeconfig::read_from(file).map_err(failed)?;
        Config::from_custom_kubeconfig(kubeconfig, &options).await.map_err(failed)?
    } else if std::env::var_os("KUBECONFIG").is_some_and(|value| !value.is_empty()) {
        let failed = |error| Failure::new("cannot use KUBECONFIG", error);
        Config::from_kubeconfig(&options).await.map_err(failed)?
    } else {
        let failed = |error| Failure::new("no kubeconfig given, and not in a pod", error);
        Config::incluster().map_err(failed)?
    };
    sriov_nad::kube::client(config).map_err(|error| Failure::new("cannot set up the client", error))
}
