use std::time::Duration;

use futures_util::future::LocalBoxFuture;

use crate::failure::Done;
use crate::world::World;

/// One scenario.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    /// The stable name, as `s000a_create_while_the_old_network_terminates`.
    pub(crate) name: &'static str,
    pub(crate) run: for<'a> fn(&'a World) -> LocalBoxFuture<'a, Done>,
}

/// A case that is not over by then has failed.
pub(crate) const DEADLINE: Duration = Duration::from_mins(3);

/// The functions of a file as its cases.
macro_rules! cases {
    ($($name:ident),* $(,)?) => {
        pub(super) const CASES: &[$crate::case::Case] = &[$($crate::case::Case {
            name: stringify!($name),
            run: |world| Box::pin($name(world)),
        }),*];
    };
}
