/// What a planner may do beyond what it does by itself.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct PlanOptions {
    /// Lower the MTU of a PF to the wanted one. By default a larger MTU satisfies: lowering it
    /// cuts off whoever relies on it.
    pub lower_mtu: bool,
}
