use sriov_host::boot::BootId;

use super::record::{CardState, Restart};

/// What was found out about a card in this boot.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Finding {
    /// It runs as wanted, and will after the next boot as far as anybody asked.
    Satisfied,
    /// It runs as wanted, and the values of the next boot differ.
    NextBootDiffers,
    /// It does not run as wanted, and a restart is needed.
    RestartNeeded {
        /// Whether the next boot has it all already, so that nothing is written.
        staged: bool,
    },
    /// It does not run as wanted, and the ledger of restarts that all programs of this host share
    /// forbids another one.
    Exhausted,
    /// Something else is in the way, or nobody can tell.
    Blocked,
}

/// What is done with a card.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Decision {
    /// Nothing, and nothing is recorded.
    Keep,
    /// It is recorded that the card runs as wanted.
    Settle,
    /// The values of the next boot are written; nothing is asked for.
    WriteNextBoot {
        /// It is recorded that the card runs as wanted.
        settle: bool,
    },
    /// It is written, recorded, and a restart asked for.
    Attempt {
        /// Which one it is, from 1.
        number: u32,
    },
    /// A restart that was asked for is still outstanding: no second one is.
    Await {
        /// What it takes.
        restart: Restart,
        /// The next boot lacks what was written in this one: it is written again.
        rewrite: bool,
    },
    /// Restarts did not help: that is recorded.
    GiveUp,
    /// It was given up earlier.
    StayFailed,
    /// Nothing can be done with it; what is recorded stays.
    Blocked,
}

/// What is done next with a card: pure.
///
/// For one wish, one card and one record there are never more than `max` decisions to
/// [`Attempt`](Decision::Attempt), however often and in however many boots this is asked.
pub fn next(state: &CardState, finding: Finding, boot: &BootId, max: u32) -> Decision {
    match finding {
        Finding::Satisfied if is_settled(state) => Decision::Keep,
        Finding::Satisfied => Decision::Settle,
        Finding::NextBootDiffers => Decision::WriteNextBoot { settle: !is_settled(state) },
        Finding::RestartNeeded { staged } => restart(state, staged, boot, max),
        Finding::Exhausted => match state {
            CardState::Failed { .. } => Decision::StayFailed,
            _ => Decision::GiveUp,
        },
        Finding::Blocked => match state {
            CardState::Failed { .. } => Decision::StayFailed,
            _ => Decision::Blocked,
        },
    }
}

const fn is_settled(state: &CardState) -> bool {
    matches!(state, CardState::Pending | CardState::Verified { .. })
}

fn restart(state: &CardState, staged: bool, boot: &BootId, max: u32) -> Decision {
    match state {
        CardState::Applied { boot_id, restart, .. }
            // A restart does not do what a loss of power would: none is tried in any boot.
            if boot_id == boot || *restart == Restart::PowerCycle =>
        {
            Decision::Await { restart: *restart, rewrite: !staged }
        }
        CardState::Failed { .. } => Decision::StayFailed,
        state if state.attempts() >= max => Decision::GiveUp,
        state => Decision::Attempt { number: state.attempts() + 1 },
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    fn boot(id: &str) -> BootId {
        serde_json::from_value(id.into()).unwrap()
    }

    fn applied(id: &str, attempts: u32, restart: Restart) -> CardState {
        CardState::Applied { boot_id: boot(id), attempts, restart }
    }

    fn states() -> Vec<CardState> {
        let mut states = vec![CardState::Pending];
        for attempts in 0..4 {
            states.push(CardState::Verified { attempts });
            states.push(CardState::Failed { attempts, reason: String::new(), rows: Vec::new() });
            for id in ["this", "before"] {
                for restart in [Restart::Reboot, Restart::PowerCycle] {
                    states.push(applied(id, attempts, restart));
                }
            }
        }
        states
    }

    const FINDINGS: [Finding; 6] = [
        Finding::Satisfied,
        Finding::NextBootDiffers,
        Finding::RestartNeeded { staged: false },
        Finding::RestartNeeded { staged: true },
        Finding::Exhausted,
        Finding::Blocked,
    ];

    /// Every state with every finding, in words: a change of any cell shows.
    #[test]
    fn every_cell() {
        let mut table = String::new();
        let pending = [CardState::Pending];
        let tried = states();
        let tried = tried.iter().filter(|state| (1..3).contains(&state.attempts()));
        for state in pending.iter().chain(tried) {
            let name = serde_json::to_value(state).map_or("pending".to_owned(), |v| v.to_string());
            for finding in FINDINGS {
                let decision = next(state, finding, &boot("this"), 2);
                writeln!(table, "{name} + {finding:?}: {decision:?}").unwrap();
            }
        }
        insta::assert_snapshot!("every_cell", table);
    }

    #[test]
    fn no_state_leads_beyond_the_limit() {
        for state in states() {
            for finding in FINDINGS {
                for max in 1..=3 {
                    match next(&state, finding, &boot("this"), max) {
                        Decision::Attempt { number } => {
                            assert!(number <= max && number == state.attempts() + 1, "{state:?}");
                            assert!(matches!(finding, Finding::RestartNeeded { .. }));
                        }
                        Decision::Await { .. } => {
                            assert!(matches!(state, CardState::Applied { .. }), "{state:?}");
                        }
                        Decision::Settle | Decision::WriteNextBoot { settle: true } => {
                            assert!(!is_settled(&state));
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    #[test]
    fn one_restart_for_one_boot() {
        let now = applied("this", 1, Restart::Reboot);
        let needed = Finding::RestartNeeded { staged: true };
        let await_it = Decision::Await { restart: Restart::Reboot, rewrite: false };
        assert_eq!(next(&now, needed, &boot("this"), 2), await_it);
        assert_eq!(next(&now, needed, &boot("next"), 2), Decision::Attempt { number: 2 });
        assert_eq!(next(&now, needed, &boot("next"), 1), Decision::GiveUp);
    }
}
