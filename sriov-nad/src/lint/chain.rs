//! The chain from a pod to its devices: pod → NAD → resource → request → device.
//!
//! Each attachment gets one answer, the first link that is broken. Links 1 and 4 are told of the
//! NAD, links 2 and 3 of the pod:
//!
//! 1. the NAD has no usable resource annotation, or nothing offers the resource;
//! 2. the pod does not request the resource;
//! 3. the pod has more attachments of the resource than devices;
//! 4. the resource is meant to be there, and no node has it.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::Offer;
use super::finding::Report;
use super::input::Input;
use super::path;
use super::pod::{NETWORKS, Pod};
use super::resource::Resource;
use super::rules::NAD041;
use super::view::resource_of;
use super::{Facts, Options};
use crate::names::{NadKey, ResourcePrefix};

/// The answers.
#[derive(Default)]
pub(super) struct Chain {
    /// What is found about each pod, in the order of the pods.
    pub(super) pods: Vec<Report>,
    /// The NADs whose attachments were all explained by link 2 or 3.
    pub(super) explained: BTreeSet<NadKey>,
}

/// The resource annotation of each NAD, stored or to be rendered.
type Annotations = BTreeMap<NadKey, (Option<String>, bool)>;

/// Follows every attachment of every pod.
pub(super) fn follow(input: &Input, facts: &Facts, options: &Options) -> Chain {
    let mut chain = Chain::default();
    if input.pods().next().is_none() {
        return chain;
    }
    let annotations = annotations(input, options);
    let mut reached: BTreeMap<NadKey, bool> = BTreeMap::new();
    for pod in input.pods() {
        let follow = Follow { pod, annotations: &annotations, facts, options };
        chain.pods.push(follow.attachments(&mut reached));
    }
    let explained = reached.into_iter().filter(|(_, reached)| !reached);
    chain.explained = explained.map(|(key, _)| key).collect();
    chain
}

fn annotations(input: &Input, options: &Options) -> Annotations {
    let default = ResourcePrefix::default();
    let prefix = options.resource_prefix.as_ref().unwrap_or(&default);
    let known = options.resource_prefix.is_some();
    let rendered = input.networks().map(|network| {
        let spec = network.network.spec.as_ref().ok();
        let name = spec.and_then(|spec| spec.resource_name());
        (network.network.target(), (name.map(|name| format!("{prefix}/{name}")), known))
    });
    let stored =
        input.nads().map(|nad| (nad.nad.key.clone(), (nad.nad.resource_name.clone(), true)));
    // What is stored counts more than what will be.
    rendered.chain(stored).collect()
}

struct Follow<'a> {
    pod: &'a Pod,
    annotations: &'a Annotations,
    facts: &'a Facts,
    options: &'a Options,
}

impl<'a> Follow<'a> {
    fn attachments(&self, reached: &mut BTreeMap<NadKey, bool>) -> Report {
        let mut report = Report::default();
        let base = path::annotation(NETWORKS);
        let keys = match &self.pod.attachments {
            Ok(keys) => keys,
            Err(message) => {
                report.add(&NAD041, base, format!("multus cannot read it: {message}"));
                report.help("write it as name, namespace/name or name@interface, or as JSON array");
                return report;
            }
        };
        let mut used: BTreeMap<&str, u64> = BTreeMap::new();
        for (index, key) in keys.iter().enumerate() {
            let Some(resource) = self.resource(key) else { continue };
            let place = used.entry(resource.full).or_default();
            *place += 1;
            let message = self.shortage(key, &resource, *place);
            let all = reached.entry(key.clone()).or_default();
            match message {
                None => *all = true,
                Some((message, help)) => {
                    report.add(&NAD041, format!("{base}[{index}]"), message);
                    report.help(help);
                }
            }
        }
        report
    }

    /// The resource of an attachment, unless link 1 is broken, or nothing is known.
    fn resource(&self, key: &NadKey) -> Option<Resource<'a>> {
        let (annotation, known) = self.annotations.get(key)?;
        let resource = resource_of(annotation.as_deref()?, *known, self.options)?;
        (self.facts.offer(&resource) != Offer::Absent).then_some(resource)
    }

    /// Why this attachment gets no device from the pod.
    fn shortage(
        &self,
        key: &NadKey,
        resource: &Resource<'_>,
        place: u64,
    ) -> Option<(String, String)> {
        let full = resource.full;
        match self.pod.devices(|name| resource.is(name)) {
            0 => Some((
                format!("attachment {key} needs {full}, which no container of the pod requests"),
                format!(
                    "request {full} in resources.limits (the injector does it only at admission, \
                     and only if the NAD exists by then), and re-create the pod: the resources of \
                     a pod cannot be changed"
                ),
            )),
            devices if devices < place => Some((
                format!(
                    "attachment {key} is number {place} of {full}, and the pod requests {devices}"
                ),
                format!(
                    "request {full} once for each attachment, and re-create the pod: the resources \
                     of a pod cannot be changed"
                ),
            )),
            _ => None,
        }
    }
}
