use std::io::{self, Read};

use super::cpio::{self, Visit};
use crate::decompress::{Compression, Peek};

/// How much is read of one image, and how much is unpacked of it.
const MAX_BYTES: u64 = 1 << 30;

/// An image that could not be read to its end.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreadable {
    /// It ends in the middle.
    #[error("it ends too early")]
    Torn,
    /// It is damaged, compressed in a way that is not read here, or its file cannot be read.
    #[error("{0}")]
    Io(io::Error),
    /// It is no archive, or not only archives.
    #[error("it holds something that is neither an archive nor compressed")]
    Malformed,
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
    /// It holds more files of modprobe than a host has.
    #[error("it holds too many files below modprobe.d")]
    TooMany,
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Torn,
            _ => Self::Io(error),
        }
    }
}

/// Reads an image as the kernel does: archives and compressed archives behind each other, with
/// zeros between them.
pub(super) fn read(image: impl Read, visit: &mut dyn Visit) -> Result<(), Unreadable> {
    let (mut of_image, mut unpacked) = (MAX_BYTES, MAX_BYTES);
    let mut source = Peek::new(Bounded { source: image, left: &mut of_image });
    let mut archives = 0;
    while source.skip_zeros()? {
        if cpio::begins(source.peek(6)?) {
            cpio::read(&mut source, visit)?;
        } else if let Some(compression) = Compression::of(source.peek(Compression::MAGIC)?) {
            let decoder = compression.decoder(&mut source)?;
            let mut inner = Peek::new(Bounded { source: decoder, left: &mut unpacked });
            while inner.skip_zeros()? {
                cpio::read(&mut inner, visit)?;
            }
        } else {
            return Err(Unreadable::Malformed);
        }
        archives += 1;
    }
    if archives == 0 { Err(Unreadable::Empty) } else { Ok(()) }
}

/// A reader that fails, rather than ends, where there is too much.
struct Bounded<'l, R> {
    source: R,
    left: &'l mut u64,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(into)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => *self.left = left,
            None => return Err(io::ErrorKind::FileTooLarge.into()),
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{ErrorKind, Read};

    use super::Bounded;

    #[test]
    fn too_much_is_an_error_and_no_end() {
        let read = |mut left: u64| {
            let mut text = Vec::new();
            Bounded { source: &[7; 10][..], left: &mut left }.read_to_end(&mut text)
        };
        assert_eq!(read(10).unwrap(), 10);
        assert_eq!(read(9).unwrap_err().kind(), ErrorKind::FileTooLarge);
    }
}
