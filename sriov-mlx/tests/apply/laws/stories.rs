//! What random worlds found, one by one.
