//! All wishes of a card as one.

use std::collections::BTreeMap;

use sriov_host::plan::{BlockerKind, Target};

use super::obstacle::Obstacle;
use crate::card::{Card, Port};
use crate::codes;
use crate::param::LinkSetting;
use crate::wish::{Policy, Wish};

/// What is wanted of a card, all in all.
#[derive(Clone, Debug)]
pub(super) struct Joined<'a> {
    pub(super) count: CountWish,
    /// By the number of the port.
    pub(super) links: BTreeMap<u8, LinkWish<'a>>,
    /// Wishes that are compared and never carried out.
    pub(super) external: Vec<&'a Wish>,
    /// Wishes for the card to be left alone.
    pub(super) unmanaged: Vec<&'a Wish>,
}

/// What is wanted of the number of VFs, which all ports share.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum CountWish {
    /// Nothing, or at least 0.
    Any,
    /// At least so many, and more than none.
    AtLeast {
        /// What is wanted.
        wanted: u16,
        /// What the next boot has to have for that, and for the VFs that any port has now.
        keep: u16,
    },
    /// This, no more and no less.
    Exactly(u16),
    /// None from the next boot on.
    Zero,
}

/// The link type of a port, and the wish that it came from.
#[derive(Clone, Copy, Debug)]
pub(super) struct LinkWish<'a> {
    pub(super) setting: LinkSetting,
    pub(super) wish: &'a Wish,
}

/// Joins wishes, which have to be in an order that does not depend on how they came.
pub(super) fn join<'a>(card: &Card, wishes: &[&'a Wish]) -> Result<Joined<'a>, Vec<Obstacle>> {
    let mut contradictions = Vec::new();
    let count = count(card, wishes).unwrap_or_else(|contradiction| {
        contradictions.push(contradiction);
        CountWish::Any
    });
    let mut links = BTreeMap::new();
    for wish in wishes {
        if let Err(contradiction) = link(card, wish, &mut links) {
            contradictions.push(contradiction);
        }
    }
    if !contradictions.is_empty() {
        return Err(contradictions);
    }
    let expects = |wish: &&&Wish| wish.policy == Policy::Unmanaged && wish.link_type.is_some();
    let external = wishes.iter().filter(|wish| wish.externally_managed || expects(wish));
    let unmanaged = wishes.iter().filter(|wish| wish.policy == Policy::Unmanaged);
    Ok(Joined {
        count,
        links,
        external: external.copied().collect(),
        unmanaged: unmanaged.copied().collect(),
    })
}

/// `NUM_OF_VFS` is for each PF and shared by all: the largest wish wins, and a port without one
/// still keeps the VFs that it has.
fn count(card: &Card, wishes: &[&Wish]) -> Result<CountWish, Obstacle> {
    let mut least: Option<(u16, &Wish)> = None;
    let mut exact: Option<(u16, &Wish)> = None;
    let mut zero: Option<&Wish> = None;
    for wish in wishes {
        match wish.policy {
            Policy::AtLeast(n) if least.is_none_or(|(most, _)| n > most) => least = Some((n, wish)),
            Policy::Exactly(n) => match exact {
                Some((other, first)) if other != n => return Err(contradiction(card, first, wish)),
                _ => exact = exact.or(Some((n, wish))),
            },
            Policy::ResetToZero => zero = zero.or(Some(wish)),
            Policy::AtLeast(_) | Policy::Unmanaged => {}
        }
    }
    match (least, exact, zero) {
        (Some((n, more)), Some((limit, exact)), _) if n > limit => {
            Err(contradiction(card, more, exact))
        }
        (_, Some((n, exact)), Some(zero)) if n > 0 => Err(contradiction(card, exact, zero)),
        (Some((n, more)), _, Some(zero)) if n > 0 => Err(contradiction(card, more, zero)),
        (_, Some((n, _)), _) => Ok(CountWish::Exactly(n)),
        (_, None, Some(_)) => Ok(CountWish::Zero),
        (Some((wanted @ 1.., _)), None, None) => {
            let live = card.ports.iter().map(Port::live_vfs).max().unwrap_or(0);
            Ok(CountWish::AtLeast { wanted, keep: wanted.max(live) })
        }
        (Some((0, _)) | None, None, None) => Ok(CountWish::Any),
    }
}

fn link<'a>(
    card: &Card,
    wish: &'a Wish,
    links: &mut BTreeMap<u8, LinkWish<'a>>,
) -> Result<(), Obstacle> {
    let (Some(setting), Some(port)) = (wish.link_type, card.port(wish.port)) else { return Ok(()) };
    let first = *links.entry(port.number).or_insert(LinkWish { setting, wish });
    if first.setting == setting {
        return Ok(());
    }
    let message = format!(
        "port {} cannot satisfy {} ({}) and {} ({setting}) at once",
        port.number, first.wish.source, first.setting, wish.source
    );
    Err(Obstacle::new(BlockerKind::Unsupported, &codes::CONTRADICTING_WISHES, message)
        .about(Target::Pf(wish.port)))
}

fn contradiction(card: &Card, first: &Wish, second: &Wish) -> Obstacle {
    let message = format!(
        "card {} cannot satisfy {} ({}) and {} ({}) at once",
        card.id, first.source, first.policy, second.source, second.policy
    );
    Obstacle::new(BlockerKind::Unsupported, &codes::CONTRADICTING_WISHES, message)
}
