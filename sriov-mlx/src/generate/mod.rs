//! Artefacts that bring first boots to hosts: units, user data, and scripts that prepare images.
//!
//! ```
//! use sriov_mlx::generate::{GenerateOptions, GenerateTarget, generate};
//! use sriov_mlx::provision::Desired;
//!
//! let desired = Desired::parse("
//! version: 1
//! match: [{ device_id: 101d }]
//! policy: { at_least: 16 }
//! ")?;
//! let files = generate(GenerateTarget::Systemd, &desired, &GenerateOptions::default())?;
//! assert_eq!(files[0].path.to_string(), "/etc/sriov-mlx/desired.json");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What comes out
//!
//! | target | files |
//! |---|---|
//! | `systemd` | the document and two units, as a tree to be copied over the root |
//! | `cloud-init` | `user-data.yaml`, which brings the same to an instance and restarts it once |
//! | `image-…` | the tree below `rootfs`, and `prepare-image.sh` that puts it into an image |
//!
//! `prepare-image.sh --check` shows how an image differs from that. It refuses an image that has a
//! `machine-id` or a memory of first boots in it: both belong to one host.
//!
//! # The two units
//!
//! `sriov-mlx-provision.service` runs at every boot, before the network and before containers are
//! started. `sriov-mlx.provision=off` on the kernel command line keeps it from running.
//!
//! `sriov-host-guard.service` calls the same program, and not a script: which file may be removed
//! from `/etc/modprobe.d` is a judgement that has tests
//! ([`reload_guard`](sriov_host::reload_guard)), and the program lies on `/usr`, which is mounted
//! before systemd starts anything.

mod cloud_init;
mod image;
mod kernel_args;
mod model;
mod tree;
mod units;

pub use kernel_args::{Cpu, passthrough_args};
pub use model::{GenerateError, GenerateOptions, GenerateTarget, GeneratedFile};

use crate::provision::Desired;

/// The artefacts of a target. Pure: the same input gives the same bytes.
///
/// # Errors
///
/// [`GenerateError`] for a document that contradicts itself, for an option that would mean
/// something else in a unit or a script, and for one that the target has no place for.
pub fn generate(
    target: GenerateTarget,
    desired: &Desired,
    options: &GenerateOptions,
) -> Result<Vec<GeneratedFile>, GenerateError> {
    desired.validate().map_err(GenerateError::Desired)?;
    options.check(target)?;
    Ok(match target {
        GenerateTarget::Systemd => tree::host(desired, options),
        GenerateTarget::CloudInit => {
            let desired = cloud_init::adapted(desired);
            cloud_init::files(&tree::host(&desired, options), &desired)
        }
        GenerateTarget::ImageUbuntu | GenerateTarget::ImageRhel | GenerateTarget::ImageOstree => {
            let mut files = tree::host(desired, options);
            files.append(&mut tree::image(target, options));
            image::files(target, files, options)
        }
    })
}
