use std::time::Duration;

use crate::contract;

/// How a case ends; the error says what was found and what should have been there.
pub(super) type Done = Result<(), String>;

/// One case of the lab.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case {
    pub(super) name: &'static str,
    /// The machine it runs on.
    pub(super) form: &'static str,
    pub(super) body: Body,
}

/// What a case runs.
#[derive(Clone, Copy, Debug)]
pub(super) enum Body {
    /// A case of the guest's own.
    Guest(fn() -> Done),
    /// A rule that the simulator keeps as well.
    Contract(contract::Case),
    /// One of the RDMA subsystem.
    Rdma(contract::RdmaCase),
}

/// A case that is not over by then has wedged the guest.
pub(super) const DEADLINE: Duration = Duration::from_mins(2);

impl Case {
    pub(super) const fn new(form: &'static str, name: &'static str, run: fn() -> Done) -> Self {
        Self { name, form, body: Body::Guest(run) }
    }
}

/// Fails a case unless two things are equal.
pub(super) fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, wanted: &T) -> Done {
    if found == wanted {
        return Ok(());
    }
    Err(format!("{what}: found {found:?}, wanted {wanted:?}"))
}

/// Fails a case unless something holds.
pub(super) fn holds(what: impl FnOnce() -> String, is_so: bool) -> Done {
    if is_so { Ok(()) } else { Err(what()) }
}
