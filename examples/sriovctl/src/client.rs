//! The cluster that a command works on.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use sriov_host::codes::STILL_RUNNING;
use sriov_nad::codes::CLUSTER_UNREACHABLE;

use crate::args::Global;
use crate::failure::Failure;
use crate::status::Status;

/// How long a command waits for the cluster that has nothing else to wait for.
const DEADLINE: Duration = Duration::from_mins(2);

/// How the cluster is reached.
#[derive(Args, Debug)]
pub(crate) struct Connection {
    /// The kubeconfig; without it KUBECONFIG, ~/.kube/config, or the service account of the pod
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
}

/// Calls `work` with a client, on a runtime that ends with it.
pub(crate) fn with_client(
    connection: &Connection,
    work: impl AsyncFnOnce(Client) -> Result<Status, Failure>,
) -> Result<Status, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| unreachable("cannot start", &error))?;
    runtime.block_on(async { work(connection.connect().await?).await })
}

/// The same for what has no deadline of its own: it ends with the one of the command line.
pub(crate) fn with_client_in_time(
    global: &Global,
    connection: &Connection,
    work: impl AsyncFnOnce(Client) -> Result<Status, Failure>,
) -> Result<Status, Failure> {
    let deadline = deadline(global);
    with_client(connection, async |client| {
        tokio::time::timeout(deadline, work(client)).await.unwrap_or_else(|_| {
            let message = format!("not done within {} s", deadline.as_secs());
            Err(Failure::new(Status::NotReady, STILL_RUNNING.id, message))
        })
    })
}

pub(crate) fn deadline(global: &Global) -> Duration {
    global.timeout.unwrap_or(DEADLINE)
}

impl Connection {
    async fn connect(&self) -> Result<Client, Failure> {
        let mut config = self.config().await?;
        // Every request has a deadline, and what is worth it is tried again by those who ask.
        config.default_retry = false;
        Client::try_from(config).map_err(|error| unreachable("cannot set up the client", &error))
    }

    async fn config(&self) -> Result<Config, Failure> {
        let Some(file) = &self.kubeconfig else {
            let inferred = Config::infer().await;
            return inferred.map_err(|error| {
                let message = "there is no kubeconfig, and this is no pod";
                unreachable(message, &error).with_help(Some("give --kubeconfig FILE"))
            });
        };
        let failed = |error| unreachable(&format!("cannot use {}", file.display()), &error);
        let kubeconfig = Kubeconfig::read_from(file).map_err(failed)?;
        let options = KubeConfigOptions::default();
        Config::from_custom_kubeconfig(kubeconfig, &options).await.map_err(failed)
    }
}

fn unreachable(message: &str, error: &dyn std::error::Error) -> Failure {
    let failure = Failure::new(Status::Failure, CLUSTER_UNREACHABLE.id, message);
    failure.caused_by(vec![error.to_string()])
}
