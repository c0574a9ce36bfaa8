use std::fs;
use std::path::{Path, PathBuf};

use sriov_host::boot::{Edit, KernelArg};
use sriov_host::seam::{Files, HostPath};
use sriov_host::sim::{Machine, SimHost};

pub(crate) fn root(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/roots").join(name)
}

pub(crate) fn args(args: &[&str]) -> Vec<KernelArg> {
    args.iter().map(|arg| arg.parse().unwrap()).collect()
}

pub(crate) fn edit(add: &[&str], remove: &[&str]) -> Edit {
    Edit { add: args(add), remove: args(remove) }
}

/// A simulated machine with the files of a root.
pub(crate) fn simulated(name: &str) -> SimHost {
    let machine = Machine::from_yaml("boot: { loader: none }").unwrap();
    let host = SimHost::new(&machine).unwrap();
    copy(&host, &root(name), &HostPath::new(""));
    host
}

fn copy(host: &SimHost, folder: &Path, path: &HostPath) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let inner = path.join(entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            copy(host, &entry.path(), &inner);
        } else {
            host.write_file(&inner, &fs::read(entry.path()).unwrap()).unwrap();
        }
    }
}

pub(crate) fn text(host: &SimHost, path: &str) -> String {
    String::from_utf8(host.read_file(&HostPath::new(path)).unwrap().unwrap()).unwrap()
}
