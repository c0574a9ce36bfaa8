//! The clock, and files that must survive.

use std::time::Duration;

use sriov_host::seam::{FilesError, HostPath};

use super::bench::{Bench, Outcome, expect, require, tell};

cases![clock_goes_forward, files_are_replaced_as_a_whole, files_lock_excludes_others];

fn clock_goes_forward(b: &Bench<'_>) -> Outcome {
    let (before, pause) = (b.host.now(), Duration::from_millis(20));
    b.host.sleep(pause);
    let after = b.host.now();
    require(&format!("{before:?} and 20 ms are at most {after:?}"), before + pause <= after)
}

fn files_are_replaced_as_a_whole(b: &Bench<'_>) -> Outcome {
    let path = HostPath::new("/run/sriov-contract/deep/file");
    let read = || b.host.read_file(&path).map_err(|error| tell(&error));
    let write = |content: &[u8]| b.host.write_file(&path, content).map_err(|error| tell(&error));
    let remove = || b.host.remove_file(&path).map_err(|error| tell(&error));
    remove()?;
    expect("content before", read()?, None)?;
    write(b"a long first content")?;
    write(b"short\xff\n")?;
    expect("content after two writes", read()?, Some(b"short\xff\n".to_vec()))?;
    write(b"")?;
    expect("content after an empty write", read()?, Some(Vec::new()))?;
    expect("removing it", (remove()?, remove()?), (true, false))?;
    expect("content after removal", read()?, None)
}

fn files_lock_excludes_others(b: &Bench<'_>) -> Outcome {
    let path = HostPath::new("/run/sriov-contract/lock");
    let held = b.host.lock(&path, "the first").map_err(|error| tell(&error))?;
    match b.host.lock(&path, "the second") {
        Ok(_) => return Err("two owners hold the lock".to_owned()),
        Err(FilesError::Locked { owner, .. }) => {
            expect("the owner", owner.trim_end(), "the first")?;
        }
        Err(error) => return Err(tell(&error)),
    }
    drop(held);
    b.host.lock(&path, "the third").map(drop).map_err(|error| tell(&error))
}
