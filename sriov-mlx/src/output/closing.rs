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
    /// The last such line of what the tool printed.
    pub fn of(stdout: &str) -> Self {
        let _ = stdout;
        Self::Silent
    }
}

/// How far a `set` came, from its line `Applying... Done!`.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Applied {
    /// It was refused before anything was written.
    NotBegun,
    /// `Done!`
    Done,
    /// `Failed!`: some of it may be written.
    Failed,
    /// It began, and nothing tells how it ended: some of it may be written.
    Unfinished,
}

impl Applied {
    /// From what the tool printed.
    pub fn of(stdout: &str) -> Self {
        let _ = stdout;
        Self::NotBegun
    }
}
