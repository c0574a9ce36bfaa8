//! Counting what the kernel was asked to do, with its own probes.

use std::collections::BTreeMap;
use std::fs;

use super::case::{Done, same};
use super::sys;

/// Counted events, and the kernel functions they stand for.
const COUNTED: &[(&str, &str)] = &[
    ("netlink_set", "rtnl_setlink"),
    ("netlink_new", "rtnl_newlink"),
    // Every write to sysfs goes through here, whatever the attribute.
    ("sysfs_write", "kernfs_fop_write_iter"),
    ("module_request", "__request_module"),
    // Of a module that need not be loaded: the probes appear with it.
    ("rdma_system_set", "ib_core:nldev_set_sys_set_doit"),
    ("rdma_set", "ib_core:nldev_set_doit"),
    ("rdma_new", "ib_core:nldev_newlink"),
    ("rdma_delete", "ib_core:nldev_dellink"),
];

const TRACING: &str = "/sys/kernel/tracing";

/// Running counters of changes. No other program of the guest may change anything meanwhile.
pub(super) struct Changes {
    before: BTreeMap<String, u64>,
}

impl Changes {
    pub(super) fn counted() -> Result<Self, String> {
        if sys::names(format!("{TRACING}/events/lab")).is_empty() {
            let events = format!("{TRACING}/kprobe_events");
            let probes: Vec<String> = COUNTED
                .iter()
                .map(|(event, function)| format!("p:lab/{event} {function}\n"))
                .collect();
            fs::write(&events, probes.concat()).map_err(|e| format!("write {events}: {e}"))?;
            sys::write(format!("{TRACING}/events/lab/enable"), "1")?;
        }
        Ok(Self { before: hits()? })
    }

    /// How often each kind of change happened since the start.
    pub(super) fn so_far(&self) -> Result<BTreeMap<String, u64>, String> {
        let mut now = hits()?;
        for (event, count) in &mut now {
            *count -= self.before.get(event).copied().unwrap_or_default().min(*count);
        }
        now.retain(|_, count| *count > 0);
        Ok(now)
    }

    /// Fails if anything at all was changed.
    pub(super) fn none(&self) -> Done {
        same("changes that the kernel was asked for", &self.so_far()?, &BTreeMap::new())
    }
}

fn hits() -> Result<BTreeMap<String, u64>, String> {
    let profile = sys::read(format!("{TRACING}/kprobe_profile"))?;
    let lines = profile.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let hits = lines.filter_map(|words| match words.as_slice() {
        [event, hits, ..] => Some(((*event).to_owned(), hits.parse().ok()?)),
        _ => None,
    });
    let hits: BTreeMap<String, u64> = hits.collect();
    if hits.len() == COUNTED.len() {
        return Ok(hits);
    }
    Err(format!("the kernel counts {:?} instead of all of {COUNTED:?}", hits.keys()))
}
