//! NAD006 to NAD010: what a CNI config has to look like at all.

use crate::lint::config::{CONFIG, Config};
use crate::lint::finding::Report;
use crate::lint::path;
use crate::lint::rules::{NAD006, NAD007, NAD008, NAD009, NAD010};
use crate::lint::tree::Tree;
use crate::lint::view::{Context, View};

/// NAD006, NAD007.
pub(super) fn config(view: &View<'_>, _: &Context<'_>, report: &mut Report) {
    match view.config {
        Config::Empty => {
            let name = &view.key.name;
            let message = format!("each node falls back to its own CNI config named {name}");
            report.add(&NAD007, CONFIG, message);
        }
        Config::Broken(message) => report.add(&NAD006, CONFIG, message.as_str()),
        Config::Object(_) => {}
    }
}

/// NAD008, NAD009, NAD010.
pub(super) fn plugins(view: &View<'_>, _: &Context<'_>, report: &mut Report) {
    for plugin in view.plugins.iter().filter(|plugin| plugin.kind.is_empty()) {
        // A type of another JSON type is NAD023's.
        if plugin.field("type").is_none_or(|kind| kind.text().is_some()) {
            let message = if view.config.is_chain() {
                "the plugin has no type"
            } else {
                "the config has neither type nor plugins"
            };
            report.add(&NAD008, plugin.base(), message);
        }
    }
    if !view.config.is_chain() {
        return;
    }
    let path = path::member(CONFIG, "plugins");
    match view.config.root().and_then(|root| root.get("plugins")) {
        Some(Tree::List(items)) if items.is_empty() => {
            let message = "multus panics on an empty list (index out of range)";
            report.add(&NAD009, path, message);
        }
        Some(Tree::List(items)) => {
            for (index, item) in items.iter().enumerate() {
                if item.members().is_none() {
                    let message = format!(
                        "{} instead of an object: unable to typecast plugin #{index}",
                        item.describe()
                    );
                    report.add(&NAD010, format!("{path}[{index}]"), message);
                }
            }
        }
        Some(Tree::Null) => {
            let message = "null is no list: delegate must have the 'type' or 'plugin' field";
            report.add(&NAD009, path, message);
        }
        Some(other) => {
            report.add(&NAD010, path, format!("{} instead of a list", other.describe()));
        }
        None => {}
    }
}
