/// An entry of the menu, or a menu of its own.
#[derive(Clone, Debug, Default)]
pub struct MenuEntry {
    /// What the menu shows.
    pub title: String,
    /// What `--id` says; empty without.
    pub id: String,
    /// Whether it is in the menu for sure, and not only under a condition that cannot be told.
    pub certain: bool,
    /// The first command that loads a kernel.
    pub linux: Option<LinuxCommand>,
    /// The entries of a submenu.
    pub entries: Vec<MenuEntry>,
}

/// A command that loads a kernel.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct LinuxCommand {
    /// The kernel.
    pub kernel: String,
    /// The arguments as they will be passed. A variable whose value cannot be told stays as it is.
    pub arguments: String,
    /// The line of the command, from 1.
    pub line: usize,
}

/// What a name or a number stands for in a menu.
enum Pick<'a> {
    Entry(&'a MenuEntry),
    Missing,
    /// It depends on entries that may or may not be there.
    Untold,
}

/// What is chosen is started; where it is missing, the first entry is.
pub(super) fn choose<'a>(menu: &'a [MenuEntry], default: &str) -> Option<&'a MenuEntry> {
    match pick(menu, default) {
        Pick::Entry(entry) => return leaf(entry),
        Pick::Untold => return None,
        Pick::Missing => {}
    }
    // A title may hold a `>`, too: the longest part that names an entry is its name.
    for (at, _) in default.match_indices('>').rev() {
        let (name, rest) = default.split_at(at);
        match pick(menu, name) {
            Pick::Entry(submenu) => return choose(&submenu.entries, rest.strip_prefix('>')?),
            Pick::Untold => return None,
            Pick::Missing => {}
        }
    }
    match pick(menu, "0") {
        Pick::Entry(entry) => leaf(entry),
        Pick::Missing | Pick::Untold => None,
    }
}

/// What is started of a submenu that is chosen without a part for its inside: its first entry.
fn leaf(entry: &MenuEntry) -> Option<&MenuEntry> {
    match entry.entries.first() {
        None => Some(entry),
        Some(first) => first.certain.then_some(first).and_then(leaf),
    }
}

fn pick<'a>(menu: &'a [MenuEntry], name: &str) -> Pick<'a> {
    if let Ok(number) = name.parse::<usize>() {
        let before = number.checked_add(1).and_then(|count| menu.get(..count));
        return match before {
            None => Pick::Missing,
            Some(before) if before.iter().all(|entry| entry.certain) => {
                before.last().map_or(Pick::Missing, Pick::Entry)
            }
            Some(_) => Pick::Untold,
        };
    }
    let named =
        |entry: &&MenuEntry| entry.title == name || (!entry.id.is_empty() && entry.id == name);
    match menu.iter().find(named) {
        None => Pick::Missing,
        Some(entry) if entry.certain => Pick::Entry(entry),
        Some(_) => Pick::Untold,
    }
}
