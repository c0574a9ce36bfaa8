use std::collections::BTreeMap;

use super::grubenv::GrubEnv;

const MAX_LENGTH: usize = 64 << 10;

/// An entry of the Boot Loader Specification, type 1: a file in `loader/entries`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct BlsEntry {
    /// The file's name without `.conf`.
    pub id: String,
    /// The title of the menu.
    pub title: String,
    /// The version it is sorted by; empty if it has none.
    pub version: String,
    /// The key it is sorted by before its version; empty if it has none.
    pub sort_key: String,
    /// The installation it belongs to; empty if it has none.
    pub machine_id: String,
    /// The kernel; empty for an entry that starts something else.
    pub linux: String,
    /// The arguments, as they are written: variables of grub are not expanded.
    pub options: String,
    /// The line of the first `options`, from 1; 0 if there is none.
    pub line: usize,
}

impl BlsEntry {
    /// Reads an entry. Unknown keys are left out, several `options` are joined, as every loader
    /// does; no text is refused.
    pub fn parse(id: &str, text: &str) -> Self {
        let mut entry = Self { id: id.to_owned(), ..Self::default() };
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            let (key, value) = line.split_once([' ', '\t']).unwrap_or((line, ""));
            let value = value.trim_start();
            match key {
                "title" => value.clone_into(&mut entry.title),
                "version" => value.clone_into(&mut entry.version),
                "sort-key" => value.clone_into(&mut entry.sort_key),
                "machine-id" => value.clone_into(&mut entry.machine_id),
                "linux" => value.clone_into(&mut entry.linux),
                "options" => entry.add_options(value, at + 1),
                _ => {}
            }
        }
        entry
    }

    fn add_options(&mut self, options: &str, line: usize) {
        if self.line == 0 {
            self.line = line;
        } else {
            self.options.push(' ');
        }
        self.options.push_str(options);
    }

    /// The arguments, with grub's variables replaced by their values; what is not set is nothing,
    /// as for grub.
    pub fn expanded(&self, env: &GrubEnv, defaults: &BTreeMap<String, String>) -> String {
        let value = |name: &str| env.get(name).or_else(|| defaults.get(name).map(String::as_str));
        let mut expanded = String::new();
        let mut rest = self.options.as_str();
        while let Some((before, behind)) = rest.split_once('$') {
            expanded.push_str(before);
            let (name, behind) = variable(behind);
            match name {
                Some(name) => expanded.push_str(value(name).unwrap_or_default()),
                None => expanded.push('$'),
            }
            rest = behind;
            // No kernel takes as much; what is behind it does not matter.
            if expanded.len() > MAX_LENGTH {
                return expanded;
            }
        }
        expanded.push_str(rest);
        expanded
    }
}

/// The name of a variable behind a `$`, and what is behind it.
fn variable(text: &str) -> (Option<&str>, &str) {
    if let Some((name, rest)) = text.strip_prefix('{').and_then(|text| text.split_once('}')) {
        return (Some(name), rest);
    }
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    ((!name.is_empty()).then_some(name), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_options_are_joined_and_the_first_line_is_told() {
        let text = "# comment\ntitle\tFedora  Linux\noptions root=/dev/sda1\nlinux /vmlinuz\n\
                    options  ro quiet\nunknown x\n";
        let entry = BlsEntry::parse("a", text);
        assert_eq!(entry.options, "root=/dev/sda1 ro quiet");
        assert_eq!((entry.line, entry.title.as_str()), (3, "Fedora  Linux"));
        assert_eq!(BlsEntry::parse("a", "").line, 0);
    }

    #[test]
    fn variables_come_from_the_block_and_then_from_the_script() {
        let env = GrubEnv::parse("kernelopts=root=/dev/sda1 ro\n");
        let defaults = BTreeMap::from([("tuned_params".to_owned(), "nohz=on".to_owned())]);
        let expanded = |options: &str| {
            let entry = BlsEntry { options: options.to_owned(), ..BlsEntry::default() };
            entry.expanded(&env, &defaults)
        };
        assert_eq!(expanded("$kernelopts $tuned_params x"), "root=/dev/sda1 ro nohz=on x");
        assert_eq!(expanded("${kernelopts}$unset$"), "root=/dev/sda1 ro$");
    }
}
