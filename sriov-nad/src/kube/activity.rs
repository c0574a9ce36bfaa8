//! Signs of life of a watch, below the client that decodes it.
//!
//! Bookmarks keep a quiet watch alive and never leave kube's watcher, so that from above a quiet
//! watch and a dead one look the same. Here every byte counts.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use ::kube::client::Body;
use ::kube::{Client, Error};
use http::{Request, Response};
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};
use tower_service::Service;

/// Time for the head of an answer; the API server sends that of a watch at once.
const HEAD: Duration = Duration::from_secs(30);

/// Two watches begin at least so far apart: a server that ends each at once would be asked again at
/// once.
const GAP: Duration = Duration::from_secs(1);

/// When a source was heard of last.
#[derive(Clone)]
pub(crate) struct Activity {
    last: Arc<watch::Sender<Instant>>,
    told: Arc<dyn Fn() + Send + Sync>,
}

impl Activity {
    /// Also tells `told`, for each part of an answer.
    pub(crate) fn new(told: impl Fn() + Send + Sync + 'static) -> Self {
        Self { last: Arc::new(watch::Sender::new(Instant::now())), told: Arc::new(told) }
    }

    /// Something was heard.
    pub(crate) fn touch(&self) {
        self.last.send_replace(Instant::now());
        (self.told)();
    }

    /// Silence begins to count anew, without anything having been heard.
    pub(crate) fn restart(&self) {
        self.last.send_replace(Instant::now());
    }

    /// Ends when nothing was heard for `limit`.
    pub(crate) async fn silent_for(&self, limit: Duration) {
        loop {
            let end = *self.last.borrow() + limit;
            if end <= Instant::now() {
                return;
            }
            sleep_until(end).await;
        }
    }

    /// A client that does as `inner`, and listens.
    pub(crate) fn listen(&self, inner: Client) -> Client {
        let namespace = inner.default_namespace().to_owned();
        let next = Arc::new(tokio::sync::Mutex::new(Instant::now()));
        Client::new(Listener { inner, next, activity: self.clone() }, namespace)
    }
}

#[derive(Clone)]
struct Listener {
    inner: Client,
    next: Arc<tokio::sync::Mutex<Instant>>,
    activity: Activity,
}

impl Service<Request<Body>> for Listener {
    type Response = Response<Heard>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Heard>, Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let listener = self.clone();
        Box::pin(async move { listener.send(request).await })
    }
}

impl Listener {
    async fn send(&self, request: Request<Body>) -> Result<Response<Heard>, Error> {
        let watch = request.uri().query().is_some_and(|query| query.contains("watch=true"));
        if watch {
            let mut next = self.next.lock().await;
            sleep_until(*next).await;
            *next = Instant::now() + GAP;
        }
        let answer = timeout(HEAD, self.inner.send(request)).await;
        let answer = answer.map_err(|elapsed| Error::Service(elapsed.into()))??;
        // A watch that begins and tells nothing, not even a bookmark, is as good as none.
        if !watch {
            self.activity.touch();
        }
        Ok(answer.map(|body| Heard { body, activity: self.activity.clone() }))
    }
}

/// A body of which each part is a sign of life.
struct Heard {
    body: Body,
    activity: Activity,
}

impl HttpBody for Heard {
    type Data = <Body as HttpBody>::Data;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if matches!(polled, Poll::Ready(Some(Ok(_)))) {
            self.activity.touch();
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
