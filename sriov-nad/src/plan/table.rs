use std::time::Duration;

use serde::{Serialize, Serializer};

use super::case::{Case, Verdict};
use super::{Observed, PlanOptions, Write, rows};

/// The rows of the decision table. The first that holds decides; [`Finalizer`](Self::Finalizer)
/// and [`Elsewhere`](Self::Elsewhere) act and go on.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Row {
    /// 1: there is no such network; its NADs are orphans.
    Absent,
    /// 2: it is being deleted and waits for us.
    Deleting,
    /// 3: it is being deleted, and waits for others or for nobody.
    DeletingElsewhere,
    /// 4: it targets a namespace that it may not.
    OutOfScope,
    /// 5: the finalizer is missing.
    Finalizer,
    /// 6: a field is invalid.
    Invalid,
    /// 7: it owns NADs that are not where they belong.
    Elsewhere,
    /// 8: the target namespace is absent or terminating.
    Namespace,
    /// 9: the NAD at the target is being deleted.
    NadDeleting,
    /// 10: the NAD belongs to another network.
    Conflict,
    /// 11: the NAD belongs to nobody, and is not to be adopted.
    Unowned,
    /// 12: the NAD is not as wanted.
    Drift,
    /// 13: all is as wanted.
    Equal,
}

impl Row {
    /// All rows, in their order.
    pub const ALL: [Self; 13] = [
        Self::Absent,
        Self::Deleting,
        Self::DeletingElsewhere,
        Self::OutOfScope,
        Self::Finalizer,
        Self::Invalid,
        Self::Elsewhere,
        Self::Namespace,
        Self::NadDeleting,
        Self::Conflict,
        Self::Unowned,
        Self::Drift,
        Self::Equal,
    ];

    /// Its number in the table.
    pub const fn number(self) -> u8 {
        self as u8 + 1
    }
}

/// Its number.
impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.number())
    }
}

/// What to do now, and when to look again.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct Plan {
    /// The row that decided.
    pub row: Row,
    /// The rows that acted and went on.
    pub passed: Vec<Row>,
    /// In this order. A failed delete of row 7 does not stop the others, any other failure does.
    pub writes: Vec<Write>,
    /// When to look again.
    pub wake: Wake,
}

/// When a network is looked at again, besides at every event that concerns it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Wake {
    /// Only at events: a change of the network itself.
    Events,
    /// After this time at the latest, give or take a fifth.
    Within(Duration),
}

/// What a row looks at and does; `None` if it does not hold.
type Rule = fn(&Case<'_>) -> Option<Verdict>;

/// The rows between the first, which has no network to look at, and the last, which always holds.
const RULES: [(Row, Rule); 11] = [
    (Row::Deleting, rows::deleting),
    (Row::DeletingElsewhere, rows::deleting_elsewhere),
    (Row::OutOfScope, rows::out_of_scope),
    (Row::Finalizer, rows::finalizer),
    (Row::Invalid, rows::invalid),
    (Row::Elsewhere, rows::elsewhere),
    (Row::Namespace, rows::namespace),
    (Row::NadDeleting, rows::nad_deleting),
    (Row::Conflict, rows::conflict),
    (Row::Unowned, rows::unowned),
    (Row::Drift, rows::drift),
];

/// Decides what to do next for one network.
pub fn plan(observed: &Observed, options: &PlanOptions) -> Plan {
    let Some(network) = &observed.network else {
        return rows::absent(observed, options);
    };
    let case = Case { observed, network, options };
    let (mut passed, mut writes) = (Vec::new(), Vec::new());
    for (row, rule) in RULES {
        match rule(&case) {
            None => {}
            Some(Verdict::Act(more)) => {
                passed.push(row);
                writes.extend(more);
            }
            Some(Verdict::Decide(more, wake)) => {
                writes.extend(more);
                return Plan { row, passed, writes, wake };
            }
        }
    }
    let (more, wake) = rows::equal(&case);
    writes.extend(more);
    Plan { row: Row::Equal, passed, writes, wake }
}
