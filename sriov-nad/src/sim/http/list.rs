use std::sync::Arc;
use std::time::Duration;

use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::query::Query;
use super::selector::Selector;
use super::{SimBody, answer};
use crate::sim::store::{Snapshot, Store, object};
use crate::sim::{ApiError, ApiServer, Resource};

/// Serves a list, or a page of one.
pub(super) async fn list(
    server: &ApiServer,
    resource: &Arc<Resource>,
    namespace: &str,
    query: &Query,
) -> Result<Response<SimBody>, ApiError> {
    let selector = Selector::parse(namespace, query)?;
    let page = Page::parse(query)?;
    let result = server.with(|store| page.cut(store, resource, &selector));
    if matches!(&result, Err(error) if error.code() == 504) {
        // The server waits so long for a version that may be on its way.
        tokio::time::sleep(Duration::from_secs(3)).await;
    }
    result.map(|list| answer::json(StatusCode::OK, &list))
}

/// Which part of a list.
#[derive(Debug)]
struct Page {
    limit: Option<usize>,
    /// Where it goes on: the version of the first page, and the last object of the one before.
    start: Option<(u64, String, String)>,
    exact: Option<u64>,
    at_least: u64,
}

impl Page {
    fn parse(query: &Query) -> Result<Self, ApiError> {
        let version = query.get("resourceVersion");
        let number = version.map_or(Ok(0), |version| {
            let invalid = || ApiError::bad_request(format!("invalid resource version {version:?}"));
            version.parse::<u64>().map_err(|_| invalid())
        })?;
        let limit = query.number("limit").and_then(|limit| usize::try_from(limit).ok());
        let start = query.get("continue").map(parse_token).transpose()?;
        if start.is_some() && number != 0 {
            let message = "specifying resource version is not allowed when using continue";
            return Err(ApiError::bad_request(message));
        }
        let exact = query.get("resourceVersionMatch") == Some("Exact");
        Ok(Self {
            // The cache that answers version 0 does not page.
            limit: limit.filter(|limit| *limit > 0 && version != Some("0")),
            start,
            exact: exact.then_some(number),
            at_least: number,
        })
    }

    fn snapshot(&self, store: &Store, resource: &Resource) -> Result<Snapshot, ApiError> {
        let id = resource.id();
        if let Some((revision, _, _)) = &self.start {
            return store.snapshot_at(&id, *revision).map_err(|_| ApiError::expired(TOO_OLD));
        }
        if let Some(revision) = self.exact {
            return store.snapshot_at(&id, revision);
        }
        if self.at_least > store.revision() {
            return Err(ApiError::too_large(self.at_least, store.revision()));
        }
        Ok(store.snapshot(&id))
    }

    fn cut(
        &self,
        store: &Store,
        resource: &Resource,
        selector: &Selector,
    ) -> Result<Value, ApiError> {
        let Snapshot { revision, objects } = self.snapshot(store, resource)?;
        let after = self.start.as_ref().map(|(_, namespace, name)| (namespace, name));
        let mut rest = objects
            .iter()
            .filter(|((namespace, name), _)| after.is_none_or(|after| (namespace, name) > after))
            .map(|(_, object)| object)
            .filter(|object| selector.fits(object));
        let items: Vec<Value> = match self.limit {
            Some(limit) => rest.by_ref().take(limit).map(|item| Value::clone(item)).collect(),
            None => rest.by_ref().map(|item| Value::clone(item)).collect(),
        };
        let remaining = rest.count();
        let mut list = envelope(resource, &items, revision);
        if let (1.., Some(last)) = (remaining, items.last()) {
            let token = token(revision, object::namespace(last), object::name(last));
            object::set_meta(&mut list, "continue", Some(token.into()));
            let known = selector.is_everything();
            object::set_meta(&mut list, "remainingItemCount", known.then(|| remaining.into()));
        }
        Ok(list)
    }
}

const TOO_OLD: &str = "The provided continue parameter is too old to display a consistent list \
                       result. You can start a new list without the continue parameter.";

/// The list object.
pub(super) fn envelope(resource: &Resource, items: &[Value], revision: u64) -> Value {
    json!({
        "apiVersion": resource.api_version(),
        "kind": format!("{}List", resource.kind),
        "metadata": { "resourceVersion": revision.to_string() },
        "items": items,
    })
}

/// Opaque for clients. No name has a slash in it.
fn token(revision: u64, namespace: &str, name: &str) -> String {
    format!("{revision}/{namespace}/{name}")
}

fn parse_token(token: &str) -> Result<(u64, String, String), ApiError> {
    let parse = || {
        let (revision, rest) = token.split_once('/')?;
        let (namespace, name) = rest.split_once('/')?;
        Some((revision.parse().ok()?, namespace.to_owned(), name.to_owned()))
    };
    parse().ok_or_else(|| ApiError::bad_request("continue key is not valid"))
}
