use super::Fault;

/// Faults by a seed (SplitMix64): the same seed and requests, the same faults.
#[derive(Debug)]
pub(super) struct Random {
    state: u64,
    per_mille: u16,
    faults: Vec<Fault>,
}

impl Random {
    pub(super) fn new(seed: u64, per_mille: u16, faults: Vec<Fault>) -> Self {
        Self { state: seed, per_mille, faults }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn strike(&mut self) -> Option<Fault> {
        if self.next() % 1000 >= u64::from(self.per_mille) {
            return None;
        }
        let count = u64::try_from(self.faults.len()).ok().filter(|count| *count > 0)?;
        let index = usize::try_from(self.next() % count).ok()?;
        self.faults.get(index).cloned()
    }
}
