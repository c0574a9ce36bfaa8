//! `sriovctl`: the SR-IOV SDK as a command. It parses arguments, reads files and prints; what it
//! does is done by the library.

mod args;
mod commands;
mod duration;
mod failure;
mod input;
mod logging;
mod progress;
mod session;
mod signals;
mod status;
mod table;
mod term;

use std::process::ExitCode;

use args::Cli;
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
    match commands::run(&global, command) {
        Ok(status) => status.into(),
        Err(failure) => {
            failure.print(Style::stderr(&global));
            failure.status.into()
        }
    }
}
