//! Kernel arguments of images.

use sriov_host::boot::KernelArg;

/// What decides which arguments the use of VFs in virtual machines needs.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Cpu {
    /// x86 of Intel: the IOMMU is off until it is asked for.
    Intel,
    /// x86 of AMD: the IOMMU is on.
    Amd,
    /// 64-bit Arm: the IOMMU is on, if there is one.
    Arm,
}

/// The arguments for giving VFs to virtual machines on such processors.
///
/// ```
/// use sriov_mlx::generate::{Cpu, passthrough_args};
/// assert_eq!(passthrough_args(Cpu::Amd).len(), 1);
/// assert!(passthrough_args(Cpu::Arm).is_empty());
/// ```
pub fn passthrough_args(cpu: Cpu) -> Vec<KernelArg> {
    let args: &[&str] = match cpu {
        Cpu::Intel => &["intel_iommu=on", "iommu=pt"],
        Cpu::Amd => &["iommu=pt"],
        Cpu::Arm => &[],
    };
    args.iter().filter_map(|arg| arg.parse().ok()).collect()
}

/// Whether neither a shell nor a boot loader's tool gives a meaning to any part of it; grubby is the
/// strictest, which expands patterns and takes slashes for sed's.
pub(super) fn is_plain(arg: &KernelArg) -> bool {
    arg.as_str().chars().all(|c| c.is_ascii_alphanumeric() || "_-.,:=@%".contains(c))
}

/// What `grub-mkconfig` reads, behind `/etc/default/grub`.
pub(super) fn grub(args: &[KernelArg]) -> String {
    let line = spaced(args);
    format!("GRUB_CMDLINE_LINUX=\"${{GRUB_CMDLINE_LINUX-}} {line}\"\n")
}

/// What bootc reads from an image.
pub(super) fn bootc(args: &[KernelArg]) -> String {
    let args: Vec<String> = args.iter().map(|arg| format!("\"{arg}\"")).collect();
    format!("kargs = [{}]\n", args.join(", "))
}

/// As the words of a shell's loop.
pub(super) fn spaced(args: &[KernelArg]) -> String {
    args.iter().map(KernelArg::as_str).collect::<Vec<_>>().join(" ")
}
