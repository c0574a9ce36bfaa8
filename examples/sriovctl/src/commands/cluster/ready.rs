use std::io;

use clap::Args;
use serde::Serialize;
use sriov_nad::codes::CONTROLLER_NOT_READY;
use sriov_nad::kube::SettledOptions;
use sriov_nad::kube::ready::{
    Followed, NotReady, NotReadyCause, ReadyOptions, wait_controller_ready_unless,
};
use sriov_nad::names::ResourcePrefix;
use sriov_nad::plan::ConditionType;
use sriov_nad::render::RenderOptions;
use tokio::signal::unix::{SignalKind, signal};

use crate::args::Global;
use crate::client::{Connection, with_client};
use crate::failure::Failure;
use crate::status::Status;
use crate::term::{self, Style};

#[derive(Args, Debug)]
pub(crate) struct ReadyArgs {
    /// The namespace of the probe; without it one is made, and deleted
    #[arg(short, long)]
    namespace: Option<String>,
    /// The namespace of the controller
    #[arg(long, value_name = "NAMESPACE", default_value = "openshift-sriov-network-operator")]
    operator_namespace: String,
    /// The device plugin's --resource-prefix
    #[arg(long, value_name = "PREFIX", default_value_t)]
    resource_prefix: ResourcePrefix,
    /// The type of the condition that the controller writes
    #[arg(long, value_name = "TYPE", default_value = "Ready")]
    condition_type: String,
    #[command(flatten)]
    connection: Connection,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    ready: bool,
    create_ms: Option<u128>,
    change_ms: Option<u128>,
    delete_ms: Option<u128>,
    step: Option<String>,
    cause: Option<&'static str>,
    message: Option<String>,
    evidence: Vec<String>,
    left_behind: Vec<String>,
}

pub(crate) fn run(global: &Global, args: &ReadyArgs) -> Result<Status, Failure> {
    if global.dry_run {
        let text = "would create, change and delete a SriovNetwork, and look for its NAD\n";
        return term::stdout(text).map(|()| Status::Done);
    }
    let options = options(global, args);
    with_client(&args.connection, async |client| {
        match wait_controller_ready_unless(&client, &options, stopped()).await {
            Ok(followed) => {
                let report = Report::from(&followed);
                term::print(global, &report, |style| text(&followed, style))?;
                Ok(Status::Done)
            }
            Err(not_ready) => {
                let report = Report::from(&*not_ready);
                term::print(global, &report, |_| String::new())?;
                Err(failure(&not_ready))
            }
        }
    })
}

fn options(global: &Global, args: &ReadyArgs) -> ReadyOptions {
    let resource_prefix = args.resource_prefix.clone();
    let defaults = ReadyOptions::default();
    ReadyOptions {
        namespace: args.namespace.clone(),
        operator_namespace: args.operator_namespace.clone(),
        deadline: global.timeout.unwrap_or(defaults.deadline),
        settled: SettledOptions {
            render: RenderOptions { resource_prefix, ..RenderOptions::default() },
            condition: ConditionType(args.condition_type.clone()),
            ..defaults.settled
        },
        ..defaults
    }
}

/// Until SIGINT or SIGTERM, so that the probe is removed before the end.
async fn stopped() {
    let signals: io::Result<_> =
        (|| Ok((signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?)))();
    match signals {
        Ok((mut interrupt, mut terminate)) => {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(error) => {
            tracing::warn!(%error, "signals end the process at once: they cannot be watched");
            std::future::pending::<()>().await;
        }
    }
}

fn failure(not_ready: &NotReady) -> Failure {
    let stopped = not_ready.cause == NotReadyCause::Stopped;
    let status = if stopped { Status::Failure } else { Status::NotReady };
    let left = not_ready.left_behind.iter().map(|object| format!("left behind: {object}"));
    let causes = not_ready.evidence.iter().cloned().chain(left).collect();
    Failure::new(status, CONTROLLER_NOT_READY.id, not_ready.to_string()).caused_by(causes)
}

impl From<&Followed> for Report {
    fn from(followed: &Followed) -> Self {
        Self {
            ready: true,
            create_ms: Some(followed.create.as_millis()),
            change_ms: Some(followed.change.as_millis()),
            delete_ms: Some(followed.delete.as_millis()),
            step: None,
            cause: None,
            message: None,
            evidence: Vec::new(),
            left_behind: Vec::new(),
        }
    }
}

impl From<&NotReady> for Report {
    fn from(not_ready: &NotReady) -> Self {
        Self {
            ready: false,
            create_ms: None,
            change_ms: None,
            delete_ms: None,
            step: Some(not_ready.step.to_string()),
            cause: Some(not_ready.cause.name()),
            message: Some(not_ready.cause.to_string()),
            evidence: not_ready.evidence.clone(),
            left_behind: not_ready.left_behind.clone(),
        }
    }
}

fn text(followed: &Followed, style: Style) -> String {
    let Followed { create, change, delete } = followed;
    let times = [("create", create), ("change", change), ("delete", delete)];
    let times = times.map(|(step, time)| format!("{step} {} ms", time.as_millis()));
    format!("{}: {}\n", style.green("the controller follows networks"), times.join(", "))
}
