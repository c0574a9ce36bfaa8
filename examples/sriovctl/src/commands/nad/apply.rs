use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use kube::Client;
use serde::Serialize;
use sriov_nad::codes::REQUEST_REFUSED;
use sriov_nad::kube::{ApplyOptions, Difference, ObjectChange, apply_network};

use super::networks::{self, Wanted};
use crate::args::Global;
use crate::client::{Connection, with_client_in_time};
use crate::failure::Failure;
use crate::status::Status;
use crate::term::{self, Style};

/// The field manager of what this program applies.
pub(super) const MANAGER: &str = "sriovctl";

#[derive(Args, Debug)]
pub(crate) struct ApplyArgs {
    /// SriovNetwork, SriovIBNetwork and OVSNetwork objects, as YAML or JSON; `-` reads stdin
    #[arg(short, long, value_name = "FILE")]
    file: PathBuf,
    /// The namespace of networks that name none; without it that of the kubeconfig
    #[arg(short, long)]
    namespace: Option<String>,
    /// Take over fields that other managers own
    #[arg(long)]
    force_conflicts: bool,
    #[command(flatten)]
    connection: Connection,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Applied {
    objects: Vec<AppliedObject>,
    dry_run: bool,
}

#[derive(Serialize)]
struct AppliedObject {
    kind: &'static str,
    namespace: String,
    name: String,
    /// `null` if it failed.
    change: Option<ObjectChange>,
    differences: Vec<Difference>,
    deleting: bool,
    error: Option<String>,
    #[serde(skip)]
    failure: Option<Failure>,
}

pub(crate) fn run(global: &Global, args: &ApplyArgs) -> Result<Status, Failure> {
    with_client_in_time(global, &args.connection, async |client| {
        let namespace = args.namespace.as_deref().unwrap_or(client.default_namespace());
        let wanted = networks::of_file(&args.file, namespace)?;
        let options = ApplyOptions {
            field_manager: MANAGER.to_owned(),
            force: args.force_conflicts,
            dry_run: global.dry_run,
        };
        let mut objects = Vec::new();
        for wanted in &wanted {
            objects.push(apply(&client, wanted, &options).await);
        }
        let applied = Applied { objects, dry_run: global.dry_run };
        term::print(global, &applied, |style| text(&applied, style))?;
        Ok(report(global, &applied))
    })
}

async fn apply(client: &Client, wanted: &Wanted, options: &ApplyOptions) -> AppliedObject {
    let Wanted { key, object } = wanted;
    let mut applied = AppliedObject {
        kind: key.kind.as_str(),
        namespace: key.namespace.clone(),
        name: key.name.clone(),
        change: None,
        differences: Vec::new(),
        deleting: false,
        error: None,
        failure: None,
    };
    match apply_network(client, key, object, options).await {
        Ok(done) => {
            applied.change = Some(done.change);
            applied.differences = done.differences;
            applied.deleting = done.deleting;
        }
        Err(error) => {
            applied.error = Some(format!("{error}: {}", error.answer()));
            applied.failure = Some(error.into());
        }
    }
    applied
}

/// What failed, on stderr, and the status that follows from it.
fn report(global: &Global, applied: &Applied) -> Status {
    for object in &applied.objects {
        if let Some(failure) = &object.failure {
            failure.print(Style::stderr(global));
        }
        if object.deleting {
            let AppliedObject { kind, namespace, name, .. } = object;
            let message = format!("{kind} {namespace}/{name} is being deleted");
            Failure::new(Status::Failure, REQUEST_REFUSED.id, message)
                .with_help(Some("wait until it is gone, and apply again"))
                .print(Style::stderr(global));
        }
    }
    let bad = |object: &&AppliedObject| object.failure.is_some() || object.deleting;
    match applied.objects.iter().filter(bad).count() {
        0 => Status::Done,
        bad if bad == applied.objects.len() => Status::Failure,
        _ => Status::Partly,
    }
}

fn text(applied: &Applied, style: Style) -> String {
    let mut text = String::new();
    let suffix = if applied.dry_run { " (dry run)" } else { "" };
    for AppliedObject { kind, namespace, name, change, differences, .. } in &applied.objects {
        let what = match change {
            Some(ObjectChange::Unchanged) => "unchanged".to_owned(),
            Some(change) => style.green(change.as_str()),
            None => style.red("failed"),
        };
        let _ = writeln!(text, "{kind} {namespace}/{name}: {what}{suffix}");
        for Difference { path, from, to } in differences {
            let _ = writeln!(text, "  {path}: {from} -> {to}");
        }
    }
    text
}
