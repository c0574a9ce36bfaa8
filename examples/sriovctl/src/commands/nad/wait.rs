use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use sriov_nad::codes::NETWORK_NOT_SETTLED;
use sriov_nad::kube::{SettledOptions, WaitOptions, Waited, wait_networks};
use sriov_nad::names::{NetworkKey, ResourcePrefix};
use sriov_nad::plan::ConditionType;
use sriov_nad::render::RenderOptions;

use super::networks;
use crate::args::Global;
use crate::client::{Connection, deadline, with_client};
use crate::failure::Failure;
use crate::status::Status;
use crate::term::{self, Style};

#[derive(Args, Debug)]
pub(crate) struct WaitArgs {
    /// Networks, as NAME or KIND/NAME; a SriovNetwork if no kind is given
    #[arg(value_name = "NAME", required_unless_present = "file")]
    names: Vec<String>,
    /// The networks of this file; `-` reads stdin
    #[arg(short, long, value_name = "FILE", conflicts_with = "names")]
    file: Option<PathBuf>,
    /// The namespace of networks that name none; without it that of the kubeconfig
    #[arg(short, long)]
    namespace: Option<String>,
    /// The device plugin's --resource-prefix
    #[arg(long, value_name = "PREFIX", default_value_t)]
    resource_prefix: ResourcePrefix,
    /// Wait for a config that has resourceName, too
    #[arg(long)]
    embed_resource_name: bool,
    /// The type of the condition that the controller writes
    #[arg(long, value_name = "TYPE", default_value = "Ready")]
    condition_type: String,
    #[command(flatten)]
    connection: Connection,
}

#[derive(Serialize)]
struct Readiness {
    ready: bool,
    networks: Vec<NetworkReadiness>,
}

#[derive(Serialize)]
struct NetworkReadiness {
    kind: &'static str,
    namespace: String,
    name: String,
    /// `namespace/name`.
    nad: Option<String>,
    ready: bool,
    stage: &'static str,
    message: Option<String>,
}

pub(crate) fn run(global: &Global, args: &WaitArgs) -> Result<Status, Failure> {
    with_client(&args.connection, async |client| {
        let keys = keys(args, client.default_namespace())?;
        let options = WaitOptions {
            deadline: deadline(global),
            settled: settled(args),
            ..WaitOptions::default()
        };
        let waited = wait_networks(&client, &keys, &options).await;
        let found = Readiness {
            ready: waited.iter().all(Waited::is_settled),
            networks: waited.iter().map(NetworkReadiness::from).collect(),
        };
        term::print(global, &found, |style| text(&found, style))?;
        verdict(waited, &found)
    })
}

fn keys(args: &WaitArgs, default: &str) -> Result<Vec<NetworkKey>, Failure> {
    let namespace = args.namespace.as_deref().unwrap_or(default);
    match &args.file {
        Some(file) => {
            let wanted = networks::of_file(file, namespace)?;
            Ok(wanted.into_iter().map(|network| network.key).collect())
        }
        None => args.names.iter().map(|name| networks::of_name(name, namespace)).collect(),
    }
}

fn settled(args: &WaitArgs) -> SettledOptions {
    SettledOptions {
        render: RenderOptions {
            resource_prefix: args.resource_prefix.clone(),
            embed_resource_name: args.embed_resource_name,
        },
        condition: ConditionType(args.condition_type.clone()),
        condition_optional: false,
    }
}

impl From<&Waited> for NetworkReadiness {
    fn from(waited: &Waited) -> Self {
        let Waited { key, nad, lack, error } = waited;
        let told = error.as_ref().map(|error| format!("{error}: {}", error.answer()));
        let stage = lack.as_ref().map_or("ready", sriov_nad::kube::Lack::stage);
        Self {
            kind: key.kind.as_str(),
            namespace: key.namespace.clone(),
            name: key.name.clone(),
            nad: nad.as_ref().map(ToString::to_string),
            ready: waited.is_settled(),
            stage: if error.is_some() { "unknown" } else { stage },
            message: told.or_else(|| lack.as_ref().map(ToString::to_string)),
        }
    }
}

/// A request that was refused is a failure, anything else may only be late.
fn verdict(waited: Vec<Waited>, found: &Readiness) -> Result<Status, Failure> {
    let late: Vec<String> =
        found.networks.iter().filter(|network| !network.ready).map(line).collect();
    if late.is_empty() {
        return Ok(Status::Done);
    }
    let refused = waited.into_iter().filter_map(|waited| waited.error);
    if let Some(error) = refused.into_iter().find(|error| !error.is_transient()) {
        return Err(error.into());
    }
    let message = format!("{} of {} networks are not ready", late.len(), found.networks.len());
    Err(Failure::new(Status::NotReady, NETWORK_NOT_SETTLED.id, message).caused_by(late))
}

fn line(network: &NetworkReadiness) -> String {
    let NetworkReadiness { kind, namespace, name, stage, message, .. } = network;
    let message = message.as_ref().map_or_else(String::new, |message| format!(": {message}"));
    format!("{kind} {namespace}/{name}: {stage}{message}")
}

fn text(found: &Readiness, style: Style) -> String {
    let mut text = String::new();
    for network in &found.networks {
        let line = line(network);
        let line = if network.ready { style.green(&line) } else { style.yellow(&line) };
        let _ = writeln!(text, "{line}");
    }
    text
}
