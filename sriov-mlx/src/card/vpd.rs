//! Vital product data, as PCI has it: a list of resources, and keywords in two of them.

/// As much as an address of 15 bits can reach.
const MAX_LEN: usize = 1 << 15;

/// The name of the product.
const IDENTIFIER: u8 = 0x82;
/// Keywords that can only be read: part and serial number.
const READ_ONLY: u8 = 0x90;
/// Keywords that can be written: asset tags and such.
const READ_WRITE: u8 = 0x91;
const END: u8 = 0x78;

/// What a card's vital product data says of it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Vpd {
    /// The part number.
    pub part: Option<String>,
    /// The serial number.
    pub serial: Option<String>,
}

impl Vpd {
    /// Reads vital product data; `None` unless it is whole, to its end tag.
    ///
    /// Damaged data is not read in part: half of a serial number is that of another card.
    ///
    /// ```
    /// use sriov_mlx::card::Vpd;
    /// let vpd = Vpd::parse(b"\x90\x09\x00SN\x06MT0001\x78").unwrap();
    /// assert_eq!(vpd.serial.as_deref(), Some("MT0001"));
    /// ```
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.get(..bytes.len().min(MAX_LEN))?;
        let mut vpd = Self::default();
        loop {
            let (&tag, behind) = rest.split_first()?;
            if tag == END {
                return Some(vpd);
            }
            let ([low, high], behind) = behind.split_first_chunk()?;
            let length = usize::from(u16::from_le_bytes([*low, *high]));
            let (content, behind) = behind.split_at_checked(length)?;
            match tag {
                READ_ONLY => vpd.read(content)?,
                IDENTIFIER | READ_WRITE => {}
                _ => return None,
            }
            rest = behind;
        }
    }

    fn read(&mut self, mut keywords: &[u8]) -> Option<()> {
        while !keywords.is_empty() {
            let ([first, second, length], behind) = keywords.split_first_chunk()?;
            let (content, behind) = behind.split_at_checked(usize::from(*length))?;
            match [*first, *second] {
                [b'P', b'N'] => self.part = text(content),
                [b'S', b'N'] => self.serial = text(content),
                _ => {}
            }
            keywords = behind;
        }
        Some(())
    }
}

/// Printable text without its padding; `None` if nothing is left, or if it is something else.
fn text(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?.trim_matches(['\0', ' ']);
    let printable = text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    (printable && !text.is_empty()).then(|| text.to_owned())
}
