use std::io;

use bytes::Bytes;
use http::request::Parts;
use http::{Method, Response, StatusCode};

use super::query::Query;
use super::route::Route;
use super::write::Write;
use super::{SimBody, answer, discovery, list, watch};
use crate::sim::faults::{Request, Verb};
use crate::sim::store::Store;
use crate::sim::{ApiError, ApiServer, Fault};

/// Serves one request: finds out what is asked, lets faults happen, does it.
pub(super) async fn handle(
    server: &ApiServer,
    parts: &Parts,
    body: &Bytes,
) -> io::Result<Response<SimBody>> {
    let query = Query::parse(parts.uri.query().unwrap_or_default());
    let route = server.with(|store| Route::find(store, parts.uri.path()));
    let Some(request) = request(server, parts, &query, &route) else {
        return Ok(match route {
            Route::Discovery(words) => server.with(|store| discovery::answer(store, &words)),
            Route::Unknown if super::route::is_built_in(parts.uri.path()) => {
                answer::refusal(&super::write::no_such_resource())
            }
            Route::Unknown => answer::unknown_path(),
            _ => answer::refusal(&ApiError::new(405, "MethodNotAllowed", NOT_ALLOWED)),
        });
    };
    let verb = request.verb;
    let fault = server.faults().meet(request);
    match &fault {
        Some(Fault::Fail(error)) => return Ok(answer::refusal(error)),
        Some(Fault::Hang) => return std::future::pending().await,
        Some(Fault::Delay(time)) => tokio::time::sleep(*time).await,
        Some(Fault::Disconnect) => return Err(broken()),
        _ => {}
    }
    let response = serve(server, parts, &query, route, verb, body).await;
    match fault {
        Some(Fault::LoseAnswer) => Err(broken()),
        Some(Fault::HangAfter) => std::future::pending().await,
        Some(Fault::DelayAnswer(time)) => {
            tokio::time::sleep(time).await;
            Ok(response)
        }
        _ => Ok(response),
    }
}

const NOT_ALLOWED: &str = "the server does not allow this method on the requested resource";

fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, "the connection broke")
}

async fn serve(
    server: &ApiServer,
    parts: &Parts,
    query: &Query,
    route: Route,
    verb: Verb,
    body: &Bytes,
) -> Response<SimBody> {
    let result = match (verb, &route) {
        (Verb::List, Route::Collection { resource, namespace }) => {
            list::list(server, resource, namespace, query).await
        }
        (Verb::Watch, Route::Collection { resource, namespace }) => {
            watch::watch(server, resource, namespace, query)
        }
        (Verb::Get, _) => get(server, &route),
        _ => Write::parse(parts, query, body).and_then(|write| {
            let dry = |store: &mut Store| write.run(store, &route, verb);
            server.with(dry).map(|(status, value)| answer::json(status, &value))
        }),
    };
    result.unwrap_or_else(|error| answer::refusal(&error))
}

fn get(server: &ApiServer, route: &Route) -> Result<Response<SimBody>, ApiError> {
    let target = super::write::target(route)?;
    let object = server.with(|store| store.get(&target))?;
    Ok(answer::json(StatusCode::OK, &object))
}

/// What is asked, in the words of faults and counters; `None` for what is no request for objects.
fn request(server: &ApiServer, parts: &Parts, query: &Query, route: &Route) -> Option<Request> {
    let apply = super::write::is_apply(parts);
    let (resource, namespace, name, status) = match route {
        Route::Collection { resource, namespace } => (resource, namespace, "", false),
        Route::Object { resource, namespace, name, status } => {
            (resource, namespace, name.as_str(), *status)
        }
        Route::Discovery(_) | Route::Unknown => return None,
    };
    let one = !name.is_empty();
    let verb = match parts.method {
        Method::GET if one => Verb::Get,
        Method::GET if query.flag("watch") => Verb::Watch,
        Method::GET => Verb::List,
        Method::POST if !one => Verb::Create,
        Method::PUT if one => Verb::Update,
        Method::PATCH if one && apply => Verb::Apply,
        Method::PATCH if one => Verb::Patch,
        Method::DELETE if one => Verb::Delete,
        Method::DELETE => Verb::DeleteCollection,
        _ => return None,
    };
    Some(Request {
        verb,
        resource: resource.plural.clone(),
        namespace: namespace.clone(),
        name: name.to_owned(),
        status,
        manager: super::write::manager(parts, query),
        continued: query.get("continue").is_some(),
        at: server.elapsed(),
    })
}
