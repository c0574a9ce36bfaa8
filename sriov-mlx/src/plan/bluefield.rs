//! Who owns a `BlueField`: its own processors, or the host.

use crate::card::{Card, Port};
use crate::param::{Reading, Value, names};

/// How a `BlueField` and its host share the card, by the values of the running firmware.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum BlueFieldMode {
    /// A card without processors of its own.
    NotBlueField,
    /// The processors own the card. New values need a power cycle of the whole host.
    Dpu,
    /// The host owns the card. A firmware reset may take it back to DPU mode.
    Nic,
    /// The processors and the host have functions of their own, side by side.
    SeparatedHost,
    /// The host may look, and not write.
    Restricted,
    /// The values are missing, or no mode that is known.
    Unknown {
        /// The parameters, as `INTERNAL_CPU_MODEL=EMBEDDED_CPU(1)`.
        fields: Vec<String>,
    },
}

/// The parameters that tell the mode, with their values in DPU mode and in NIC mode.
const FIELDS: [(&str, Word, Word); 5] = [
    (names::INTERNAL_CPU_PAGE_SUPPLIER, ("ECPF", 0), ("EXT_HOST_PF", 1)),
    (names::INTERNAL_CPU_ESWITCH_MANAGER, ("ECPF", 0), ("EXT_HOST_PF", 1)),
    (names::INTERNAL_CPU_IB_VPORT0, ("ECPF", 0), ("EXT_HOST_PF", 1)),
    (names::INTERNAL_CPU_OFFLOAD_ENGINE, ("ENABLED", 0), ("DISABLED", 1)),
    (names::INTERNAL_CPU_MODEL, ("EMBEDDED_CPU", 1), ("EMBEDDED_CPU", 1)),
];

const SEPARATED_HOST: Word = ("SEPARATED_HOST", 0);

/// A word with its number.
type Word = (&'static str, u64);

impl BlueFieldMode {
    /// The mode of a card.
    pub fn of(card: &Card, reading: &Reading) -> Self {
        if !is_bluefield(card, reading) {
            return Self::NotBlueField;
        }
        let read_only = |name| reading.param(name).is_some_and(|param| param.read_only);
        if read_only(names::SRIOV_EN) || read_only(names::NUM_OF_VFS) {
            return Self::Restricted;
        }
        let has = |name, word| reading.current(name).is_some_and(|value| is(value, word));
        if has(names::INTERNAL_CPU_MODEL, SEPARATED_HOST) {
            Self::SeparatedHost
        } else if FIELDS.iter().all(|(name, dpu, _)| has(name, *dpu)) {
            Self::Dpu
        } else if FIELDS.iter().all(|(name, _, nic)| has(name, *nic)) {
            Self::Nic
        } else {
            let fields = FIELDS.iter().map(|(name, ..)| match reading.current(name) {
                Some(value) => format!("{name}={value}"),
                None => format!("no {name}"),
            });
            Self::Unknown { fields: fields.collect() }
        }
    }
}

/// By its device id, by what the card says of itself, or by having the parameters.
fn is_bluefield(card: &Card, reading: &Reading) -> bool {
    let called = |kind: &String| kind.to_ascii_lowercase().starts_with("bluefield");
    reading.identity.device_type.as_ref().is_some_and(called)
        || card.ports.iter().any(Port::is_bluefield)
        || FIELDS.iter().any(|(name, ..)| reading.param(name).is_some())
}

/// The word decides, where there is one.
fn is(value: &Value, (word, number): Word) -> bool {
    match value.word() {
        Some(shown) => shown.eq_ignore_ascii_case(word),
        None => value.number() == Some(number),
    }
}
