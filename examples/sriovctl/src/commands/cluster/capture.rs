use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::Value;
use sriov_host::codes::FILE_ACCESS_FAILED;
use sriov_host::linux::LinuxHost;
use sriov_host::seam::{Files, HostPath};
use sriov_nad::kube::capture::{Captured, KindRef, Selection, capture};

use crate::args::Global;
use crate::client::{Connection, with_client_in_time};
use crate::failure::Failure;
use crate::status::Status;
use crate::term;

#[derive(Args, Debug)]
pub(crate) struct CaptureArgs {
    /// Where the Subscription is looked for; everywhere if not given
    #[arg(short, long)]
    namespace: Option<String>,
    /// The file that is written; without it stdout
    #[arg(short, long, value_name = "OUT")]
    file: Option<PathBuf>,
    /// The package of the Subscription
    #[arg(long, value_name = "NAME", default_value = "sriov-network-operator")]
    package: String,
    /// A further kind, as v1/Namespace or group/version/Kind (repeatable)
    #[arg(long = "kind", value_name = "KIND")]
    kinds: Vec<KindRef>,
    #[command(flatten)]
    connection: Connection,
}

pub(crate) fn run(global: &Global, args: CaptureArgs) -> Result<Status, Failure> {
    let CaptureArgs { namespace, file, package, kinds, connection } = args;
    let selection = Selection { namespace, package: Some(package), mirrors: true, kinds };
    with_client_in_time(global, &connection, async |client| {
        let captured = capture(&client, &selection).await?;
        for kind in &captured.absent {
            term::note(&format!("this cluster does not serve {kind}"));
        }
        let document = term::yaml(&captured)?;
        match &file {
            Some(file) => {
                if !global.dry_run {
                    write(file, &document)?;
                }
                term::print(global, &captured, |_| summary(&captured))?;
            }
            None => term::print(global, &captured, |_| document)?,
        }
        Ok(Status::Done)
    })
}

/// Whole or not at all: it may be all that is left of what was captured.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let files = LinuxHost::below(folder.unwrap_or(Path::new(".")));
    files.write_file(&HostPath::new(name), text.as_bytes()).map_err(|error| {
        let cause = std::error::Error::source(&error).map_or_else(String::new, ToString::to_string);
        let message = format!("cannot write {}", path.display());
        Failure::new(Status::Failure, FILE_ACCESS_FAILED.id, message).caused_by(vec![cause])
    })
}

fn summary(captured: &Captured) -> String {
    let mut text = String::new();
    for object in &captured.objects {
        let part = |path: &str| object.pointer(path).and_then(Value::as_str).unwrap_or_default();
        let (kind, namespace) = (part("/kind"), part("/metadata/namespace"));
        let slash = if namespace.is_empty() { "" } else { "/" };
        let _ = writeln!(text, "{kind} {namespace}{slash}{}: captured", part("/metadata/name"));
    }
    if text.is_empty() { "nothing to capture\n".to_owned() } else { text }
}
