//! What several messages have in common.

use sriov_host::netlink::{Attribute, Attributes, Malformed};
use sriov_host::seam::RawAttribute;

/// The attributes of a message; nldev has no family header in front of them.
pub(super) const fn attributes(payload: &[u8]) -> Attributes<'_> {
    Attributes::new(payload, 0)
}

/// What this version cannot say in its own terms, as it came.
pub(super) fn raw(attribute: &Attribute<'_>) -> RawAttribute {
    RawAttribute { kind: attribute.kind, payload: attribute.payload.to_vec() }
}

/// A value that is kept as it came if it has no meaning here.
pub(super) fn known<T>(
    meaning: Option<T>,
    attribute: &Attribute<'_>,
    unknown: &mut Vec<RawAttribute>,
) -> Option<T> {
    if meaning.is_none() {
        unknown.push(raw(attribute));
    }
    meaning
}

/// An 8-bit yes or no; `None` for any third value.
pub(super) fn switch(attribute: &Attribute<'_>) -> Result<Option<bool>, Malformed> {
    Ok(match attribute.u8()? {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    })
}

/// Text that is only shown and compared, which may hold any bytes.
pub(super) fn lossy(attribute: &Attribute<'_>) -> String {
    let bytes = attribute.payload.split(|byte| *byte == 0).next().unwrap_or_default();
    String::from_utf8_lossy(bytes).into_owned()
}

/// Text in the grammar of a type; `None` if it does not follow it.
pub(super) fn parsed<T: std::str::FromStr>(attribute: &Attribute<'_>) -> Option<T> {
    attribute.text().ok().and_then(|text| text.parse().ok())
}
