/// What the tool says after a `set`: how the new values come to life.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Closing {
    /// `Please reboot machine`: a warm restart was armed.
    Reboot,
    /// `Please power cycle machine`: a warm restart does not load them.
    PowerCycle,
    /// `Skipped reset preparation`: nothing was armed.
    NothingArmed,
    /// Nothing, as devlink does.
    Silent,
}

impl Closing {
    /// From what the tool printed. The last of its lines counts, if there are several.
    pub fn of(stdout: &str) -> Self {
        stdout.lines().rev().find_map(Self::of_line).unwrap_or(Self::Silent)
    }

    fn of_line(line: &str) -> Option<Self> {
        let text = line.trim().strip_prefix("-I-")?.trim_start();
        let says =
            |words: &str| text.get(..words.len()).is_some_and(|t| t.eq_ignore_ascii_case(words));
        if says("Please power cycle") {
            Some(Self::PowerCycle)
        } else if says("Please reboot") {
            Some(Self::Reboot)
        } else if says("Skipped reset preparation") {
            Some(Self::NothingArmed)
        } else {
            None
        }
    }
}

/// How far a `set` came, from its line `Applying... Done!`.
///
/// Status 0 is no more than `Done!`, but another status may follow on it: the tool arms the restart after
/// it has written, and prints `Failed!` on a line of its own if that fails. Nothing but reading the card
/// again tells which values it has.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Applied {
    /// It was refused before anything was written.
    NotBegun,
    /// `Done!`: all was written.
    Done,
    /// `Failed!`: some of it may be written.
    Failed,
    /// It began, and nothing tells how it ended: some of it may be written.
    Unfinished,
}

impl Applied {
    /// From what the tool printed. The last of such lines counts, if there are several.
    pub fn of(stdout: &str) -> Self {
        let applying = |line: &str| {
            let rest = line.trim().strip_prefix("Applying...")?;
            Some(match rest.trim() {
                "Done!" => Self::Done,
                "Failed!" => Self::Failed,
                _ => Self::Unfinished,
            })
        };
        stdout.lines().rev().find_map(applying).unwrap_or(Self::NotBegun)
    }
}
