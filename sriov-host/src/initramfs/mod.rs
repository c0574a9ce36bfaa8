//! What is in the initramfs of the next boot: modules that load before the host's own
//! configuration can be read take theirs from there.
//!
//! The image is read as the kernel reads it, as a stream: archives of cpio, plain or compressed
//! with gzip, zstd, xz or lz4, behind each other. An image that is torn, damaged, or compressed in
//! another way is never said to lack something: what cannot be told is [`Contains::Unknown`].

mod archive;
mod candidates;
mod cpio;
mod regeneration;
mod search;

use std::io::Read;

use crate::ModuleName;
use crate::plan::chain;
use crate::seam::{Files, Host, HostPath, Sysfs};
use candidates::Images;
pub use regeneration::{Regeneration, regeneration};
use search::Search;

/// Whether the initramfs contains a module.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Contains {
    /// It does, or it says that the kernel has the module built in; `configuration` has the files
    /// of modprobe that are in it.
    Yes {
        /// The initramfs.
        path: HostPath,
        /// The files below a `modprobe.d` that are in it: path and content, links followed.
        configuration: Vec<(HostPath, Vec<u8>)>,
    },
    /// It does not.
    No {
        /// The initramfs.
        path: HostPath,
    },
    /// It cannot be told.
    Unknown {
        /// Why.
        why: String,
    },
}

/// Whether the initramfs of the running kernel's release contains a module.
///
/// It is looked for where Debian, Ubuntu, RHEL, Fedora, SUSE, ostree and kernel-install(8) put it,
/// and in the boot loader's entries. Unified kernel images are not looked into. Reading takes
/// seconds for a large image.
pub fn contains(host: &dyn Host, module: &ModuleName) -> Contains {
    look(host, module).unwrap_or_else(|why| Contains::Unknown { why })
}

fn look(host: &dyn Host, module: &ModuleName) -> Result<Contains, String> {
    let release = running_release(host)?;
    let candidates = candidates::candidates(host, &release).map_err(|error| chain(&error))?;
    let mut answers = Vec::new();
    for images in &candidates {
        answers.push(judge(host, images, module)?);
    }
    let mut answers = answers.into_iter();
    let first =
        answers.next().ok_or_else(|| format!("no initramfs of kernel {release} was found"))?;
    if answers.all(|other| agree(&first, &other)) {
        Ok(first)
    } else {
        let paths: Vec<String> = candidates.iter().flatten().map(ToString::to_string).collect();
        Err(format!(
            "there are several for kernel {release}, and they differ: {}",
            paths.join(", ")
        ))
    }
}

fn agree(one: &Contains, other: &Contains) -> bool {
    match (one, other) {
        (Contains::Yes { configuration: one, .. }, Contains::Yes { configuration: other, .. }) => {
            one == other
        }
        (Contains::No { .. }, Contains::No { .. }) => true,
        _ => false,
    }
}

/// Reads the images of one boot.
fn judge(host: &dyn Files, images: &Images, module: &ModuleName) -> Result<Contains, String> {
    let mut search = Search::new(module);
    for path in images {
        let image = host.open_file(path).map_err(|error| chain(&error))?;
        let image = image.ok_or_else(|| format!("{path} has gone"))?;
        archive::read(image, &mut search)
            .map_err(|error| format!("{path} cannot be read to its end: {error}"))?;
    }
    // The kernel unpacks a small image, as one with microcode, before the one that counts.
    let path = images.last().cloned().ok_or("no image is named")?;
    verdict(&search, path)
}

fn verdict(search: &Search<'_>, path: HostPath) -> Result<Contains, String> {
    if search.found || search.built_in {
        let unknown = |file| format!("what {file} in {path} says is not known");
        let configuration = search.configuration().map_err(unknown)?;
        return Ok(Contains::Yes { path, configuration });
    }
    if let Some(nested) = &search.nested {
        return Err(format!("{path} holds another image, {nested}, which is not looked into"));
    }
    if !search.init {
        return Err(format!("{path} has no /init, and so is not all of an initramfs"));
    }
    Ok(Contains::No { path })
}

/// Whether an image contains a module, for an image from anywhere; `path` is what it is called.
///
/// ```
/// use sriov_host::initramfs::{Contains, contains_in};
/// use sriov_host::seam::HostPath;
///
/// let torn = b"070701";
/// let found = contains_in(&torn[..], &HostPath::new("boot/initrd"), &"ib_core".parse()?);
/// assert!(matches!(found, Contains::Unknown { .. }));
/// # Ok::<(), sriov_host::InvalidText>(())
/// ```
pub fn contains_in(image: impl Read, path: &HostPath, module: &ModuleName) -> Contains {
    let mut search = Search::new(module);
    archive::read(image, &mut search)
        .map_err(|error| format!("{path} cannot be read to its end: {error}"))
        .and_then(|()| verdict(&search, path.clone()))
        .unwrap_or_else(|why| Contains::Unknown { why })
}

fn running_release(host: &(impl Sysfs + ?Sized)) -> Result<String, String> {
    let text = host
        .read(&HostPath::new("proc/sys/kernel/osrelease"))
        .map_err(|error| format!("the running kernel's release is not known: {}", chain(&error)))?;
    let release = text.trim();
    // It becomes a part of paths.
    if release.is_empty() || release.contains('/') || release.contains(char::is_whitespace) {
        return Err(format!("{release:?} is no release of a kernel"));
    }
    Ok(release.to_owned())
}
