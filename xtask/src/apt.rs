//! Debian packages, taken from the archive without installing them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::problem::{Problem, Result};
use crate::run;

/// A package in one version.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
}

impl Package {
    pub(crate) fn new(name: impl Into<String>, version: impl Into<String>) -> Self {
        Self { name: name.into(), version: version.into() }
    }

    fn folder(&self) -> String {
        format!("{}_{}", self.name, self.version.replace(':', "%3a"))
    }
}

/// What the folder of a package is called until it is complete.
const PART: &str = ".part";

/// The folder where unpacked packages are kept, one folder for each package and version.
#[derive(Debug)]
pub(crate) struct Archive {
    packages: PathBuf,
}

impl Archive {
    pub(crate) fn below(cache: &Path) -> Self {
        Self { packages: cache.join("packages") }
    }

    /// The package in the version that apt would install, or else the one unpacked last.
    pub(crate) fn candidate(&self, name: &str) -> Result<Package> {
        if let Some(version) = candidate_version(name)? {
            return Ok(Package::new(name, version));
        }
        self.unpacked_version(name)?.map(|version| Package::new(name, version)).ok_or_else(|| {
            Problem::new(format!("apt knows no package {name}"))
                .help("run `apt-get update`, or `cargo xtask lab-setup` on a fresh Debian 12")
        })
    }

    /// Whether the package can be had: from the cache, or from the archive.
    pub(crate) fn has(&self, package: &Package) -> Result<bool> {
        Ok(self.folder(package).is_dir()
            || known_versions(&package.name)?.contains(&package.version))
    }

    /// The folder with the package's files, fetched and unpacked if it is not there yet.
    pub(crate) fn unpacked(&self, package: &Package) -> Result<PathBuf> {
        let folder = self.folder(package);
        if !folder.is_dir() {
            println!("fetching {} {}", package.name, package.version);
            self.fetch(package, &folder)?;
        }
        Ok(folder)
    }

    fn fetch(&self, package: &Package, folder: &Path) -> Result<()> {
        let part = self.packages.join(format!("{}{PART}", package.folder()));
        if part.exists() {
            fs::remove_dir_all(&part).map_err(Problem::path("remove", &part))?;
        }
        let files = part.join("files");
        fs::create_dir_all(&files).map_err(Problem::path("create", &files))?;
        download(package, &part)?;
        let archive = the_archive_in(&part)?;
        run::output(Command::new("dpkg").arg("-x").arg(&archive).arg(&files))?;
        fs::rename(&files, folder).map_err(Problem::path("create", folder))?;
        fs::remove_dir_all(&part).map_err(Problem::path("remove", &part))
    }

    fn folder(&self, package: &Package) -> PathBuf {
        self.packages.join(package.folder())
    }

    fn unpacked_version(&self, name: &str) -> Result<Option<String>> {
        if !self.packages.is_dir() {
            return Ok(None);
        }
        let mut newest = None;
        let entries =
            fs::read_dir(&self.packages).map_err(Problem::path("list", &self.packages))?;
        for entry in entries {
            let entry = entry.map_err(Problem::path("list", &self.packages))?;
            let folder = entry.file_name().to_string_lossy().into_owned();
            let version = folder.strip_prefix(name).and_then(|rest| rest.strip_prefix('_'));
            let complete = version.filter(|version| !version.ends_with(PART));
            let Some(version) = complete else { continue };
            let made = entry.metadata().and_then(|data| data.modified()).ok();
            newest = newest.max(Some((made, version.replace("%3a", ":"))));
        }
        Ok(newest.map(|(_, version)| version))
    }
}

/// Every version of a package that apt's lists offer for download.
pub(crate) fn known_versions(name: &str) -> Result<Vec<String>> {
    let table = run::output(Command::new("apt-cache").args(["madison", name]))?;
    Ok(table
        .lines()
        .filter_map(|line| line.split('|').nth(1))
        .map(|v| v.trim().to_owned())
        .collect())
}

/// The names of packages that match a regular expression.
pub(crate) fn search(pattern: &str) -> Result<Vec<String>> {
    let list = run::output(Command::new("apt-cache").args(["search", "--names-only", pattern]))?;
    Ok(list.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect())
}

fn candidate_version(name: &str) -> Result<Option<String>> {
    let policy = run::output(Command::new("apt-cache").args(["policy", name]).env("LC_ALL", "C"))?;
    let candidate = policy.lines().find_map(|line| line.trim().strip_prefix("Candidate: "));
    Ok(candidate.filter(|version| *version != "(none)").map(str::to_owned))
}

fn download(package: &Package, into: &Path) -> Result<()> {
    let wanted = format!("{}={}", package.name, package.version);
    let mut command = Command::new("apt-get");
    // As root, apt would warn that its own unprivileged user cannot write into the cache.
    command.args(["-q", "-o", "APT::Sandbox::User=root", "download", &wanted]).current_dir(into);
    run::output(&mut command).map(drop).map_err(|problem| {
        Problem::new(format!("cannot download {wanted} from the Debian archive\n  {problem}")).help(
            "check the network; if the archive has moved on, run `apt-get update` and try again",
        )
    })
}

fn the_archive_in(folder: &Path) -> Result<PathBuf> {
    let entries = fs::read_dir(folder).map_err(Problem::path("list", folder))?;
    entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .ok_or_else(|| Problem::new(format!("apt-get left no package in {}", folder.display())))
}
