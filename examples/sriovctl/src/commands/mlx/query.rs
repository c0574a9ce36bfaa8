use std::collections::BTreeMap;

use serde::Serialize;
use sriov_host::PciAddress;
use sriov_host::seam::{HostPath, Sysfs};
use sriov_mlx::backend::BackendKind;
use sriov_mlx::card::{Card, CardId, Port, survey};
use sriov_mlx::param::{Diagnostic, Identity, Param, ParamName, Reading};
use sriov_mlx::{Access, codes, query};

use super::args::QueryArgs;
use super::{options, text};
use crate::args::Global;
use crate::failure::Failure;
use crate::status::Status;
use crate::term::{self, Style};

/// What a card says, and which way it was asked.
#[derive(Serialize)]
struct Report<'a> {
    device: PciAddress,
    id: &'a CardId,
    devices: Vec<PciAddress>,
    part: Option<&'a str>,
    psid: Option<&'a str>,
    firmware: Option<&'a str>,
    #[serde(flatten)]
    identity: &'a Identity,
    backend: BackendKind,
    params: &'a BTreeMap<ParamName, Param>,
    missing: &'a [String],
    diagnostics: &'a [Diagnostic],
}

impl<'a> Report<'a> {
    fn new(card: &'a Card, port: &Port, backend: BackendKind, reading: &'a Reading) -> Self {
        Self {
            device: port.pci,
            id: &card.id,
            devices: card.ports.iter().map(|port| port.pci).collect(),
            part: card.part.as_deref(),
            psid: card.psid.as_deref(),
            firmware: card.firmware.as_deref(),
            identity: &reading.identity,
            backend,
            params: &reading.params,
            missing: &reading.missing,
            diagnostics: &reading.diagnostics,
        }
    }
}

pub(super) fn run(
    global: &Global,
    access: Access<'_>,
    args: &QueryArgs,
) -> Result<Status, Failure> {
    let cards = survey(access.host)?;
    let (card, port) = find(access.host, &cards, &args.device)?;
    let (backend, reading) = query(&access, port.pci, &args.param, &options(global, "query"))?;
    let report = Report::new(card, port, backend, &reading);
    for diagnostic in &reading.diagnostics {
        term::warning(global, &diagnostic.to_string());
    }
    for group in &reading.missing {
        term::warning(global, &format!("{group}: the card could not be asked for it"));
    }
    term::print(global, &report, |style| text::reading(card, backend, &reading, style))?;
    Ok(report_absent(global, card, &args.param, &reading))
}

/// A name that the card does not have is no failure of those that it has.
fn report_absent(global: &Global, card: &Card, asked: &[ParamName], reading: &Reading) -> Status {
    let absent = |name: &&ParamName| reading.param(name.as_str()).is_none();
    let absent: Vec<&ParamName> = asked.iter().filter(absent).collect();
    for name in &absent {
        let message = format!("card {} has no parameter {name}", card.id);
        let failure = Failure::new(Status::Unsupported, codes::PARAM_UNKNOWN.id, message);
        failure.print(Style::stderr(global));
    }
    match absent.len() {
        0 => Status::Done,
        missing if missing == asked.len() => Status::Unsupported,
        _ => Status::Partly,
    }
}

/// The card with a PF of this address, name or alternative name.
fn find<'a>(
    host: &dyn Sysfs,
    cards: &'a [Card],
    text: &str,
) -> Result<(&'a Card, &'a Port), Failure> {
    let address: Option<PciAddress> = text.parse().ok();
    let is_meant = |port: &&Port| {
        let named = port.name.as_ref().is_some_and(|name| name.as_str() == text);
        Some(port.pci) == address || named || port.alt_names.iter().any(|name| name == text)
    };
    let mut found = cards.iter().filter_map(|card| Some((card, card.ports.iter().find(is_meant)?)));
    found.next().ok_or_else(|| unknown(host, address, text))
}

fn unknown(host: &dyn Sysfs, address: Option<PciAddress>, text: &str) -> Failure {
    use sriov_host::codes::NO_PF_MATCHES;
    let there = address.is_some_and(|pci| host.read(&HostPath::pci(pci).join("vendor")).is_ok());
    if there {
        let message = format!("{text} is not a PF of an NVIDIA card");
        return Failure::new(Status::Unsupported, codes::CARD_NOT_CONFIGURABLE.id, message);
    }
    let message = format!("no device of this host is called {text:?}");
    Failure::new(Status::Usage, NO_PF_MATCHES.id, message)
        .with_help(Some("compare with `sriovctl list`"))
}
