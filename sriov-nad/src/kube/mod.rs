//! The engine's cluster over kube-rs, and helpers for test suites and installers.
