//! Random stories: people, other programs, faults and crashes, in any order. Whatever happened, once
//! it is quiet every network has what it asks for, or says why not.

mod oracle;
mod story;

use proptest::test_runner::{Config, TestRunner};

/// How many stories are told; more by `SRIOV_NAD_STORIES`.
#[expect(clippy::disallowed_methods, reason = "a longer run is asked for by the environment")]
fn count() -> u32 {
    let asked = std::env::var("SRIOV_NAD_STORIES").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(500)
}

/// Every story ends as it should, on any number of threads.
#[test]
fn every_story_ends_well() {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    let each = count().div_ceil(u32::try_from(threads).unwrap());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let config = Config { cases: each, failure_persistence: None, ..Config::default() };
                let mut runner = TestRunner::new(config);
                let told = runner.run(&story::stories(), |story| {
                    story::tell(&story);
                    Ok(())
                });
                told.unwrap_or_else(|failure| panic!("{failure}"));
            });
        }
    });
}

/// What random stories found: three deletes look like a fight, and are calm again later.
#[test]
fn what_looked_like_a_fight_ends_well() {
    story::tell(&story::deleted_three_times());
}

/// What random stories found: the last good NAD of an invalid network stays where it is, and who
/// waits for its place is told so.
#[test]
fn who_waits_for_the_place_of_an_invalid_network_waits() {
    story::tell(&story::left_and_broken());
}
