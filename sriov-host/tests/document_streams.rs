//! Streams: several objects in one text, and lists of them.
#![cfg(feature = "serde")]

use serde::Deserialize;
use sriov_host::document::{DocumentErrorKind, KeyPath, read_all, read_one};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pool {
    #[serde(rename = "kind")]
    _kind: String,
    size: u8,
}

const STREAM: &str = "\
kind: Pool
size: 1
---
# nothing but a comment
---
apiVersion: v1
kind: List
items:
  - { kind: Pool, size: 2 }
  - { kind: Pool, size: 300 }
---
kind: PoolList
items: []
...
";

#[test]
fn lists_are_spread_and_empty_documents_left_out() {
    let objects = read_all(STREAM).unwrap();
    assert_eq!(objects.iter().map(|object| object.kind()).collect::<Vec<_>>(), [Some("Pool"); 3]);
    assert_eq!(objects[1].read::<Pool>().unwrap().size, 2);
    let error = objects[2].read::<Pool>().unwrap_err();
    assert_eq!((error.key().to_string().as_str(), error.line()), ("items[1].size", Some(10)));
}

#[test]
fn faults_found_later_are_placed() {
    let objects = read_all(STREAM).unwrap();
    let size = KeyPath::new().key("size");
    let error = objects[1].error(DocumentErrorKind::InvalidValue, &size, "too small");
    assert_eq!(error.to_string(), "items[0].size (line 9, column 25): too small");
    // A key that is not there has the place of what it is missing in.
    let error = objects[0].error(DocumentErrorKind::InvalidValue, &size.key("x"), "is missing");
    assert_eq!(error.to_string(), "size.x (line 2, column 7): is missing");
}

#[test]
fn what_is_no_object_is_refused() {
    for (text, key, line) in [
        ("kind: A\n---\n- 1\n", "", Some(3)),
        ("kind: List\nitems:\n  - 1\n", "items[0]", Some(3)),
        ("kind: List\nitems: 5\n", "items", Some(2)),
    ] {
        let error = read_all(text).unwrap_err();
        assert_eq!((error.key().to_string().as_str(), error.line()), (key, line), "{error}");
    }
    assert!(read_all("").unwrap().is_empty());
    assert_eq!(read_one(STREAM).unwrap_err().line(), Some(6));
}
