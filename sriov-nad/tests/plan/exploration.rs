//! The planner in every order of events.

use sriov_nad::plan::plan;

use crate::cluster::Setup;
use crate::explore::Explorer;

fn explore(setup: Setup, acts: usize, at_least: usize) {
    let states = Explorer::new(setup, &plan).explore(acts).unwrap();
    println!("{states} states");
    assert!(states >= at_least, "only {states} states");
}

#[test]
fn networks_of_two_kinds() {
    explore(Setup::kinds(), 2, 1000);
}

#[test]
fn networks_of_two_namespaces() {
    explore(Setup::namespaces(), 2, 1000);
}

#[test]
fn networks_of_one_namespace() {
    explore(Setup::neighbours(), 2, 1000);
}
