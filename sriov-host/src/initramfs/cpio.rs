//! Archives in the format "newc" of cpio, as the kernel reads them: `init/initramfs.c` and
//! `Documentation/driver-api/early-userspace/buffer-format.rst`.

use std::io::{self, Read};

use super::archive::Unreadable;

/// The size of a header.
const HEADER: usize = 110;

/// `PATH_MAX`, the longest name that the kernel takes.
const MAX_NAME: u32 = 4096;

/// What the header of a member says, and its name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) mode: u32,
    pub(super) links: u32,
    pub(super) size: u32,
    /// Inode and device: members that share it are hard links.
    pub(super) inode: [u32; 3],
}

/// What is done with each member; it may read the content, or leave it.
pub(super) trait Visit {
    fn member(&mut self, member: &Member, content: &mut dyn Read) -> Result<(), Unreadable>;

    /// The end of one archive.
    fn trailer(&mut self);
}

/// Whether these bytes begin an archive, with or without sums of its contents.
pub(super) fn begins(first: &[u8]) -> bool {
    matches!(first, [b'0', b'7', b'0', b'7', b'0', b'1' | b'2', ..])
}

/// Reads one archive, up to its trailer. One without a trailer is torn.
pub(super) fn read(source: &mut impl Read, visit: &mut dyn Visit) -> Result<(), Unreadable> {
    loop {
        let Some(member) = next_member(source)? else {
            visit.trailer();
            return Ok(());
        };
        let mut content = source.by_ref().take(u64::from(member.size));
        visit.member(&member, &mut content)?;
        io::copy(&mut content, &mut io::sink())?;
        if content.limit() > 0 {
            return Err(Unreadable::Torn);
        }
        skip_padding(source, u64::from(member.size))?;
    }
}

/// `None` for the trailer.
fn next_member(source: &mut impl Read) -> Result<Option<Member>, Unreadable> {
    let mut header = [0; HEADER];
    source.read_exact(&mut header)?;
    let fields = fields(&header).ok_or(Unreadable::Malformed)?;
    let [inode, mode, _, _, links, _, size, major, minor, _, _, name_size, _] = fields;
    if !(1..=MAX_NAME).contains(&name_size) {
        return Err(Unreadable::Malformed);
    }
    let mut name = Vec::new();
    source.by_ref().take(u64::from(name_size)).read_to_end(&mut name)?;
    if name.len() as u64 != u64::from(name_size) {
        return Err(Unreadable::Torn);
    }
    let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
    if name == b"TRAILER!!!" {
        return Ok(None);
    }
    skip_padding(source, HEADER as u64 + u64::from(name_size))?;
    let name = String::from_utf8_lossy(name).into_owned();
    Ok(Some(Member { name, mode, links, size, inode: [inode, major, minor] }))
}

/// Thirteen numbers of eight hexadecimal digits, behind the magic number.
fn fields(header: &[u8; HEADER]) -> Option<[u32; 13]> {
    if !begins(header) {
        return None;
    }
    let mut numbers = [0; 13];
    for (number, digits) in numbers.iter_mut().zip(header.get(6..)?.chunks_exact(8)) {
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        *number = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(numbers)
}

/// Members and their contents begin at multiples of four.
fn skip_padding(source: &mut impl Read, behind: u64) -> Result<(), Unreadable> {
    let padding = behind.next_multiple_of(4) - behind;
    let skipped = io::copy(&mut source.by_ref().take(padding), &mut io::sink())?;
    if skipped == padding { Ok(()) } else { Err(Unreadable::Torn) }
}
