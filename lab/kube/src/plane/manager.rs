use std::path::Path;

use super::Access;
use crate::failure::Done;
use crate::process::Process;

pub(super) fn start(program: &Path, access: &Access) -> Done<Process> {
    let kubeconfig = access.admin_kubeconfig()?;
    let log = access.folder.join("kube-controller-manager.log");
    Process::start(program, log, |command| {
        command.arg("--kubeconfig").arg(&kubeconfig);
        command.arg("--authentication-kubeconfig").arg(&kubeconfig);
        command.arg("--authorization-kubeconfig").arg(&kubeconfig);
        let controllers = "namespace-controller,garbage-collector-controller,\
                           serviceaccount-controller";
        command.arg(format!("--controllers={controllers}"));
        command.args(["--leader-elect=false", "--secure-port=0", "--profiling=false"]);
    })
}
