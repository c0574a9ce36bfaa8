use std::path::PathBuf;

use clap::Args;
use sriov_host::document::{self, DocumentError, DocumentErrorKind, KeyPath, Object};
use sriov_nad::FieldError;
use sriov_nad::nad::Desired;
use sriov_nad::names::ResourcePrefix;
use sriov_nad::render::{RenderOptions, render};
use sriov_nad::spec::Network;

use crate::args::Global;
use crate::failure::Failure;
use crate::input;
use crate::status::Status;
use crate::term;

#[derive(Args, Debug)]
pub(crate) struct RenderArgs {
    /// SriovNetwork, SriovIBNetwork and OVSNetwork objects, as YAML or JSON; `-` reads stdin
    #[arg(short, long, value_name = "FILE")]
    file: PathBuf,
    /// The device plugin's --resource-prefix
    #[arg(long, value_name = "PREFIX", default_value_t)]
    resource_prefix: ResourcePrefix,
    /// Write resourceName into the CNI config, too, for tooling that looks for it there
    #[arg(long)]
    embed_resource_name: bool,
    /// Accepted, and of no effect: which namespace a network may choose is for `nad lint`
    #[arg(long, value_name = "NAMESPACE")]
    operator_namespace: Option<String>,
}

pub(crate) fn run(global: &Global, args: RenderArgs) -> Result<Status, Failure> {
    let RenderArgs { file, resource_prefix, embed_resource_name, operator_namespace: _ } = args;
    let options = RenderOptions { resource_prefix, embed_resource_name };
    let objects = networks(&input::text(&file)?)?;
    let nads = objects.iter().map(|object| nad(object, &options)).collect::<Result<Vec<_>, _>>()?;
    let documents = nads.iter().map(term::yaml).collect::<Result<Vec<_>, _>>()?;
    match (nads.as_slice(), documents.as_slice()) {
        ([nad], [yaml]) if !objects.iter().any(is_item) => {
            term::print(global, nad, |_| yaml.clone())?;
        }
        // As text a stream, which `kubectl apply` takes.
        (nads, documents) => term::print(global, &nads, |_| documents.join("---\n"))?,
    }
    Ok(Status::Done)
}

fn networks(text: &str) -> Result<Vec<Object>, DocumentError> {
    let objects = document::read_all(text)?;
    if objects.is_empty() {
        let message = "expected SriovNetwork, SriovIBNetwork or OVSNetwork, found nothing";
        return Err(DocumentError::new(DocumentErrorKind::Syntax, KeyPath::new(), message));
    }
    Ok(objects)
}

fn nad(object: &Object, options: &RenderOptions) -> Result<Desired, Failure> {
    let network = Network::from_object(object)?;
    render(&network, options).map_err(|error| failure(object, &error))
}

/// A field that is wrong, with the line of the document it stands in.
fn failure(object: &Object, error: &FieldError) -> Failure {
    let located = object.error(DocumentErrorKind::InvalidValue, &error.key(), error.message());
    let failure = Failure::of(Status::Usage, error.code(), &located);
    failure.with_help(error.kind().code().help.first().copied())
}

/// Whether it is one of the items of a list, even the only one.
fn is_item(object: &Object) -> bool {
    let place = object.error(DocumentErrorKind::InvalidValue, &KeyPath::new(), "");
    !place.key().is_root()
}
