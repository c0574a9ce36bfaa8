use std::io::{self, Read};

use lz4_flex::block::decompress_into;

const MAGIC: [u8; 4] = [0x02, 0x21, 0x4c, 0x18];

/// The size of a block, uncompressed: `LZ4_DEFAULT_UNCOMPRESSED_CHUNK_SIZE` of the kernel's
/// `lib/decompress_unlz4.c`.
const BLOCK: usize = 8 << 20;

/// The most that a block can grow by when it does not compress: `LZ4_compressBound`.
const COMPRESSED: usize = BLOCK + BLOCK / 255 + 16;

/// Blocks of lz4 with their sizes before them, and no end but that of the file.
pub(super) struct LegacyLz4<R> {
    source: R,
    block: Vec<u8>,
    length: usize,
    taken: usize,
}

impl<R: Read> LegacyLz4<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, block: Vec::new(), length: 0, taken: 0 }
    }

    /// Decodes the next block; `false` at the end.
    fn next_block(&mut self) -> io::Result<bool> {
        let size = loop {
            let Some(word) = self.word()? else { return Ok(false) };
            // It stands at the beginning, and wherever streams were put behind each other.
            if word != MAGIC {
                break u32::from_le_bytes(word) as usize;
            }
        };
        if size == 0 {
            // Padding behind the last block.
            return Ok(false);
        }
        if size > COMPRESSED {
            return Err(damaged("a block of lz4 is too large"));
        }
        let mut compressed = Vec::new();
        self.source.by_ref().take(size as u64).read_to_end(&mut compressed)?;
        if compressed.len() < size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if self.block.is_empty() {
            self.block = vec![0; BLOCK];
        }
        self.length = decompress_into(&compressed, &mut self.block)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        self.taken = 0;
        Ok(true)
    }

    /// Four bytes; `None` at the end, which is an error within them.
    fn word(&mut self) -> io::Result<Option<[u8; 4]>> {
        let mut bytes = Vec::new();
        self.source.by_ref().take(4).read_to_end(&mut bytes)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let word = bytes.try_into().map_err(|_| io::Error::from(io::ErrorKind::UnexpectedEof))?;
        Ok(Some(word))
    }
}

fn damaged(words: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, words)
}

impl<R: Read> Read for LegacyLz4<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let mut ahead = self.block.get(self.taken..self.length).unwrap_or_default();
            if !ahead.is_empty() {
                let read = ahead.read(into)?;
                self.taken += read;
                return Ok(read);
            }
            if !self.next_block()? {
                return Ok(0);
            }
        }
    }
}
