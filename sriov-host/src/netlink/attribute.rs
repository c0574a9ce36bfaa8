use super::Malformed;

/// `NLA_F_NESTED` and `NLA_F_NET_BYTEORDER`, which are not part of the number.
const KIND_MASK: u16 = 0x3fff;

/// The size of an attribute's header: length and kind.
pub(super) const HEADER: usize = 4;

/// Attributes and messages start at multiples of four.
pub(super) const fn align(length: usize) -> usize {
    length.saturating_add(3) & !3
}

/// The first `N` bytes, if there are that many.
pub(super) fn prefix<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    bytes.first_chunk().copied()
}

/// The 32-bit number at a byte offset, in host order.
pub(super) fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    bytes.get(offset..).and_then(prefix).map(u32::from_ne_bytes)
}

/// The length and the number, without its flags, in front of `bytes`.
pub(super) fn header(bytes: &[u8]) -> Option<(usize, u16)> {
    let [a, b, c, d] = prefix(bytes)?;
    Some((usize::from(u16::from_ne_bytes([a, b])), u16::from_ne_bytes([c, d]) & KIND_MASK))
}

/// One netlink attribute.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Attribute<'a> {
    /// The number, without the nesting and byte order flags.
    pub kind: u16,
    /// What it carries.
    pub payload: &'a [u8],
    /// Where the payload starts, in bytes from the start of what is decoded.
    pub offset: usize,
}

impl<'a> Attribute<'a> {
    /// The payload as an 8-bit number.
    ///
    /// # Errors
    ///
    /// [`Malformed`] for any other width.
    pub fn u8(&self) -> Result<u8, Malformed> {
        self.exactly().map(u8::from_ne_bytes)
    }

    /// The payload as a 16-bit number in host order.
    ///
    /// # Errors
    ///
    /// [`Malformed`] for any other width.
    pub fn u16(&self) -> Result<u16, Malformed> {
        self.exactly().map(u16::from_ne_bytes)
    }

    /// The payload as a 32-bit number in host order.
    ///
    /// # Errors
    ///
    /// [`Malformed`] for any other width.
    pub fn u32(&self) -> Result<u32, Malformed> {
        self.exactly().map(u32::from_ne_bytes)
    }

    /// The payload as a 64-bit number in host order.
    ///
    /// # Errors
    ///
    /// [`Malformed`] for any other width.
    pub fn u64(&self) -> Result<u64, Malformed> {
        self.exactly().map(u64::from_ne_bytes)
    }

    /// The payload as text, up to its NUL.
    ///
    /// # Errors
    ///
    /// [`Malformed`] unless it is UTF-8.
    pub fn text(&self) -> Result<&'a str, Malformed> {
        let bytes = self.payload.split(|byte| *byte == 0).next().unwrap_or_default();
        std::str::from_utf8(bytes).map_err(|_| self.malformed("text in UTF-8"))
    }

    /// The attributes nested in the payload.
    pub const fn attributes(&self) -> Attributes<'a> {
        Attributes::new(self.payload, self.offset)
    }

    /// A complaint about this attribute.
    pub const fn malformed(&self, problem: &'static str) -> Malformed {
        Malformed::new(self.offset, problem)
    }

    fn exactly<const N: usize>(&self) -> Result<[u8; N], Malformed> {
        self.payload.try_into().map_err(|_| self.malformed("a number of another width"))
    }
}

/// Walks the attributes in some bytes; ends behind the first that is malformed.
///
/// ```
/// use sriov_host::netlink::{AttributeWriter, Attributes};
/// let mut writer = AttributeWriter::new();
/// writer.u32(4, 1500).text(3, "eth0");
/// let bytes = writer.finish().unwrap();
/// let kinds: Vec<u16> = Attributes::new(&bytes, 0).map(|a| a.unwrap().kind).collect();
/// assert_eq!(kinds, [4, 3]);
/// ```
#[derive(Clone, Debug)]
pub struct Attributes<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Attributes<'a> {
    /// The attributes in `bytes`, which start at `offset` of what is decoded.
    pub const fn new(bytes: &'a [u8], offset: usize) -> Self {
        Self { rest: bytes, offset }
    }

    /// What is not walked yet, and where it starts.
    pub(super) const fn rest(&self) -> (&'a [u8], usize) {
        (self.rest, self.offset)
    }

    /// Goes on `length` bytes further, over what the caller has walked by other rules.
    pub(super) fn skip(&mut self, length: usize) {
        self.rest = self.rest.get(length..).unwrap_or_default();
        self.offset = self.offset.saturating_add(length);
    }

    /// The number and the length field in front, without a look at what follows.
    pub(super) fn peek(&self) -> Option<(usize, u16)> {
        header(self.rest)
    }

    fn take(&mut self) -> Result<Attribute<'a>, Malformed> {
        let Some((length, kind)) = header(self.rest) else {
            return Err(Malformed::new(self.offset, "an attribute header"));
        };
        let Some(payload) = self.rest.get(HEADER..length) else {
            return Err(Malformed::new(self.offset, "an attribute that fits its message"));
        };
        let attribute = Attribute { kind, payload, offset: self.offset.saturating_add(HEADER) };
        self.skip(align(length));
        Ok(attribute)
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Result<Attribute<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let taken = self.take();
        if taken.is_err() {
            self.rest = &[];
        }
        Some(taken)
    }
}
