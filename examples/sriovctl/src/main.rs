//! `sriovctl`: the SR-IOV SDK as a command. It parses arguments, reads files and prints; what it
//! does is done by the library.

mod args;
#[cfg(feature = "cluster")]
mod client;
mod commands;
mod duration;
mod failure;
mod input;
mod logging;
mod progress;
mod signals;
mod status;
mod supervisor;
mod table;
mod target;
mod term;
mod unified;

use std::process::ExitCode;

use args::Cli;
use supervisor::Supervised;
use term::Style;

fn main() -> ExitCode {
    let Cli { global, command } = match args::parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version come this way, too, and end well.
            let _ = error.print();
            return if error.use_stderr() { status::Status::Usage } else { status::Status::Done }
                .into();
        }
    };
    logging::start(&global);
    if supervisor::is_wanted(&global, &command) {
        return supervisor::run(&global, &command);
    }
    let supervised = Supervised::begin(&global, &command);
    let status = commands::run(&global, command).unwrap_or_else(|failure| {
        failure.print(Style::stderr(&global));
        failure.status
    });
    if let Some(supervised) = supervised {
        supervised.end(status);
    }
    status.into()
}
