//! SIGKILL at any moment.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use sriov_nad::names::NadKey;

use crate::controller::Controller;
use crate::failure::{Done, Failure};
use crate::world::{GATE, World};
use crate::{object, path, wait};

cases![kill9_during_two_hundred_creations_and_deletions];

const COUNT: usize = 200;

/// Whatever the moment: in the end every network has exactly its NAD, and no other NAD is left.
async fn kill9_during_two_hundred_creations_and_deletions(world: &World) -> Done {
    let target = world.namespace("target").await?;
    let mut dice = Dice::seeded()?;
    world.note(format!("seed {}", dice.0));
    let mut killer = Killer::start(world, &mut dice)?;
    let keys: Vec<_> = (0..COUNT).map(|n| world.central(&n.to_string())).collect();
    for (number, key) in keys.iter().enumerate() {
        world.create_for(key, &target).await?;
        // Every third one goes again, at once or a while later.
        if let Some(old) = number.checked_sub(dice.below(20)).filter(|old| old % 3 == 0) {
            world.delete(&keys[old]).await?;
        }
        killer.strike(world, &mut dice)?;
        tokio::time::sleep(Duration::from_millis(dice.below(40) as u64)).await;
    }
    let kills = killer.kills;
    drop(killer);
    world.note(format!("{kills} kills"));
    let _controller = world.controller().await?;
    converged(world, &target).await
}

async fn converged(world: &World, target: &str) -> Done {
    let kind = sriov_nad::names::NetworkKind::Sriov;
    let networks = path::networks(kind, &world.operator_namespace);
    let (left, took) = wait::until(GATE * 6, "no network is being deleted", || async {
        let left = world.api.list(&networks).await?;
        let over = left.iter().all(|network| network["metadata"]["deletionTimestamp"].is_null());
        Ok((over && left.iter().all(object::is_ready)).then_some(left))
    })
    .await?;
    world.note(format!(
        "{} of {COUNT} networks left, settled after {} ms",
        left.len(),
        took.as_millis()
    ));
    let names = |objects: &[serde_json::Value]| -> BTreeSet<String> {
        objects.iter().map(|object| object::name(object).to_owned()).collect()
    };
    // A NAD whose network went before it is left alone for a grace period of 30 s.
    let wanted = names(&left);
    let ((), took) = wait::until(GATE * 12, "exactly the wanted NADs", || async {
        let found = names(&world.api.list(&path::nads(target)).await?);
        Ok((found == wanted).then_some(()))
    })
    .await?;
    world.note(format!("the last orphan gone after {} ms", took.as_millis()));
    for network in &left {
        let name = object::name(network);
        let key = sriov_nad::names::NetworkKey::new(kind, &world.operator_namespace, name);
        let nad = world.nad(&NadKey::new(target, name)).await?.unwrap_or_default();
        object::belongs(&nad, network, &key)?;
    }
    Ok(())
}

/// A controller that is killed and started again at random moments.
struct Killer {
    controller: Option<Controller>,
    next: Instant,
    kills: u32,
}

impl Killer {
    fn start(world: &World, dice: &mut Dice) -> Done<Self> {
        Ok(Self { controller: Some(world.start_controller()?), next: dice.soon(), kills: 0 })
    }

    fn strike(&mut self, world: &World, dice: &mut Dice) -> Done {
        if Instant::now() < self.next {
            return Ok(());
        }
        if let Some(controller) = self.controller.take() {
            controller.kill();
            self.kills += 1;
        }
        self.controller = Some(world.start_controller()?);
        self.next = dice.soon();
        Ok(())
    }
}

/// xorshift64: the same seed gives the same moments.
struct Dice(u64);

impl Dice {
    fn seeded() -> Done<Self> {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now = now.map_err(Failure::of("read", "the clock"))?;
        Ok(Self(now.as_secs().max(1)))
    }

    fn below(&mut self, limit: u64) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit).unwrap_or(0)
    }

    /// From before the first list is complete until well after.
    fn soon(&mut self) -> Instant {
        Instant::now() + Duration::from_millis(30 + self.below(1200) as u64)
    }
}
