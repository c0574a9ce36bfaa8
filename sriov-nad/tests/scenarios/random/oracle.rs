//! What has to be true when everything is quiet, said without the planner.

use serde_json::Value;
use sriov_nad::names::NetworkKind;
use sriov_nad::render::{RenderOptions, render};
use sriov_nad::spec::Network;

use crate::world::{NADS, OPERATOR, OWNER, RESOURCE, World};

/// An annotation of somebody else, set now and then.
pub(crate) const THEIRS: &str = "example.com/team";

pub(crate) fn check(world: &World) {
    let networks: Vec<Network> = NetworkKind::ALL
        .into_iter()
        .flat_map(|kind| {
            let values = world.server.list(kind.plural(), "");
            values.into_iter().map(move |value| Network::from_value(kind, &value).unwrap())
        })
        .collect();
    for network in &networks {
        settled(world, network, &networks);
    }
    for nad in world.server.list(NADS, "") {
        belongs(world, &nad, &networks);
    }
}

/// Whether a network gets a NAD if nobody else has it.
fn entitled(world: &World, network: &Network) -> bool {
    may_keep(world, network) && render(network, &RenderOptions::default()).is_ok()
}

/// Whether a network may have a NAD at all, by the rules of the operator. What it has it keeps,
/// even when an edit makes it invalid.
fn may_keep(world: &World, network: &Network) -> bool {
    let target = world.server.get("namespaces", "", &network.target().namespace);
    let active = target.is_some_and(|target| target["metadata"].get("deletionTimestamp").is_none());
    !network.meta.deleting && within_bounds(network) && active
}

fn within_bounds(network: &Network) -> bool {
    let names = network.spec.as_ref().unwrap().network_namespace().is_some();
    network.key.namespace == OPERATOR || !names
}

fn settled(world: &World, network: &Network, all: &[Network]) {
    let key = &network.key;
    assert!(!network.meta.deleting, "{key} is not let go\n{}", world.story());
    let ready = network.condition("Ready");
    let ready = ready.unwrap_or_else(|| panic!("{key} says nothing\n{}", world.story()));
    let told = (ready.status.as_str(), ready.observed_generation);
    if !entitled(world, network) {
        assert_eq!(told, ("False", Some(network.meta.generation)), "{key}\n{}", world.story());
        return;
    }
    let same = |other: &&Network| may_keep(world, other) && other.target() == network.target();
    let rivals: Vec<_> = all.iter().filter(same).collect();
    let winners = rivals.iter().filter(|rival| owns(world, rival)).count();
    if winners == 0 && is_kept_by_an_invalid(world, network, all) {
        assert_eq!(told, ("False", Some(network.meta.generation)), "{key}\n{}", world.story());
        assert!(ready.message.contains("still owned by"), "{key}\n{}", world.story());
        return;
    }
    assert_eq!(winners, 1, "one of those that claim {}\n{}", network.target(), world.story());
    if owns(world, network) {
        assert_eq!(told, ("True", Some(network.meta.generation)), "{key}\n{}", world.story());
        as_wanted(world, network);
    } else {
        assert_eq!(told, ("False", Some(network.meta.generation)), "{key}\n{}", world.story());
    }
}

/// Whether the place of a network holds the last good NAD of one that became invalid when it left.
fn is_kept_by_an_invalid(world: &World, network: &Network, all: &[Network]) -> bool {
    let Some(nad) = nad(world, network) else { return false };
    let owner = &nad["metadata"]["annotations"][OWNER];
    let mut owners = all.iter().filter(|other| *owner == other.key.owner_token());
    owners.any(|owner| {
        let left = owner.target() != network.target();
        left && within_bounds(owner) && render(owner, &RenderOptions::default()).is_err()
    })
}

fn nad(world: &World, network: &Network) -> Option<Value> {
    let target = network.target();
    world.nad(&target.namespace, &target.name)
}

fn owns(world: &World, network: &Network) -> bool {
    let token = network.key.owner_token();
    nad(world, network).is_some_and(|nad| nad["metadata"]["annotations"][OWNER] == token)
}

fn as_wanted(world: &World, network: &Network) {
    let wanted = render(network, &RenderOptions::default()).unwrap();
    let nad = nad(world, network).unwrap();
    let config: Value = serde_json::from_str(nad["spec"]["config"].as_str().unwrap()).unwrap();
    let expected: Value = serde_json::from_str(&wanted.config).unwrap();
    assert_eq!(config, expected, "{}\n{}", network.key, world.story());
    assert_eq!(nad["metadata"]["annotations"][RESOURCE], wanted.resource_name);
    if let Some(uid) = &wanted.owner_uid {
        let owners = nad["metadata"]["ownerReferences"].as_array().unwrap();
        let uids: Vec<_> = owners.iter().map(|owner| owner["uid"].as_str().unwrap()).collect();
        assert_eq!(uids, [uid.as_str()], "{}\n{}", network.key, world.story());
    }
}

/// A NAD of a network that does not want it, or is not there, is a leak. The last good one of an
/// invalid network, or of one whose namespace does not let it change, stays.
fn belongs(world: &World, nad: &Value, networks: &[Network]) {
    let Some(token) = nad["metadata"]["annotations"][OWNER].as_str() else {
        let place = (nad["metadata"]["namespace"].as_str(), nad["metadata"]["name"].as_str());
        let claimed = networks.iter().filter(|network| entitled(world, network)).any(|network| {
            let target = network.target();
            place == (Some(target.namespace.as_str()), Some(target.name.as_str()))
        });
        assert!(!claimed, "{nad} is not adopted\n{}", world.story());
        return;
    };
    let owner = networks.iter().find(|network| network.key.owner_token() == token);
    let owner = owner.unwrap_or_else(|| panic!("{nad} is a leak\n{}", world.story()));
    let target = owner.target();
    assert!(within_bounds(owner), "{nad} is out of bounds\n{}", world.story());
    let valid = render(owner, &RenderOptions::default()).is_ok();
    assert!(
        !valid
            || (nad["metadata"]["namespace"].as_str(), nad["metadata"]["name"].as_str())
                == (Some(target.namespace.as_str()), Some(target.name.as_str())),
        "{nad} is left behind\n{}",
        world.story()
    );
}
