use std::fmt;

/// Why a step is in a plan: always the two values that differ, or the step that needs it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// The document wants one value and the host has another.
    Differs {
        /// The field of the document, as `numVfs`.
        field: &'static str,
        /// What the document says.
        wanted: String,
        /// What the host has; `None` if there is no value.
        found: Option<String>,
    },
    /// A later step of the plan cannot do without.
    Needed {
        /// What it is needed for, as "driver binds only after the attributes are set".
        by: String,
    },
    /// An earlier run was interrupted and owes this.
    Owed {
        /// What was interrupted, as "VF creation".
        from: String,
    },
}

impl Reason {
    /// The usual reason: a field differs.
    pub fn differs(field: &'static str, wanted: impl fmt::Display, found: Option<String>) -> Self {
        Self::Differs { field, wanted: wanted.to_string(), found }
    }

    /// A step that another one needs.
    pub fn needed(by: impl Into<String>) -> Self {
        Self::Needed { by: by.into() }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Differs { field, wanted, found: Some(found) } => {
                write!(f, "{field}: wanted {wanted}, found {found}")
            }
            Self::Differs { field, wanted, found: None } => {
                write!(f, "{field}: wanted {wanted}, not set")
            }
            Self::Needed { by } => write!(f, "needed: {by}"),
            Self::Owed { from } => write!(f, "owed by an interrupted {from}"),
        }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Reason {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
