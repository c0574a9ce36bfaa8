//! The cluster over kube-rs: what it says on the wire, and how it reads the answers.
#![cfg(feature = "kube")]

mod refusals;
mod wire;
mod writes;
