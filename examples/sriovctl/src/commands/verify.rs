use std::fmt::Write as _;

use sriov_host::inventory::observe;
use sriov_host::plan::Verification;
use sriov_host::vfs::{PlanOptions, observe_options, verify};

use crate::args::{Global, VerifyArgs};
use crate::commands::plan;
use crate::failure::Failure;
use crate::input;
use crate::status::Status;
use crate::table::counted;
use crate::target::with_host;
use crate::term::{self, Style};

pub(crate) fn run(global: &Global, args: &VerifyArgs) -> Result<Status, Failure> {
    let config = input::config(&args.wanted.file)?;
    let options = PlanOptions { lower_mtu: args.wanted.lower_mtu };
    with_host(global, |host| {
        let inventory = observe(host, observe_options(&config))?;
        let found = verify(&inventory, &config, options)?;
        term::print(global, &found, |style| text(&found, style))?;
        plan::report_blockers(global, &found.obstacles);
        Ok(match found.in_sync() {
            true => Status::Done,
            false if args.detailed_exitcode && !found.differences.is_empty() => Status::Pending,
            false => Status::Failure,
        })
    })
}

pub(crate) fn text(found: &Verification, style: Style) -> String {
    let mut text = String::new();
    for difference in &found.differences {
        let _ = writeln!(text, "{difference}");
    }
    text + &verdict(found.differences.len(), found.obstacles.len(), style)
}

/// The last line, for every command that compares.
pub(crate) fn verdict(differences: usize, obstacles: usize, style: Style) -> String {
    let verdict = match (differences, obstacles) {
        (0, 0) => style.green("in sync"),
        (0, obstacles) => style.red(&format!("not in sync: {}", counted(obstacles, "obstacle"))),
        (differences, _) => {
            style.red(&format!("not in sync: {}", counted(differences, "difference")))
        }
    };
    format!("{verdict}\n")
}
