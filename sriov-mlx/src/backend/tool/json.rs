//! The answer as a document in a file, which the tool writes where it runs.

use sriov_host::seam::{FilesError, HostPath, ToolRun};

use super::{Mstconfig, malformed, the_one};
use crate::error::FirmwareFault;
use crate::output::read_json;
use crate::param::{Diagnostic, ParamName, Reading};

/// Only root writes here. Each card is asked by one at a time.
fn path(device: &str) -> HostPath {
    HostPath::new(format!("run/sriov/mlx-{device}.json"))
}

impl Mstconfig<'_> {
    /// Where the document is missing or damaged, the table says the same.
    pub(super) fn ask_for_json(
        &self,
        device: &str,
        names: &[ParamName],
    ) -> Result<Reading, FirmwareFault> {
        let file = path(device);
        let problem = match self.clear(&file) {
            Ok(()) => {
                let asked = self.ask_into(&file, device, names);
                let problem = match asked {
                    Err(FirmwareFault::Malformed(problem)) => problem,
                    answer => return answer,
                };
                tracing::warn!(device, problem, "the tool's document cannot be used");
                problem
            }
            Err(error) => sriov_host::plan::chain(&error),
        };
        let mut reading = self.ask_for_table(device, names)?;
        let message = format!("read from the table, for the JSON cannot be used: {problem}");
        reading.diagnostics.push(Diagnostic { param: None, line: None, message });
        Ok(reading)
    }

    fn ask_into(
        &self,
        file: &HostPath,
        device: &str,
        names: &[ParamName],
    ) -> Result<Reading, FirmwareFault> {
        let target = file.to_string();
        let args = ["-e", "-d", device, "-j", &target, "q"].into_iter();
        let args = args.chain(names.iter().map(ParamName::as_str));
        let ran = self.run(&ToolRun::query(self.program.clone(), args));
        let document = self.access.home().read_file(file).map_err(malformed);
        if let Err(error) = self.access.home().remove_file(file) {
            tracing::debug!(%error, "the tool's document stays behind");
        }
        let output = ran?;
        let document = document?.ok_or_else(|| malformed("there is none"))?;
        let text = String::from_utf8(document).map_err(malformed)?;
        the_one(read_json(&text).map_err(malformed)?, device, &output.stdout)
    }

    /// Nothing old may be taken for an answer, and the tool makes no folders.
    fn clear(&self, file: &HostPath) -> Result<(), FilesError> {
        let home = self.access.home();
        let folder = file.parent().map(|folder| home.list_files(&folder)).transpose()?.flatten();
        if folder.is_none() {
            home.write_file(file, b"")?;
        }
        home.remove_file(file).map(drop)
    }
}
