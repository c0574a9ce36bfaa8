use http::Request;
use kube::Client;
use kube::core::Status;
use serde_json::{Value, json};

/// A client and a namespace.
pub(crate) struct Bench {
    pub(crate) client: Client,
    pub(crate) namespace: String,
}

pub(crate) type Answer = Result<Value, Box<Status>>;

pub(crate) const NETWORKS: &str = "apis/sriovnetwork.openshift.io/v1/namespaces/{ns}/sriovnetworks";
pub(crate) const NADS: &str =
    "apis/k8s.cni.cncf.io/v1/namespaces/{ns}/network-attachment-definitions";
pub(crate) const NAMESPACES: &str = "api/v1/namespaces";

impl Bench {
    pub(crate) fn new(client: Client, namespace: String) -> Self {
        Self { client, namespace }
    }

    /// A request, with `{ns}` in the path for the namespace.
    pub(crate) async fn send(
        &self,
        verb: &str,
        path: &str,
        kind: &str,
        body: Option<&Value>,
    ) -> Answer {
        let path = format!("/{}", path.replace("{ns}", &self.namespace));
        let body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        let request = Request::builder().method(verb).uri(path).header("content-type", kind);
        match self.client.request(request.body(body).unwrap()).await {
            Ok(value) => Ok(value),
            Err(kube::Error::Api(status)) => Err(status),
            Err(error) => panic!("{verb}: {error}"),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "application/json", None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, "application/json", Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send("PUT", path, "application/json", Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str, options: &Value) -> Answer {
        self.send("DELETE", path, "application/json", Some(options)).await
    }

    pub(crate) async fn merge(&self, path: &str, change: &Value) -> Answer {
        self.send("PATCH", path, "application/merge-patch+json", Some(change)).await
    }

    pub(crate) async fn json_patch(&self, path: &str, operations: &Value) -> Answer {
        self.send("PATCH", path, "application/json-patch+json", Some(operations)).await
    }

    /// Server-side apply.
    pub(crate) async fn apply(&self, path: &str, manager: &str, config: &Value) -> Answer {
        let path = format!("{path}?fieldManager={manager}");
        self.send("PATCH", &path, "application/apply-patch+yaml", Some(config)).await
    }

    pub(crate) async fn force(&self, path: &str, manager: &str, config: &Value) -> Answer {
        let path = format!("{path}?fieldManager={manager}&force=true");
        self.send("PATCH", &path, "application/apply-patch+yaml", Some(config)).await
    }

    /// Creates a network with only its resource.
    pub(crate) async fn network(&self, name: &str) -> Value {
        self.post(NETWORKS, &network(name)).await.unwrap()
    }
}

/// The path of a network.
pub(crate) fn one(name: &str) -> String {
    format!("{NETWORKS}/{name}")
}

pub(crate) fn network(name: &str) -> Value {
    json!({
        "apiVersion": "sriovnetwork.openshift.io/v1", "kind": "SriovNetwork",
        "metadata": { "name": name }, "spec": { "resourceName": "cx6" },
    })
}

/// A network with other metadata and spec.
pub(crate) fn network_with(name: &str, metadata: Value, spec: Value) -> Value {
    let mut network = network(name);
    network["metadata"] = metadata;
    network["metadata"]["name"] = name.into();
    network["spec"] = spec;
    network
}

pub(crate) fn nad(name: &str, metadata: &Value, config: &str) -> Value {
    let mut nad = json!({
        "apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition",
        "metadata": metadata, "spec": { "config": config },
    });
    nad["metadata"]["name"] = name.into();
    nad
}

/// The refusal, as code and reason.
#[track_caller]
pub(crate) fn refusal(answer: &Answer) -> (u16, &str) {
    let status = answer.as_ref().expect_err("it was accepted");
    (status.code, status.reason.as_str())
}

/// The causes of a refusal, as reason and field.
#[track_caller]
pub(crate) fn causes(answer: &Answer) -> Vec<(String, String)> {
    let status = answer.as_ref().expect_err("it was accepted");
    let causes = status.details.iter().flat_map(|details| &details.causes);
    causes.map(|cause| (cause.reason.clone(), cause.field.clone())).collect()
}

pub(crate) fn uid(object: &Value) -> &str {
    object["metadata"]["uid"].as_str().unwrap()
}

pub(crate) fn version(object: &Value) -> &str {
    object["metadata"]["resourceVersion"].as_str().unwrap()
}

pub(crate) fn generation(object: &Value) -> i64 {
    object["metadata"]["generation"].as_i64().unwrap()
}
