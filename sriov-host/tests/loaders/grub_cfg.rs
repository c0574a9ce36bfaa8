//! What grub would start, by its script.

use sriov_host::boot::loaders::{GrubCfg, GrubEnv};

const MENU: &str = "menuentry 'First' --id a {\n linux /k first\n}\n\
    submenu \"More > of it\" --id more {\n menuentry One { linux /k one ; }\n \
    menuentry Two {\n  if true; then\n   linuxefi /k two\n  fi\n }\n}\n";

/// The arguments of the default entry.
fn started(script: &str, env: &str) -> Option<String> {
    let script = GrubCfg::parse(script, &GrubEnv::parse(env)).unwrap();
    script.default_entry()?.linux.as_ref().map(|linux| linux.arguments.clone())
}

#[test]
fn a_default_is_a_number_a_title_an_id_or_a_way() {
    for (default, expected) in [
        ("", "first"),
        ("0", "first"),
        ("1", "one"),
        ("1>1", "two"),
        ("more>Two", "two"),
        ("More > of it>Two", "two"),
        ("a", "first"),
        ("First", "first"),
        ("gone", "first"),
        ("7", "first"),
        ("1>7", "one"),
        ("18446744073709551615", "first"),
    ] {
        let script = format!("set default=\"{default}\"\n{MENU}");
        assert_eq!(started(&script, "").as_deref(), Some(expected), "{default}");
        // As Debian writes it, for GRUB_DEFAULT=saved.
        let script = format!("set default=\"${{saved_entry}}\"\n{MENU}");
        let env = format!("saved_entry={default}\n");
        assert_eq!(started(&script, &env).as_deref(), Some(expected), "{default}, saved");
    }
}

#[test]
fn the_entry_of_the_next_boot_only_comes_first() {
    let script = format!(
        "if [ \"${{next_entry}}\" ] ; then\n set default=\"${{next_entry}}\"\nelse\n \
         set default=\"0\"\nfi\n{MENU}"
    );
    assert_eq!(started(&script, "").as_deref(), Some("first"));
    assert_eq!(started(&script, "next_entry=1>1\n").as_deref(), Some("two"));
}

#[test]
fn what_cannot_be_told_is_not_guessed() {
    let perhaps = |inside: &str| format!("if [ \"$grub_platform\" = efi ]; then\n{inside}\nfi\n");
    let entry = "menuentry P --id p {\n linux /k p\n}";
    // An entry that may be there moves those behind it, and not those before it.
    assert_eq!(started(&format!("{}{MENU}", perhaps(entry)), ""), None);
    assert_eq!(started(&format!("{MENU}{}", perhaps(entry)), "").as_deref(), Some("first"));
    let chosen = format!("{MENU}{}set default=p\n", perhaps(entry));
    assert_eq!(started(&chosen, ""), None);
    // By its name an entry is found, whatever is before it.
    let named = format!("set default=a\n{}{MENU}", perhaps(entry));
    assert_eq!(started(&named, "").as_deref(), Some("first"));
    // A default that may have been set.
    assert_eq!(started(&format!("{}{MENU}", perhaps("set default=1")), ""), None);
    let looped = format!("for x in 1 2; do\n set default=$x\ndone\n{MENU}");
    assert_eq!(started(&looped, ""), None);
    // A function that is not called has no effect on what is known.
    let function = format!("set default=1\nfunction f {{\n set default=0\n}}\n{MENU}");
    assert_eq!(started(&function, "").as_deref(), Some("one"));
}

#[test]
fn words_are_quoted_as_grub_passes_them_on() {
    let line = |line: &str| started(&format!("menuentry x {{\n linux /k {line}\n}}\n"), "a=1\n");
    assert_eq!(line("a=b  c\t d").as_deref(), Some("a=b c d"));
    assert_eq!(line("'a b' \"c d\"").as_deref(), Some("\"a b\" \"c d\""));
    assert_eq!(line("dyndbg=\\\"file").as_deref(), Some("dyndbg=\\\"file"));
    assert_eq!(line("a\\\n b # c").as_deref(), Some("a b"));
    assert_eq!(line("x=$a y=${a}z $none '$a' \"$a$none\"").as_deref(), Some("x=1 y=1z $a 1"));
    assert_eq!(line("r=$root ${cmdpath}").as_deref(), Some("r=$root $cmdpath"));
    assert_eq!(line("a; initrd /i").as_deref(), Some("a"));
}

#[test]
fn a_value_that_grows_is_not_followed() {
    let script = "set a=xxxxxxxxxxxxxxxx\n".to_owned() + &"set a=$a$a\n".repeat(64) + MENU;
    let script = GrubCfg::parse(&script, &GrubEnv::default()).unwrap();
    assert_eq!(script.variables().get("a"), None);
}
