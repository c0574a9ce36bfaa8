use super::answer::CardColumn;
use super::machine::CardMachine;
use crate::sim::SimHost;

impl SimHost {
    /// Changes what is wrong with a card; `false` without a card of this serial number.
    ///
    /// ```
    /// use sriov_host::sim::{CardColumn, SimHost};
    ///
    /// let host = SimHost::demo();
    /// assert!(host.change_card("MT2141X00123", |card| card.needs_power_cycle = true));
    /// let vfs = host.card_value("MT2141X00123", "NUM_OF_VFS", CardColumn::Current);
    /// assert_eq!(vfs, Some(16));
    /// ```
    pub fn change_card(&self, serial: &str, change: impl FnOnce(&mut CardMachine)) -> bool {
        let mut kernel = self.kernel();
        let mut cards = kernel.cards.iter_mut();
        let Some(card) = cards.find(|card| card.machine().serial == serial) else { return false };
        change(card.machine_mut());
        true
    }

    /// A value of a card's firmware, as [`SimCard::value`](crate::sim::SimCard::value) has it.
    pub fn card_value(&self, serial: &str, name: &str, column: CardColumn) -> Option<u32> {
        let kernel = self.kernel();
        let mut cards = kernel.cards.iter();
        cards.find(|card| card.machine().serial == serial)?.value(name, column)
    }
}
