//! What a controller relies on: the same functions run on the fake API server and on a real one.

mod applying;
mod bench;
mod creating;
mod deleting;
mod listing;
mod patching;
mod updating;
mod watching;

use std::future::Future;
use std::pin::Pin;

use kube::Client;

pub(crate) use bench::Bench;

/// One case: a client and a namespace of its own. It panics where the server is not as expected.
pub(crate) type Case = fn(Client, String) -> Pin<Box<dyn Future<Output = ()> + Send>>;

macro_rules! cases {
    ($($module:ident :: $case:ident,)*) => {
        /// All cases by name.
        pub(crate) const CASES: &[(&str, Case)] = &[$((
            concat!(stringify!($module), "::", stringify!($case)),
            |client, namespace| Box::pin($module::$case(Bench::new(client, namespace))),
        )),*];
    };
}

cases! {
    creating::system_fields_and_defaults,
    creating::a_name_is_taken_once,
    creating::names_are_generated,
    creating::an_absent_namespace_is_not_found,
    creating::unknown_fields_and_status_are_dropped,
    creating::fields_are_validated,
    creating::an_unknown_kind_is_not_found,
    creating::the_name_has_to_be_that_of_the_path,
    updating::a_put_needs_the_version,
    updating::a_put_for_another_uid_is_a_conflict,
    updating::the_generation_follows_the_spec,
    updating::what_changes_nothing_stores_nothing,
    updating::the_status_is_written_apart,
    updating::no_new_finalizers_while_deleting,
    deleting::finalizers_hold_an_object,
    deleting::preconditions_are_checked,
    deleting::many_are_deleted_at_once,
    deleting::foreground_deletion_waits_for_the_collector,
    deleting::a_terminating_namespace_takes_nothing_new,
    deleting::a_dry_run_stores_nothing,
    patching::a_json_patch_tests,
    patching::a_merge_patch_removes_by_null,
    patching::a_stale_merge_patch_is_a_conflict,
    patching::an_unknown_format_is_refused,
    applying::an_apply_creates,
    applying::an_apply_for_a_vanished_uid_is_a_conflict,
    applying::an_apply_for_another_uid_is_invalid,
    applying::an_apply_for_another_version_is_a_conflict,
    applying::a_conflict_names_managers_and_fields,
    applying::a_forced_apply_takes_over,
    applying::equal_values_are_owned_together,
    applying::the_last_field_of_a_map_takes_it_along,
    applying::what_is_no_longer_applied_goes,
    applying::annotations_are_owned_one_by_one,
    applying::finalizers_are_a_set,
    applying::owner_references_are_told_apart_by_uid,
    applying::conditions_are_told_apart_by_type,
    applying::a_status_apply_does_not_look_at_the_uid,
    applying::managed_fields_tell_who_wrote_how,
    applying::an_apply_needs_a_manager,
    listing::pages_show_one_revision,
    listing::a_future_version_times_out,
    listing::a_bad_token_is_refused,
    listing::selectors_choose,
    watching::a_watch_goes_on_from_a_list,
    watching::a_watch_from_zero_begins_with_what_is_there,
    watching::leaving_a_selector_is_a_delete,
    watching::a_removal_has_a_version_of_its_own,
}
