use std::fmt::Write as _;

use serde::Serialize;
use sriov_mlx::generate::{GenerateOptions, GeneratedFile, generate};
use sriov_mlx::provision::Desired;

use super::args::GenerateArgs;
use super::tree::{State, Tree};
use crate::args::Global;
use crate::failure::Failure;
use crate::input;
use crate::status::Status;
use crate::table::counted;
use crate::term::{self, Style};
use crate::unified::unified;

/// The files of a target, and how those that were there compare with them.
#[derive(Serialize)]
struct Report {
    target: String,
    out: String,
    files: Vec<FileReport>,
}

#[derive(Serialize)]
struct FileReport {
    path: String,
    /// In octal, as `chmod` takes it.
    mode: String,
    state: State,
    /// How the file that was there has to change; empty unless it is only looked at.
    #[serde(skip)]
    diff: String,
}

pub(super) fn run(global: &Global, args: GenerateArgs) -> Result<Status, Failure> {
    let desired = Desired::parse(&input::text(&args.desired)?)?;
    let options = GenerateOptions {
        program: args.program,
        kernel_args: args.kernel_arg,
        rdma_mode: args.rdma_mode,
        udev_names: args.udev_names,
    };
    let files = generate(args.target, &desired, &options)?;
    let tree = Tree::at(&args.out);
    let style = Style::stdout(global);
    let look_only = args.check || global.dry_run;
    let reports = files.iter().map(|file| {
        let before = tree.compare(file)?;
        let diff = if look_only { diff(&tree, file, style)? } else { String::new() };
        let state = if look_only { before } else { tree.write(file, before)? };
        Ok(FileReport {
            path: file.path.to_string(),
            mode: format!("{:04o}", file.mode),
            state,
            diff,
        })
    });
    let (target, out) = (args.target.to_string(), args.out.display().to_string());
    let report = Report { target, out, files: reports.collect::<Result<_, Failure>>()? };
    term::print(global, &report, |style| text(&report, style))?;
    let differs = report.files.iter().any(|file| file.state != State::Same);
    Ok(if args.check && differs { Status::Failure } else { Status::Done })
}

fn diff(tree: &Tree, file: &GeneratedFile, style: Style) -> Result<String, Failure> {
    let there = tree.read(&file.path)?;
    let old_name = if there.is_some() { file.path.to_string() } else { "/dev/null".to_owned() };
    let old = String::from_utf8_lossy(&there.unwrap_or_default()).into_owned();
    Ok(unified(&old_name, &old, &file.path.to_string(), &file.content, style))
}

fn text(report: &Report, style: Style) -> String {
    let mut text = String::new();
    for file in &report.files {
        text.push_str(&file.diff);
    }
    for file in &report.files {
        let word = format!("{:<9}", file.state.to_string());
        let word = match file.state {
            State::Same | State::Unchanged => style.dim(&word),
            State::Missing | State::Differs => style.yellow(&word),
            State::Created | State::Changed => style.green(&word),
        };
        let _ = writeln!(text, "{word} {} {}", file.mode, file.path);
    }
    let _ = writeln!(text, "{}", style.bold(&counted(report.files.len(), "file")));
    text
}
