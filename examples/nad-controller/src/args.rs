//! The command line. Its contract: options that stand here keep their names and meanings.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use sriov_nad::names::{ResourcePrefix, is_dns_label};
use sriov_nad::plan::{ConditionType, Unowned};

/// Keeps a NAD for every SR-IOV network of a cluster
#[derive(Debug, Parser)]
#[command(name = "nad-controller", version, max_term_width = 100)]
pub(crate) struct Args {
    /// The namespace whose networks may have their NAD in any other
    #[arg(long, value_name = "NS", env = "NAMESPACE", value_parser = namespace)]
    pub(crate) operator_namespace: String,
    /// The prefix of the device plugin's resources
    #[arg(long, value_name = "P", env = "RESOURCE_PREFIX", default_value = "openshift.io")]
    pub(crate) resource_prefix: ResourcePrefix,
    /// Where /livez, /readyz and /metrics are served
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8081")]
    pub(crate) health_addr: SocketAddr,
    /// How many networks are reconciled at a time
    #[arg(long, value_name = "N", default_value = "8", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) workers: u16,
    /// How the cluster is reached; without it KUBECONFIG, else the service account of the pod
    #[arg(long, value_name = "FILE")]
    pub(crate) kubeconfig: Option<PathBuf>,
    /// How log lines are written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) log_format: LogFormat,
    /// Work only while holding the Lease `nad-controller`; for fewer requests, not for correctness
    #[arg(long)]
    pub(crate) leader_elect: bool,
    /// This process in the Lease
    #[arg(long, value_name = "NAME", env = "HOSTNAME", default_value = "nad-controller")]
    pub(crate) identity: String,
    /// The type of the condition; another one where sriov-network-operator writes Ready as well
    #[arg(long, value_name = "TYPE", default_value = "Ready", value_parser = condition)]
    pub(crate) condition_type: ConditionType,
    /// What happens to a NAD at the target that has no owner annotation
    #[arg(long, value_name = "POLICY", default_value = "adopt")]
    pub(crate) unowned: UnownedArg,
    /// What happens when somebody else reverts every write
    #[arg(long, value_name = "POLICY", default_value = "insist")]
    pub(crate) fight: FightArg,
    /// Write resourceName into the CNI config as well, for tooling that looks for it there
    #[arg(long)]
    pub(crate) embed_resource_name: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum UnownedArg {
    /// It becomes the network's, as with sriov-network-operator
    Adopt,
    /// It stays as it is, and the network says so in its condition
    Refuse,
}

impl From<UnownedArg> for Unowned {
    fn from(arg: UnownedArg) -> Self {
        match arg {
            UnownedArg::Adopt => Self::Adopt,
            UnownedArg::Refuse => Self::Refuse,
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum FightArg {
    /// Go on writing, at a pace that slows down to 5 minutes
    Insist,
    /// Stop until the network or the NAD has other content
    Yield,
    /// Stop until the controller is told otherwise
    Suspend,
}

fn namespace(text: &str) -> Result<String, String> {
    if is_dns_label(text) {
        return Ok(text.to_owned());
    }
    Err(format!("{text:?} is no name of a namespace"))
}

/// As the CRDs have it: `metav1.Condition` allows qualified names.
fn condition(text: &str) -> Result<ConditionType, String> {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let name = text.rsplit_once('/').map_or(text, |(_, name)| name);
    let ends = [name.bytes().next(), name.bytes().last()];
    let sound = text.len() <= 316
        && name.bytes().all(inner)
        && ends.iter().all(|end| end.is_some_and(|byte| byte.is_ascii_alphanumeric()));
    if sound {
        Ok(ConditionType(text.to_owned()))
    } else {
        Err(format!("{text:?} is no type of a condition"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Args, clap::Error> {
        let base = ["nad-controller", "--operator-namespace", "sriov"];
        Args::try_parse_from(base.iter().chain(args))
    }

    #[test]
    fn defaults_are_those_of_the_operator() {
        let args = parse(&[]).unwrap();
        assert_eq!(args.resource_prefix.as_str(), "openshift.io");
        assert_eq!(args.health_addr.to_string(), "127.0.0.1:8081");
        assert_eq!((args.unowned, args.fight), (UnownedArg::Adopt, FightArg::Insist));
        assert!(!args.leader_elect && !args.embed_resource_name);
    }

    #[test]
    fn names_are_checked_at_the_door() {
        for bad in [
            ["--operator-namespace", "A"],
            ["--resource-prefix", ""],
            ["--workers", "0"],
            ["--condition-type", "a b"],
            ["--condition-type", ""],
            ["--fight", "hard"],
        ] {
            let error = Args::try_parse_from([&["nad-controller"][..], &bad].concat()).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{bad:?}");
            assert!(error.to_string().contains(bad[0]), "{bad:?}: {error}");
        }
        assert_eq!(parse(&["--condition-type", "NadReady"]).unwrap().condition_type.0, "NadReady");
    }
}
