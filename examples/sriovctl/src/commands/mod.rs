//! One file for each command.

mod apply;
#[cfg(feature = "cluster")]
pub(crate) mod cluster;
mod demo;
mod doctor;
mod explain;
pub(crate) mod kargs;
mod list;
mod manual;
pub(crate) mod mlx;
pub(crate) mod nad;
mod plan;
pub(crate) mod rdma;
mod verify;
mod version;
mod wait;

use crate::args::{Command, Global};
use crate::failure::Failure;
use crate::status::Status;

pub(crate) fn run(global: &Global, command: Command) -> Result<Status, Failure> {
    match command {
        Command::List(args) => list::run(global, &args),
        Command::Plan(args) => plan::run(global, args),
        Command::Apply(args) => apply::run(global, args),
        Command::Verify(args) => verify::run(global, &args),
        Command::Wait(args) => wait::run(global, &args),
        Command::Kargs(command) => kargs::run(global, command),
        Command::Rdma(command) => rdma::run(global, command),
        Command::Mlx(args) => mlx::run(global, args),
        Command::Nad(command) => nad::run(global, command),
        #[cfg(feature = "cluster")]
        Command::Cluster(command) => cluster::run(global, command),
        Command::Doctor => doctor::run(global),
        Command::Demo => demo::run(global),
        Command::Explain(args) => explain::run(global, &args),
        Command::Completions { shell } => manual::completions(shell),
        Command::Man { dir } => manual::pages(&dir),
        Command::Version => version::run(global),
    }
}
