//! A verbs context, made without libibverbs.

use std::fs::File;
use std::io::Write;

/// `IB_USER_VERBS_CMD_GET_CONTEXT` of the kernel's `rdma/ib_user_verbs.h`.
const GET_CONTEXT: u32 = 0;
/// The request: its header and the address for the answer, in words of 4 bytes.
const REQUEST_WORDS: u16 = 4;
/// The answer: a descriptor, a number of vectors, and what the driver adds (siw: a number).
const ANSWER_WORDS: u16 = 4;

/// Makes a context on an open uverbs device; it ends with the descriptor.
///
/// The older of the kernel's two interfaces takes its request in a plain `write`, and so needs no
/// `ioctl`.
pub(super) fn make_context(mut device: &File) -> Result<(), String> {
    // The kernel writes to it behind the compiler's back, so that nothing is read from it here.
    let mut answer = [0_u32; ANSWER_WORDS as usize];
    let address = answer.as_mut_ptr().expose_provenance() as u64;
    let mut request = Vec::new();
    request.extend(GET_CONTEXT.to_ne_bytes());
    request.extend(REQUEST_WORDS.to_ne_bytes());
    request.extend(ANSWER_WORDS.to_ne_bytes());
    request.extend(address.to_ne_bytes());
    let written = device.write(&request).map_err(|e| format!("make a verbs context: {e}"))?;
    if written == request.len() { Ok(()) } else { Err(format!("{written} bytes were taken")) }
}
