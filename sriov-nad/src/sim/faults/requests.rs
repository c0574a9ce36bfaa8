use std::collections::VecDeque;
use std::time::Duration;

use super::Verb;

/// So many requests are remembered.
const KEPT: usize = 20_000;

/// One request, as it arrived.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Request {
    /// What kind of request.
    pub verb: Verb,
    /// The plural.
    pub resource: String,
    /// Empty for the cluster, or for all namespaces.
    pub namespace: String,
    /// Empty for lists and creates.
    pub name: String,
    /// Whether the status is meant.
    pub status: bool,
    /// The field manager, or the first word of the user agent.
    pub manager: String,
    /// Whether it is the second or a later page of a list.
    pub continued: bool,
    /// When, since the server was made.
    pub at: Duration,
}

/// The requests so far, the latest 20 000 of them.
#[derive(Clone, Debug, Default)]
pub struct Requests(VecDeque<Request>);

impl Requests {
    pub(super) fn record(&mut self, request: Request) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(request);
    }

    /// In their order.
    pub fn iter(&self) -> impl Iterator<Item = &Request> {
        self.0.iter()
    }

    /// How many fit.
    pub fn count(&self, fits: impl Fn(&Request) -> bool) -> usize {
        self.0.iter().filter(|request| fits(request)).count()
    }

    /// How many were writes by this field manager, other than of Events and Leases.
    pub fn writes_by(&self, manager: &str) -> usize {
        self.count(|request| {
            request.verb.is_write()
                && request.manager == manager
                && !matches!(request.resource.as_str(), "events" | "leases")
        })
    }
}
