//! kube's own client, watcher and reflector, on a paused clock.

use std::time::Duration;

use futures_util::{Stream, StreamExt};
use kube::api::{DeleteParams, DynamicObject, ListParams, Patch, PatchParams, PostParams};
use kube::runtime::reflector::{self, Lookup};
use kube::runtime::watcher::{self, Event};
use kube::runtime::{WatchStreamExt, watcher::watcher as watch};
use serde_json::{Value, json};
use sriov_nad::sim::{ApiServer, Fault, Matcher, Rule, Verb};
use tokio::time::Instant;

use crate::support::{network, networks, resource, server};

fn object(name: &str) -> DynamicObject {
    serde_json::from_value(network("default", name, Value::Null)).unwrap()
}

#[tokio::test(start_paused = true)]
async fn objects_are_created_read_changed_and_deleted() {
    let (_server, client) = server();
    let api = networks(&client, "default");
    let created = api.create(&PostParams::default(), &object("a")).await.unwrap();
    assert_eq!(created.data["spec"]["logLevel"], "info");
    let patch = Patch::Merge(json!({ "spec": { "vlan": 5 } }));
    let mut changed = api.patch("a", &PatchParams::default(), &patch).await.unwrap();
    assert_eq!(changed.metadata.generation, Some(2));
    assert_eq!(api.list(&ListParams::default()).await.unwrap().items, [changed.clone()]);
    changed.data["spec"]["vlan"] = 6.into();
    let replaced = api.replace("a", &PostParams::default(), &changed).await.unwrap();
    assert_eq!(replaced.data["spec"]["vlan"], 6);
    assert!(api.delete("a", &DeleteParams::default()).await.unwrap().is_right());
    assert_eq!(api.get_opt("a").await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn an_apply_conflict_is_decoded() {
    let (_server, client) = server();
    let api = networks(&client, "default");
    let mut wanted = object("a");
    api.patch("a", &PatchParams::apply("one"), &Patch::Apply(&wanted)).await.unwrap();
    wanted.data["spec"]["resourceName"] = "other".into();
    let error = api.patch("a", &PatchParams::apply("two"), &Patch::Apply(&wanted)).await;
    let kube::Error::Api(status) = error.unwrap_err() else { panic!("no status") };
    assert!(status.is_conflict());
    let cause = &status.details.as_ref().unwrap().causes[0];
    assert_eq!(cause.reason, "FieldManagerConflict");
    assert_eq!(cause.field, ".spec.resourceName");
    api.patch("a", &PatchParams::apply("two").force(), &Patch::Apply(&wanted)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn more_than_a_page_is_listed() {
    let (server, client) = server();
    for index in 0..620 {
        server.create(&network("default", &format!("n{index:03}"), Value::Null)).unwrap();
    }
    let slow = Matcher::new().later_pages().resource("sriovnetworks");
    server.faults().add(Rule::new(slow, Fault::Delay(Duration::from_secs(7))));
    let start = Instant::now();
    let events = watch(networks(&client, "default"), watcher::Config::default());
    let (mut listed, mut events) = (0, events.boxed());
    loop {
        match events.next().await.unwrap().unwrap() {
            Event::InitApply(_) => listed += 1,
            Event::InitDone => break,
            _ => {}
        }
    }
    assert_eq!(listed, 620);
    assert_eq!(start.elapsed().as_secs(), 7, "the second page was late");
    let pages = server.faults().requests().count(|request| request.verb == Verb::List);
    assert_eq!(pages, 2);
}

/// Takes events until one is what is looked for.
async fn until<S>(events: &mut S, wanted: fn(&Event<DynamicObject>) -> bool) -> Vec<String>
where
    S: Stream<Item = Result<Event<DynamicObject>, watcher::Error>> + Unpin,
{
    let mut seen = Vec::new();
    loop {
        let event = events.next().await.unwrap();
        seen.push(match &event {
            Ok(Event::Apply(object) | Event::InitApply(object)) => {
                format!("apply {}", object.name().unwrap())
            }
            Ok(Event::Delete(object)) => format!("delete {}", object.name().unwrap()),
            Ok(Event::Init) => "init".to_owned(),
            Ok(Event::InitDone) => "done".to_owned(),
            Err(error) => error.to_string(),
        });
        if event.as_ref().is_ok_and(wanted) {
            return seen;
        }
    }
}

async fn watched(
    server: &ApiServer,
    client: &kube::Client,
) -> impl Stream<Item = Result<Event<DynamicObject>, watcher::Error>> + Unpin {
    server.create(&network("default", "a", Value::Null)).unwrap();
    let events = watch(networks(client, "default"), watcher::Config::default());
    let mut events = events.default_backoff().boxed();
    assert_eq!(until(&mut events, is_done).await, ["init", "apply a", "done"]);
    events
}

fn is_done(event: &Event<DynamicObject>) -> bool {
    matches!(event, Event::InitDone)
}

fn is_apply(event: &Event<DynamicObject>) -> bool {
    matches!(event, Event::Apply(_))
}

#[tokio::test(start_paused = true)]
async fn an_expired_watch_is_listed_anew() {
    let (server, client) = server();
    let mut events = watched(&server, &client).await;
    server.create(&network("default", "b", Value::Null)).unwrap();
    assert_eq!(until(&mut events, is_apply).await, ["apply b"]);
    server.faults().expire_watches("sriovnetworks");
    let seen = until(&mut events, is_done).await;
    assert!(seen[0].contains("too old resource version"), "{seen:?}");
    assert_eq!(seen[1..], ["init", "apply a", "apply b", "done"]);
}

#[tokio::test(start_paused = true)]
async fn a_version_that_is_compacted_expires_too() {
    let (server, client) = server();
    let mut events = watched(&server, &client).await;
    server.faults().silence_watches("sriovnetworks", true);
    server.delete("sriovnetworks", "default", "a").unwrap();
    server.create(&network("default", "b", Value::Null)).unwrap();
    server.compact();
    server.faults().silence_watches("sriovnetworks", false);
    let seen = until(&mut events, is_done).await;
    assert!(seen[0].contains("too old resource version"), "{seen:?}");
    assert_eq!(seen[1..], ["init", "apply b", "done"], "nobody tells that a is gone");
}

#[tokio::test(start_paused = true)]
async fn a_dropped_watch_goes_on_without_a_list() {
    let (server, client) = server();
    let mut events = watched(&server, &client).await;
    let lists = || server.faults().requests().count(|request| request.verb == Verb::List);
    let before = lists();
    server.faults().drop_watches("sriovnetworks");
    server.create(&network("default", "b", Value::Null)).unwrap();
    assert_eq!(until(&mut events, is_apply).await, ["apply b"]);
    assert_eq!(lists(), before);
    server.delete("sriovnetworks", "default", "b").unwrap();
    let deleted = until(&mut events, |event| matches!(event, Event::Delete(_))).await;
    assert_eq!(deleted, ["delete b"]);
}

#[tokio::test(start_paused = true)]
async fn a_silent_watch_ends_by_its_own_time() {
    let (server, client) = server();
    let mut events = watched(&server, &client).await;
    server.faults().silence_watches("sriovnetworks", true);
    server.create(&network("default", "b", Value::Null)).unwrap();
    let quiet = tokio::time::timeout(Duration::from_mins(4), events.next()).await;
    assert!(quiet.is_err(), "nothing is told");
    server.faults().silence_watches("sriovnetworks", false);
    assert_eq!(until(&mut events, is_apply).await, ["apply b"]);
}

#[tokio::test(start_paused = true)]
async fn a_reflector_has_what_the_server_has() {
    let (server, client) = server();
    server.create(&network("default", "a", Value::Null)).unwrap();
    let writer = reflector::store::Writer::<DynamicObject>::new(resource());
    let reader = writer.as_reader();
    let events = watch(networks(&client, "default"), watcher::Config::default());
    let events = reflector::reflector(writer, events.default_backoff());
    tokio::spawn(events.for_each(|_| async {}));
    reader.wait_until_ready().await.unwrap();
    server.create(&network("default", "b", Value::Null)).unwrap();
    server.delete("sriovnetworks", "default", "a").unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let names: Vec<_> =
        reader.state().iter().map(|object| object.name().unwrap().into_owned()).collect();
    assert_eq!(names, ["b"]);
}

#[tokio::test(start_paused = true)]
async fn a_kind_that_is_not_there_yet_appears() {
    let (server, client) = server();
    server.unregister("sriovnetworks");
    let events = watch(networks(&client, "default"), watcher::Config::default());
    let mut events = events.default_backoff().boxed();
    assert!(matches!(events.next().await, Some(Ok(Event::Init) | Err(_))));
    tokio::time::sleep(Duration::from_secs(5)).await;
    for crd in crate::support::crds() {
        server.create(&crd).unwrap();
    }
    until(&mut events, is_done).await;
}

#[tokio::test(start_paused = true)]
async fn streaming_lists_are_refused() {
    let (_server, client) = server();
    let config = watcher::Config::default().streaming_lists();
    let mut events = watch(networks(&client, "default"), config).boxed();
    let error = loop {
        match events.next().await.unwrap() {
            Ok(_) => {}
            Err(error) => break format!("{error:?}"),
        }
    };
    assert!(error.contains("sendInitialEvents"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn bookmarks_come_every_minute() {
    let (server, client) = server();
    let api = networks(&client, "default");
    let params = kube::api::WatchParams::default().timeout(150);
    let events: Vec<_> = api.watch(&params, "0").await.unwrap().collect().await;
    let version = server.with(|store| store.revision()).to_string();
    assert_eq!(events.len(), 3, "two and a last one");
    for event in events {
        let kube::core::WatchEvent::Bookmark(bookmark) = event.unwrap() else {
            panic!("no bookmark")
        };
        assert_eq!(bookmark.metadata.resource_version, version);
    }
}
