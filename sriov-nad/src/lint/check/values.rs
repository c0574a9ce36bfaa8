//! NAD015 to NAD022 and NAD035: values that sriov-cni refuses or reads in its own way
//! (sriov-cni, pkg/config/config.go).

use crate::lint::config::Plugin;
use crate::lint::finding::Report;
use crate::lint::rules::{NAD015, NAD016, NAD017, NAD018, NAD019, NAD020, NAD021, NAD022, NAD035};
use crate::lint::view::{Context, View};

/// NAD015 to NAD018.
pub(super) fn vlan(view: &View<'_>, _: &Context<'_>, report: &mut Report) {
    for plugin in view.of_kind(&["sriov"]) {
        let vlan = plugin.integer("vlan");
        if let Some(vlan) = vlan.filter(|vlan| !(0..=4094).contains(vlan)) {
            report.add(&NAD015, plugin.path("vlan"), format!("{vlan} is outside 0 to 4094"));
        }
        if plugin.field("vlan").is_none() {
            for field in ["vlanQoS", "vlanProto"] {
                if plugin.field(field).is_some() {
                    let message = "vlan id must be configured to set it";
                    report.add(&NAD017, plugin.path(field), message);
                }
            }
        }
        priority(plugin, vlan, report);
        protocol(plugin, vlan, report);
    }
}

/// NAD016.
fn priority(plugin: &Plugin<'_>, vlan: Option<i64>, report: &mut Report) {
    let Some(priority) = plugin.integer("vlanQoS") else { return };
    if !(0..=7).contains(&priority) {
        let message = format!("{priority} is outside 0 to 7");
        report.add(&NAD016, plugin.path("vlanQoS"), message);
    } else if priority != 0 && vlan == Some(0) {
        let message = format!("priority {priority} needs a VLAN, and vlan is 0");
        report.add(&NAD016, plugin.path("vlanQoS"), message);
    }
}

/// NAD018.
fn protocol(plugin: &Plugin<'_>, vlan: Option<i64>, report: &mut Report) {
    let Some(protocol) = plugin.text("vlanProto") else { return };
    let is = |name: &str| protocol.eq_ignore_ascii_case(name);
    if !is("802.1q") && !is("802.1ad") {
        let message = format!("{protocol:?} is neither 802.1q nor 802.1ad");
        report.add(&NAD018, plugin.path("vlanProto"), message);
    } else if is("802.1ad") && vlan == Some(0) {
        let message = "802.1ad needs a VLAN, and vlan is 0";
        report.add(&NAD018, plugin.path("vlanProto"), message);
    }
}

/// NAD019, NAD020.
pub(super) fn switches(view: &View<'_>, _: &Context<'_>, report: &mut Report) {
    for plugin in view.of_kind(&["sriov", "ib-sriov"]) {
        let state = plugin.text("link_state").filter(|state| !state.is_empty());
        if let Some(state) = state.filter(|state| !["auto", "enable", "disable"].contains(state)) {
            let message = format!("invalid link_state value: {state:?}");
            report.add(&NAD019, plugin.path("link_state"), message);
        }
    }
    for plugin in view.of_kind(&["sriov"]) {
        for field in ["spoofchk", "trust"] {
            let value = plugin.text(field).filter(|value| !value.is_empty());
            if let Some(value) = value.filter(|value| !["on", "off"].contains(value)) {
                report.add(&NAD020, plugin.path(field), format!("{value:?} acts as off"));
            }
        }
    }
}

/// NAD021, NAD022.
pub(super) fn rates(view: &View<'_>, _: &Context<'_>, report: &mut Report) {
    for plugin in view.of_kind(&["sriov"]) {
        let [min, max] = ["min_tx_rate", "max_tx_rate"].map(|field| {
            let rate = plugin.integer(field);
            if let Some(rate) = rate.filter(|rate| *rate < 0) {
                report.add(&NAD021, plugin.path(field), format!("{rate} is negative"));
            }
            rate
        });
        match (min, max) {
            (Some(min), Some(max)) if max > 0 && min > max => {
                let message = format!("the least rate, {min} Mbps, is more than the most, {max}");
                report.add(&NAD021, plugin.path("min_tx_rate"), message);
            }
            (Some(_), None) if plugin.field("max_tx_rate").is_none() => {
                let message = "max_tx_rate is not set, and becomes 0: no limit";
                report.add(&NAD022, plugin.path("min_tx_rate"), message);
            }
            (None, Some(_)) if plugin.field("min_tx_rate").is_none() => {
                let message = "min_tx_rate is not set, and becomes 0: nothing is guaranteed";
                report.add(&NAD022, plugin.path("max_tx_rate"), message);
            }
            _ => {}
        }
    }
}

/// NAD035.
pub(super) fn logging(view: &View<'_>, _: &Context<'_>, report: &mut Report) {
    const LEVELS: [&str; 6] = ["panic", "error", "warning", "info", "debug", "verbose"];
    for plugin in view.of_kind(&["sriov"]) {
        let level = plugin.text("logLevel").filter(|level| !level.is_empty());
        let known = |level: &str| LEVELS.iter().any(|known| level.eq_ignore_ascii_case(known));
        if let Some(level) = level.filter(|level| !known(level)) {
            let message = format!("{level:?} is unknown and acts as info");
            report.add(&NAD035, plugin.path("logLevel"), message);
        }
        let file = plugin.text("logFile").filter(|file| !file.is_empty());
        if let Some(file) = file.filter(|file| !is_sound_path(file)) {
            let message = format!("{file:?} is not an absolute path without \"..\"");
            report.add(&NAD035, plugin.path("logFile"), message);
        }
    }
}

fn is_sound_path(file: &str) -> bool {
    file.starts_with('/') && !file.split('/').any(|part| part == "..")
}
