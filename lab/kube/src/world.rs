//! What a case may use: the API server, the controller, and names of its own.

use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use sriov_nad::names::{NadKey, NetworkKey, NetworkKind};

use crate::api::{Api, Patch};
use crate::controller::Controller;
use crate::failure::{Done, Failure};
use crate::{object, path, wait};

/// The goal for an event that concerns one network.
pub(crate) const GOAL: Duration = Duration::from_secs(1);

/// What no network may ever exceed when nothing stands in its way.
pub(crate) const GATE: Duration = Duration::from_secs(5);

/// How long Kubernetes' own controllers may take: that of namespaces waits 5 s before it begins,
/// and longer between its attempts.
pub(crate) const COLLECTED: Duration = Duration::from_secs(40);

/// The surroundings of a case.
pub(crate) struct World {
    pub(crate) api: Api,
    /// Where networks may name another namespace.
    pub(crate) operator_namespace: String,
    /// The folder of the manifests under test.
    pub(crate) deploy: PathBuf,
    pub(super) program: PathBuf,
    /// Of the service account in the manifests, with its role and nothing more.
    pub(super) kubeconfig: PathBuf,
    pub(super) folder: PathBuf,
    pub(super) case: &'static str,
    pub(super) prefix: String,
    pub(super) notes: RefCell<Vec<String>>,
    pub(super) controllers: Cell<u32>,
}

impl World {
    /// Something worth telling about a case that passed.
    pub(crate) fn note(&self, words: String) {
        self.notes.borrow_mut().push(words);
    }

    /// A name that only this case uses.
    pub(crate) fn named(&self, what: &str) -> String {
        format!("{}-{what}", self.prefix)
    }

    /// The key of a network in the operator's namespace.
    pub(crate) fn central(&self, name: &str) -> NetworkKey {
        NetworkKey::new(NetworkKind::Sriov, &self.operator_namespace, self.named(name))
    }

    /// The key of a network in a namespace of applications.
    pub(crate) fn local(&self, namespace: &str, name: &str) -> NetworkKey {
        NetworkKey::new(NetworkKind::Sriov, namespace, self.named(name))
    }

    /// Starts the controller and waits until it is ready.
    pub(crate) async fn controller(&self) -> Done<Controller> {
        let mut controller = self.start_controller()?;
        controller.ready().await?;
        Ok(controller)
    }

    /// Starts the controller. Its log is named for the case.
    pub(crate) fn start_controller(&self) -> Done<Controller> {
        let number = self.controllers.get();
        self.controllers.set(number + 1);
        let log = self.folder.join(format!("{}-{number}.log", self.case));
        Controller::start(&self.program, &self.kubeconfig, &self.operator_namespace, log)
    }

    /// Creates a namespace, removed after the case.
    pub(crate) async fn namespace(&self, what: &str) -> Done<String> {
        let name = self.named(what);
        self.api.create(path::NAMESPACES, &object::namespace(&name)).await?;
        Ok(name)
    }

    /// Creates a network.
    pub(crate) async fn create(&self, key: &NetworkKey, spec: &Value) -> Done<Value> {
        let networks = path::networks(key.kind, &key.namespace);
        self.api.create(&networks, &object::network(key, spec)).await
    }

    /// Creates a network in the operator's namespace for another one.
    pub(crate) async fn create_for(&self, key: &NetworkKey, namespace: &str) -> Done<Value> {
        let spec = json!({ "resourceName": "vfs", "networkNamespace": namespace, "vlan": 7 });
        self.create(key, &spec).await
    }

    /// Changes the spec of a network.
    pub(crate) async fn change(&self, key: &NetworkKey, spec: &Value) -> Done<Value> {
        self.api.patch(&path::network(key), Patch::Merge, &json!({ "spec": spec })).await
    }

    pub(crate) async fn delete(&self, key: &NetworkKey) -> Done {
        self.api.delete(&path::network(key)).await
    }

    pub(crate) async fn network(&self, key: &NetworkKey) -> Done<Option<Value>> {
        self.api.get(&path::network(key)).await
    }

    pub(crate) async fn nad(&self, key: &NadKey) -> Done<Option<Value>> {
        self.api.get(&path::nad(key)).await
    }

    /// Waits until the network has exactly its NAD, and says so. Returns how long that took.
    pub(crate) async fn settled(&self, key: &NetworkKey, deadline: Duration) -> Done<Duration> {
        let what = format!("{key} is ready");
        let (network, took) = wait::until(deadline, &what, || async {
            Ok(self.network(key).await?.filter(object::is_ready))
        })
        .await?;
        let target = network["spec"]["networkNamespace"].as_str().unwrap_or(&key.namespace);
        let nad = self.nad(&NadKey::new(target, &key.name)).await?;
        let nad = nad.ok_or_else(|| Failure::new(format!("{key} is ready without a NAD")))?;
        object::belongs(&nad, &network, key)?;
        Ok(took)
    }

    /// Waits until a condition of the network has this reason.
    pub(crate) async fn reason(
        &self,
        key: &NetworkKey,
        reason: &str,
        deadline: Duration,
    ) -> Done<Value> {
        let what = format!("{key} has the reason {reason}");
        let (condition, _) = wait::until(deadline, what, || async {
            let network = self.network(key).await?.unwrap_or_default();
            let condition = object::condition(&network, "Ready").clone();
            Ok((condition["reason"] == reason).then_some(condition))
        })
        .await?;
        Ok(condition)
    }

    /// Waits until there is nothing at a path.
    pub(crate) async fn gone(&self, path: &str, deadline: Duration) -> Done<Duration> {
        let what = format!("{path} is gone");
        let asked = wait::until(deadline, what, || async {
            Ok(self.api.get(path).await?.is_none().then_some(()))
        });
        Ok(asked.await?.1)
    }
}
