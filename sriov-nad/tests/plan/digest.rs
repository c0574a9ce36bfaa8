//! States by a number.

use std::hash::{Hash, Hasher};

/// Two states of one digest would count as one; with some 10^5 of them and 64 bits none are.
pub(crate) fn digest(value: &impl Hash) -> u64 {
    let mut hasher = Folding(0);
    value.hash(&mut hasher);
    hasher.finish()
}

/// A hash by folded multiplication: half of the time goes into hashing.
struct Folding(u64);

impl Hasher for Folding {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u8(*byte);
        }
    }

    fn write_u8(&mut self, byte: u8) {
        self.write_u64(u64::from(byte));
    }

    fn write_u16(&mut self, number: u16) {
        self.write_u64(u64::from(number));
    }

    fn write_isize(&mut self, number: isize) {
        self.write_u64(number.cast_unsigned() as u64);
    }

    #[expect(clippy::cast_possible_truncation, reason = "both halves count")]
    fn write_u64(&mut self, number: u64) {
        let wide = u128::from(self.0 ^ number ^ 0x9e37_79b9_7f4a_7c15) * 0xa076_1d64_78bd_642f;
        self.0 = (wide as u64).rotate_left(23) ^ (wide >> 64) as u64;
    }
}
