mod model;
mod wire;

use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sriov_host::document::{self, DocumentError, DocumentErrorKind, KeyPath};

pub use model::{CardMatch, Desired, OnReboot, VfRoom};

/// Which wish this is: the SHA-256 of the canonical form of its document.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct DesiredHash(String);

impl fmt::Display for DesiredHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl DesiredHash {
    /// Whether it looks like one: 64 hexadecimal digits.
    pub(super) fn is_well_formed(&self) -> bool {
        let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        self.0.len() == 64 && self.0.bytes().all(digit)
    }
}

impl Desired {
    /// Reads the document, as JSON or YAML.
    ///
    /// # Errors
    ///
    /// The first fault, with its key and line.
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        let object = document::read_one(text)?;
        let document = object.read::<wire::Document>()?;
        if document.version != Self::VERSION {
            let (kind, key) = (DocumentErrorKind::WrongKind, KeyPath::new().key("version"));
            let message = format!("{} is not known, only {} is", document.version, Self::VERSION);
            return Err(object.error(kind, &key, message));
        }
        let desired = Self::from(document);
        desired.validate().map_err(|error| object.locate(error))?;
        Ok(desired)
    }

    /// Checks what the grammar of single values cannot say: for a wish that was not parsed.
    ///
    /// # Errors
    ///
    /// The first fault, with its key.
    pub fn validate(&self) -> Result<(), DocumentError> {
        let list = KeyPath::new().key("match");
        if self.matches.is_empty() {
            let error = DocumentError::invalid(list, "selects no card at all");
            return Err(error.with_help("name the device ids of all cards that are meant"));
        }
        let mut seen = HashSet::new();
        for (index, entry) in self.matches.iter().enumerate() {
            let key = list.index(index);
            if let Some(problem) = unusable(entry) {
                return Err(DocumentError::invalid(key, problem));
            }
            if !seen.insert(entry) {
                let message = format!("{entry} is selected by an earlier entry already");
                return Err(DocumentError::new(DocumentErrorKind::DuplicateMatch, key, message));
            }
        }
        if !(1..=Self::MAX_ATTEMPTS).contains(&self.max_attempts) {
            let key = KeyPath::new().key("max_attempts");
            let message = format!("{} is not 1 to {}", self.max_attempts, Self::MAX_ATTEMPTS);
            let error = DocumentError::invalid(key, message);
            return Err(
                error.with_help("to restart never, set on_reboot_required to notify or fail")
            );
        }
        Ok(())
    }

    /// The document in its canonical form. It parses back to the same wish.
    pub fn to_json(&self) -> String {
        // Strings and numbers with fixed keys: nothing in it can fail.
        let mut text =
            serde_json::to_string_pretty(&wire::Document::from(self)).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Which wish this is. Another order of the selectors, or a default that is written out, makes
    /// no other one.
    pub fn hash(&self) -> DesiredHash {
        let digest = Sha256::digest(self.to_json().as_bytes());
        let nibbles = digest.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
        DesiredHash(nibbles.filter_map(|nibble| char::from_digit(nibble.into(), 16)).collect())
    }
}

/// What is wrong with the text of a selector.
fn unusable(entry: &CardMatch) -> Option<String> {
    let (CardMatch::Psid(text) | CardMatch::Part(text) | CardMatch::Serial(text)) = entry else {
        return None;
    };
    let printable = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let plain = printable && text.trim() == text && (1..=64).contains(&text.len());
    (!plain).then(|| format!("{text:?} is not 1 to 64 printable characters"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{
  "version": 1,
  "match": [{"serial": "MT2101X00001"}, {"device_id": "101d"}],
  "policy": {"at_least": 16},
  "link_type": "eth",
  "on_reboot_required": "reboot",
  "max_attempts": 2
}"#;

    #[test]
    fn the_canonical_form_is_read_back_and_has_one_hash() {
        let desired = Desired::parse(GOOD).unwrap();
        insta::assert_snapshot!(desired.to_json(), @r#"
        {
          "version": 1,
          "match": [
            {
              "device_id": "101d"
            },
            {
              "serial": "MT2101X00001"
            }
          ],
          "policy": {
            "at_least": 16
          },
          "link_type": "eth",
          "on_reboot_required": "reboot",
          "max_attempts": 2
        }
        "#);
        assert_eq!(Desired::parse(&desired.to_json()).unwrap().hash(), desired.hash());
        assert!(desired.hash().is_well_formed());
        let same = Desired::parse(
            "policy: { at_least: 16 }\nversion: 1\nlink_type: eth\non_reboot_required: reboot\n\
             match: [{ device_id: 101d }, { serial: MT2101X00001 }]",
        );
        assert_eq!(same.unwrap().hash(), desired.hash());
        for (from, to) in [
            ("16", "17"),
            ("at_least", "exactly"),
            ("reboot\"", "notify\""),
            ("eth", "ib"),
            ("attempts\": 2", "attempts\": 1"),
            ("101d", "101f"),
        ] {
            let other = Desired::parse(&GOOD.replace(from, to)).unwrap();
            assert_ne!(other.hash(), desired.hash(), "{from} {to}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let cases = [
            (("16", "0"), "policy (line 4, column 13): at_least 0 wants nothing"),
            (("\"at_least\": 16", ""), "policy (line 4, column 13): exactly one of at_least"),
            (("1,", "2,"), "version (line 2, column 14): 2 is not known, only 1 is"),
            (("match", "matches"), "matches (line 3, column 3): unknown key"),
            (("{\"device_id\": \"101d\"}", "{}"), "match[1] (line 3, column 41): exactly one of"),
            (("101d", "xyz"), "match[1].device_id (line 3, column 55)"),
            (("MT2101X00001", ""), "match[0] (line 3, column 13): \"\" is not 1 to 64"),
            (("eth", "fc"), "link_type (line 5, column 16)"),
            (("reboot\"", "panic\""), "on_reboot_required (line 6, column 25)"),
            (("attempts\": 2", "attempts\": 0"), "max_attempts (line 7, column 19): 0 is not 1"),
            (("attempts\": 2", "attempts\": 4"), "max_attempts (line 7, column 19): 4 is not 1"),
        ];
        for ((from, to), expected) in cases {
            let error = Desired::parse(&GOOD.replace(from, to)).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
        let empty = "version: 1\nmatch: []\npolicy: { at_least: 1 }";
        let error = Desired::parse(empty).unwrap_err().to_string();
        assert_eq!(error, "match (line 2, column 8): selects no card at all");
        let twice = "version: 1\nmatch: [{ part: X }, { part: X }]\npolicy: { exactly: 0 }";
        let error = Desired::parse(twice).unwrap_err();
        assert_eq!(error.kind(), DocumentErrorKind::DuplicateMatch);
    }
}
