use std::path::{Path, PathBuf};

use clap::Args;
use sriov_nad::lint::{Facts, Finding, Input, Options, Severity, lint, sarif};
use sriov_nad::names::ResourcePrefix;

use crate::args::{Global, Output};
use crate::failure::Failure;
use crate::input;
use crate::status::Status;
use crate::table::counted;
use crate::term::{self, Style};

#[derive(Args, Debug)]
pub(crate) struct LintArgs {
    /// NADs, networks and pods, as YAML or JSON; `-` reads stdin
    #[arg(short, long, value_name = "FILE")]
    file: PathBuf,
    /// The device plugin's --resource-prefix
    #[arg(long, value_name = "PREFIX")]
    resource_prefix: Option<ResourcePrefix>,
    /// The namespace whose networks may target any other
    #[arg(long, value_name = "NAMESPACE")]
    operator_namespace: Option<String>,
    /// What is known of the cluster: allocatable, policies, namespaces, rdmaMode
    #[arg(long, value_name = "FACTS")]
    cluster: Option<PathBuf>,
    /// As --output, for tools that call it so
    #[arg(long, value_name = "FORMAT")]
    format: Option<Output>,
}

pub(crate) fn run(global: &Global, args: LintArgs) -> Result<Status, Failure> {
    let LintArgs { file, resource_prefix, operator_namespace, cluster, format } = args;
    let global = Global { output: format.unwrap_or(global.output), ..global.clone() };
    let facts = cluster.map_or_else(|| Ok(Facts::default()), |path| facts(&path))?;
    let input = Input::parse(&input::text(&file)?)?;
    let findings = lint(&input, &facts, &Options { resource_prefix, operator_namespace });
    match global.output {
        Output::Sarif => term::print(&global, &sarif(&findings, &uri(&file)), |_| String::new())?,
        _ => term::print(&global, &findings, |style| text(&findings, style))?,
    }
    term::stderr(&summary(&findings, input.subjects().len()));
    let failed = findings.iter().any(|finding| finding.severity == Severity::Error);
    Ok(if failed { Status::Failure } else { Status::Done })
}

fn facts(path: &Path) -> Result<Facts, Failure> {
    Ok(Facts::parse(&input::text(path)?)?)
}

/// The file, as a relative reference.
fn uri(file: &Path) -> String {
    if file.as_os_str() == "-" { "stdin".to_owned() } else { file.display().to_string() }
}

/// The findings below the object they are about.
pub(in crate::commands) fn text(findings: &[Finding], style: Style) -> String {
    let mut out = String::new();
    for group in findings.chunk_by(|one, next| one.object == next.object) {
        let object = group.first().map(|finding| style.bold(&finding.object));
        out.extend(object.map(|object| object + "\n"));
        out.extend(group.iter().map(|finding| paragraph(finding, style)));
    }
    out
}

fn paragraph(finding: &Finding, style: Style) -> String {
    let Finding { id, severity, path, message, consumer, help, .. } = finding;
    let word = match severity {
        Severity::Error => style.red("error"),
        Severity::Warning => style.yellow("warning"),
        Severity::Info => style.bold("info"),
    };
    format!(
        "  {word}[{id}] {path}\n    {message} {}\n    help: {help}\n",
        style.dim(&format!("({consumer})"))
    )
}

fn summary(findings: &[Finding], objects: usize) -> String {
    let of = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let [errors, warnings, infos] = [Severity::Error, Severity::Warning, Severity::Info].map(of);
    format!(
        "{}, {}, {} in {}\n",
        counted(errors, "error"),
        counted(warnings, "warning"),
        counted(infos, "remark"),
        counted(objects, "object"),
    )
}
