//! How the tool's releases differ in what they print and which options they have.

/// A release of mstflint, as `4.35.0-1.6`.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Release([u32; 5]);

/// How a table is laid out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    /// The width of the labels above the table.
    pub(super) label: usize,
    pub(super) name: usize,
    pub(super) value: usize,
    /// Whether there is a column that marks what can only be read.
    pub(super) read_only: bool,
    /// Whether a space is left out behind a value that just fills its column.
    pub(super) glues: bool,
    /// Whether the head of the table is as wide as its columns, and not as the words in it.
    pub(super) aligned_head: bool,
}

impl Release {
    pub(super) fn parse(text: &str) -> Self {
        let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok());
        Self(std::array::from_fn(|_| numbers.next().unwrap_or(0)))
    }

    const fn at_least(self, major: u32, minor: u32) -> bool {
        let [has_major, has_minor, ..] = self.0;
        has_major > major || (has_major == major && has_minor >= minor)
    }

    /// `-j` came with 4.31.
    pub(super) const fn has_json(self) -> bool {
        self.at_least(4, 31)
    }

    /// `mstfwreset status --json` came with 4.36.
    pub(super) const fn has_status(self) -> bool {
        self.at_least(4, 36)
    }

    /// `--read_only` came with 4.25.
    pub(super) const fn has_read_only(self) -> bool {
        self.at_least(4, 25)
    }

    /// A query that cannot begin is complained about twice.
    pub(super) const fn says_twice(self) -> bool {
        self.at_least(4, 34)
    }

    /// Under lockdown, newer releases fail in words that depend on how the device is named.
    pub(super) const fn tells_names_apart(self) -> bool {
        self.at_least(4, 26)
    }

    /// The device was a "PCI device" in the first releases.
    pub(super) const fn device_label(self) -> &'static str {
        if self.at_least(4, 8) { "Device:" } else { "PCI device:" }
    }

    pub(super) fn layout(self, asks_read_only: bool) -> Layout {
        let widest = self >= Self([4, 35, 0, 1, 6]);
        let wide = self.at_least(4, 26);
        Layout {
            label: if wide { 20 } else { 16 },
            name: match (widest, self.at_least(4, 22)) {
                (true, _) => 48,
                (false, true) => 44,
                (false, false) => 36,
            },
            value: match (widest, wide) {
                (true, _) => 33,
                (false, true) => 20,
                (false, false) => 16,
            },
            read_only: wide || (asks_read_only && self.has_read_only()),
            glues: !wide,
            aligned_head: widest,
        }
    }
}
