use super::Claim;
use super::case::Case;
use crate::names::{NetworkKey, NetworkKind};

/// Whether a network other than this one has a right to the NAD.
pub(super) fn claims(case: &Case<'_>, key: &NetworkKey) -> bool {
    case.observed.rivals.iter().any(|claim| claim.entitled && claim.key == *key)
}

/// The rival that comes before this network, where no NAD is there that decides. The same order for
/// everybody: age, then kind, then uid.
pub(super) fn earlier<'a>(case: &Case<'a>) -> Option<&'a Claim> {
    let meta = &case.network.meta;
    let own = (meta.created.as_str(), case.observed.key.kind, meta.uid.as_str());
    let rivals = case.observed.rivals.iter().filter(|claim| claim.entitled);
    rivals.filter(|claim| rank(claim) < own).min_by_key(|claim| rank(claim))
}

fn rank(claim: &Claim) -> (&str, NetworkKind, &str) {
    (&claim.created, claim.key.kind, &claim.uid)
}
