//! The checks, by family.

mod annotation;
mod capabilities;
mod ipam;
mod json;
mod names;
mod ovs;
mod ownership;
mod rdma;
mod shape;
mod types;
mod values;
mod yaml;

use super::finding::Report;
use super::input::{NadSubject, NetworkSubject};
use super::view::{Context, View};

type Check = fn(&View<'_>, &Context<'_>, &mut Report);

/// What can be wrong with a NAD, stored or rendered.
static RENDERED: &[Check] = &[
    annotation::resource,
    annotation::offered,
    annotation::member,
    annotation::hard_coded,
    shape::config,
    shape::plugins,
    names::binary,
    names::network,
    names::label,
    types::fields,
    values::vlan,
    values::switches,
    values::rates,
    values::logging,
    capabilities::shape,
    capabilities::known,
    capabilities::chained,
    ipam::shape,
    ipam::dhcp,
    ipam::whitespace,
    rdma::order,
    rdma::mode,
    rdma::guid,
    rdma::version,
    ovs::trunk,
    ovs::vlans,
    ovs::device,
    json::duplicates,
];

pub(super) fn rendered(view: &View<'_>, context: &Context<'_>, report: &mut Report) {
    for check in RENDERED {
        check(view, context, report);
    }
}

pub(super) fn nad(
    subject: &NadSubject,
    view: &View<'_>,
    context: &Context<'_>,
    report: &mut Report,
) {
    rendered(view, context, report);
    names::nad_as_yaml(view.key, report);
    ownership::owner(subject, context, report);
    ownership::metadata(subject, report);
    ownership::drift(subject, context, report);
}

pub(super) fn network(subject: &NetworkSubject, context: &Context<'_>, report: &mut Report) {
    names::network_as_yaml(&subject.network, report);
    names::characters(&subject.network, report);
    ownership::bookkeeping(subject, report);
    ownership::scope(&subject.network, context, report);
}
