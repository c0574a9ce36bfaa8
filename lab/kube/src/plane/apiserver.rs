use std::path::Path;

use super::Access;
use crate::failure::Done;
use crate::process::Process;

pub(super) fn start(program: &Path, access: &Access, etcd: &str) -> Done<Process> {
    let log = access.folder.join("kube-apiserver.log");
    Process::start(program, log, |command| {
        command.arg(format!("--etcd-servers={etcd}"));
        command.args(["--bind-address=127.0.0.1", "--advertise-address=127.0.0.1"]);
        command.arg(format!("--secure-port={}", access.port));
        command.arg("--cert-dir").arg(access.folder.join("certificates"));
        command.arg("--token-auth-file").arg(access.tokens());
        command.arg("--service-account-key-file").arg(access.key());
        command.arg("--service-account-signing-key-file").arg(access.key());
        command.arg("--service-account-issuer=https://kubernetes.default.svc");
        command
            .args(["--service-cluster-ip-range=10.96.0.0/24", "--endpoint-reconciler-type=none"]);
        command.args(["--authorization-mode=RBAC", "--profiling=false"]);
        // As on OpenShift: who sets an ownerReference has to be allowed to delete the object.
        command.arg("--enable-admission-plugins=OwnerReferencesPermissionEnforcement");
    })
}
