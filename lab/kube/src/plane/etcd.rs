use std::path::Path;

use super::{free_port, subfolder};
use crate::failure::Done;
use crate::process::Process;

/// Starts etcd; also returns its URL for clients.
pub(super) fn start(program: &Path, folder: &Path) -> Done<(Process, String)> {
    let clients = format!("http://127.0.0.1:{}", free_port()?);
    let peers = format!("http://127.0.0.1:{}", free_port()?);
    let data = subfolder(folder, "etcd")?;
    let process = Process::start(program, folder.join("etcd.log"), |command| {
        command.args(["--name", "lane", "--logger", "zap", "--log-level", "warn"]);
        command.arg("--data-dir").arg(data);
        command.args(["--listen-client-urls", &clients, "--advertise-client-urls", &clients]);
        command.args(["--listen-peer-urls", &peers, "--initial-advertise-peer-urls", &peers]);
        command.args(["--initial-cluster", &format!("lane={peers}")]);
    })?;
    Ok((process, clients))
}
