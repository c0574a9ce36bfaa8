use std::io;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{Response, StatusCode};
use http_body_util::{BodyExt, Full};
use serde_json::Value;

use super::SimBody;
use crate::sim::ApiError;

/// JSON.
pub(super) fn json(status: StatusCode, value: &Value) -> Response<SimBody> {
    text(status, "application/json", value.to_string())
}

/// A refusal.
pub(super) fn refusal(error: &ApiError) -> Response<SimBody> {
    let status = StatusCode::from_u16(error.code()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = json(status, &error.to_value());
    if let Some(after) = error.after() {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(after.as_secs()));
    }
    response
}

/// What the server says to a path it does not know.
pub(super) fn unknown_path() -> Response<SimBody> {
    let body = "404 page not found\n".to_owned();
    text(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", body)
}

/// Any text.
pub(super) fn text(status: StatusCode, kind: &'static str, body: String) -> Response<SimBody> {
    let body = Full::new(Bytes::from(body)).map_err(|never| -> io::Error { match never {} });
    with_type(status, kind, body.boxed_unsync())
}

/// Any body.
pub(super) fn with_type(
    status: StatusCode,
    kind: &'static str,
    body: SimBody,
) -> Response<SimBody> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
