use serde::Serialize;
use sriov_host::PciAddress;
use sriov_host::codes::{NO_PF_MATCHES};
use sriov_mlx::Access;
use sriov_mlx::backend::BackendKind;
use sriov_mlx::card::{Card, survey};
use sriov_mlx::param::{Diagnostic, Identity, Param, ParamName, Reading};

use super::{QueryArgs, options, text};
use crate::args::Global;
use crate::failure::Failure;
use crate::progress::Bar;
use crate::status::Status;
use crate::term;

/// What a card says, and which way it was asked.
#[derive(Serialize)]
struct Report<'a> {
    device: PciAddress,
    id: &'a CardId,
    devices: Vec<PciAddress>,
    backend: BackendKind,
    firmware: Option<&'a str>,
    part: Option<&'a str>,
    psid: Option<&'a str>,
    #[serde(flatten)]
    identity: &'a Identity,
    params: &'a BTreeMap<ParamName, Param>,
    missing: &'a [String],
    diagnostics: &'a [Diagnostic],
}
