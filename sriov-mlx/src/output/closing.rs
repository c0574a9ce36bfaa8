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
