//! The controller in a fake cluster: the stories it has to come through.
#![cfg(all(feature = "kube", feature = "sim"))]

mod claims;
mod fight;
mod foreign;
mod invalid;
mod late;
mod random;
mod silent;
mod world;
