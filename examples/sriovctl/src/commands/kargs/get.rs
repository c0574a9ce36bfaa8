use sriov_host::boot::{observe, probe};

use super::text;
use crate::args::Global;
use crate::failure::Failure;
use crate::status::Status;
use crate::target::with_host;
use crate::term;

pub(super) fn run(global: &Global) -> Result<Status, Failure> {
    with_host(global, |host| {
        let facts = observe(host, &*probe(host)?)?;
        term::print(global, &facts, |style| text::facts(&facts, style))?;
        Ok(Status::Done)
    })
}
