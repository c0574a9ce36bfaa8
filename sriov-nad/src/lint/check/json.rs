//! NAD034: keys that stand there twice.

use std::collections::HashSet;

use crate::lint::config::CONFIG;
use crate::lint::finding::Report;
use crate::lint::path;
use crate::lint::rules::NAD034;
use crate::lint::tree::{Members, Tree};
use crate::lint::view::{Context, View};

pub(super) fn duplicates(view: &View<'_>, _: &Context<'_>, report: &mut Report) {
    if let Some(root) = view.config.root() {
        object(&|| CONFIG.to_owned(), root, report);
    }
}

fn object(base: &dyn Fn() -> String, members: &Members<'_>, report: &mut Report) {
    for key in repeated(members) {
        let message = "it stands there more than once, and the last one counts";
        report.add(&NAD034, path::member(&base(), key), message);
    }
    for (key, value) in members.iter() {
        value_of(&|| path::member(&base(), key), value, report);
    }
}

fn value_of(base: &dyn Fn() -> String, value: &Tree<'_>, report: &mut Report) {
    match value {
        Tree::Map(members) => object(base, members, report),
        Tree::List(items) => items.iter().enumerate().for_each(|(index, item)| {
            value_of(&|| format!("{}[{index}]", base()), item, report);
        }),
        _ => {}
    }
}

fn repeated<'m>(members: &'m Members<'_>) -> Vec<&'m str> {
    let few = members.len() <= 16;
    if few && members.iter().enumerate().all(|(at, (key, _))| !is_before(members, at, key)) {
        return Vec::new();
    }
    let mut seen = HashSet::new();
    members.iter().map(|(key, _)| key).filter(|key| !seen.insert(*key)).collect()
}

fn is_before(members: &Members<'_>, at: usize, key: &str) -> bool {
    members.iter().take(at).any(|(other, _)| other == key)
}
