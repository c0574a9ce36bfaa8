use serde::Serialize;
use sriov_host::codes::{self, Code};
use sriov_nad::lint::{Rule, rules};

use crate::args::{ExplainArgs, Global};
use crate::failure::Failure;
use crate::status::Status;
use crate::table::{Emphasis, Table};
use crate::term;

/// Something that has a page: an error code, or a rule of the linter.
#[derive(Serialize)]
#[serde(untagged)]
enum Page {
    Code(&'static Code),
    Rule(&'static Rule),
}

impl Page {
    const fn id(&self) -> &'static str {
        match self {
            Self::Code(code) => code.id,
            Self::Rule(rule) => rule.id,
        }
    }

    const fn title(&self) -> &'static str {
        match self {
            Self::Code(code) => code.title,
            Self::Rule(rule) => rule.title,
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Code(code) => code.to_string(),
            Self::Rule(rule) => rule.to_string(),
        }
    }
}

pub(crate) fn run(global: &Global, args: &ExplainArgs) -> Result<Status, Failure> {
    let Some(id) = args.code.as_deref() else {
        let all: Vec<Page> = all().collect();
        term::print(global, &all, |style| {
            let mut table = Table::default();
            for page in &all {
                table.row(Emphasis::Plain, [style.bold(page.id()), page.title().to_owned()]);
            }
            table.to_text(style)
        })?;
        return Ok(Status::Done);
    };
    let page = find(id).ok_or_else(|| {
        let message = format!("{id:?} is not a code that is known here");
        Failure::new(Status::Usage, codes::INVALID_VALUE.id, message)
            .with_help(Some("`sriovctl explain --list` lists every code"))
    })?;
    term::print(global, &page, |_| page.text())?;
    Ok(Status::Done)
}

fn find(id: &str) -> Option<Page> {
    let code = codes_of_all_crates().find(|code| code.is_called(id)).map(Page::Code);
    code.or_else(|| rules::find(id).map(Page::Rule))
}

fn all() -> impl Iterator<Item = Page> {
    codes_of_all_crates().map(Page::Code).chain(rules::all().map(Page::Rule))
}

fn codes_of_all_crates() -> impl Iterator<Item = &'static Code> {
    let rdma_and_mlx = sriov_rdma::codes::all().chain(sriov_mlx::codes::all());
    codes::all().chain(rdma_and_mlx).chain(sriov_nad::codes::all())
}
