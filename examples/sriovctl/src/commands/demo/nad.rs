//! The end of the story: the VFs become a network for pods.

use sriov_nad::lint::{Facts, Input, Options, lint};
use sriov_nad::render::{RenderOptions, render};
use sriov_nad::spec::Network;

use super::{Chapter, broken, value};
use crate::commands::nad;
use crate::failure::Failure;
use crate::term::{self, Style};

const NETWORK: &str = r#"apiVersion: sriovnetwork.openshift.io/v1
kind: SriovNetwork
metadata: { name: fast, namespace: sriov-network-operator }
spec:
  networkNamespace: shop
  resourceName: igb_vfs
  vlan: 100
  ipam: '{ "type": "host-local", "subnet": "10.56.217.0/24" }'
"#;

const POD: &str = r#"---
apiVersion: v1
kind: Pod
metadata:
  name: till
  namespace: shop
  annotations: { k8s.v1.cni.cncf.io/networks: fast }
spec:
  containers: [{ name: app, image: "registry.example/till:1" }]
"#;

pub(super) fn rendered() -> Result<Chapter, Failure> {
    let nad = render(&Network::parse(NETWORK)?, &RenderOptions::default())
        .map_err(|error| broken(error.path()))?;
    Ok(Chapter {
        title: "A network for pods",
        story: "A SriovNetwork hands the VFs to pods. A controller stores a \
                NetworkAttachmentDefinition for it; this is the very one, before it is stored. \
                Multus finds the device by the annotation, not by the config.",
        command: "sriovctl nad render -f network.yaml",
        result: value(&nad)?,
        text: term::yaml(&nad)?,
    })
}

pub(super) fn linted(style: Style) -> Result<Chapter, Failure> {
    let input = Input::parse(&format!("{NETWORK}{POD}"))?;
    let findings = lint(&input, &Facts::default(), &Options::default());
    if !findings.iter().any(|finding| finding.id == "NAD041") {
        return Err(broken("a pod without its device"));
    }
    Ok(Chapter {
        title: "Why a pod would not start",
        story: "A pod asks for the network, and not for the device. It would fail with \"VF pci \
                addr is required\". The linter follows the chain and names the broken link.",
        command: "sriovctl nad lint -f network-and-pod.yaml",
        result: value(&findings)?,
        text: nad::lint_text(&findings, style),
    })
}
