//! Programs of the host that only tests need.

use std::path::PathBuf;

/// Where a program is; `None` if it is not installed, which is then said: the test is skipped.
///
/// # Panics
///
/// If it is not installed and `SRIOV_REQUIRE_TOOLS=1`, as in CI: there nothing is skipped.
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
pub(crate) fn tool(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found =
        std::env::split_paths(&path).map(|folder| folder.join(name)).find(|it| it.is_file());
    if found.is_none() {
        let required = std::env::var_os("SRIOV_REQUIRE_TOOLS").is_some_and(|value| value == "1");
        assert!(!required, "{name} is not installed, and SRIOV_REQUIRE_TOOLS=1");
        println!("skipped: {name} is not installed");
    }
    found
}
