use super::{CommandLine, KernelArg, Presence};
use crate::boot::Edit;

/// A change that contradicts itself.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// An argument is to be added and to be removed.
    #[error("{arg} is to be added and to be removed")]
    AddedAndRemoved {
        /// The argument.
        arg: KernelArg,
    },
    /// Two arguments that are to be added do not go together.
    #[error("{arg} and {other} are both to be added, and contradict each other")]
    Contradicts {
        /// The one.
        arg: KernelArg,
        /// The other.
        other: KernelArg,
    },
}

impl Edit {
    /// A change; what is named twice counts once.
    ///
    /// ```
    /// use sriov_host::boot::Edit;
    /// let (pt, on) = ("iommu=pt".parse()?, "iommu=on".parse()?);
    /// assert!(Edit::new([pt], [on]).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`EditError`] if the same argument is in both, or two of those to be added contradict each
    /// other.
    pub fn new(
        add: impl IntoIterator<Item = KernelArg>,
        remove: impl IntoIterator<Item = KernelArg>,
    ) -> Result<Self, EditError> {
        let (add, remove) = (distinct(add), distinct(remove));
        let line = CommandLine::default().with(&Self { add: add.clone(), remove: Vec::new() });
        // Also as an item of a list that is to be added.
        if let Some(arg) = remove.iter().find(|gone| line.holds(gone)) {
            return Err(EditError::AddedAndRemoved { arg: arg.clone() });
        }
        for arg in &add {
            if let Presence::Conflict { found } = line.presence(arg) {
                return Err(EditError::Contradicts { arg: arg.clone(), other: found });
            }
        }
        Ok(Self { add, remove })
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.add.is_empty() && self.remove.is_empty()
    }
}

fn distinct(args: impl IntoIterator<Item = KernelArg>) -> Vec<KernelArg> {
    let mut kept: Vec<KernelArg> = Vec::new();
    for arg in args {
        if !kept.iter().any(|other| other.is_same(&arg)) {
            kept.push(arg);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(add: &[&str], remove: &[&str]) -> Result<Edit, EditError> {
        let args =
            |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<_>>();
        Edit::new(args(add), args(remove))
    }

    #[test]
    fn a_change_does_not_contradict_itself() {
        assert!(edit(&["iommu=pt", "intel_iommu=on"], &["iommu=on"]).is_ok());
        assert_eq!(edit(&["a-b=1", "a_b=1"], &[]).unwrap().add.len(), 1);
        for (add, remove) in [
            (&["iommu=pt"][..], &["iommu=pt"][..]),
            (&["ib-core.x=1"], &["ib_core.x=1"]),
            (&["pci=noaer,realloc"], &["pci=realloc"]),
            (&["iommu=pt", "iommu=on"], &[]),
            (&["iommu=pt", "iommu=off"], &[]),
            (&["pci=realloc", "pci=realloc=off"], &[]),
        ] {
            assert!(edit(add, remove).is_err(), "{add:?} {remove:?}");
        }
        assert!(edit(&["pci=realloc", "pci=noaer"], &[]).is_ok());
    }
}
