use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Call;
use crate::Errno;

/// A call that fails: the n-th one of a kind on a matching object.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct FaultSpec {
    /// Which kind of call.
    pub call: Call,
    /// The object, with `*` for any text: `*/sriov_numvfs`, or `link 3`.
    #[serde(default = "anything")]
    pub target: String,
    /// Which matching call fails, counted from 1.
    #[serde(default = "first")]
    pub nth: u64,
    /// How many fail from there on.
    #[serde(default = "first")]
    pub times: u64,
    /// What the kernel answers, as `ENOMEM`.
    pub errno: ErrnoName,
}

fn anything() -> String {
    "*".to_owned()
}

const fn first() -> u64 {
    1
}

/// Rules with their counters.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Faults(Vec<(FaultSpec, u64)>);

impl FaultSpec {
    /// The `nth` call of a kind on objects that match `target`, where `*` is any text, fails once.
    pub fn new(call: Call, target: impl Into<String>, nth: u64, errno: Errno) -> Self {
        Self { call, target: target.into(), nth, times: 1, errno: ErrnoName(errno) }
    }
}

impl Faults {
    #[cfg(any(feature = "sim", test))]
    pub(crate) fn new(rules: Vec<FaultSpec>) -> Self {
        Self(rules.into_iter().map(|rule| (rule, 0)).collect())
    }

    pub(crate) fn add(&mut self, rule: FaultSpec) {
        self.0.push((rule, 0));
    }

    /// Counts the call, and says how it fails.
    pub(crate) fn check(&mut self, call: Call, target: &str) -> Option<Errno> {
        let mut answer = None;
        for (rule, seen) in &mut self.0 {
            if rule.call != call || !matches(&rule.target, target) {
                continue;
            }
            *seen += 1;
            let last = rule.nth.saturating_add(rule.times);
            if (rule.nth..last).contains(seen) {
                answer = answer.or(Some(rule.errno.0));
            }
        }
        answer
    }
}

/// Whether `text` follows `pattern`, where `*` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else { return pattern == text };
    let Some(rest) = text.strip_prefix(head) else { return false };
    let mut starts = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    starts.any(|at| rest.get(at..).is_some_and(|rest| matches(tail, rest)))
}

/// An errno by its name, as `ENOMEM`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ErrnoName(pub Errno);

impl Serialize for ErrnoName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name().unwrap_or("EIO"))
    }
}

impl<'de> Deserialize<'de> for ErrnoName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::<str>::deserialize(deserializer)?;
        let found = (1..134).map(Errno::new).find(|errno| errno.name() == Some(name.as_ref()));
        found.map(Self).ok_or_else(|| {
            serde::de::Error::custom(format!("{name:?} is not an errno that is known here"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Call;
    use super::{ErrnoName, FaultSpec, Faults, matches};
    use crate::Errno;

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(matches("*/sriov_numvfs", "/sys/bus/pci/devices/0000:01:00.0/sriov_numvfs"));
        assert!(matches("/sys/*/driver*", "/sys/x/driver_override"));
        assert!(matches("link 3", "link 3"));
        assert!(!matches("link 3", "link 33"));
        assert!(!matches("*/a*b", "/ab/b/c"));
    }

    #[test]
    fn only_the_counted_calls_fail() {
        let errno = ErrnoName(Errno::NOMEM);
        let rule =
            FaultSpec { call: Call::Write, target: "*numvfs".into(), nth: 2, times: 2, errno };
        let mut faults = Faults::new(vec![rule]);
        let mut ask = |target| faults.check(Call::Write, target);
        assert_eq!(ask("numvfs"), None);
        assert_eq!(ask("other"), None);
        assert_eq!(ask("numvfs"), Some(Errno::NOMEM));
        assert_eq!(ask("numvfs"), Some(Errno::NOMEM));
        assert_eq!(ask("numvfs"), None);
    }
}
