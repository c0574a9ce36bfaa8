use super::pattern::underscores;

/// What a line of modprobe's configuration says. Names have underscores for dashes.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Statement {
    /// A comment, with its `#`.
    Comment(String),
    /// Another name for a module; the name may have wildcards.
    Alias {
        /// The name.
        alias: String,
        /// The module.
        module: String,
    },
    /// A module is not loaded for what a device says it is.
    Blacklist {
        /// The module.
        module: String,
    },
    /// Parameters that a module is loaded with.
    Options {
        /// The module.
        module: String,
        /// The parameters, as they are.
        parameters: String,
    },
    /// A command that runs instead of loading modules.
    Install {
        /// The modules, with wildcards.
        module: String,
        /// The command.
        command: String,
    },
    /// A command that runs instead of removing modules.
    Remove {
        /// The modules, with wildcards.
        module: String,
        /// The command.
        command: String,
    },
    /// Modules that are loaded before and behind another.
    Softdep {
        /// The modules, with wildcards.
        module: String,
        /// What stands behind, as `pre: a b post: c`.
        modules: String,
    },
    /// A line that modprobe ignores.
    Other(String),
}

/// As `strtok_r` of C: what stands before the next blank, and what behind that one.
fn word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches(BLANK);
    if text.is_empty() {
        return None;
    }
    Some(text.split_once(BLANK).unwrap_or((text, "")))
}

/// What separates words; the end of a line in the style of DOS does not.
const BLANK: [char; 2] = [' ', '\t'];

impl Statement {
    /// `None` for a line that says nothing.
    pub(super) fn parse(line: &str) -> Option<Self> {
        if line.starts_with('#') {
            return Some(Self::Comment(line.to_owned()));
        }
        let (keyword, rest) = word(line)?;
        Some(Self::known(keyword, rest).unwrap_or_else(|| Self::Other(line.to_owned())))
    }

    fn known(keyword: &str, rest: &str) -> Option<Self> {
        let (first, rest) = word(rest)?;
        let module = underscores(first)?;
        // The end of a line is missing where nothing at all stands behind the blank.
        let tail = || (!rest.is_empty()).then(|| rest.to_owned());
        Some(match keyword {
            "alias" => Self::Alias { alias: module, module: underscores(word(rest)?.0)? },
            "blacklist" => Self::Blacklist { module },
            "options" => Self::Options { module, parameters: tail()? },
            "install" => Self::Install { module, command: tail()? },
            "remove" => Self::Remove { module, command: tail()? },
            "softdep" => Self::Softdep { module, modules: tail()? },
            _ => return None,
        })
    }
}
