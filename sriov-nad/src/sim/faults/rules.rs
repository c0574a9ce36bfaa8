use std::time::Duration;

use super::super::ApiError;
use super::Request;

/// The kinds of requests.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Verb {
    /// GET of one object.
    Get,
    /// GET of many.
    List,
    /// A list that goes on.
    Watch,
    /// POST.
    Create,
    /// PUT.
    Update,
    /// PATCH, other than apply.
    Patch,
    /// PATCH, server-side apply.
    Apply,
    /// DELETE of one object.
    Delete,
    /// DELETE of many.
    DeleteCollection,
}

impl Verb {
    /// Whether it changes something.
    pub const fn is_write(self) -> bool {
        !matches!(self, Self::Get | Self::List | Self::Watch)
    }
}

/// What becomes of a request.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// It is refused, and nothing happened.
    Fail(ApiError),
    /// It is never answered, and nothing happens.
    Hang,
    /// It is served after this time.
    Delay(Duration),
    /// It is done at once, but answered after this time.
    DelayAnswer(Duration),
    /// It is done, but the connection breaks before the answer.
    LoseAnswer,
    /// It is done, but never answered.
    HangAfter,
    /// The connection breaks, and nothing happened.
    Disconnect,
}

/// Which requests a rule is for. Without conditions it fits all of them.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Matcher {
    verbs: Vec<Verb>,
    resource: Option<String>,
    namespace: Option<String>,
    name: Option<String>,
    manager: Option<String>,
    continued: Option<bool>,
}

impl Matcher {
    /// All requests.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only these; several calls add up.
    #[must_use]
    pub fn verb(mut self, verb: Verb) -> Self {
        self.verbs.push(verb);
        self
    }

    /// Only those that change something.
    #[must_use]
    pub fn writes(mut self) -> Self {
        use Verb::{Apply, Create, Delete, DeleteCollection, Patch, Update};
        self.verbs.extend([Create, Update, Patch, Apply, Delete, DeleteCollection]);
        self
    }

    /// Only of this resource, by its plural.
    #[must_use]
    pub fn resource(self, plural: &str) -> Self {
        Self { resource: Some(plural.to_owned()), ..self }
    }

    /// Only in this namespace.
    #[must_use]
    pub fn namespace(self, namespace: &str) -> Self {
        Self { namespace: Some(namespace.to_owned()), ..self }
    }

    /// Only of this object.
    #[must_use]
    pub fn name(self, name: &str) -> Self {
        Self { name: Some(name.to_owned()), ..self }
    }

    /// Only by this field manager.
    #[must_use]
    pub fn manager(self, manager: &str) -> Self {
        Self { manager: Some(manager.to_owned()), ..self }
    }

    /// Only the second and later pages of lists.
    #[must_use]
    pub fn later_pages(self) -> Self {
        Self { continued: Some(true), ..self }.verb(Verb::List)
    }

    fn fits(&self, request: &Request) -> bool {
        let same = |wanted: &Option<String>, found: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted == found)
        };
        (self.verbs.is_empty() || self.verbs.contains(&request.verb))
            && same(&self.resource, &request.resource)
            && same(&self.namespace, &request.namespace)
            && same(&self.name, &request.name)
            && same(&self.manager, &request.manager)
            && self.continued.is_none_or(|continued| continued == request.continued)
    }
}

/// A fault, for whom, and how often.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rule {
    matcher: Matcher,
    fault: Fault,
    skip: u32,
    left: Option<u32>,
}

impl Rule {
    /// A fault for all requests that fit.
    pub fn new(matcher: Matcher, fault: Fault) -> Self {
        Self { matcher, fault, skip: 0, left: None }
    }

    /// For so many requests only.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { left: Some(times), ..self }
    }

    /// So many requests that would fit are spared first.
    #[must_use]
    pub fn after(self, requests: u32) -> Self {
        Self { skip: requests, ..self }
    }

    /// What becomes of a request by this rule, if it is for it.
    pub(super) fn meet(&mut self, request: &Request) -> Option<Fault> {
        if self.left == Some(0) || !self.matcher.fits(request) {
            return None;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return None;
        }
        self.left = self.left.map(|left| left.saturating_sub(1));
        Some(self.fault.clone())
    }
}
