use std::time::Duration;

use futures_util::future::LocalBoxFuture;

use crate::contract;
use crate::failure::Done;
use crate::world::World;

/// One case of the lane.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    /// The stable name, as `s000a_create_while_the_old_network_terminates`.
    pub(crate) name: &'static str,
    pub(crate) body: Body,
}

/// What a case runs.
#[derive(Clone, Copy)]
pub(crate) enum Body {
    /// A scenario with the controller.
    Scenario(for<'a> fn(&'a World) -> LocalBoxFuture<'a, Done>),
    /// A rule that the fake API server keeps as well; it panics where the server breaks it.
    Contract(contract::Case),
}

impl Case {
    /// What the names of its objects begin with.
    pub(crate) fn prefix(&self) -> String {
        match self.body {
            Body::Scenario(_) => self.name.split('_').next().unwrap_or_default().to_owned(),
            Body::Contract(_) => self.name.replace("::", "-").replace('_', "-"),
        }
    }

    pub(crate) async fn run(&self, world: &World) -> Done {
        match self.body {
            Body::Scenario(run) => run(world).await,
            Body::Contract(run) => {
                let namespace = world.namespace("ns").await?;
                run(world.api.client().clone(), namespace).await;
                Ok(())
            }
        }
    }
}

/// A case that is not over by then has failed.
pub(crate) const DEADLINE: Duration = Duration::from_mins(3);

/// The functions of a file as its cases.
macro_rules! cases {
    ($($name:ident),* $(,)?) => {
        pub(super) const CASES: &[$crate::case::Case] = &[$($crate::case::Case {
            name: stringify!($name),
            body: $crate::case::Body::Scenario(|world| Box::pin($name(world))),
        }),*];
    };
}
