//! The tool's command line.

use super::release::Release;

/// What the tool was asked for.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(super) struct Call {
    pub(super) device: Option<String>,
    /// `-e`: default and current values as well.
    pub(super) verbose: bool,
    pub(super) yes: bool,
    pub(super) read_only: bool,
    /// `--force`: what the firmware would refuse is not looked at.
    pub(super) force: bool,
    /// The file that takes the answer.
    pub(super) json: Option<String>,
    pub(super) command: Command,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Command {
    Help,
    Version,
    /// These parameters, or all if there is none.
    Query(Vec<String>),
    Set(Vec<(String, String)>),
    Reset,
}

/// The device of a command line that may make no sense otherwise.
pub(super) fn device(args: &[String]) -> Option<&str> {
    let at = args.iter().position(|arg| arg == "-d" || arg == "--dev")?;
    args.get(at + 1).map(String::as_str)
}

/// Reads a command line.
///
/// # Errors
///
/// What the tool says about one that makes no sense.
pub(super) fn parse(release: Release, args: &[String]) -> Result<Call, String> {
    let mut call = Call {
        device: None,
        verbose: false,
        yes: false,
        read_only: false,
        force: false,
        json: None,
        command: Command::Help,
    };
    let mut args = args.iter().map(String::as_str);
    let missing = |what: &str| format!("missing {what}");
    while let Some(arg) = args.next() {
        match arg {
            "-v" | "--version" => return Ok(Call { command: Command::Version, ..call }),
            "-h" | "--help" => return Ok(call),
            "-d" | "--dev" => {
                call.device = Some(args.next().ok_or_else(|| missing("device name"))?.to_owned());
            }
            "-j" | "--json_format" if release.has_json() => {
                let file = args.next().ok_or_else(|| missing(".json output file"))?;
                call.json = Some(file.to_owned());
            }
            "-e" | "--enable_verbosity" => call.verbose = true,
            "-y" | "--yes" => call.yes = true,
            "--force" => call.force = true,
            "--read_only" if release.has_read_only() => call.read_only = true,
            "q" | "query" => return with_command(call, Command::Query(expanded(args))),
            "r" | "reset" => return with_command(call, Command::Reset),
            "s" | "set" => {
                let assignments = assignments(args)?;
                return with_command(call, Command::Set(assignments));
            }
            _ => return Err(format!("invalid argument: {arg}")),
        }
    }
    Err("No command found. For more information please read the help message:".to_owned())
}

fn with_command(call: Call, command: Command) -> Result<Call, String> {
    if call.json.is_some() && !matches!(command, Command::Query(_)) {
        return Err("Json format is only supported for query command.".to_owned());
    }
    if call.device.is_none() && matches!(command, Command::Set(_)) {
        return Err("set command expects device to be specified.".to_owned());
    }
    Ok(Call { command, ..call })
}

fn expanded<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    names.flat_map(expand).collect()
}

/// `NAME[0..2]` is three names.
fn expand(name: &str) -> Vec<String> {
    let span = name.strip_suffix(']').and_then(|name| {
        let (base, span) = name.split_once('[')?;
        let (first, last) = span.split_once("..")?;
        let (first, last): (u16, u16) = (first.parse().ok()?, last.parse().ok()?);
        Some((first..=last).map(|index| format!("{base}[{index}]")).collect())
    });
    span.unwrap_or_else(|| vec![name.to_owned()])
}

fn assignments<'a>(args: impl Iterator<Item = &'a str>) -> Result<Vec<(String, String)>, String> {
    let mut found: Vec<(String, String)> = Vec::new();
    for arg in args {
        let parts: Vec<&str> = arg.split('=').filter(|part| !part.is_empty()).collect();
        let [name, value] = parts.as_slice() else {
            return Err(format!("Invalid Configuration argument {arg}"));
        };
        for name in expand(name) {
            if found.iter().any(|(known, _)| *known == name) {
                return Err(format!("Duplicate parameter, {name}."));
            }
            found.push((name, (*value).to_owned()));
        }
    }
    if found.is_empty() {
        return Err("missing configuration arguments. For more information please run mstconfig \
                    -h|--help."
            .to_owned());
    }
    Ok(found)
}
