//! The API over HTTP, as a tower service.

mod answer;
mod discovery;
mod handle;
mod list;
mod query;
mod route;
mod selector;
mod watch;
mod write;

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;

use super::ApiServer;

/// The body of an answer; a watch goes on and on.
pub type SimBody = UnsyncBoxBody<Bytes, io::Error>;

/// The server as a tower service, for `kube::Client::new` or any HTTP server.
///
/// An error is a broken connection.
#[derive(Clone, Debug)]
pub struct ApiService(ApiServer);

impl ApiService {
    pub(super) fn new(server: ApiServer) -> Self {
        Self(server)
    }

    /// Serves one request.
    ///
    /// # Errors
    ///
    /// The connection breaks, if [`Fault`](super::Fault)s say so or the body cannot be read.
    pub async fn handle<B>(&self, request: Request<B>) -> io::Result<Response<SimBody>>
    where
        B: http_body::Body,
        B::Error: std::fmt::Display,
    {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.map_err(|error| io::Error::other(error.to_string()))?;
        handle::handle(&self.0, &parts, &body.to_bytes()).await
    }
}

impl<B> tower_service::Service<Request<B>> for ApiService
where
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: std::fmt::Display,
{
    type Response = Response<SimBody>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Response<SimBody>>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let service = self.clone();
        Box::pin(async move { service.handle(request).await })
    }
}
