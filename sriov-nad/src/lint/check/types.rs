//! NAD023: fields that the plugins cannot decode.

use crate::lint::config::CONFIG;
use crate::lint::finding::Report;
use crate::lint::path;
use crate::lint::rules::NAD023;
use crate::lint::tree::Tree;
use crate::lint::view::{Context, View};

/// What a Go struct expects.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Integer,
    Unsigned,
    Flag,
    List,
}

use Kind::{Flag, Integer, List, Text, Unsigned};

/// The fields of the plugins that are read here (`types.go` of each).
const fn fields_of(plugin: &str) -> &'static [(&'static str, Kind)] {
    match plugin.as_bytes() {
        b"sriov" => &[
            ("vlan", Integer),
            ("vlanQoS", Integer),
            ("vlanProto", Text),
            ("min_tx_rate", Integer),
            ("max_tx_rate", Integer),
            ("spoofchk", Text),
            ("trust", Text),
            ("link_state", Text),
            ("logLevel", Text),
            ("logFile", Text),
            ("deviceID", Text),
        ],
        b"ib-sriov" => &[
            ("pkey", Text),
            ("link_state", Text),
            ("rdmaIsolation", Flag),
            ("ibKubernetesEnabled", Flag),
            ("deviceID", Text),
        ],
        b"ovs" => &[
            ("bridge", Text),
            ("vlan", Unsigned),
            ("mtu", Integer),
            ("trunk", List),
            ("interface_type", Text),
            ("deviceID", Text),
        ],
        _ => &[],
    }
}

impl Kind {
    const fn accepts(self, value: &Tree<'_>) -> bool {
        match (self, value) {
            (Unsigned, Tree::Integer(number)) => *number >= 0,
            (Text, Tree::Text(_))
            | (Integer, Tree::Integer(_))
            | (Flag, Tree::Bool(_))
            | (List, Tree::List(_)) => true,
            _ => false,
        }
    }

    const fn describe(self) -> &'static str {
        match self {
            Text => "a string",
            Integer => "an integer",
            Unsigned => "an integer that is not negative",
            Flag => "a boolean",
            List => "an array",
        }
    }
}

pub(super) fn fields(view: &View<'_>, _: &Context<'_>, report: &mut Report) {
    let mut look = |path: &dyn Fn() -> String, value: Option<&Tree<'_>>, kind: Kind| {
        if let Some(value) = value.filter(|value| !kind.accepts(value)) {
            let message = format!("{} instead of {}", value.describe(), kind.describe());
            report.add(&NAD023, path(), message);
        }
    };
    if let Some(root) = view.config.root() {
        for key in ["name", "cniVersion"] {
            look(&|| path::member(CONFIG, key), root.field(key), Text);
        }
    }
    for plugin in &view.plugins {
        look(&|| plugin.path("type"), plugin.field("type"), Text);
        for &(field, kind) in fields_of(plugin.kind) {
            look(&|| plugin.path(field), plugin.field(field), kind);
        }
    }
}
