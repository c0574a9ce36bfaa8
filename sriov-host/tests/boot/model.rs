//! The line as text and as arguments.

use proptest::prelude::*;
use sriov_host::boot::{CommandLine, KernelArg, Presence};

use crate::support::edit;

/// The kernel's `next_arg`, transcribed byte by byte.
#[expect(clippy::indexing_slicing, reason = "as in the original")]
fn next_arg(args: &[u8]) -> (Vec<u8>, Option<Vec<u8>>, usize) {
    let quoted = args.first() == Some(&b'"');
    let base = usize::from(quoted);
    let args = &args[base..];
    let (mut in_quote, mut equals, mut i) = (quoted, 0, 0);
    while i < args.len() {
        if matches!(args[i], b' ' | b'\t'..=b'\r') && !in_quote {
            break;
        }
        if equals == 0 && args[i] == b'=' {
            equals = i;
        }
        in_quote ^= args[i] == b'"';
        i += 1;
    }
    let (mut param, mut value) = (args[..i].to_vec(), None);
    let mut cut = false;
    if equals > 0 {
        let mut found = args[equals + 1..i].to_vec();
        if found.first() == Some(&b'"') {
            found.remove(0);
            if found.last() == Some(&b'"') {
                found.pop();
            }
            cut = true;
        }
        param.truncate(equals);
        value = Some(found);
    }
    if quoted && !cut && i > 0 && args[i - 1] == b'"' {
        value.as_mut().unwrap_or(&mut param).pop();
    }
    (param, value, base + i)
}

fn kernels(line: &str) -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
    let (mut rest, mut found) = (line.as_bytes(), Vec::new());
    loop {
        rest = rest.trim_ascii_start();
        while let [0x0b, behind @ ..] = rest {
            rest = behind.trim_ascii_start();
        }
        if rest.is_empty() {
            return found;
        }
        let (param, value, taken) = next_arg(rest);
        if param == b"--" && value.is_none() {
            return found;
        }
        found.push((param, value));
        rest = rest.get(taken..).unwrap_or_default();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn cuts_and_reads_as_the_kernel_does(line in r#"[a=" \t\x0b\n,_.\-]{0,24}"#) {
        let ours = CommandLine::parse(&line);
        let ours: Vec<_> = ours.args().iter()
            .map(|arg| (arg.key().as_bytes().to_vec(), arg.value().map(|v| v.as_bytes().to_vec())))
            .collect();
        prop_assert_eq!(ours, kernels(&line));
    }

    #[test]
    fn printed_and_parsed_it_is_the_same(line in r#"[ab=" \t,-]{0,24}|\PC{0,24}"#) {
        let parsed = CommandLine::parse(&line);
        let printed = parsed.to_string();
        let again = CommandLine::parse(&printed);
        prop_assert_eq!(&again, &parsed);
        prop_assert_eq!(again.to_string(), printed);
        for arg in parsed.args() {
            prop_assert!(parsed.holds(arg));
        }
    }

    #[test]
    fn what_is_accepted_is_one_argument_wherever_it_is_put(
        text in r#"[a-c=" ,_.\-]{1,16}"#,
        line in r#"[a-c=" ,_.\-]{0,16}"#,
    ) {
        let Ok(arg) = text.parse::<KernelArg>() else { return Ok(()) };
        let alone = CommandLine::parse(&text);
        prop_assert_eq!(alone.args(), std::slice::from_ref(&arg));
        let before = CommandLine::parse(&line);
        let after = before.with(&edit(&[&text], &[]));
        prop_assert_eq!(CommandLine::parse(&after.to_string()), after.clone());
        prop_assert!(after.holds(&arg));
        prop_assert_eq!(after.init_args(), before.init_args());
        let others = |line: &CommandLine| {
            line.args().iter().filter(|found| **found != arg).cloned().collect::<Vec<_>>()
        };
        prop_assert_eq!(others(&after), others(&before));
        let without = after.with(&edit(&[], &[&text]));
        prop_assert!(without.args().iter().all(|found| !found.is_same(&arg)));
    }
}

#[test]
fn a_change_keeps_what_is_not_its_own() {
    let line = CommandLine::parse("quiet pci=realloc,noaer a=1 xa=1 a=\"1\" -- a=1");
    let changed = line.with(&edit(&["b=1", "pci=noaer"], &["a=1", "pci=realloc"]));
    assert_eq!(changed.to_string(), "quiet pci=realloc,noaer xa=1 b=1 -- a=1");
    let open = CommandLine::parse("quiet a=\"1 2");
    assert_eq!(open.with(&edit(&["b=1"], &[])).to_string(), "quiet b=1 a=\"1 2");
}

#[test]
fn the_last_of_a_key_and_its_place() {
    let line = CommandLine::parse(
        "ib_core.netns_mode=1 quiet ib-core.netns_mode=0 -- ib_core.netns_mode=1",
    );
    let (place, arg) = line.last("ib_core.netns_mode").unwrap();
    assert_eq!((place, arg.value()), (2, Some("0")));
    assert_eq!(line.last("netns_mode"), None);
    assert_eq!(line.presence(&"ib_core.netns_mode=0".parse().unwrap()), Presence::Present);
}
