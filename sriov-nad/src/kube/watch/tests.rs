//! The other end of the watch is the test, and time is tokio's paused clock.

use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll};

use ::kube::client::Body;
use http::{Request, Response};
use http_body::{Body as HttpBody, Frame};
use serde_json::json;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};
use tower_test::mock::{self, Handle, SendResponse};

use super::*;

/// What a watch has told, as text.
#[derive(Default)]
struct Told(Mutex<Vec<String>>);

impl Told {
    fn say(&self, text: String) {
        self.0.lock().unwrap().push(text);
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Sink<String> for Told {
    fn change(&self, change: Change<String>) {
        self.say(match change {
            Change::Restart => "restart".to_owned(),
            Change::Listed(name) => format!("listed {name}"),
            Change::Complete => "complete".to_owned(),
            Change::Applied(name) => format!("applied {name}"),
            Change::Deleted(name) => format!("deleted {name}"),
        });
    }

    fn trouble(&self, why: Trouble) {
        self.say(format!("trouble: {why:?}"));
    }

    fn unreadable(&self, name: &str) {
        self.say(format!("unreadable {name}"));
    }
}

type Reply = SendResponse<Response<Stream>>;

/// A body that the test goes on with.
struct Stream(mpsc::UnboundedReceiver<Vec<u8>>);

impl HttpBody for Stream {
    type Data = <Body as HttpBody>::Data;
    type Error = ::kube::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        self.0.poll_recv(context).map(|bytes| Some(Ok(Frame::data(bytes?.into()))))
    }
}

struct Server {
    handle: Handle<Request<Body>, Response<Stream>>,
    told: &'static Told,
    activity: Activity,
}

/// A watch of networks, and its other end.
fn start() -> Server {
    let (service, handle) = mock::pair::<Request<Body>, Response<Stream>>();
    let client = Client::new(service, "default");
    let told: &'static Told = Box::leak(Box::default());
    let activity = Activity::new(|| ());
    let listened = activity.clone();
    tokio::spawn(async move {
        let source = Source::Namespaces;
        let decode = |value: &Value| value.pointer("/metadata/name")?.as_str().map(str::to_owned);
        watch(client, source, &listened, decode, told).await;
    });
    Server { handle, told, activity }
}

impl Server {
    /// The next request, as path and query.
    async fn next(&mut self) -> (String, Reply) {
        let (request, reply) =
            timeout(Duration::from_hours(1), self.handle.next_request()).await.unwrap().unwrap();
        (request.uri().to_string(), reply)
    }

    /// Answers the list with these names, and takes the request of the watch.
    async fn list_then_watch(&mut self, names: &[&str]) -> mpsc::UnboundedSender<Vec<u8>> {
        let (uri, reply) = self.next().await;
        assert!(uri.contains("limit=500") && !uri.contains("watch"), "{uri}");
        answer(reply, 200, &list(names, "10", None));
        let (uri, reply) = self.next().await;
        assert!(uri.contains("watch=true") && uri.contains("resourceVersion=10"), "{uri}");
        open(reply)
    }

    /// All that was told so far.
    async fn told(&self) -> Vec<String> {
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.told.take()
    }
}

fn object(name: &str, version: &str) -> Value {
    json!({ "metadata": { "name": name, "resourceVersion": version } })
}

fn list(names: &[&str], version: &str, next: Option<&str>) -> Value {
    let items: Vec<_> = names.iter().map(|name| object(name, "1")).collect();
    json!({ "metadata": { "resourceVersion": version, "continue": next }, "items": items })
}

fn event(kind: &str, object: &Value) -> Vec<u8> {
    format!("{}\n", json!({ "type": kind, "object": object })).into_bytes()
}

fn answer(reply: Reply, code: u16, body: &Value) {
    let (sender, receiver) = mpsc::unbounded_channel();
    sender.send(body.to_string().into_bytes()).unwrap();
    reply.send_response(Response::builder().status(code).body(Stream(receiver)).unwrap());
}

/// Begins an answer that ends when the sender is dropped.
fn open(reply: Reply) -> mpsc::UnboundedSender<Vec<u8>> {
    let (sender, receiver) = mpsc::unbounded_channel();
    reply.send_response(Response::new(Stream(receiver)));
    sender
}

fn refusal(code: u16, reason: &str) -> Value {
    json!({ "kind": "Status", "status": "Failure", "code": code, "reason": reason,
            "message": format!("told {reason}") })
}

#[tokio::test(start_paused = true)]
async fn changes_arrive_in_order() {
    let mut server = start();
    let (_, reply) = server.next().await;
    answer(reply, 200, &list(&["a"], "10", Some("page-2")));
    let (uri, reply) = server.next().await;
    assert!(uri.contains("continue=page-2"), "{uri}");
    answer(reply, 200, &list(&["b"], "10", None));
    let (_, reply) = server.next().await;
    let watch = open(reply);
    watch.send(event("ADDED", &object("c", "11"))).unwrap();
    watch.send(event("MODIFIED", &object("a", "12"))).unwrap();
    watch.send(event("DELETED", &object("b", "13"))).unwrap();
    let expected =
        ["restart", "listed a", "listed b", "complete", "applied c", "applied a", "deleted b"];
    assert_eq!(server.told().await, expected);
    // The server ends each watch; the next goes on from there, without a list.
    drop(watch);
    let (uri, _reply) = server.next().await;
    assert!(uri.contains("watch=true") && uri.contains("resourceVersion=13"), "{uri}");
    assert!(server.told().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_object_that_cannot_be_read_hides_no_other() {
    let mut server = start();
    let (_, reply) = server.next().await;
    let mut page = list(&["a", "b"], "10", None);
    page["items"][0]["metadata"]["name"] = 7.into();
    answer(reply, 200, &page);
    let (_, reply) = server.next().await;
    let watch = open(reply);
    watch.send(event("ADDED", &json!({ "metadata": { "resourceVersion": "11" } }))).unwrap();
    watch.send(event("ADDED", &object("c", "12"))).unwrap();
    let expected = ["restart", "unreadable ?", "listed b", "complete", "unreadable ?", "applied c"];
    assert_eq!(server.told().await, expected);
}

#[tokio::test(start_paused = true)]
async fn a_missing_kind_is_asked_for_until_it_appears() {
    let mut server = start();
    let begin = Instant::now();
    for _ in 0..20 {
        let (uri, reply) = server.next().await;
        assert!(uri.contains("limit=500"), "{uri}");
        answer(reply, 404, &refusal(404, "NotFound"));
    }
    // Backed off to 30 s and its jitter, and no further.
    let elapsed = begin.elapsed();
    assert!(elapsed > Duration::from_mins(5) && elapsed < Duration::from_mins(25), "{elapsed:?}");
    let told = server.told().await;
    assert!(told.iter().any(|text| text == "trouble: CrdMissing"), "{told:?}");
    server.list_then_watch(&["a"]).await;
    let told = server.told().await;
    assert_eq!(told.last_chunk(), Some(&["listed a".to_owned(), "complete".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn a_kind_that_was_deleted_is_listed_anew() {
    for (code, reason) in [(404, "NotFound"), (410, "Expired")] {
        let mut server = start();
        drop(server.list_then_watch(&["a"]).await);
        let (uri, reply) = server.next().await;
        assert!(uri.contains("watch=true"), "{uri}");
        answer(reply, code, &refusal(code, reason));
        server.list_then_watch(&["b"]).await;
        let told = server.told().await;
        assert!(told.iter().any(|text| text.starts_with("trouble")), "{told:?}");
        assert_eq!(told.last_chunk(), Some(&["listed b".to_owned(), "complete".to_owned()]));
    }
}

#[tokio::test(start_paused = true)]
async fn a_version_that_is_gone_leads_to_a_new_list() {
    let mut server = start();
    let watch = server.list_then_watch(&["a"]).await;
    watch.send(event("ERROR", &refusal(410, "Expired"))).unwrap();
    server.list_then_watch(&["b"]).await;
    let told = server.told().await;
    assert!(told.iter().any(|text| text == "trouble: Expired"), "{told:?}");
    assert_eq!(told.last_chunk(), Some(&["listed b".to_owned(), "complete".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn what_is_forbidden_is_told_and_tried_again() {
    let mut server = start();
    let (_, reply) = server.next().await;
    answer(reply, 403, &refusal(403, "Forbidden"));
    server.list_then_watch(&["a"]).await;
    let told = server.told().await;
    assert!(told.iter().any(|text| text.contains("told Forbidden")), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn bookmarks_are_signs_of_life_that_nobody_else_sees() {
    let mut server = start();
    let watch = server.list_then_watch(&[]).await;
    let _ = server.told().await;
    let bookmark =
        json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "resourceVersion": "20" } });
    for _ in 0..10 {
        tokio::time::sleep(Duration::from_mins(4)).await;
        watch.send(event("BOOKMARK", &bookmark)).unwrap();
        tokio::time::sleep(Duration::from_millis(1)).await;
        let silent = server.activity.silent_for(Duration::from_secs(1));
        assert!(timeout(Duration::ZERO, silent).await.is_err());
    }
    assert!(server.told().await.is_empty());
    drop(watch);
    let (uri, _reply) = server.next().await;
    assert!(uri.contains("resourceVersion=20"), "{uri}");
}

#[tokio::test(start_paused = true)]
async fn a_dead_watch_is_begun_anew() {
    let mut server = start();
    let dead = server.list_then_watch(&[]).await;
    let begin = Instant::now();
    let (uri, _reply) = server.next().await;
    assert!(uri.contains("watch=true"), "{uri}");
    assert_eq!(begin.elapsed().as_secs(), 295);
    assert!(dead.is_closed());
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_end_is_given_up() {
    let mut server = start();
    let (_, reply) = server.next().await;
    let half = open(reply);
    half.send(b"{ \"items\": [".to_vec()).unwrap();
    let begin = Instant::now();
    server.list_then_watch(&["a"]).await;
    assert_eq!(begin.elapsed().as_secs(), SILENCE.as_secs());
    let told = server.told().await;
    assert!(told.iter().any(|text| text.contains("silent for")), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_request_without_an_answer_is_given_up() {
    let mut server = start();
    let (_, _ignored) = server.next().await;
    let begin = Instant::now();
    server.list_then_watch(&["a"]).await;
    assert!(begin.elapsed() < Duration::from_secs(35), "{:?}", begin.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_server_that_ends_each_watch_at_once_is_not_flooded() {
    let mut server = start();
    drop(server.list_then_watch(&[]).await);
    let begin = Instant::now();
    for _ in 0..100 {
        let (_, reply) = server.next().await;
        drop(open(reply));
    }
    assert!(begin.elapsed() >= Duration::from_secs(99), "{:?}", begin.elapsed());
}
