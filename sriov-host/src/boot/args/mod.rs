//! The token-exact model of the kernel command line.

mod edit;
mod grammar;
mod line;
mod presence;
mod split;

use std::fmt;
use std::str::FromStr;

pub use edit::EditError;
pub use line::CommandLine;
pub use presence::Presence;

use crate::InvalidText;

/// One argument of the kernel command line, exactly as it is passed: `iommu=pt`, `quiet`,
/// `dyndbg="file a.c +p"`.
///
/// Text that is parsed is checked: printable ASCII without white space outside of double quotes,
/// at most 2048 bytes, and not `--`. Arguments of a [`CommandLine`] are whatever was passed.
///
/// ```
/// use sriov_host::boot::KernelArg;
///
/// let arg: KernelArg = r#"dyndbg="file a.c +p""#.parse()?;
/// assert_eq!((arg.key(), arg.value()), ("dyndbg", Some("file a.c +p")));
/// assert!("iommu=pt quiet".parse::<KernelArg>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct KernelArg(String);

impl KernelArg {
    /// The kernel's own limit is for a whole line: 2048 bytes on x86, the least of all.
    const MAX_BYTES: usize = 2048;

    /// The argument as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the first `=`: `pci` of `pci=realloc,noaer`.
    pub fn key(&self) -> &str {
        split::param(&self.0).0
    }

    /// What stands behind the first `=`, without quotes around it; `None` for a flag.
    pub fn value(&self) -> Option<&str> {
        split::param(&self.0).1
    }

    /// Whether the kernel takes both for the same: quotes do not count, and `-` and `_` are equal
    /// in keys.
    ///
    /// ```
    /// # use sriov_host::boot::KernelArg;
    /// let arg = |text: &str| text.parse::<KernelArg>();
    /// assert!(arg("ib-core.netns_mode=0")?.is_same(&arg("ib_core.netns_mode=0")?));
    /// assert!(!arg("iommu=pt")?.is_same(&arg("iommu.passthrough=1")?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "parameq")]
    pub fn is_same(&self, other: &Self) -> bool {
        self.has_key(other.key()) && self.value() == other.value()
    }

    /// Whether this is its key, where `-` and `_` are equal.
    pub fn has_key(&self, key: &str) -> bool {
        grammar::is_same_key(self.key(), key)
    }

    /// What follows is for init and not for the kernel.
    fn ends_kernel_args(&self) -> bool {
        self.key() == "--" && self.value().is_none()
    }

    /// Whether a quote is opened and not closed, which takes in all that follows.
    fn is_open(&self) -> bool {
        !self.0.matches('"').count().is_multiple_of(2)
    }
}

impl FromStr for KernelArg {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        const GRAMMAR: &str = "one argument, as iommu=pt, with white space only in double quotes";
        // The kernel takes the byte 0xa0 for a space, which is a part of letters in UTF-8.
        let printable =
            text.len() <= Self::MAX_BYTES && text.bytes().all(|b| matches!(b, b' '..=b'~'));
        let arg = Self(text.to_owned());
        let whole = split::args(text).eq([text]) && !arg.is_open();
        let named =
            !arg.key().is_empty() && !arg.key().contains(['"', ' ']) && !arg.key().starts_with('=');
        if printable && whole && named && !arg.ends_kernel_args() {
            return Ok(arg);
        }
        Err(InvalidText::new("a kernel argument", GRAMMAR, text))
    }
}

impl fmt::Display for KernelArg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

serde_as_text!(KernelArg);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_are_the_kernels() {
        for (text, key, value) in [
            ("quiet", "quiet", None),
            ("iommu=pt", "iommu", Some("pt")),
            ("root=UUID=1-2", "root", Some("UUID=1-2")),
            ("empty=", "empty", Some("")),
            (r#"dyndbg="file a.c +p""#, "dyndbg", Some("file a.c +p")),
            (r#""dyndbg=file a.c +p""#, "dyndbg", Some("file a.c +p")),
            (r#"acpi_osi="Windows 2009""#, "acpi_osi", Some("Windows 2009")),
            (r#""quiet""#, "quiet", None),
            (r#"a="b"c"#, "a", Some(r#"b"c"#)),
            (r#"a=b"c""#, "a", Some(r#"b"c""#)),
            (r#"a=""#, "a", Some("")),
            ("=a=b", "=a", Some("b")),
            ("=a", "=a", None),
        ] {
            let arg = KernelArg(text.to_owned());
            assert_eq!((arg.key(), arg.value()), (key, value), "{text}");
        }
    }

    #[test]
    fn what_is_asked_for_is_one_argument() {
        let long = format!("a={}", "x".repeat(2046));
        for text in
            ["quiet", "pci=realloc,noaer", r#""a=b c""#, r#"a="b c""#, "acpi_osi=!", "---", &long]
        {
            assert_eq!(text.parse::<KernelArg>().unwrap().to_string(), text);
        }
        let longer = format!("{long}x");
        for text in [
            "",
            " ",
            "a b",
            " a",
            "a ",
            "a\tb",
            "a\nb",
            "a=\u{7f}",
            "a=\u{a0}",
            "größe=1",
            "a=\0",
            r#"a="b"#,
            r#""a=b"#,
            r#"a="b c" d"#,
            "\"\"",
            "--",
            "\"--\"",
            "=",
            "=a",
            r#""a b=c""#,
            "a=\"b\tc\"",
            &longer,
        ] {
            assert!(text.parse::<KernelArg>().is_err(), "{text:?}");
        }
    }
}
