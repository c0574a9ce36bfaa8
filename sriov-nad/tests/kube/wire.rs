//! A cluster whose other end is the test.

use http::{Request, Response};
use kube::Client;
use kube::client::Body;
use serde_json::Value;
use sriov_nad::engine::ClusterError;
use sriov_nad::kube::KubeCluster;
use sriov_nad::names::{NadKey, NetworkKey, NetworkKind};
use sriov_nad::plan::PlanOptions;
use tower_test::mock::{self, Handle};

/// The other end.
pub(crate) struct Wire(Handle<Request<Body>, Response<Body>>);

/// A request, as far as an API server looks at it.
#[derive(Debug)]
pub(crate) struct Seen {
    /// Verb and path.
    pub(crate) line: String,
    /// The query, in order.
    pub(crate) query: String,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Value,
}

pub(crate) fn cluster() -> (KubeCluster, Wire) {
    let (service, handle) = mock::pair::<Request<Body>, Response<Body>>();
    let client = Client::new(service, "default");
    (KubeCluster::new(client, &PlanOptions::default()), Wire(handle))
}

impl Wire {
    /// Takes one request and answers it.
    pub(crate) async fn answer(&mut self, code: u16, body: &Value) -> Seen {
        self.answer_with(code, &[], body.to_string()).await
    }

    pub(crate) async fn answer_with(
        &mut self,
        code: u16,
        headers: &[(&str, &str)],
        body: String,
    ) -> Seen {
        let (request, reply) = self.0.next_request().await.expect("a request");
        let mut response = Response::builder().status(code);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        reply.send_response(response.body(Body::from(body.into_bytes())).unwrap());
        Seen::of(request).await
    }

    /// Takes one request and lets the connection break.
    pub(crate) async fn break_off(&mut self) {
        let (_, reply) = self.0.next_request().await.expect("a request");
        reply.send_error("connection reset by peer");
    }
}

impl Seen {
    async fn of(request: Request<Body>) -> Self {
        let (head, body) = request.into_parts();
        let body = body.collect_bytes().await.unwrap();
        let header = |name| Some(head.headers.get(name)?.to_str().unwrap().to_owned());
        Self {
            line: format!("{} {}", head.method, head.uri.path()),
            query: head.uri.query().unwrap_or_default().trim_matches('&').to_owned(),
            content_type: header(http::header::CONTENT_TYPE),
            body: serde_json::from_slice(&body).unwrap_or(Value::Null),
        }
    }
}

/// Runs a call against one answer.
pub(crate) async fn exchange<T>(
    code: u16,
    body: Value,
    call: impl AsyncFnOnce(KubeCluster) -> Result<T, ClusterError>,
) -> (Result<T, ClusterError>, Seen) {
    let (cluster, mut wire) = cluster();
    tokio::join!(call(cluster), wire.answer(code, &body))
}

pub(crate) fn network() -> NetworkKey {
    NetworkKey::new(NetworkKind::Ib, "operator", "fast")
}

pub(crate) fn nad() -> NadKey {
    NadKey::new("shop", "fast")
}
