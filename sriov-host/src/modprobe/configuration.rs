use std::collections::BTreeMap;

use super::parameters::{parameters, same_name};
use super::pattern::matches;
use super::{Line, Statement, parse};
use crate::seam::{Files, FilesError, HostPath};
use crate::{Errno, ModuleName};

/// Where modprobe looks; a name in an earlier folder masks the same name in a later one.
const FOLDERS: [&str; 5] = [
    "etc/modprobe.d",
    "run/modprobe.d",
    "usr/local/lib/modprobe.d",
    "usr/lib/modprobe.d",
    "lib/modprobe.d",
];

/// A line that sets a parameter of a module.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Setting {
    /// The value, without quotes around it; empty if it is, or if the parameter stands alone.
    pub value: String,
    /// The file.
    pub path: HostPath,
    /// The line, from 1; where a line is continued, its first.
    pub line: usize,
}

/// A line that names a module.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mention {
    /// The file.
    pub path: HostPath,
    /// The line, from 1; where a line is continued, its first.
    pub line: usize,
}

/// A line with a command that runs instead of loading a module.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InstallCommand {
    /// The command, for a shell.
    pub command: String,
    /// The file.
    pub path: HostPath,
    /// The line, from 1; where a line is continued, its first.
    pub line: usize,
}

/// All of modprobe's files that count, in the order in which they do.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Configuration {
    files: Vec<(HostPath, Vec<Line>)>,
}

impl Configuration {
    /// The configuration of a host.
    ///
    /// # Errors
    ///
    /// [`FilesError`] if a folder or file cannot be read.
    pub fn read(host: &dyn Files) -> Result<Self, FilesError> {
        let mut by_name = BTreeMap::new();
        for folder in FOLDERS.map(HostPath::new) {
            for name in host.list_files(&folder)?.unwrap_or_default() {
                if !counts(&name) || by_name.contains_key(&name) {
                    continue;
                }
                let path = folder.join(&name);
                if let Some(content) = read_unless_folder(host, &path)? {
                    by_name.insert(name, (path, parse(&content)));
                }
            }
        }
        Ok(Self { files: by_name.into_values().collect() })
    }

    /// The configuration that these files make on a host, or in an initramfs: paths and contents.
    ///
    /// Files that lie in none of modprobe's folders do not count.
    pub fn of<'f>(files: impl IntoIterator<Item = (&'f HostPath, &'f [u8])>) -> Self {
        let rank = |path: &HostPath| {
            let folder = path.parent()?;
            FOLDERS.iter().position(|known| *known == folder.as_str())
        };
        let mut by_name: BTreeMap<&str, (usize, &HostPath, &[u8])> = BTreeMap::new();
        for (path, content) in files {
            let Some(rank) = rank(path).filter(|_| counts(path.file_name())) else { continue };
            let entry = by_name.entry(path.file_name()).or_insert((rank, path, content));
            if rank <= entry.0 {
                *entry = (rank, path, content);
            }
        }
        let parsed = by_name.into_values().map(|(_, path, content)| (path.clone(), parse(content)));
        Self { files: parsed.collect() }
    }

    /// The files, in the order of their names, with what they say.
    pub fn files(&self) -> &[(HostPath, Vec<Line>)] {
        &self.files
    }

    /// The settings of one parameter, in the order in which they take effect: the last one counts.
    ///
    /// Options for an alias of the module are not among them: they take effect only when it is
    /// loaded by that alias.
    pub fn settings(&self, module: &ModuleName, parameter: &str) -> Vec<Setting> {
        let mut found = Vec::new();
        for (path, line) in self.lines() {
            let Statement::Options { module: named, parameters: text } = &line.statement else {
                continue;
            };
            if named != module.as_str() {
                continue;
            }
            let set = parameters(text).into_iter().filter(|one| same_name(one.name, parameter));
            found.extend(set.map(|one| Setting {
                value: one.value.unwrap_or_default().to_owned(),
                path: path.clone(),
                line: line.number,
            }));
        }
        found
    }

    /// The lines that blacklist a module.
    pub fn blacklisted(&self, module: &ModuleName) -> Vec<Mention> {
        self.lines()
            .filter(|(_, line)| {
                matches!(&line.statement, Statement::Blacklist { module: named }
                    if named == module.as_str())
            })
            .map(|(path, line)| Mention { path: path.clone(), line: line.number })
            .collect()
    }

    /// The commands for loading a module, in their order: modprobe runs the first one only.
    pub fn installs(&self, module: &ModuleName) -> Vec<InstallCommand> {
        self.lines()
            .filter_map(|(path, line)| match &line.statement {
                Statement::Install { module: pattern, command }
                    if matches(pattern, module.as_str()) =>
                {
                    let (path, command) = (path.clone(), command.trim().to_owned());
                    Some(InstallCommand { command, path, line: line.number })
                }
                _ => None,
            })
            .collect()
    }

    fn lines(&self) -> impl Iterator<Item = (&HostPath, &Line)> {
        self.files.iter().flat_map(|(path, lines)| lines.iter().map(move |line| (path, line)))
    }
}

/// Hidden files and other names do not count, and mask nothing.
fn counts(name: &str) -> bool {
    !name.starts_with('.') && name.strip_suffix(".conf").is_some()
}

/// A link to nowhere masks as a link to `/dev/null` does; a folder (`None`) does not.
fn read_unless_folder(host: &dyn Files, path: &HostPath) -> Result<Option<Vec<u8>>, FilesError> {
    match host.read_file(path) {
        Ok(content) => Ok(Some(content.unwrap_or_default())),
        Err(FilesError::Io { source, .. }) if Errno::of(&source) == Some(Errno::ISDIR) => Ok(None),
        Err(error) => Err(error),
    }
}
