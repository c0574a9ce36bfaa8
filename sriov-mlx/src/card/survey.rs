use sriov_host::PciAddress;
use sriov_host::inventory::{
    NodeInventory, ObserveError, ObserveOptions, PfInventory, observe as look,
};
use sriov_host::plan::chain;
use sriov_host::seam::{Host, HostPath};

use super::identity::{Traits, group};
use super::model::VENDOR;
use super::{Card, CardId, Port, Vpd};

/// Device ids of VFs. In a virtual machine a VF that was given to it looks as if it were a PF, and
/// has no firmware of its own.
const VF_DEVICES: [u16; 10] =
    [0x1002, 0x1004, 0x1012, 0x1014, 0x1016, 0x1018, 0x101a, 0x101c, 0x101e, 0xa2d3];

/// The cards of a host could not be looked for.
#[derive(Debug, thiserror::Error)]
#[error("cannot look for cards")]
pub struct SurveyError {
    /// Why.
    #[from]
    pub source: ObserveError,
}

impl SurveyError {
    /// The stable error code.
    pub fn code(&self) -> &'static str {
        self.source.code()
    }
}

/// Finds the cards of a host: all PFs that share one firmware, in the order of their first PF.
///
/// Reads sysfs only. The vital product data of PCI tells which PFs are one card; it takes root.
///
/// # Errors
///
/// [`SurveyError`] if the devices cannot be listed at all.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "sim")] {
/// use sriov_host::sim::SimHost;
/// let cards = sriov_mlx::card::survey(&SimHost::demo())?;
/// assert_eq!(cards.iter().map(|card| card.ports.len()).collect::<Vec<_>>(), [2]);
/// # }
/// # Ok::<(), sriov_mlx::card::SurveyError>(())
/// ```
pub fn survey(host: &dyn Host) -> Result<Vec<Card>, SurveyError> {
    let inventory = look(host, ObserveOptions::default())?;
    for problem in inventory.problems.iter().filter(|problem| problem.vf.is_none()) {
        tracing::warn!(%problem, "a device could not be looked at");
    }
    Ok(survey_inventory(host, &inventory))
}

/// Finds the cards among the PFs of an inventory of this host.
pub fn survey_inventory(host: &dyn Host, inventory: &NodeInventory) -> Vec<Card> {
    let ours =
        |pf: &&PfInventory| pf.vendor.get() == VENDOR && !VF_DEVICES.contains(&pf.device.get());
    let pfs = inventory.pfs.iter().filter(ours);
    let mut functions: Vec<Function<'_>> =
        pfs.map(|pf| Function { pf, vpd: vpd(host, pf.pci) }).collect();
    functions.sort_by_key(|function| function.pf.pci);
    let traits: Vec<Traits> = functions.iter().map(Function::traits).collect();
    let grouped = group(&traits).into_iter();
    let mut cards: Vec<Card> =
        grouped.map(|(id, addresses)| card(host, id, &addresses, &functions)).collect();
    cards.sort_by_key(|card| card.lead().map(|port| port.pci));
    cards
}

struct Function<'a> {
    pf: &'a PfInventory,
    vpd: Vpd,
}

impl Function<'_> {
    fn traits(&self) -> Traits {
        let (serial, switch) = (self.vpd.serial.clone(), self.pf.switch_id.clone());
        Traits { pci: self.pf.pci, serial, switch }
    }

    /// `position` counts the functions of the card from 0.
    fn port(&self, position: usize) -> Port {
        let pf = self.pf;
        let told = pf.port_name.as_deref().and_then(port_number);
        let counted = u8::try_from(position.saturating_add(1)).unwrap_or(u8::MAX);
        Port {
            pci: pf.pci,
            number: told.unwrap_or(counted),
            device: pf.device,
            driver: pf.driver.clone(),
            name: pf.name.clone(),
            alt_names: pf.alt_names.clone(),
            mac: pf.mac,
            link_type: pf.link_type,
            total_vfs: pf.total_vfs,
            num_vfs: pf.num_vfs,
        }
    }
}

fn card(host: &dyn Host, id: CardId, addresses: &[PciAddress], all: &[Function<'_>]) -> Card {
    let mine = || all.iter().filter(|function| addresses.contains(&function.pf.pci));
    Card {
        id,
        ports: mine().enumerate().map(|(position, function)| function.port(position)).collect(),
        part: mine().find_map(|function| function.vpd.part.clone()),
        psid: addresses.iter().find_map(|pci| of_rdma_device(host, *pci, "board_id")),
        firmware: addresses.iter().find_map(|pci| of_rdma_device(host, *pci, "fw_ver")),
    }
}

/// `p0` is the first port, and firmware counts from 1.
fn port_number(name: &str) -> Option<u8> {
    let digits = name.strip_prefix('p')?;
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse::<u8>().ok()?.checked_add(1)).flatten()
}

/// Without it the card is told by its switch or slot, under which nothing is remembered of it: that it
/// could not be read is said, unlike that it is not there.
fn vpd(host: &dyn Host, pci: PciAddress) -> Vpd {
    match host.read_file(&HostPath::pci(pci).join("vpd")) {
        Ok(bytes) => bytes.and_then(|bytes| Vpd::parse(&bytes)).unwrap_or_default(),
        Err(error) => {
            let error = chain(&error);
            tracing::warn!(%pci, error, "the serial number of the card cannot be read");
            Vpd::default()
        }
    }
}

/// An attribute of the PF's RDMA device, which tells about the card.
fn of_rdma_device(host: &dyn Host, pci: PciAddress, attribute: &str) -> Option<String> {
    let folder = HostPath::pci(pci).join("infiniband");
    let devices = host.list(&folder).unwrap_or_default();
    let read = |device: &String| host.read(&folder.join(device).join(attribute)).ok();
    let text = devices.iter().find_map(read)?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}
