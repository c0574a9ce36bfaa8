//! Each row: when it holds, what it writes, when it looks again.

mod nad;
mod network;
mod told;

use std::time::Duration;

use sriov_nad::plan::{Observed, Row, Wake, Write};
use sriov_nad::spec::Condition;

use crate::fixture::{edit, planned};

pub(crate) const fn secs(secs: u64) -> Wake {
    Wake::Within(Duration::from_secs(secs))
}

/// The writes in short: `finalizer+`, `delete shop/net`, `apply`, `apply!` by force, `Reason`, `!` a
/// warning.
pub(crate) fn short(writes: &[Write]) -> Vec<String> {
    let word = |write: &Write| match write {
        Write::AddFinalizer { .. } => "finalizer+".to_owned(),
        Write::RemoveFinalizer { .. } => "finalizer-".to_owned(),
        Write::DeleteNad { key, .. } => format!("delete {key}"),
        Write::ApplyNad { force, .. } => if *force { "apply!" } else { "apply" }.to_owned(),
        Write::SetCondition { condition, .. } => condition.reason.clone(),
        Write::Warn(_) => "!".to_owned(),
    };
    writes.iter().map(word).collect()
}

pub(crate) fn check(observed: &Observed, row: Row, writes: &[&str], wake: Wake) -> Vec<Write> {
    let plan = planned(observed);
    assert_eq!(
        (plan.row, short(&plan.writes), plan.wake),
        (row, owned(writes), wake),
        "{observed:#?}"
    );
    plan.writes
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

pub(crate) fn condition(writes: &[Write]) -> Condition {
    let found = writes.iter().find_map(|write| match write {
        Write::SetCondition { uid, condition } => {
            assert_eq!(uid, "u1");
            Some(condition.clone())
        }
        _ => None,
    });
    found.unwrap()
}

/// The same observation, with the planned condition written.
pub(crate) fn said(observed: &Observed) -> Observed {
    let mut observed = observed.clone();
    edit(&mut observed).condition = Some(condition(&planned(&observed).writes));
    observed
}

pub(crate) const TRUE: &str = "NetworkReady";
pub(crate) const INVALID: &str = "NetworkAttachmentDefinitionInvalid";
pub(crate) const CONFLICT: &str = "NetworkAttachmentDefinitionConflict";
pub(crate) const CONTESTED: &str = "NetworkAttachmentDefinitionContested";
