use super::attribute::{HEADER, align};

/// Writes netlink attributes.
///
/// A length that does not fit its 16 bits is remembered and refused by
/// [`finish`](Self::finish): nothing is ever cut.
#[derive(Clone, Debug, Default)]
pub struct AttributeWriter {
    bytes: Vec<u8>,
    too_long: Option<usize>,
}

impl AttributeWriter {
    /// A writer without attributes.
    pub const fn new() -> Self {
        Self { bytes: Vec::new(), too_long: None }
    }

    /// Appends bytes as they are, padded to four: a family header.
    pub fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(bytes);
        self.pad()
    }

    /// Appends an attribute.
    pub fn bytes(&mut self, kind: u16, payload: &[u8]) -> &mut Self {
        self.nest(kind, |inner| {
            inner.bytes.extend_from_slice(payload);
        })
    }

    /// Appends an 8-bit number.
    pub fn u8(&mut self, kind: u16, number: u8) -> &mut Self {
        self.bytes(kind, &[number])
    }

    /// Appends a 16-bit number.
    pub fn u16(&mut self, kind: u16, number: u16) -> &mut Self {
        self.bytes(kind, &number.to_ne_bytes())
    }

    /// Appends a 32-bit number.
    pub fn u32(&mut self, kind: u16, number: u32) -> &mut Self {
        self.bytes(kind, &number.to_ne_bytes())
    }

    /// Appends text with its NUL.
    pub fn text(&mut self, kind: u16, text: &str) -> &mut Self {
        self.nest(kind, |inner| {
            inner.bytes.extend_from_slice(text.as_bytes());
            inner.bytes.push(0);
        })
    }

    /// Appends an attribute that holds what `fill` writes.
    ///
    /// The nesting flag is left out, as the kernel's older families expect; put it into `kind`
    /// (`0x8000`) for those that want it.
    pub fn nest(&mut self, kind: u16, fill: impl FnOnce(&mut Self)) -> &mut Self {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&[0; 2]);
        self.bytes.extend_from_slice(&kind.to_ne_bytes());
        fill(self);
        let length = self.bytes.len().saturating_sub(start);
        match u16::try_from(length) {
            Ok(length) => self.patch(start, length),
            Err(_) => self.too_long = self.too_long.max(Some(length)),
        }
        self.pad()
    }

    /// What was written.
    ///
    /// # Errors
    ///
    /// The largest length that an attribute would have needed, if one does not fit.
    pub fn finish(self) -> Result<Vec<u8>, usize> {
        self.too_long.map_or(Ok(self.bytes), Err)
    }

    fn patch(&mut self, start: usize, length: u16) {
        if let Some(field) = self.bytes.get_mut(start..start.saturating_add(HEADER / 2)) {
            field.copy_from_slice(&length.to_ne_bytes());
        }
    }

    fn pad(&mut self) -> &mut Self {
        self.bytes.resize(align(self.bytes.len()), 0);
        self
    }
}
