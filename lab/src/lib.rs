//! Contract and life-cycle tests, run on the simulator and on a real kernel under QEMU.

pub mod contract;
#[cfg(target_os = "linux")]
pub mod guest;
