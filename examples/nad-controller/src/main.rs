//! `nad-controller`: a NAD for every SR-IOV network of a cluster. What it does is done by
//! `sriov-nad`; here are its options, its health pages and its end.

mod args;
mod connect;
mod failure;
mod health;
mod lease;
mod logging;
mod probes;
mod serve;
mod signals;

use std::process::ExitCode;

use clap::Parser;

use args::Args;
pub(crate) use failure::Failure;

fn main() -> ExitCode {
    let args = Args::parse();
    logging::start(args.log_format);
    match serve::run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            tracing::error!(%failure, "nad-controller ends");
            ExitCode::FAILURE
        }
    }
}
