//! Health and metrics over HTTP.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

/// Nobody needs longer for a probe.
const CONNECTION: Duration = Duration::from_secs(10);

/// What is asked for.
pub(crate) trait Probes: Send + Sync + 'static {
    /// Whether a restart would help; else why.
    fn live(&self) -> Result<String, String>;

    /// Whether networks are being reconciled; else what is missing, by name.
    fn ready(&self) -> Result<String, String>;

    /// In the text format of Prometheus.
    fn metrics(&self) -> String;
}

/// Serves until it is dropped.
pub(crate) async fn serve(listener: TcpListener, probes: Arc<dyn Probes>) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => drop(tokio::spawn(connection(stream, peer, probes.clone()))),
            Err(error) => {
                // Out of descriptors: others have to end first.
                tracing::warn!(%error, "health connection not accepted");
                sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, probes: Arc<dyn Probes>) {
    let service = service_fn(move |request| {
        let answer = answer(&request, probes.as_ref());
        async move { Ok::<_, Infallible>(answer) }
    });
    let mut builder = http1::Builder::new();
    let served = builder.keep_alive(false).serve_connection(TokioIo::new(stream), service);
    if let Ok(Err(error)) = timeout(CONNECTION, served).await {
        tracing::debug!(%peer, %error, "health connection has ended early");
    }
}

fn answer(request: &Request<Incoming>, probes: &dyn Probes) -> Response<Full<Bytes>> {
    let (code, text) = page(request.method(), request.uri().path(), probes);
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = code;
    let kind = http::HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(http::header::CONTENT_TYPE, kind);
    response
}

fn page(method: &Method, path: &str, probes: &dyn Probes) -> (StatusCode, String) {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return (StatusCode::METHOD_NOT_ALLOWED, "only GET\n".to_owned());
    }
    let verdict = match path {
        "/livez" | "/healthz" => probes.live(),
        "/readyz" => probes.ready(),
        "/metrics" => return (StatusCode::OK, probes.metrics()),
        _ => return (StatusCode::NOT_FOUND, "there is /livez, /readyz and /metrics\n".to_owned()),
    };
    match verdict {
        Ok(text) => (StatusCode::OK, text),
        Err(text) => (StatusCode::SERVICE_UNAVAILABLE, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Waiting;

    impl Probes for Waiting {
        fn live(&self) -> Result<String, String> {
            Ok("ok\n".to_owned())
        }

        fn ready(&self) -> Result<String, String> {
            Err("OVSNetwork: no such kind\n".to_owned())
        }

        fn metrics(&self) -> String {
            "up 1\n".to_owned()
        }
    }

    #[test]
    fn each_page_has_its_code() {
        let get = |path| page(&Method::GET, path, &Waiting);
        assert_eq!(get("/livez"), (StatusCode::OK, "ok\n".to_owned()));
        let missing = "OVSNetwork: no such kind\n".to_owned();
        assert_eq!(get("/readyz"), (StatusCode::SERVICE_UNAVAILABLE, missing));
        assert_eq!(get("/metrics"), (StatusCode::OK, "up 1\n".to_owned()));
        assert_eq!(get("/").0, StatusCode::NOT_FOUND);
        assert_eq!(page(&Method::POST, "/livez", &Waiting).0, StatusCode::METHOD_NOT_ALLOWED);
    }
}
