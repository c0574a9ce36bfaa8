use super::answer::CardColumn;
use super::machine::CardMachine;
use crate::sim::SimHost;

impl SimHost {
    /// Takes the power away and gives it back: as [`reboot`](Self::reboot), and every card loads
    /// what was written for it.
    pub fn power_cycle(&self) {
        self.reboot();
    }

    /// Changes what is wrong with a card; `false` without a card of this serial number.
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
