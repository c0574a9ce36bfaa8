//! Reading documents: YAML or JSON, with the key and the line of every error.
//!
//! YAML is a superset of JSON, so one parser reads both and lines come out the same. Text is
//! parsed into a tree that knows its lines; serde reads types from the tree. Size, depth and the
//! growth by aliases are limited, so no text can make a reader panic, hang or eat the memory.
//!
//! ```
//! use sriov_host::document;
//!
//! #[derive(serde::Deserialize)]
//! #[serde(deny_unknown_fields)]
//! struct Pool {
//!     #[expect(dead_code, reason = "only its grammar matters here")]
//!     kind: String,
//!     size: u16,
//! }
//!
//! let object = document::read_one("kind: Pool\nsize: 70000\n")?;
//! assert_eq!(object.kind(), Some("Pool"));
//! let error = object.read::<Pool>().map(|pool| pool.size).unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "size (line 2, column 7): 70000 is not a whole number from 0 to 65535"
//! );
//! # Ok::<(), document::DocumentError>(())
//! ```

mod de;
mod error;
mod nearest;
mod object;
mod parse;
mod path;
mod scalar;
mod tree;

pub use error::{DocumentError, DocumentErrorKind, Position};
pub use object::{Object, read_all, read_one};
pub use parse::{MAX_BYTES, utf8};
pub use path::KeyPath;
