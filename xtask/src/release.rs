//! Which kernel the lab boots.

use std::fmt;

use crate::apt::{self, Archive, Package};
use crate::problem::{Problem, Result};

/// The release that the lab is kept on. The only place that names it.
const PINNED: &str = "6.12.95+deb12-amd64";
/// Its package version, from suite bookworm-backports.
const PINNED_VERSION: &str = "6.12.95-1~bpo12+1";
/// What replaces it once the archive has dropped it.
const FALL_BACK: &str = r"^linux-image-6\.12\..*\+deb12-amd64$";

/// A kernel and its packages, all of the same version.
#[derive(Clone, Debug)]
pub(crate) struct Release {
    /// What `uname -r` says, as `6.12.95+deb12-amd64`.
    pub(crate) name: String,
    version: String,
    /// Whether this is another kernel than the lab was written for.
    pub(crate) fallen_back: bool,
}

impl Release {
    /// The kernel asked for, or the pinned one, or the newest of its series.
    pub(crate) fn choose(archive: &Archive, wanted: Option<&str>) -> Result<Self> {
        if let Some(name) = wanted {
            return Self::named(archive, name);
        }
        let pinned = Self::new(PINNED, PINNED_VERSION);
        if pinned.is_complete(archive)? {
            return Ok(pinned);
        }
        let mut names = apt::search(FALL_BACK)?;
        names.sort_by_key(|name| std::cmp::Reverse(numbers(name)));
        for image in names {
            let Some(name) = image.strip_prefix("linux-image-") else { continue };
            for version in apt::known_versions(&image)? {
                let release = Self { fallen_back: true, ..Self::new(name, &version) };
                if release.is_complete(archive)? {
                    return Ok(release);
                }
            }
        }
        Err(Problem::new(format!("the archive has neither kernel {PINNED} nor another 6.12"))
            .help("run `cargo xtask lab-setup`: it adds bookworm-backports and updates the lists"))
    }

    pub(crate) fn image(&self) -> Package {
        self.package(format!("linux-image-{}", self.name))
    }

    pub(crate) fn headers(&self) -> Package {
        self.package(format!("linux-headers-{}", self.name))
    }

    pub(crate) fn common_headers(&self) -> Package {
        self.package(format!("linux-headers-{}-common", self.without_flavour()))
    }

    pub(crate) fn kbuild(&self) -> Package {
        self.package(format!("linux-kbuild-{}", self.kbuild_suffix()))
    }

    pub(crate) fn source(&self) -> Package {
        self.package(format!("linux-source-{}", self.series()))
    }

    /// The series, as `6.12`.
    pub(crate) fn series(&self) -> String {
        self.name.splitn(3, '.').take(2).collect::<Vec<_>>().join(".")
    }

    fn new(name: &str, version: &str) -> Self {
        Self { name: name.to_owned(), version: version.to_owned(), fallen_back: false }
    }

    fn named(archive: &Archive, name: &str) -> Result<Self> {
        let image = archive.candidate(&format!("linux-image-{name}"))?;
        let release = Self::new(name, &image.version);
        if release.is_complete(archive)? {
            return Ok(release);
        }
        Err(Problem::new(format!(
            "the archive has no headers or sources of kernel {name} in version {}",
            image.version
        )))
    }

    fn is_complete(&self, archive: &Archive) -> Result<bool> {
        for package in
            [self.image(), self.headers(), self.common_headers(), self.kbuild(), self.source()]
        {
            if !archive.has(&package)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn without_flavour(&self) -> &str {
        self.name.rsplit_once('-').map_or(self.name.as_str(), |(release, _)| release)
    }

    /// Up to 6.1, Debian named the package after the series alone.
    fn kbuild_suffix(&self) -> String {
        if self.name.contains("+deb") { self.without_flavour().to_owned() } else { self.series() }
    }

    fn package(&self, name: String) -> Package {
        Package::new(name, self.version.clone())
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.version)?;
        if self.fallen_back {
            write!(f, ", because the archive no longer has {PINNED}")?;
        }
        Ok(())
    }
}

/// The numbers in a name, so that 6.12.100 is newer than 6.12.95.
fn numbers(name: &str) -> Vec<u64> {
    name.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_named_after_the_release() {
        let release = Release::new("6.12.95+deb12-amd64", "6.12.95-1~bpo12+1");
        assert_eq!(release.common_headers().name, "linux-headers-6.12.95+deb12-common");
        assert_eq!(release.kbuild().name, "linux-kbuild-6.12.95+deb12");
        assert_eq!(release.source().name, "linux-source-6.12");
        assert_eq!(release.source().version, "6.12.95-1~bpo12+1");
    }

    #[test]
    fn a_release_of_the_distribution_itself_shares_its_kbuild_package() {
        let release = Release::new("6.1.0-44-amd64", "6.1.164-1");
        assert_eq!(release.common_headers().name, "linux-headers-6.1.0-44-common");
        assert_eq!(release.kbuild().name, "linux-kbuild-6.1");
    }

    #[test]
    fn releases_are_ordered_by_number_and_not_by_letter() {
        assert!(
            numbers("linux-image-6.12.100+deb12-amd64")
                > numbers("linux-image-6.12.95+deb12-amd64")
        );
    }
}
