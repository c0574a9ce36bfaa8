use std::collections::BTreeMap;

use super::grub_menu::{LinuxCommand, MenuEntry, choose};
use super::grubenv::GrubEnv;
use super::script::{Arm, ScriptError, Statement, parse};
use super::script_words::{Piece, Word};

/// What grub would do with its configuration: `grub.cfg`.
///
/// Conditions are followed where they can be told; where they cannot, what they set is not known,
/// and neither is the number of an entry behind them.
#[derive(Clone, Debug, Default)]
pub struct GrubCfg {
    variables: Variables,
    menu: Vec<MenuEntry>,
    /// Whether it takes its entries from `loader/entries`.
    pub blscfg: bool,
}

/// `None`: set, and it cannot be told to what.
type Variables = BTreeMap<String, Option<String>>;

/// Set by grub itself, to what depends on the machine.
const MACHINE: [&str; 9] = [
    "prefix",
    "root",
    "cmdpath",
    "grub_platform",
    "grub_cpu",
    "net_default_server",
    "pxe_default_server",
    "lang",
    "theme",
];

/// No kernel takes more than a few thousand bytes. A script can double a value with each line.
const MAX_VALUE: usize = 16 << 10;
const MAX_LENGTH: usize = 64 << 10;

impl GrubCfg {
    /// Reads a configuration, with the variables of its environment block.
    ///
    /// # Errors
    ///
    /// [`ScriptError`] if quotes, blocks or conditions are never closed.
    pub fn parse(text: &str, env: &GrubEnv) -> Result<Self, ScriptError> {
        let set = |(name, value): (&str, &str)| (name.to_owned(), Some(value.to_owned()));
        let mut run =
            Run { variables: env.variables().map(set).collect(), certain: true, blscfg: false };
        let mut menu = Vec::new();
        run.block(&parse(text)?, &mut menu);
        Ok(Self { variables: run.variables, menu, blscfg: run.blscfg })
    }

    /// The entry that is started without anybody's choice; `None` if it cannot be told.
    ///
    /// A `default` is a number, a title or an id; parts behind a `>` go into submenus. As in grub,
    /// what names no entry means the first one.
    pub fn default_entry(&self) -> Option<&MenuEntry> {
        let default = match self.variables.get("default") {
            Some(Some(default)) if !default.is_empty() => default.as_str(),
            Some(None) => return None,
            Some(Some(_)) | None => "0",
        };
        choose(&self.menu, default)
    }

    /// The variables whose values can be told, when the whole script has run.
    pub fn variables(&self) -> BTreeMap<String, String> {
        let told = |(name, value): (&String, &Option<String>)| Some((name.clone(), value.clone()?));
        self.variables.iter().filter_map(told).collect()
    }

    /// The top of the menu.
    pub fn menu(&self) -> &[MenuEntry] {
        &self.menu
    }
}

/// A run through the script, as far as it can be told.
struct Run {
    variables: Variables,
    certain: bool,
    blscfg: bool,
}

impl Run {
    fn block(&mut self, statements: &[Statement], menu: &mut Vec<MenuEntry>) {
        for statement in statements {
            match statement {
                Statement::Command { words, .. } => self.command(words),
                Statement::If { arms, otherwise } => self.condition(arms, otherwise, menu),
                Statement::Loop { body } => self.perhaps(body, menu),
                Statement::Function { body } => self.define(body),
                Statement::Menu { submenu, words, body } => {
                    let entry = self.entry(*submenu, words, body);
                    menu.push(entry);
                }
            }
        }
    }

    fn condition(&mut self, arms: &[Arm], otherwise: &[Statement], menu: &mut Vec<MenuEntry>) {
        for (at, arm) in arms.iter().enumerate() {
            match self.holds(&arm.condition) {
                Some(true) => return self.block(&arm.body, menu),
                Some(false) => {}
                None => {
                    let rest = arms.get(at..).unwrap_or_default();
                    for arm in rest {
                        self.perhaps(&arm.body, menu);
                    }
                    return self.perhaps(otherwise, menu);
                }
            }
        }
        self.block(otherwise, menu);
    }

    /// What may or may not be run: what it sets is not known after it.
    fn perhaps(&mut self, body: &[Statement], menu: &mut Vec<MenuEntry>) {
        let before = self.variables.clone();
        let certain = std::mem::replace(&mut self.certain, false);
        self.block(body, menu);
        self.certain = certain;
        for (name, value) in &mut self.variables {
            if before.get(name) != Some(value) {
                *value = None;
            }
        }
    }

    /// Functions are not called here: what they alone set is not known from now on.
    fn define(&mut self, body: &[Statement]) {
        let mut inside = Self { variables: Variables::new(), certain: false, blscfg: false };
        inside.perhaps(body, &mut Vec::new());
        for name in inside.variables.into_keys() {
            self.variables.entry(name).or_insert(None);
        }
    }

    fn command(&mut self, words: &[Word]) {
        let words = self.expand(words);
        let mut words = words.iter().map(String::as_str);
        match words.next() {
            Some("set") => words.next().into_iter().for_each(|word| self.assign(word)),
            Some("unset") => words.for_each(|name| {
                self.variables.remove(name);
            }),
            Some("blscfg" | "bls_import") => self.blscfg = true,
            // `name=value` alone is an assignment, too.
            Some(word) => self.assign(word),
            None => {}
        }
    }

    fn assign(&mut self, word: &str) {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if let Some((name, value)) = word.split_once('=')
            && name.chars().all(plain)
        {
            let tellable = !value.contains('$') && value.len() <= MAX_VALUE;
            let value = tellable.then(|| value.to_owned());
            self.variables.insert(name.to_owned(), value);
        }
    }

    /// Whether the last command of a condition succeeds; `None` if that cannot be told.
    fn holds(&self, condition: &[Statement]) -> Option<bool> {
        let Some(Statement::Command { words, .. }) = condition.last() else { return None };
        if condition.len() != 1 {
            return None;
        }
        let words = self.expand(words);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["[", test @ .., "]"] | ["test", test @ ..] => holds_test(test),
            ["true"] => Some(true),
            ["false"] => Some(false),
            _ => None,
        }
    }

    fn entry(&mut self, submenu: bool, words: &[Word], body: &[Statement]) -> MenuEntry {
        let words = self.expand(words);
        let id = words.iter().position(|word| word == "--id").and_then(|at| words.get(at + 1));
        let mut entry = MenuEntry {
            title: words.first().cloned().unwrap_or_default(),
            id: id.cloned().unwrap_or_default(),
            certain: self.certain,
            ..MenuEntry::default()
        };
        // What a submenu sets stays in it: it is another context.
        let mut inside = Run { variables: self.variables.clone(), certain: true, blscfg: false };
        if submenu {
            inside.block(body, &mut entry.entries);
        } else {
            entry.linux = inside.first_linux(body);
        }
        entry
    }

    fn first_linux(&mut self, body: &[Statement]) -> Option<LinuxCommand> {
        for statement in body {
            let found = match statement {
                Statement::Command { words, line } => self.linux(words, *line),
                Statement::If { arms, otherwise } => {
                    let bodies = arms.iter().map(|arm| &arm.body).chain([otherwise]);
                    bodies.into_iter().find_map(|body| self.first_linux(body))
                }
                Statement::Loop { body } => self.first_linux(body),
                Statement::Menu { .. } | Statement::Function { .. } => None,
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }

    fn linux(&mut self, words: &[Word], line: usize) -> Option<LinuxCommand> {
        let command = words.first()?.keyword()?;
        if !matches!(command, "linux" | "linuxefi" | "linux16") {
            self.command(words);
            return None;
        }
        let words = self.expand(words.get(1..)?);
        let (kernel, arguments) = words.split_first()?;
        let arguments: Vec<String> = arguments.iter().map(|word| passed(word)).collect();
        Some(LinuxCommand { kernel: kernel.clone(), arguments: arguments.join(" "), line })
    }

    /// The words with their variables replaced; without quotes a value is several words, or none.
    fn expand(&self, words: &[Word]) -> Vec<String> {
        let mut expanded = Vec::new();
        let mut length = 0;
        for word in words.iter().flat_map(|word| self.expand_word(word)) {
            length += word.len();
            if length > MAX_LENGTH {
                return vec!["$".to_owned()];
            }
            expanded.push(word);
        }
        expanded
    }

    fn expand_word(&self, word: &Word) -> Vec<String> {
        let mut whole: Vec<String> = Vec::new();
        let mut current: Option<String> = word.pieces.is_empty().then(String::new);
        for piece in &word.pieces {
            if whole.len() + current.as_ref().map_or(0, String::len) > MAX_LENGTH {
                return vec!["$".to_owned()];
            }
            match piece {
                Piece::Text(text) => current.get_or_insert_default().push_str(text),
                Piece::Variable { name, quoted: true } => {
                    current.get_or_insert_default().push_str(&self.value(name));
                }
                Piece::Variable { name, quoted: false } => {
                    let value = self.value(name);
                    let mut parts = value.split([' ', '\t', '\n']);
                    let first = parts.next().unwrap_or_default();
                    if !first.is_empty() {
                        current.get_or_insert_default().push_str(first);
                    }
                    for part in parts {
                        whole.extend(current.take());
                        if !part.is_empty() {
                            current = Some(part.to_owned());
                        }
                    }
                }
            }
        }
        whole.extend(current);
        whole
    }

    fn value(&self, name: &str) -> String {
        match self.variables.get(name) {
            Some(Some(value)) => value.clone(),
            Some(None) => format!("${name}"),
            // grub says with these what it can do, and has been able to for many years.
            None if name.starts_with("feature_") => "y".to_owned(),
            None if MACHINE.contains(&name) || is_parameter(name) => format!("${name}"),
            None => String::new(),
        }
    }
}

/// Of a function or of the last command.
fn is_parameter(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_digit() || "?*@#".contains(c))
}

/// `[ … ]`, of the kinds that configuration files use; `None` if it cannot be told.
fn holds_test(words: &[&str]) -> Option<bool> {
    let told = |texts: &[&str]| texts.iter().all(|text| !text.contains('$'));
    match *words {
        ["!", ref rest @ ..] => holds_test(rest).map(|holds| !holds),
        ["-n", text] | [text] if told(&[text]) => Some(!text.is_empty()),
        [] => Some(false),
        ["-z", text] if told(&[text]) => Some(text.is_empty()),
        [a, "=" | "==", b] if told(&[a, b]) => Some(a == b),
        [a, "!=", b] if told(&[a, b]) => Some(a != b),
        // Files of the boot partition, as grub sees it. Without an environment block there would be
        // nothing to load, and the branches differ in nothing else.
        ["-s" | "-e" | "-f", file] if file.ends_with("grubenv") => Some(true),
        _ => None,
    }
}

/// A word as `grub_create_loader_cmdline` passes it.
fn passed(word: &str) -> String {
    let mut passed = String::new();
    for c in word.chars() {
        if matches!(c, '\\' | '\'' | '"') {
            passed.push('\\');
        }
        passed.push(c);
    }
    if word.contains(' ') { format!("\"{passed}\"") } else { passed }
}
