use std::fmt::{Display, Write as _};

use super::Metrics;

impl Metrics {
    /// The metrics in Prometheus' text format 0.0.4, for `text/plain; version=0.0.4`.
    pub fn prometheus(&self) -> String {
        let mut text = Text(String::new());
        self.sources_to(&mut text);
        self.queue_to(&mut text);
        self.counts_to(&mut text);
        text.0
    }

    fn sources_to(&self, text: &mut Text) {
        text.head("store_ready", "gauge", "Whether a list of the kind was ever completed.");
        for (kind, source) in &self.sources {
            text.labelled("store_ready", "kind", kind, u8::from(source.store_ready));
        }
        text.head("objects", "gauge", "Objects of the kind.");
        for (kind, source) in &self.sources {
            text.labelled("objects", "kind", kind, source.objects);
        }
        text.head("last_event_age_seconds", "gauge", "Time since an object of the kind came.");
        for (kind, source) in &self.sources {
            if let Some(age) = source.last_event_age {
                text.labelled("last_event_age_seconds", "kind", kind, age);
            }
        }
        text.head("last_activity_age_seconds", "gauge", "Time since the watch was heard of.");
        for (kind, source) in &self.sources {
            text.labelled("last_activity_age_seconds", "kind", kind, source.last_activity_age);
        }
    }

    fn queue_to(&self, text: &mut Text) {
        let mut gauge = |name, help, value: &dyn Display| {
            text.head(name, "gauge", help);
            text.plain(name, value);
        };
        gauge("queue_depth", "Networks that are due and do not run.", &self.queue_depth);
        gauge("queue_age_seconds", "Time the first of them has been due.", &self.queue_age);
        gauge("in_flight", "Networks that are reconciled now.", &self.in_flight);
        gauge("in_flight_age_seconds", "Time the oldest of these has run.", &self.in_flight_age);
        if let Some(age) = self.last_success_age {
            gauge("last_success_age_seconds", "Time since a reconcile ended well.", &age);
        }
        if let Some(age) = self.last_completion_age {
            gauge("last_completion_age_seconds", "Time since a reconcile ended.", &age);
        }
    }

    fn counts_to(&self, text: &mut Text) {
        text.head("reconciles_total", "counter", "Reconciles, by the row that decided.");
        for (row, count) in &self.reconciles {
            text.labelled("reconciles_total", "row", row, count);
        }
        let families = [
            ("writes_total", "kind", "Writes that succeeded.", &self.writes),
            ("errors_total", "class", "Calls that failed.", &self.errors),
            ("fights_total", "manager", "NADs whose every write is reverted.", &self.fights),
        ];
        for (name, label, help, counts) in families {
            text.head(name, "counter", help);
            for (value, count) in counts {
                text.labelled(name, label, value, count);
            }
        }
        let counts = [
            ("conflicts_total", "Applies that met fields of other managers.", self.conflicts),
            ("live_reads_total", "Reads of NADs past the cache.", self.live_reads),
            ("panics_total", "Reconciles that panicked.", self.panics),
            ("aborts_total", "Reconciles that the watchdog aborted.", self.aborts),
            ("timeouts_total", "Calls and reconciles that took too long.", self.timeouts),
            ("unreadable_total", "Objects that could not be read.", self.unreadable),
        ];
        for (name, help, count) in counts {
            text.head(name, "counter", help);
            text.plain(name, count);
        }
    }
}

/// The text so far. Writing to it cannot fail.
struct Text(String);

impl Text {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP sriov_nad_{name} {help}");
        let _ = writeln!(self.0, "# TYPE sriov_nad_{name} {kind}");
    }

    fn plain(&mut self, name: &str, value: impl Display) {
        let _ = writeln!(self.0, "sriov_nad_{name} {value}");
    }

    fn labelled(&mut self, name: &str, label: &str, of: impl Display, value: impl Display) {
        let of = of.to_string().replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n");
        let _ = writeln!(self.0, "sriov_nad_{name}{{{label}=\"{of}\"}} {value}");
    }
}
