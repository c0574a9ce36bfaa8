use std::path::PathBuf;

use clap::Args;
use kube::Client;
use serde::Serialize;
use serde_json::Value;
use sriov_nad::kube::{
    ApplyOptions, DiffError, Difference, ObjectChange, PendingChange, diff_network,
};
use sriov_nad::names::ResourcePrefix;
use sriov_nad::render::RenderOptions;

use super::apply::MANAGER;
use super::networks::{self, Wanted};
use crate::args::Global;
use crate::client::{Connection, with_client_in_time};
use crate::failure::Failure;
use crate::status::Status;
use crate::table::counted;
use crate::term::{self, Style};
use crate::unified::unified;

#[derive(Args, Debug)]
pub(crate) struct DiffArgs {
    /// SriovNetwork, SriovIBNetwork and OVSNetwork objects, as YAML or JSON; `-` reads stdin
    #[arg(short, long, value_name = "FILE")]
    file: PathBuf,
    /// The namespace of networks that name none; without it that of the kubeconfig
    #[arg(short, long)]
    namespace: Option<String>,
    /// The device plugin's --resource-prefix
    #[arg(long, value_name = "PREFIX", default_value_t)]
    resource_prefix: ResourcePrefix,
    /// Compare with a config that has resourceName, too
    #[arg(long)]
    embed_resource_name: bool,
    /// Show what taking over the fields of other managers would change
    #[arg(long)]
    force_conflicts: bool,
    /// End with status 3 if changes are pending
    #[arg(long)]
    detailed_exitcode: bool,
    #[command(flatten)]
    connection: Connection,
}

#[derive(Serialize)]
struct Changes {
    changes: Vec<Change>,
}

#[derive(Serialize)]
struct Change {
    kind: &'static str,
    namespace: String,
    name: String,
    #[serde(rename = "change")]
    what: ObjectChange,
    differences: Vec<Difference>,
    before: Option<Value>,
    after: Value,
}

pub(crate) fn run(global: &Global, args: &DiffArgs) -> Result<Status, Failure> {
    with_client_in_time(global, &args.connection, async |client| {
        let namespace = args.namespace.as_deref().unwrap_or(client.default_namespace());
        let wanted = networks::of_file(&args.file, namespace)?;
        let found = Changes { changes: changes(&client, &wanted, args).await? };
        let texts = found.changes.iter().map(Texts::of).collect::<Result<Vec<_>, _>>()?;
        term::print(global, &found, |style| text(&texts, style))?;
        let pending = args.detailed_exitcode && !found.changes.is_empty();
        Ok(if pending { Status::Pending } else { Status::Done })
    })
}

async fn changes(
    client: &Client,
    wanted: &[Wanted],
    args: &DiffArgs,
) -> Result<Vec<Change>, Failure> {
    let options = ApplyOptions {
        field_manager: MANAGER.to_owned(),
        force: args.force_conflicts,
        dry_run: true,
    };
    let rendering = RenderOptions {
        resource_prefix: args.resource_prefix.clone(),
        embed_resource_name: args.embed_resource_name,
    };
    let mut changes = Vec::new();
    for Wanted { key, object } in wanted {
        let found = diff_network(client, key, object, &options, &rendering).await;
        changes.extend(found.map_err(failure)?.into_iter().map(Change::from));
    }
    Ok(changes)
}

fn failure(error: DiffError) -> Failure {
    match error {
        DiffError::Invalid { source, .. } => {
            let failure = Failure::of(Status::Usage, source.code(), &source);
            failure.with_help(source.kind().code().help.first().copied())
        }
        DiffError::Request(error) => error.into(),
        error => Failure::of(Status::Failure, sriov_host::codes::INTERNAL.id, &error),
    }
}

impl From<PendingChange> for Change {
    fn from(pending: PendingChange) -> Self {
        let PendingChange { kind, key, change, before, after, differences } = pending;
        let (namespace, name) = (key.namespace, key.name);
        Self { kind, namespace, name, what: change, differences, before, after }
    }
}

/// A change as two YAML texts.
struct Texts {
    title: String,
    before: String,
    after: String,
}

impl Texts {
    fn of(change: &Change) -> Result<Self, Failure> {
        let Change { kind, namespace, name, .. } = change;
        let before = change.before.as_ref().map(term::yaml).transpose()?.unwrap_or_default();
        let title = format!("{kind} {namespace}/{name}");
        Ok(Self { title, before, after: term::yaml(&change.after)? })
    }
}

fn text(texts: &[Texts], style: Style) -> String {
    let diffs = texts.iter().map(|Texts { title, before, after }| {
        let (old, new) = (format!("{title} in the cluster"), format!("{title} applied"));
        unified(&old, before, &new, after, style)
    });
    let diffs: String = diffs.collect();
    let verdict = match texts.len() {
        0 => style.green("no changes"),
        number => style.yellow(&format!("{} pending", counted(number, "change"))),
    };
    format!("{diffs}{verdict}\n")
}
