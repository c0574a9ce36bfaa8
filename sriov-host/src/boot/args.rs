use std::fmt;
use std::str::FromStr;

use crate::InvalidText;

/// One argument of the kernel command line, exactly as it is passed: `iommu=pt`, `quiet`,
/// `dyndbg="file a.c +p"`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct KernelArg(String);

impl KernelArg {
    /// The argument as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the first `=`: `pci` of `pci=realloc,noaer`.
    pub fn key(&self) -> &str {
        self.0.split_once('=').map_or(self.as_str(), |(key, _)| key)
    }

    /// What stands behind the first `=`, without quotes around it; `None` for a flag.
    pub fn value(&self) -> Option<&str> {
        self.0.split_once('=').map(|(_, value)| value)
    }
}

impl FromStr for KernelArg {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        const GRAMMAR: &str = "one argument without white space outside of double quotes";
        if text.is_empty() || text.contains(char::is_whitespace) {
            return Err(InvalidText::new("a kernel argument", GRAMMAR, text));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for KernelArg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

serde_as_text!(KernelArg);

/// The arguments of one boot, in their order; every text is one.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct CommandLine(Vec<KernelArg>);

impl CommandLine {
    /// Splits a command line as the kernel does: at white space outside of double quotes.
    pub fn parse(text: &str) -> Self {
        Self(text.split_whitespace().map(|arg| KernelArg(arg.to_owned())).collect())
    }

    /// The arguments, in order.
    pub fn args(&self) -> &[KernelArg] {
        &self.0
    }

    /// What the command line says about a wish.
    pub fn presence(&self, wanted: &KernelArg) -> Presence {
        if self.0.contains(wanted) { Presence::Present } else { Presence::Absent }
    }
}

/// What a command line says about an argument that is wanted.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Presence {
    /// It is there, exactly, or as an item of a list argument such as `pci=realloc,noaer`.
    Present,
    /// Nothing is there for its key.
    Absent,
    /// Something else is there for its key, and it is not ours to decide between the two.
    Conflict {
        /// The argument that is there.
        found: KernelArg,
    },
}
