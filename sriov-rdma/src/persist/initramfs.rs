use sriov_host::ModuleName;
use sriov_host::initramfs::{self, Contains};
use sriov_host::modprobe;
use sriov_host::seam::{Files, FilesError, Host, HostPath, Lock, ToolRun};
use std::io::{Cursor, Read};

use super::error::InitramfsError;
use super::facts::{InitramfsFacts, ModeSetting};
use super::observe::{PARAMETER, mode_settings};

/// How the initramfs of this host is made anew.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rebuild {
    /// The program of the distribution, for every kernel that is installed.
    pub run: ToolRun,
}

/// The programs that make an initramfs, and what makes them do it for every kernel.
const PROGRAMS: [(&str, &[&str]); 3] = [
    // Debian, Ubuntu. There dracut may be installed as well, behind this name.
    ("update-initramfs", &["-u", "-k", "all"]),
    // RHEL, Fedora, SLES.
    ("dracut", &["--force", "--regenerate-all"]),
    // Arch.
    ("mkinitcpio", &["-P"]),
];

impl Rebuild {
    /// How this host does it; `None` if that is not known.
    fn find(host: &dyn Host) -> Result<Option<Self>, InitramfsError> {
        // There the image belongs to the deployment, and /boot is not to be written.
        if host.read_file(&HostPath::new("run/ostree-booted"))?.is_some() {
            return Ok(None);
        }
        for (name, args) in PROGRAMS {
            if let Some(program) = host.find_tool(name)? {
                let run = ToolRun::change(program, args.iter().copied());
                return Ok(Some(Self { run }));
            }
        }
        Ok(None)
    }
}

/// Looks into the initramfs of the next boot.
pub(super) fn look(host: &dyn Host, module: &ModuleName) -> Result<InitramfsFacts, InitramfsError> {
    Ok(match initramfs::contains(host, module) {
        Contains::No { .. } => InitramfsFacts::WithoutModule,
        Contains::Unknown { why } => InitramfsFacts::Unknown { why },
        Contains::Yes { path: image, configuration } => InitramfsFacts::Holds {
            settings: copied_settings(configuration, module)?,
            image,
            rebuild: Rebuild::find(host)?,
        },
    })
}

fn copied_settings(
    configuration: Vec<(HostPath, Vec<u8>)>,
    module: &ModuleName,
) -> Result<Vec<ModeSetting>, FilesError> {
    Ok(mode_settings(modprobe::settings(&Copies(configuration), module, PARAMETER)?))
}

/// The copies in an initramfs, as the files that modprobe finds there.
struct Copies(Vec<(HostPath, Vec<u8>)>);

impl Files for Copies {
    fn read_file(&self, path: &HostPath) -> Result<Option<Vec<u8>>, FilesError> {
        let found = self.0.iter().find(|(name, _)| name == path);
        Ok(found.map(|(_, content)| content.clone()))
    }

    fn open_file(&self, path: &HostPath) -> Result<Option<Box<dyn Read + Send>>, FilesError> {
        let content = self.read_file(path)?;
        Ok(content.map(|content| Box::new(Cursor::new(content)) as Box<dyn Read + Send>))
    }

    fn list_files(&self, folder: &HostPath) -> Result<Option<Vec<String>>, FilesError> {
        let inside = self.0.iter().filter(|(path, _)| path.parent().as_ref() == Some(folder));
        let mut names: Vec<String> = inside.map(|(path, _)| path.file_name().to_owned()).collect();
        names.sort();
        Ok((!names.is_empty()).then_some(names))
    }

    fn write_file(&self, path: &HostPath, _: &[u8]) -> Result<(), FilesError> {
        Err(read_only("replace", path))
    }

    fn remove_file(&self, path: &HostPath) -> Result<bool, FilesError> {
        Err(read_only("remove", path))
    }

    fn lock(&self, path: &HostPath, _: &str) -> Result<Box<dyn Lock>, FilesError> {
        Err(read_only("lock", path))
    }
}

fn read_only(operation: &'static str, path: &HostPath) -> FilesError {
    let source = sriov_host::Errno::ROFS.to_io();
    FilesError::Io { operation, path: path.clone(), source }
}
