//! One printed value.
