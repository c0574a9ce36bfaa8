use std::io::{self, BufRead, Read};

/// How much is asked for at once.
const CHUNK: usize = 64 << 10;

/// A buffered reader that can look ahead.
pub(crate) struct Peek<R> {
    source: R,
    buffer: Vec<u8>,
    /// How much of the buffer has been taken.
    taken: usize,
}

impl<R: Read> Peek<R> {
    pub(crate) fn new(source: R) -> Self {
        Self { source, buffer: Vec::new(), taken: 0 }
    }

    fn ahead(&self) -> &[u8] {
        self.buffer.get(self.taken..).unwrap_or_default()
    }

    /// The next `count` bytes without taking them; fewer only at the end.
    pub(crate) fn peek(&mut self, count: usize) -> io::Result<&[u8]> {
        while self.ahead().len() < count && self.refill()? {}
        let ahead = self.ahead();
        Ok(ahead.get(..count).unwrap_or(ahead))
    }

    /// Takes zeros up to the next other byte; `false` at the end.
    pub(crate) fn skip_zeros(&mut self) -> io::Result<bool> {
        loop {
            let ahead = self.fill_buf()?;
            if ahead.is_empty() {
                return Ok(false);
            }
            let zeros = ahead.iter().take_while(|byte| **byte == 0).count();
            let more = zeros < ahead.len();
            self.consume(zeros);
            if more {
                return Ok(true);
            }
        }
    }

    /// Reads one piece more behind what is ahead; `false` at the end.
    fn refill(&mut self) -> io::Result<bool> {
        self.buffer.drain(..self.taken.min(self.buffer.len()));
        self.taken = 0;
        let chunk = CHUNK as u64;
        let read = self.source.by_ref().take(chunk).read_to_end(&mut self.buffer)?;
        Ok(read > 0)
    }
}

impl<R: Read> Read for Peek<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: Read> BufRead for Peek<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.ahead().is_empty() {
            self.refill()?;
        }
        Ok(self.ahead())
    }

    fn consume(&mut self, count: usize) {
        self.taken = self.taken.saturating_add(count).min(self.buffer.len());
    }
}
