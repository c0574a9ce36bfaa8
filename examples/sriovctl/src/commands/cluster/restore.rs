use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use sriov_host::document;
use sriov_nad::codes::RESTORE_INCOMPLETE;
use sriov_nad::kube::Difference;
use sriov_nad::kube::capture::{Captured, Outcome, Restored, restore};

use crate::args::Global;
use crate::client::{Connection, with_client_in_time};
use crate::failure::Failure;
use crate::input;
use crate::status::Status;
use crate::term::{self, Style};

#[derive(Args, Debug)]
pub(crate) struct RestoreArgs {
    /// What `cluster capture` has written; `-` reads stdin
    #[arg(short, long, value_name = "IN")]
    file: PathBuf,
    #[command(flatten)]
    connection: Connection,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    objects: Vec<Restored>,
    dry_run: bool,
}

pub(crate) fn run(global: &Global, args: &RestoreArgs) -> Result<Status, Failure> {
    let object = document::read_one(&input::text(&args.file)?)?;
    object.expect("sriov/v1", "ClusterCapture")?;
    let captured: Captured = object.read()?;
    with_client_in_time(global, &args.connection, async |client| {
        let objects = restore(&client, &captured, global.dry_run).await;
        let report = Report { objects, dry_run: global.dry_run };
        term::print(global, &report, |style| text(&report, style))?;
        verdict(&report)
    })
}

fn verdict(report: &Report) -> Result<Status, Failure> {
    let failed: Vec<String> = report
        .objects
        .iter()
        .filter_map(|object| Some(format!("{}: {}", title(object), object.error.as_ref()?)))
        .collect();
    let all = report.objects.len();
    let status = match failed.len() {
        0 => return Ok(Status::Done),
        failed if failed == all => Status::Failure,
        _ => Status::Partly,
    };
    let message = format!("{} of {all} objects are not restored", failed.len());
    Err(Failure::new(status, RESTORE_INCOMPLETE.id, message).caused_by(failed))
}

fn title(object: &Restored) -> String {
    let Restored { kind, namespace, name, .. } = object;
    match namespace {
        Some(namespace) => format!("{} {namespace}/{name}", kind.kind),
        None => format!("{} {name}", kind.kind),
    }
}

fn text(report: &Report, style: Style) -> String {
    let mut text = String::new();
    let suffix = if report.dry_run { " (dry run)" } else { "" };
    for object in &report.objects {
        let outcome = match object.outcome {
            Outcome::Unchanged => object.outcome.as_str().to_owned(),
            Outcome::Created | Outcome::Updated => style.green(object.outcome.as_str()),
            Outcome::NotServed => style.yellow("this cluster does not serve the kind"),
            Outcome::Failed => style.red(object.outcome.as_str()),
        };
        let _ = writeln!(text, "{}: {outcome}{suffix}", title(object));
        for Difference { path, from, to } in &object.differences {
            let _ = writeln!(text, "  {path}: {from} -> {to}");
        }
    }
    text
}
