use sriov_host::codes::{self, Code};

use crate::args::{ExplainArgs, Global};
use crate::failure::Failure;
use crate::status::Status;
use crate::table::{Emphasis, Table};
use crate::term;

pub(crate) fn run(global: &Global, args: &ExplainArgs) -> Result<Status, Failure> {
    let Some(id) = args.code.as_deref() else {
        let all: Vec<&Code> = all().collect();
        term::print(global, &all, |style| {
            let mut table = Table::default();
            for code in &all {
                table.row(Emphasis::Plain, [style.bold(code.id), code.title.to_owned()]);
            }
            table.to_text(style)
        })?;
        return Ok(Status::Done);
    };
    let code = all().find(|code| code.is_called(id)).ok_or_else(|| {
        let message = format!("{id:?} is not a code that is known here");
        Failure::new(Status::Usage, codes::INVALID_VALUE.id, message)
            .with_help(Some("`sriovctl explain --list` lists every code"))
    })?;
    term::print(global, code, |_| code.to_string())?;
    Ok(Status::Done)
}

/// The codes of all crates.
fn all() -> impl Iterator<Item = &'static Code> {
    codes::all().chain(sriov_nad::codes::all())
}
