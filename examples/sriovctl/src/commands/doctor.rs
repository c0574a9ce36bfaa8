use std::fmt::Write as _;

use sriov_host::doctor::{Check, examine};

use crate::args::Global;
use crate::failure::Failure;
use crate::status::Status;
use crate::target::with_rdma;
use crate::term::{self, Style};

pub(crate) fn run(global: &Global) -> Result<Status, Failure> {
    with_rdma(global, |host, rdma| {
        let mut checks = examine(host);
        checks.extend(sriov_rdma::doctor::checks(host, rdma));
        checks.extend(sriov_rdma::persist::checks(host, rdma));
        term::print(global, &checks, |style| text(&checks, style))?;
        let well = checks.iter().all(|check| check.ok);
        Ok(if well { Status::Done } else { Status::Failure })
    })
}

fn text(checks: &[Check], style: Style) -> String {
    let mut text = String::new();
    for check in checks {
        let mark = if check.ok { style.green("ok  ") } else { style.red("FAIL") };
        let _ = writeln!(text, "{mark}  {:<21}  {}", check.id, check.message);
        if let Some(help) = &check.help {
            let _ = writeln!(text, "{:27}  help: {help}", "");
        }
    }
    text
}
