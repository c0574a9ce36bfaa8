use std::collections::{BTreeMap, BTreeSet};

/// What the open watches are told to do.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watches {
    orders: BTreeMap<String, (u64, Order)>,
    silent: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Order {
    Drop,
    Expire,
}

impl Watches {
    pub(super) fn order(&mut self, resource: &str, order: Order) {
        let number = self.orders.get(resource).map_or(0, |(number, _)| *number) + 1;
        self.orders.insert(resource.to_owned(), (number, order));
    }

    pub(super) fn silence(&mut self, resource: &str, silent: bool) {
        if silent {
            self.silent.insert(resource.to_owned());
        } else {
            self.silent.remove(resource);
        }
    }

    /// The number of the last order for a resource: a watch obeys those after its start.
    pub(crate) fn number(&self, resource: &str) -> u64 {
        self.orders.get(resource).map_or(0, |(number, _)| *number)
    }

    pub(crate) fn order_after(&self, resource: &str, number: u64) -> Option<Order> {
        self.orders.get(resource).filter(|(last, _)| *last > number).map(|(_, order)| *order)
    }

    pub(crate) fn is_silent(&self, resource: &str) -> bool {
        self.silent.contains(resource)
    }
}
