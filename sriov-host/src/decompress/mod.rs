//! What the kernel's tools compress: initramfs images and modules, read as streams.
//!
//! The format is told by its first bytes, as the kernel does. Memory is bounded whatever the input
//! says: by 128 MiB for a dictionary or window, which is more than `xz -9` and `zstd --ultra -22`
//! ask for.

mod lz4;
mod peek;

use std::fmt;
use std::io::{self, BufRead, Read};
use std::str::FromStr;

use flate2::bufread::GzDecoder;
use lzma_rust2::XzReader;
use ruzstd::decoding::StreamingDecoder;

use crate::InvalidText;
use lz4::LegacyLz4;
pub(crate) use peek::Peek;

/// The limit of a dictionary or window, in KiB.
const MEMORY_KIB: u32 = 128 << 10;

/// The formats that an initramfs can be compressed with.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Compression {
    /// gzip.
    Gzip,
    /// zstd.
    Zstd,
    /// xz.
    Xz,
    /// lz4 in the old format that the kernel reads: `lz4 -l`.
    LegacyLz4,
    /// lzma, which is not read here.
    Lzma,
    /// bzip2, which is not read here.
    Bzip2,
    /// lzo, which is not read here.
    Lzo,
}

words!(Compression, "a compression", "gzip, zstd, xz, lz4, lzma, bzip2 or lzo", {
    "gzip" => Gzip,
    "zstd" => Zstd,
    "xz" => Xz,
    "lz4" => LegacyLz4,
    "lzma" => Lzma,
    "bzip2" => Bzip2,
    "lzo" => Lzo,
});

impl Compression {
    /// How many bytes tell a format.
    pub(crate) const MAGIC: usize = 2;

    /// What these first bytes begin, by the table of the kernel's `lib/decompress.c`; `None` for
    /// anything else.
    pub fn of(first: &[u8]) -> Option<Self> {
        match first {
            [0x1f, 0x8b | 0x9e, ..] => Some(Self::Gzip),
            [0x28, 0xb5, ..] => Some(Self::Zstd),
            [0xfd, 0x37, ..] => Some(Self::Xz),
            [0x02, 0x21, ..] => Some(Self::LegacyLz4),
            [0x5d, 0x00, ..] => Some(Self::Lzma),
            [0x42, 0x5a, ..] => Some(Self::Bzip2),
            [0x89, 0x4c, ..] => Some(Self::Lzo),
            _ => None,
        }
    }

    /// The content of one stream of this format, which `source` stands at the beginning of.
    ///
    /// No more is taken from `source` than belongs to the stream, but for lz4, which has no end.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::Unsupported`] for a format that is not read here. What is torn or damaged
    /// fails when it is read.
    pub fn decoder<'a>(self, source: impl BufRead + 'a) -> io::Result<Box<dyn Read + 'a>> {
        Ok(match self {
            Self::Gzip => Box::new(GzDecoder::new(source)),
            Self::Zstd => Box::new(zstd(source)?),
            Self::Xz => Box::new(XzReader::new_mem_limit(source, false, MEMORY_KIB)),
            Self::LegacyLz4 => Box::new(LegacyLz4::new(source)),
            Self::Lzma | Self::Bzip2 | Self::Lzo => {
                let words = format!("{self} is not read here");
                return Err(io::Error::new(io::ErrorKind::Unsupported, words));
            }
        })
    }
}

fn zstd<'a>(source: impl BufRead + 'a) -> io::Result<impl Read + 'a> {
    let limit = u64::from(MEMORY_KIB) << 10;
    StreamingDecoder::new_with_max_window_size(source, limit).map_err(io::Error::other)
}

/// The content of what may be compressed, by its first bytes: `.ko`, `.ko.gz`, `.ko.xz`, `.ko.zst`.
///
/// ```
/// use std::io::Read;
/// let gzip = [31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 203, 72, 5, 0, 135, 102, 37, 209, 2, 0, 0, 0];
/// let mut text = String::new();
/// sriov_host::decompress::reader(&gzip[..])?.read_to_string(&mut text)?;
/// assert_eq!(text, "he");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// As [`Compression::decoder`].
pub fn reader<'a>(source: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let mut source = Peek::new(source);
    match Compression::of(source.peek(Compression::MAGIC)?) {
        Some(compression) => compression.decoder(source),
        None => Ok(Box::new(source)),
    }
}
