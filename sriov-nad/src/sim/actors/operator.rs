//! sriov-network-operator, as far as another controller meets it (`controllers/` of
//! sriov-network-operator).

mod nad;
mod status;

use serde_json::{Value, json};

use super::Actor;
use crate::names::{NetworkKind, ResourcePrefix};
use crate::sim::ApiServer;
use crate::sim::store::object;
use crate::spec::Network;

/// Where the operator notes the namespace of the NAD.
const LAST_NAMESPACE: &str = "operator.sriovnetwork.openshift.io/last-network-namespace";

const FINALIZER: &str = "netattdef.finalizers.sriovnetwork.openshift.io";

const MANAGER: &str = "sriov-network-operator";

/// The operator: renders NADs and replaces whole objects where the spec or the annotations differ.
#[derive(Debug)]
pub struct OperatorActor {
    namespace: String,
    prefix: ResourcePrefix,
}

impl OperatorActor {
    /// An operator that lives in this namespace, with the prefix `openshift.io`.
    pub fn new(namespace: &str) -> Self {
        Self { namespace: namespace.to_owned(), prefix: ResourcePrefix::default() }
    }

    /// The same with another prefix.
    #[must_use]
    pub fn prefix(self, prefix: ResourcePrefix) -> Self {
        Self { prefix, ..self }
    }

    /// The next write for one network, in the order of the operator's reconcile.
    fn reconcile(&self, server: &ApiServer, kind: NetworkKind, cr: &Value) -> bool {
        let Ok(network) = Network::from_value(kind, cr) else { return false };
        let target = network.target();
        let is_central = network.key.namespace == self.namespace;
        if object::is_deleting(cr) {
            return finish(server, kind, cr, &target.namespace);
        }
        if !is_central && target.namespace != network.key.namespace {
            let text =
                "networkNamespace cannot be set for networks outside of the operator's namespace";
            return status::failed(server, cr, status::INVALID, text);
        }
        if is_central && !object::finalizers(cr).contains(&FINALIZER) {
            return write_back(server, cr, add_finalizer);
        }
        if let Some(last) = last_namespace(cr).filter(|last| *last != target.namespace)
            && server.delete(nad::NADS, last, &target.name).is_ok()
        {
            return true;
        }
        if server.get("namespaces", "", &target.namespace).is_none() {
            let text = format!("target namespace {:?} does not exist", target.namespace);
            return status::failed(server, cr, status::NO_NAMESPACE, &text);
        }
        match nad::ensure(server, &network, &self.prefix) {
            nad::Outcome::Written => true,
            nad::Outcome::Silent => false,
            nad::Outcome::Refused(text) => status::failed(server, cr, status::INVALID, &text),
            nad::Outcome::Equal if last_namespace(cr) != Some(&target.namespace) => {
                write_back(server, cr, |cr| note_namespace(cr, &target.namespace))
            }
            nad::Outcome::Equal => status::ready(server, cr),
        }
    }
}

impl Actor for OperatorActor {
    fn step(&mut self, server: &ApiServer) -> bool {
        NetworkKind::ALL.into_iter().any(|kind| {
            let networks = server.list(kind.plural(), "");
            networks.iter().any(|cr| self.reconcile(server, kind, cr))
        })
    }
}

/// The NAD goes, whosever it is, and then the finalizer.
fn finish(server: &ApiServer, kind: NetworkKind, cr: &Value, target: &str) -> bool {
    if !object::finalizers(cr).contains(&FINALIZER) {
        return false;
    }
    let namespace = last_namespace(cr).unwrap_or(target);
    let name = object::name(cr);
    if server.get(nad::NADS, namespace, name).is_some_and(|nad| !object::is_deleting(&nad)) {
        return server.delete(nad::NADS, namespace, name).is_ok();
    }
    let others: Vec<&str> =
        object::finalizers(cr).into_iter().filter(|name| *name != FINALIZER).collect();
    let change = json!({ "metadata": { "finalizers": others } });
    server.patch((kind.plural(), object::namespace(cr), name), &change, MANAGER).is_ok()
}

/// Replaces the whole network, as it was read.
fn write_back(server: &ApiServer, cr: &Value, change: impl FnOnce(&mut Value)) -> bool {
    let mut cr = cr.clone();
    change(&mut cr);
    server.update(&cr, MANAGER).is_ok()
}

fn add_finalizer(cr: &mut Value) {
    let mut finalizers = object::finalizers(cr);
    finalizers.push(FINALIZER);
    let finalizers = json!(finalizers);
    object::set_meta(cr, "finalizers", Some(finalizers));
}

fn note_namespace(cr: &mut Value, namespace: &str) {
    let mut annotations = object::meta(cr, "annotations").cloned().unwrap_or_else(|| json!({}));
    object::set(&mut annotations, LAST_NAMESPACE, Some(namespace.into()));
    object::set_meta(cr, "annotations", Some(annotations));
}

fn last_namespace(cr: &Value) -> Option<&str> {
    object::meta(cr, "annotations")?.get(LAST_NAMESPACE)?.as_str()
}
