//! The helpers for test suites and installers, on the fake API server and a paused clock.

mod apply;
mod capture;
mod controller;
mod ensure;
mod namespaces;
mod ready;
mod settled;
mod support;
mod wait;
