use std::time::Duration;

use serde::Serialize;

use crate::plan::{Contest, Row};

/// Why a network is looked at.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Trigger {
    /// It changed, or another network that wants the same NAD did.
    Network,
    /// A NAD changed that is its own, or stands where its own belongs.
    Nad,
    /// The namespace of its NAD changed.
    Namespace,
    /// A list was completed.
    Listed,
    /// Its last plan asked for another look.
    Recheck,
    /// Its last reconcile failed.
    Retry,
    /// Another network was busy with the same NAD.
    Turn,
    /// Everything is looked at from time to time.
    Resync,
    /// Somebody asked for it.
    Asked,
}

/// What the last reconcile of a network came to.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyReport {
    /// Why it was looked at.
    pub trigger: Trigger,
    /// The row of the plan that decided; `None` if it did not come to a plan.
    pub row: Option<Row>,
    /// The rows that acted and went on.
    pub passed: Vec<Row>,
    /// How many writes succeeded.
    pub writes: u32,
    /// The field manager that reverts every write to the NAD, if one does.
    pub fight: Option<String>,
    /// Why it ended before its end.
    pub error: Option<String>,
    /// How many reconciles failed in a row.
    pub attempts: u32,
    /// In what time it is looked at again, without an event; `None` if it is not.
    pub next: Option<Duration>,
}

/// The same in little space, as there is one for each network.
#[derive(Clone, Debug)]
pub(super) struct Report {
    pub(super) trigger: Trigger,
    pub(super) row: Option<Row>,
    /// One bit for each row.
    passed: u16,
    pub(super) writes: u32,
    /// Most networks have none.
    pub(super) trouble: Option<Box<TroubleReport>>,
}

/// What is not well.
#[derive(Clone, Debug, Default)]
pub(super) struct TroubleReport {
    pub(super) fight: Option<String>,
    pub(super) error: Option<String>,
    pub(super) attempts: u32,
}

impl Report {
    pub(super) const fn new(trigger: Trigger) -> Self {
        Self { trigger, row: None, passed: 0, writes: 0, trouble: None }
    }

    pub(super) fn planned(&mut self, row: Row, passed: &[Row]) {
        self.row = Some(row);
        self.passed = passed.iter().fold(0, |bits, row| bits | 1 << row.number());
    }

    pub(super) fn trouble(&mut self) -> &mut TroubleReport {
        self.trouble.get_or_insert_default()
    }

    pub(super) fn fight(&self) -> Option<&str> {
        self.trouble.as_ref()?.fight.as_deref()
    }

    pub(super) fn note_contest(&mut self, contest: &Contest) {
        if let Contest::Contested { manager, .. } = contest {
            self.trouble().fight = Some(manager.clone());
        }
    }

    pub(super) fn public(&self, next: Option<Duration>) -> KeyReport {
        let passed = |row: &Row| self.passed & 1 << row.number() != 0;
        let trouble = self.trouble.as_deref().cloned().unwrap_or_default();
        KeyReport {
            trigger: self.trigger,
            row: self.row,
            passed: Row::ALL.into_iter().filter(passed).collect(),
            writes: self.writes,
            fight: trouble.fight,
            error: trouble.error,
            attempts: trouble.attempts,
            next,
        }
    }
}
