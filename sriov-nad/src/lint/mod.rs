//! What would fail at pod start, or misbehave, and what to do about it.
//!
//! The linter reads NADs of any producer, the three network kinds, and pods, and relates them to
//! each other: pod → NAD → resource → device. Of each attachment of a pod it tells the first link
//! that is broken. A network is looked at as the NAD it will become, and the fields are named as
//! the network has them.
//!
//! ```
//! use sriov_nad::lint::{Facts, Input, Options, lint};
//!
//! let input = Input::parse(
//!     r#"{ apiVersion: sriovnetwork.openshift.io/v1, kind: SriovNetwork,
//!          metadata: { name: fast, namespace: shop },
//!          spec: { resourceName: cx6, vlan: 0, vlanQoS: 3 } }"#,
//! )?;
//! let findings = lint(&input, &Facts::default(), &Options::default());
//! let found: Vec<_> = findings.iter().map(|found| (found.id, found.path.as_str())).collect();
//! assert_eq!(found, [("NAD016", "spec.vlanQoS")]);
//! # Ok::<(), sriov_host::document::DocumentError>(())
//! ```
//!
//! What the linter does not know raises nothing: see [`Facts`]. Every rule has a page, which is the
//! documentation of its constant in [`rules`].

mod chain;
mod check;
mod config;
mod facts;
mod finding;
mod input;
mod network;
mod path;
mod pod;
mod resource;
pub mod rules;
mod sarif;
mod tree;
mod view;

pub use facts::{Facts, Policy, RdmaMode};
pub use finding::{Finding, Severity};
pub use input::{Input, Subject, SubjectError};
pub use rules::Rule;
pub use sarif::sarif;

use crate::names::ResourcePrefix;
use config::Config;
use finding::Report;
use input::{Body, ConfigText, NadSubject};
use view::{Context, View};

/// How the cluster is set up, where the objects do not say it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Options {
    /// The prefix of the device plugin.
    pub resource_prefix: Option<ResourcePrefix>,
    /// The namespace whose networks may target any other.
    pub operator_namespace: Option<String>,
}

/// Looks at every object. The findings are in the order of the objects, then of the rules, then of
/// the paths; the same input gives the same findings.
pub fn lint(input: &Input, facts: &Facts, options: &Options) -> Vec<Finding> {
    let chain = chain::follow(input, facts, options);
    let mut pods = chain.pods.into_iter();
    let context = Context::new(input, facts, options, chain.explained);
    let mut findings = Vec::new();
    for subject in input.subjects() {
        let report = match &subject.body {
            Body::Nad(nad) => look_at_nad(nad, &context),
            Body::Network(network) => network::look_at(network, &context),
            Body::Pod(_) => pods.next().unwrap_or_default(),
        };
        findings.extend(report.finish(subject.name()));
    }
    findings
}

fn look_at_nad(subject: &NadSubject, context: &Context<'_>) -> Report {
    let config = match &subject.config {
        ConfigText::Text(text) => Config::parse(text),
        ConfigText::Other => Config::Broken("spec.config is not text that holds JSON".to_owned()),
    };
    let annotation = subject.nad.resource_name.as_deref().filter(|text| !text.is_empty());
    let view = View {
        key: &subject.nad.key,
        annotation,
        prefix_known: true,
        plugins: config.plugins(),
        config: &config,
    };
    let mut report = Report::default();
    check::nad(subject, &view, context, &mut report);
    report
}
