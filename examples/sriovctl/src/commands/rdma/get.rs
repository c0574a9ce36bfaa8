use std::fmt::Write as _;

use sriov_host::NetnsMode;
use sriov_host::seam::{Host, RdmaSystem};
use sriov_rdma::persist::{Survey, Unavailable, survey};

use super::loader_of;
use crate::args::Global;
use crate::failure::Failure;
use crate::status::Status;
use crate::table::counted;
use crate::term::{self, Style};

pub(super) fn run(
    global: &Global,
    host: &dyn Host,
    rdma: &dyn RdmaSystem,
) -> Result<Status, Failure> {
    let survey = survey(host, rdma, loader_of(host)?.as_ref())?;
    term::print(global, &survey, |style| text(&survey, style))?;
    Ok(Status::Done)
}

pub(crate) fn text(survey: &Survey, style: Style) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "{name:<22} {value}");
    };
    line("live", &style.bold(&live(survey)));
    for setting in &survey.settings {
        let mode = setting.mode.map_or_else(|| style.red("unreadable"), |mode| mode.to_string());
        line("modprobe's files", &format!("{mode}  ({})", setting.place));
    }
    if survey.settings.is_empty() {
        line("modprobe's files", "-");
    }
    match &survey.staged_source {
        Some(place) => {
            line(
                "staged command line",
                &format!("{}  ({place})", or_dash(survey.persisted.cmdline)),
            );
        }
        None => line("staged command line", "the boot loader does not tell"),
    }
    line("running command line", &or_dash(survey.running_cmdline));
    let seen = survey.holders.as_ref().map(|holders| counted(holders.len(), "holder"));
    let holders = match (seen, survey.unseen) {
        (None, _) => "cannot be told".to_owned(),
        (Some(seen), None | Some(0)) => seen,
        (Some(seen), Some(unseen)) => {
            format!("{seen}, and {unseen} processes could not be looked into")
        }
    };
    line("other namespaces", &holders);
    for holder in survey.holders.iter().flatten() {
        line("", &holder.to_string());
    }
    text
}

fn live(survey: &Survey) -> String {
    match (survey.live, survey.unavailable) {
        (Some(mode), _) => mode.to_string(),
        (None, Some(Unavailable::NotLoaded)) => "ib_core is not loaded".to_owned(),
        (None, _) => "the kernel has no RDMA netns mode".to_owned(),
    }
}

fn or_dash(mode: Option<NetnsMode>) -> String {
    mode.map_or_else(|| "-".to_owned(), |mode| mode.to_string())
}
