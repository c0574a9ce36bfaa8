//! The planner in every order of events.

use sriov_nad::plan::plan;

use crate::cluster::Setup;
use crate::explore::Explorer;

#[expect(clippy::print_stdout, reason = "how much was explored is worth knowing")]
fn explore(setup: Setup, acts: usize, at_least: usize) {
    let states = Explorer::new(setup, &plan).explore(acts).unwrap();
    println!("{states} states");
    assert!(states >= at_least, "only {states} states");
}

#[test]
fn networks_of_two_kinds() {
    explore(Setup::kinds(), 2, 100_000);
}

#[test]
fn networks_of_two_namespaces() {
    explore(Setup::namespaces(), 2, 100_000);
}

#[test]
fn networks_of_one_namespace() {
    explore(Setup::neighbours(), 2, 100_000);
}

#[test]
fn long_walks() {
    for setup in [Setup::kinds(), Setup::namespaces(), Setup::neighbours()] {
        let mut explorer = Explorer::new(setup, &plan);
        for seed in 0..1000 {
            if let Err(violation) = explorer.walk(seed, 100) {
                panic!("seed {seed}: {violation:?}");
            }
        }
    }
}
