use serde::{Deserialize, Serialize};

/// The boot loader of a simulated machine, as its description has it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct BootMachine {
    /// Which one, with the distribution that uses it.
    pub loader: LoaderKind,
    /// What is wrong with its programs.
    pub faults: Vec<BrokenTool>,
}

/// The boot loaders that a simulated machine may have.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LoaderKind {
    /// Debian: `update-grub`.
    #[default]
    Grub,
    /// Rocky Linux: `grubby`.
    Grubby,
    /// Fedora CoreOS: `rpm-ostree kargs`.
    RpmOstree,
    /// Arch Linux: `kernel-install`.
    SystemdBoot,
    /// None that is known.
    None,
}

/// A program that does not do what it should.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct BrokenTool {
    /// Its name, as `update-grub`.
    pub tool: String,
    /// What is wrong with it.
    pub how: ToolFault,
}

/// What is wrong with a program.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ToolFault {
    /// It is not installed.
    Missing,
    /// It says that it succeeded, and has done nothing.
    NoEffect,
    /// It ends with status 1, and has done nothing.
    Fails,
    /// It does not end before it is killed.
    Hangs,
}
