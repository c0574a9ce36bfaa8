use std::fmt;

use super::grammar::Grammar;
use super::presence::presence;
use super::{KernelArg, Presence, split};
use crate::boot::Edit;

/// The arguments of one boot, in their order; every text is one.
///
/// ```
/// use sriov_host::boot::{CommandLine, Presence};
///
/// let line = CommandLine::parse("quiet iommu=pt -- iommu=off");
/// assert_eq!(line.presence(&"iommu=pt".parse()?), Presence::Present);
/// assert_eq!(line.args().len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct CommandLine {
    kernel: Vec<KernelArg>,
    init: Vec<KernelArg>,
}

impl CommandLine {
    /// Splits a command line as the kernel does: at white space outside of double quotes.
    pub fn parse(text: &str) -> Self {
        let mut kernel: Vec<KernelArg> =
            split::args(text).map(|arg| KernelArg(arg.to_owned())).collect();
        let end = kernel.iter().position(KernelArg::ends_kernel_args).unwrap_or(kernel.len());
        let init = kernel.split_off(end);
        Self { kernel, init }
    }

    /// The arguments of the kernel, in order.
    pub fn args(&self) -> &[KernelArg] {
        &self.kernel
    }

    /// What is for init alone, from the `--` that ends the kernel's arguments; mostly nothing.
    pub fn init_args(&self) -> &[KernelArg] {
        &self.init
    }

    /// What the command line says about a wish.
    ///
    /// Of two values of one key the kernel takes the last, and so does this.
    pub fn presence(&self, wanted: &KernelArg) -> Presence {
        presence(&self.kernel, wanted)
    }

    /// The last argument with this key, and its place in [`args`](Self::args): of two values of
    /// one key the kernel takes the last.
    pub fn last(&self, key: &str) -> Option<(usize, &KernelArg)> {
        self.kernel.iter().enumerate().rfind(|(_, arg)| arg.has_key(key))
    }

    /// Where an argument is in effect or would be but for what stands behind it: the argument
    /// itself, or a list that contains it. What holds it has to go if it is not wanted.
    pub fn holding(&self, arg: &KernelArg) -> Option<&KernelArg> {
        let items = Grammar::of(arg.key()).items(arg);
        let within = |found: &&KernelArg| {
            let same_key = found.has_key(arg.key());
            same_key && items.as_ref().is_some_and(|items| items.are_in(found))
        };
        let same = self.kernel.iter().find(|found| found.is_same(arg));
        same.or_else(|| self.kernel.iter().find(within))
    }

    /// Whether an argument stands there, by itself or in a list.
    pub fn holds(&self, arg: &KernelArg) -> bool {
        self.holding(arg).is_some()
    }

    /// This line with a change: without the arguments to be removed, and with those to be added
    /// behind the others, as far as they are not present.
    ///
    /// Only whole arguments are removed: a list that contains an item stays as it is.
    #[must_use]
    pub fn with(&self, edit: &Edit) -> Self {
        let removed = |arg: &KernelArg| edit.remove.iter().any(|gone| gone.is_same(arg));
        let mut line = self.clone();
        line.kernel.retain(|arg| !removed(arg));
        for arg in &edit.add {
            if line.presence(arg) != Presence::Present {
                // An open quote would take in what is put behind it.
                let open = line.kernel.last().is_some_and(KernelArg::is_open);
                let end = line.kernel.len() - usize::from(open);
                line.kernel.insert(end, arg.clone());
            }
        }
        line
    }
}

/// As it is passed: the arguments with one space between them.
impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut args = self.kernel.iter().chain(&self.init);
        args.next().map_or(Ok(()), |first| f.write_str(first.as_str()))?;
        args.try_for_each(|arg| write!(f, " {arg}"))
    }
}

/// As the list of the kernel's arguments.
impl serde::Serialize for CommandLine {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.kernel)
    }
}
