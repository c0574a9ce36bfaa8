//! One request and its answer.

use std::time::Duration;

use ::kube::Client;
use ::kube::client::Body;
use ::kube::core::request;
use http::header::RETRY_AFTER;
use http::{HeaderMap, Request, StatusCode};
use serde_json::Value;

use super::error::{Answer, chain};
use crate::engine::ClusterError;

/// How a refusal is read.
pub(crate) type Refusal = fn(StatusCode, Option<Duration>, &Answer) -> ClusterError;

/// Sends a request and reads the object it is answered with.
///
/// `Client::request` would do, but for the header `Retry-After`, which its errors do not carry.
pub(crate) async fn call(
    client: &Client,
    request: Result<Request<Vec<u8>>, request::Error>,
    refusal: Refusal,
) -> Result<Value, ClusterError> {
    let request = request.map_err(|error| ClusterError::Invalid(chain(&error)))?;
    let what = format!("{} {}", request.method(), request.uri().path());
    let broken =
        |error: &::kube::Error| ClusterError::Transient(format!("{what}: {}", chain(error)));
    let response = client.send(request.map(Body::from)).await.map_err(|error| broken(&error))?;
    let (head, body) = response.into_parts();
    let body = body.collect_bytes().await.map_err(|error| broken(&error))?;
    if !head.status.is_success() {
        return Err(refusal(head.status, retry_after(&head.headers), &Answer::read(&body)));
    }
    serde_json::from_slice(&body)
        .map_err(|error| ClusterError::Transient(format!("{what}: answer is no JSON: {error}")))
}

/// In seconds; the API server does not send dates.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok().map(Duration::from_secs)
}
