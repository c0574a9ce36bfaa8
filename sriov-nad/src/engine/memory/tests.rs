use std::sync::Arc;

use super::*;
use crate::nad::{Nad, Owner};
use crate::names::{NadKey, NetworkKey, NetworkKind};

const START: Duration = Duration::from_secs(100);

fn key() -> NadKey {
    NadKey::new("ns", "net")
}

fn nad(uid: &str, version: &str) -> Arc<Nad> {
    Arc::new(Nad {
        key: key(),
        uid: uid.to_owned(),
        resource_version: version.to_owned(),
        deleting: false,
        owner: Owner::None,
        owner_uids: Vec::new(),
        resource_name: None,
        config: String::new(),
        managers: Vec::new(),
    })
}

fn seen(memory: &NadMemory, cached: Option<&Arc<Nad>>) -> Option<String> {
    let view = memory.view(START + Duration::from_secs(1), &key(), cached);
    view.nad.map(|nad| {
        format!("{}@{}{}", nad.uid, nad.resource_version, if nad.deleting { "-" } else { "" })
    })
}

#[test]
fn an_answer_stands_in_until_the_cache_has_caught_up() {
    let (old, new) = (nad("a", "9"), nad("b", "10"));
    let mut memory = NadMemory::default();
    memory.is(START, Arc::clone(&new), Some(&old));
    // Older, also where the text of the version is greater, and another object.
    assert_eq!(seen(&memory, Some(&old)).as_deref(), Some("b@10"));
    assert_eq!(seen(&memory, None).as_deref(), Some("b@10"));
    assert_eq!(seen(&memory, Some(&nad("b", "11"))).as_deref(), Some("b@11"));
    memory.shown(&key(), None, Some("a"));
    assert_eq!(seen(&memory, None).as_deref(), Some("b@10"), "an earlier one went");
    memory.shown(&key(), None, Some("b"));
    assert_eq!(seen(&memory, None), None);
    memory.is(START, Arc::clone(&new), Some(&new));
    assert_eq!(seen(&memory, Some(&old)).as_deref(), Some("a@9"), "it was there before the answer");
}

#[test]
fn a_deletion_and_an_absence_stand_in_for_that_object_only() {
    let (old, new) = (nad("a", "9"), nad("b", "10"));
    let mut memory = NadMemory::default();
    memory.is_deleting(START, &key(), "a", Some(&old));
    assert_eq!(seen(&memory, Some(&old)).as_deref(), Some("a@9-"));
    assert_eq!(seen(&memory, Some(&new)).as_deref(), Some("b@10"));
    memory.is_gone(START, &key(), Some(&old));
    assert_eq!(seen(&memory, Some(&old)), None);
    assert_eq!(seen(&memory, Some(&new)).as_deref(), Some("b@10"));
}

#[test]
fn after_the_patience_a_live_read_decides() {
    let mut memory = NadMemory::default();
    memory.is(START, nad("a", "9"), None);
    assert!(!memory.needs_read(START + PATIENCE / 2, &key()));
    assert!(memory.needs_read(START + PATIENCE, &key()));
    memory.is_unknown(START, &key());
    assert!(memory.needs_read(START, &key()));
    memory.is(START, nad("a", "9"), None);
    assert!(!memory.needs_read(START, &key()));
}

#[test]
fn a_list_that_was_begun_later_knows_better() {
    let cache = crate::engine::cache::Cache::default();
    let mut memory = NadMemory::default();
    memory.is(START, nad("a", "9"), None);
    memory.listed(START, &cache);
    assert_eq!(seen(&memory, None).as_deref(), Some("a@9"), "it may have been begun before");
    memory.listed(START + Duration::from_millis(1), &cache);
    assert_eq!(seen(&memory, None), None);
}

#[test]
fn where_was_written_is_kept_until_the_cache_shows_it() {
    let network = Arc::new(NetworkKey::new(NetworkKind::Sriov, "ops", "net"));
    let mut memory = NadMemory::default();
    memory.writing(&network, &key());
    memory.writing(&network, &key());
    assert_eq!(memory.written(&network), [key()]);
    memory.found(&network, &NadKey::new("ns", "other"));
    assert_eq!(memory.written(&network), [key()]);
    memory.found(&network, &key());
    assert_eq!(memory.written(&network), []);
}
