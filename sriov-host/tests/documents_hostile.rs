//! Documents that mean harm, or nothing: every one ends in a value or a typed error, soon.
#![cfg(feature = "serde")]

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use proptest::prelude::*;
use sriov_host::config::Document;
use sriov_host::document::{self, DocumentErrorKind, MAX_BYTES};

/// Far above what any text needs here, far below what a person would wait for.
const SOON: Duration = Duration::from_mins(1);

/// Reads on a small stack of its own, so that recursion would show, and within a deadline.
fn read(text: String) -> Option<DocumentErrorKind> {
    let (sender, receiver) = mpsc::channel();
    let reader = thread::Builder::new().stack_size(512 << 10).spawn(move || {
        let found = Document::parse(&text).err().map(|error| {
            // Rendering an error is a part of reading.
            assert!(error.to_string().len() < 4096, "a long error");
            error.kind()
        });
        sender.send(found).unwrap_or_default();
    });
    assert!(reader.is_ok(), "no thread");
    let found = receiver.recv_timeout(SOON);
    assert!(found.is_ok(), "a panic or a hang");
    found.unwrap_or_default()
}

fn repeated(piece: &str, bytes: usize) -> String {
    piece.repeat(bytes / piece.len())
}

#[test]
fn too_many_bytes_are_refused_before_they_are_read() {
    let found = read(" ".repeat(MAX_BYTES + 1));
    assert_eq!(found, Some(DocumentErrorKind::TooLarge));
    let error = document::utf8(&vec![0xff; MAX_BYTES + 1]).unwrap_err();
    assert_eq!(error.code(), "SRIOV-H007");
}

#[test]
fn pieces_repeated_to_the_limit_end_in_an_error() {
    let pieces = [
        "[",
        "{",
        "]",
        "- ",
        "-\n",
        "? ",
        ": ",
        "a: ",
        "a: [",
        "{a: ",
        "[a, ",
        "&a ",
        "*a ",
        "!a ",
        "!!str ",
        "\"",
        "'",
        "|\n",
        ">\n ",
        "# ",
        "\n",
        " ",
        "\t",
        "---\n",
        "...\n",
        "%TAG ! x\n",
        "a\n",
        "a,",
        "a: b\n",
        "\\",
        "\"\\u0041",
        "[[],",
        "<<: ",
        "\u{feff}",
        "\u{85}",
        "é",
        "- - ",
        "? - ",
        "[?",
        "{? ",
        "\r",
    ];
    for piece in pieces {
        let found = read(repeated(piece, 256 << 10));
        assert!(found.is_some(), "{piece:?}");
    }
}

#[test]
fn deep_nesting_is_refused() {
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("- ", "")] {
        let text = format!("a: \n  {}{}", open.repeat(65), close.repeat(65));
        let kind = read(text);
        assert_eq!(kind, Some(DocumentErrorKind::TooLarge), "{open}");
    }
}

#[test]
fn an_alias_bomb_is_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..20 {
        let before = format!("*a{}", level - 1);
        let ten = vec![before; 10].join(", ");
        text = format!("{text}a{level}: &a{level} [{ten}]\n");
    }
    assert_eq!(read(text), Some(DocumentErrorKind::TooLarge));
}

#[test]
fn aliases_of_long_text_are_refused() {
    let text = format!("a: &a {}\nb: [{}]\n", "x".repeat(1 << 20), repeated("*a, ", 4 << 10));
    assert_eq!(read(text), Some(DocumentErrorKind::TooLarge));
}

#[test]
fn bytes_that_are_not_text_are_placed() {
    let error = document::utf8(b"a: 1\nb: \xff\n").unwrap_err();
    assert_eq!((error.line(), error.column()), (Some(2), Some(4)));
    assert_eq!(document::utf8("ü: 1".as_bytes()), Ok("ü: 1"));
}

const SEED: &str = r#"
apiVersion: sriov/v1
kind: NodeConfig
pfs:
  - match: { pci: "0000:01:00.0" }
    numVfs: 4
    vfs: &groups
      - { range: 0-1, mac: "02:00:00:00:00:10", vlan: 100, trust: on }
  - match: { name: eth1 }
    vfs: *groups
rdma: { netnsMode: exclusive }
"#;

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,200}") {
        let _ = Document::parse(&text);
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(text) = document::utf8(&bytes) {
            let _ = Document::parse(text);
        }
    }

    /// Texts near a real document get further than random ones.
    #[test]
    fn mutated_documents_are_read_without_panic(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), "[ -~\n]{0,4}", 0..6_usize), 1..8)
    ) {
        let mut text = SEED.to_owned();
        for (at, insert, remove) in edits {
            let at = at.index(text.len());
            let end = (at + remove).min(text.len());
            text.replace_range(at..end, &insert);
        }
        match Document::parse(&text) {
            Ok(document) => {
                // What was accepted can be written down and read again.
                let printed = document.config.to_yaml().unwrap();
                prop_assert_eq!(Document::parse(&printed).unwrap().config, document.config);
            }
            Err(error) => {
                let lines = text.split('\n').count();
                prop_assert!(error.line().is_none_or(|line| (1..=lines + 1).contains(&line)));
            }
        }
    }
}
