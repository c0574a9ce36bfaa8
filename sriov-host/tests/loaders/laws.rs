//! The parsers, on whatever text there is.

use proptest::prelude::*;
use sriov_host::boot::loaders::{BlsEntry, GrubCfg, GrubEnv};

/// Pieces of grub's script, put together without sense.
fn script() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "if ",
        "[ \"$x\" = y ]",
        "; then\n",
        "elif ",
        "else\n",
        "fi\n",
        "function f {\n",
        "}\n",
        "menuentry 'a' --id b {\n",
        "submenu \"s\" {\n",
        "linux /k a=b \"c d\" $x\n",
        "set default=",
        "\"1>0\"\n",
        "'",
        "\"",
        "\\",
        "$",
        "${",
        "#c\n",
        "while ",
        "do ",
        "done\n",
        "set x=y\n",
        ";",
        " ",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn a_script_is_read_or_refused_with_a_line_of_its_own(text in script(), env in ".{0,80}") {
        let env = GrubEnv::parse(&env);
        match GrubCfg::parse(&text, &env) {
            Ok(script) => {
                if let Some(linux) = script.default_entry().and_then(|entry| entry.linux.as_ref()) {
                    let line = text.lines().nth(linux.line - 1).unwrap();
                    prop_assert!(line.contains("linux"), "{line:?}");
                }
            }
            Err(error) => prop_assert!(error.line >= 1 && error.line <= text.lines().count().max(1) + 1),
        }
    }

    #[test]
    fn an_entry_names_the_line_of_its_options(text in "(options .{0,20}\n|title x\n|.{0,20}\n){0,9}") {
        let entry = BlsEntry::parse("id", &text);
        match entry.line {
            0 => prop_assert_eq!(entry.options, ""),
            line => {
                let line = text.lines().nth(line - 1).unwrap();
                prop_assert!(line.trim_start().starts_with("options"), "{line:?}");
            }
        }
    }
}

/// Deep nesting is refused before it costs the stack.
#[test]
fn nesting_is_bounded() {
    let text = "submenu a {\n".repeat(100_000);
    assert!(GrubCfg::parse(&text, &GrubEnv::default()).is_err());
}
