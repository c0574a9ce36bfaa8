use std::collections::BTreeMap;

use crate::param::{Cell, ParamName, Reading};

/// What the tool says about one device.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct DeviceReading {
    /// The device as it was named on the command line, as `0000:3b:00.0` or `mlx5_0`; `None` if the
    /// answer does not repeat it.
    pub device: Option<String>,
    /// Its parameters.
    pub reading: Reading,
    /// The column `New` that a `set` shows before it asks; empty in the answer to a query.
    pub proposed: BTreeMap<ParamName, Cell>,
}
