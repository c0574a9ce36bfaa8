use sriov_host::ModuleName;
use sriov_host::initramfs::{self, Contains};
use sriov_host::modprobe::Configuration;
use sriov_host::seam::Host;

use super::facts::InitramfsFacts;
use super::observe::{PARAMETER, mode_settings};

/// Looks into the initramfs of the next boot.
pub(super) fn look(host: &dyn Host) -> InitramfsFacts {
    let module = ModuleName::ib_core();
    match initramfs::contains(host, &module) {
        Contains::No { .. } => InitramfsFacts::WithoutModule,
        Contains::Unknown { why } => InitramfsFacts::Unknown { why },
        Contains::Yes { path: image, configuration } => {
            let files = configuration.iter().map(|(path, content)| (path, content.as_slice()));
            let settings = Configuration::of(files).settings(&module, PARAMETER);
            let settings = mode_settings(settings);
            InitramfsFacts::Holds { image, settings, rebuild: initramfs::regeneration(host) }
        }
    }
}
