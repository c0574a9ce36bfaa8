use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, stream};
use http::{Response, StatusCode};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use serde_json::{Value, json};
use tokio::sync::watch::Receiver;
use tokio::time::{Instant, sleep_until};

use super::query::Query;
use super::selector::Selector;
use super::{SimBody, answer};
use crate::sim::faults::{Order, Watches};
use crate::sim::store::Change;
use crate::sim::{ApiError, ApiServer, Cause, Resource};

/// A bookmark is sent about so often.
const BOOKMARKS: Duration = Duration::from_mins(1);

/// The server ends a watch after this time if the client names none (`--min-request-timeout`).
const LONGEST: Duration = Duration::from_mins(30);

/// Serves a watch.
pub(super) fn watch(
    server: &ApiServer,
    resource: &Arc<Resource>,
    namespace: &str,
    query: &Query,
) -> Result<Response<SimBody>, ApiError> {
    if query.get("sendInitialEvents").is_some() {
        return Err(no_streaming_lists());
    }
    let selector = Selector::parse(namespace, query)?;
    let mut watcher = Watcher::new(server, resource, selector, query);
    let version = query.get("resourceVersion").unwrap_or("0");
    let version: u64 = version
        .parse()
        .map_err(|_| ApiError::bad_request(format!("invalid resource version {version:?}")))?;
    if version == 0 {
        watcher.begin();
    } else {
        // One of the future is waited for without a word.
        watcher.cursor = version;
    }
    let body = StreamBody::new(watcher.into_stream()).boxed_unsync();
    Ok(answer::with_type(StatusCode::OK, "application/json", body))
}

/// As the server answers without the feature `WatchList`.
fn no_streaming_lists() -> ApiError {
    let why = "sendInitialEvents is forbidden for watch unless the WatchList feature gate is \
               enabled";
    let text =
        format!("ListOptions.meta.k8s.io \"\" is invalid: sendInitialEvents: Forbidden: {why}");
    let cause = Cause::new("FieldValueForbidden", "sendInitialEvents", format!("Forbidden: {why}"));
    ApiError::new(422, "Invalid", text).causes(&[cause])
}

struct Watcher {
    server: ApiServer,
    resource: Arc<Resource>,
    selector: Selector,
    cursor: u64,
    queue: VecDeque<Bytes>,
    revisions: Receiver<u64>,
    orders: Receiver<Watches>,
    obeyed: u64,
    bookmark: Option<Instant>,
    end: Instant,
    ended: bool,
}

impl Watcher {
    fn new(
        server: &ApiServer,
        resource: &Arc<Resource>,
        selector: Selector,
        query: &Query,
    ) -> Self {
        let orders = server.faults().watches();
        let obeyed = orders.borrow().number(&resource.plural);
        let limit = query.number("timeoutSeconds").map_or(LONGEST, Duration::from_secs);
        let now = Instant::now();
        Self {
            server: server.clone(),
            resource: Arc::clone(resource),
            selector,
            cursor: 0,
            queue: VecDeque::new(),
            revisions: server.revisions(),
            orders,
            obeyed,
            bookmark: query.flag("allowWatchBookmarks").then(|| now + BOOKMARKS),
            end: now + limit,
            ended: false,
        }
    }

    /// Begins with what is there now.
    fn begin(&mut self) {
        let snapshot = self.server.with(|store| store.snapshot(&self.resource.id()));
        self.cursor = snapshot.revision;
        for object in snapshot.objects.values().filter(|object| self.selector.fits(object)) {
            self.queue.push_back(line("ADDED", object));
        }
    }

    fn into_stream(self) -> impl Stream<Item = io::Result<Frame<Bytes>>> {
        stream::unfold(self, |mut watcher| async move {
            let item = watcher.next().await?;
            Some((item.map(Frame::data), watcher))
        })
    }

    async fn next(&mut self) -> Option<io::Result<Bytes>> {
        loop {
            if let Some(line) = self.queue.pop_front() {
                return Some(Ok(line));
            }
            if self.ended {
                return None;
            }
            self.obey()?;
            self.collect();
            if self.queue.is_empty() {
                self.wait().await;
            }
        }
    }

    /// `None` if the watch is to end at once.
    fn obey(&mut self) -> Option<()> {
        let order = self.orders.borrow_and_update().order_after(&self.resource.plural, self.obeyed);
        match order {
            None => {}
            Some(Order::Drop) => return None,
            Some(Order::Expire) => self.expire(),
        }
        Some(())
    }

    fn expire(&mut self) {
        let oldest = self.server.with(|store| store.oldest_revision());
        let message = format!("too old resource version: {} ({oldest})", self.cursor);
        self.queue.push_back(line("ERROR", &ApiError::expired(message).to_value()));
        self.ended = true;
    }

    fn collect(&mut self) {
        let revision = *self.revisions.borrow_and_update();
        if self.ended || self.orders.borrow().is_silent(&self.resource.plural) {
            return;
        }
        let id = self.resource.id();
        let changes: Option<Vec<Arc<Change>>> = self.server.with(|store| {
            let changes = store.since(self.cursor)?;
            Some(changes.filter(|change| change.resource == id).cloned().collect())
        });
        match changes {
            None => self.expire(),
            Some(changes) => {
                for change in changes {
                    self.cursor = self.cursor.max(change.revision);
                    self.queue.extend(self.event(&change));
                }
                self.cursor = self.cursor.max(revision);
            }
        }
    }

    /// What this watch sees of a change: an object that no longer fits is gone for it.
    fn event(&self, change: &Change) -> Option<Bytes> {
        let fits = |object: &Option<Arc<Value>>| {
            object.as_ref().filter(|object| self.selector.fits(object)).cloned()
        };
        match (fits(&change.before), fits(&change.after)) {
            (None, Some(after)) => Some(line("ADDED", &after)),
            (Some(_), Some(after)) => Some(line("MODIFIED", &after)),
            (Some(_), None) => change.removed().map(|last| line("DELETED", &last)),
            (None, None) => None,
        }
    }

    async fn wait(&mut self) {
        let bookmark = self.bookmark.unwrap_or(self.end);
        tokio::select! {
            biased;
            _ = self.orders.changed() => {}
            _ = self.revisions.changed() => {}
            () = sleep_until(self.end) => {
                self.tell_bookmark();
                self.ended = true;
            }
            () = sleep_until(bookmark) => self.tell_bookmark(),
        }
    }

    fn tell_bookmark(&mut self) {
        let Some(due) = &mut self.bookmark else { return };
        *due = Instant::now() + BOOKMARKS;
        if self.orders.borrow().is_silent(&self.resource.plural) {
            return;
        }
        let object = json!({
            "kind": self.resource.kind,
            "apiVersion": self.resource.api_version(),
            "metadata": { "resourceVersion": self.cursor.to_string() },
        });
        self.queue.push_back(line("BOOKMARK", &object));
    }
}

fn line(kind: &str, object: &Value) -> Bytes {
    let mut text = json!({ "type": kind, "object": object }).to_string();
    text.push('\n');
    Bytes::from(text)
}
