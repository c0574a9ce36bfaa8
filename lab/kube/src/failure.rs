use std::fmt;

/// How a case ends.
pub(crate) type Done<T = ()> = Result<T, Failure>;

/// What was found, and what should have been there.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }

    /// For `map_err`: an operation on an object that something refused.
    pub(crate) fn of<E: fmt::Display>(
        operation: &'static str,
        object: impl fmt::Display,
    ) -> impl FnOnce(E) -> Self {
        move |source| Self(format!("cannot {operation} {object}: {source}"))
    }
}

/// Fails a case unless two things are equal.
#[expect(clippy::needless_pass_by_value, reason = "callers compare what they make on the spot")]
pub(crate) fn same<T: PartialEq + fmt::Debug>(what: &str, found: T, wanted: T) -> Done {
    if found == wanted {
        return Ok(());
    }
    Err(Failure(format!("{what}: found {found:?}, wanted {wanted:?}")))
}

/// Fails a case unless something holds.
pub(crate) fn holds(is_so: bool, what: impl FnOnce() -> String) -> Done {
    if is_so { Ok(()) } else { Err(Failure(what())) }
}
