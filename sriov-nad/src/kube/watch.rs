//! One source of objects: its list and its watch, for ever.

use std::pin::pin;
use std::time::Duration;

use ::kube::runtime::watcher::{self, DefaultBackoff, Error, Event};
use ::kube::{Api, Client};
use futures_util::StreamExt;
use serde_json::Value;

use super::activity::Activity;
use super::error::chain;
use super::object::AnyObject;
use super::resource;
use crate::engine::{Change, Source, Trouble};

/// Objects of a page of a list: the default of client-go.
const PAGE: u32 = 500;

/// The API server ends a watch after so long, and the watch is begun anew.
const WATCH: u32 = 290;

/// Silence after which a source is begun anew. kube's watcher ends a silent watch itself, 5 s after
/// [`WATCH`]; this is for answers that begin and do not end.
const SILENCE: Duration = Duration::from_secs(WATCH as u64 + 30);

/// What a source is for.
pub(crate) trait Sink<T> {
    /// Takes a change, in order.
    fn change(&self, change: Change<T>);

    /// The source does not deliver for now; it is tried again.
    fn trouble(&self, why: Trouble);

    /// An object could not be read and is left out.
    fn unreadable(&self, name: &str);
}

/// Lists and watches all objects of a source for ever, through every trouble: a kind whose CRD is
/// missing is found when the CRD appears.
pub(crate) async fn watch<T>(
    client: Client,
    source: Source,
    activity: &Activity,
    decode: impl Fn(&Value) -> Option<T> + Sync,
    sink: &(impl Sink<T> + Sync),
) {
    let resource = resource::of(source);
    let api: Api<AnyObject> = Api::all_with(activity.listen(client), &resource);
    let config = watcher::Config::default().page_size(PAGE).timeout(WATCH);
    let mut backoff = DefaultBackoff::default();
    loop {
        activity.restart();
        let mut events = pin!(watcher::watcher(api.clone(), config.clone()));
        let mut follow = Follow { decode: &decode, sink, backoff: &mut backoff };
        tokio::select! {
            () = follow.until_broken(&mut events) => {}
            () = activity.silent_for(SILENCE) => {
                let why = format!("silent for {} s", SILENCE.as_secs());
                sink.trouble(Trouble::Disconnected(why));
            }
        }
    }
}

struct Follow<'a, D, S> {
    decode: &'a D,
    sink: &'a S,
    backoff: &'a mut DefaultBackoff,
}

impl<D, S> Follow<'_, D, S> {
    /// Passes on what comes, until only a new list helps.
    async fn until_broken<T, E>(&mut self, events: &mut E)
    where
        D: Fn(&Value) -> Option<T> + Sync,
        S: Sink<T> + Sync,
        E: StreamExt<Item = watcher::Result<Event<AnyObject>>> + Unpin,
    {
        while let Some(event) = events.next().await {
            match event {
                Ok(event) => self.pass_on(event),
                Err(error) => {
                    self.sink.trouble(trouble(&error));
                    self.pause().await;
                    if needs_new_list(&error) {
                        return;
                    }
                }
            }
        }
    }

    async fn pause(&mut self) {
        if let Some(pause) = self.backoff.next() {
            tokio::time::sleep(pause).await;
        }
    }

    fn pass_on<T>(&self, event: Event<AnyObject>)
    where
        D: Fn(&Value) -> Option<T>,
        S: Sink<T>,
    {
        let change = match event {
            Event::Init => Some(Change::Restart),
            Event::InitApply(object) => self.read(&object).map(Change::Listed),
            Event::InitDone => Some(Change::Complete),
            Event::Apply(object) => self.read(&object).map(Change::Applied),
            Event::Delete(object) => self.read(&object).map(Change::Deleted),
        };
        if let Some(change) = change {
            self.sink.change(change);
        }
    }

    fn read<T>(&self, object: &AnyObject) -> Option<T>
    where
        D: Fn(&Value) -> Option<T>,
        S: Sink<T>,
    {
        let read = (self.decode)(&object.value);
        if read.is_none() {
            self.sink.unreadable(&object.name());
        }
        read
    }
}

/// What an error means for the source.
fn trouble(error: &Error) -> Trouble {
    let (Error::InitialListFailed(::kube::Error::Api(status))
    | Error::WatchStartFailed(::kube::Error::Api(status))
    | Error::WatchFailed(::kube::Error::Api(status))
    | Error::WatchError(status)) = error
    else {
        return Trouble::Disconnected(chain(error));
    };
    match status.code {
        404 => Trouble::CrdMissing,
        403 => Trouble::Forbidden(status.message.clone()),
        410 => Trouble::Expired,
        _ => Trouble::Disconnected(chain(error)),
    }
}

/// Whether the watch cannot go on from where it was. kube's watcher would try for ever: the version
/// it asks for is too old, or is from before the kind was deleted.
fn needs_new_list(error: &Error) -> bool {
    match error {
        Error::WatchStartFailed(::kube::Error::Api(status)) => matches!(status.code, 404 | 410),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
