//! The program as a script meets it: its streams, its status, its files.
#![expect(clippy::disallowed_methods, reason = "the program under test and its files")]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

const CARD: &str = "serial: MT2141X00123\npfs: [0000:3b:00.0, 0000:3b:00.1]\ntool: 4.31.0\n";

struct Card {
    folder: TempDir,
}

impl Card {
    fn new(more: &str) -> Self {
        let card = Self { folder: TempDir::new().unwrap() };
        card.describe(more);
        card
    }

    fn describe(&self, more: &str) {
        fs::write(self.path(), format!("{CARD}{more}")).unwrap();
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("card.yaml")
    }

    fn command(&self, line: &str) -> Command {
        let mut command = program();
        command.args(line.split_whitespace()).env("MSTCONFIG_SIM", self.path());
        command.current_dir(&self.folder).stdin(Stdio::null());
        command
    }

    fn run(&self, line: &str) -> Output {
        self.command(line).output().unwrap()
    }

    /// The current and the next `NUM_OF_VFS`.
    fn vfs(&self) -> (String, String) {
        let text = stdout(&self.run("-d 3b:00.0 -e q NUM_OF_VFS"));
        let row = text.lines().find(|line| line.contains("NUM_OF_VFS")).unwrap().to_owned();
        let mut words = row.split_whitespace().rev().map(str::to_owned);
        let next = words.next().unwrap();
        (words.next().unwrap(), next)
    }
}

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mstconfig-sim"));
    command.env_remove("MSTCONFIG_SIM").env_remove("MSTCONFIG_SIM_REALTIME");
    command
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn pair(current: &str, next: &str) -> (String, String) {
    (current.to_owned(), next.to_owned())
}

#[test]
fn what_is_set_is_there_in_the_next_call_and_loaded_by_a_restart() {
    let card = Card::new("");
    let output = card.run("-d 3b:00.0 -y set NUM_OF_VFS=16");
    assert_eq!(output.status.code(), Some(0));
    assert!(
        stdout(&output).ends_with(
            "Applying... Done!\n-I- Please reboot machine to load new configurations.\n"
        )
    );
    assert_eq!(card.vfs(), pair("8", "16"));
    assert_eq!(card.run("--sim-reboot").status.code(), Some(0));
    assert_eq!(card.vfs(), pair("16", "16"));
    assert!(card.folder.path().join("card.yaml.nvram.json").is_file());
}

#[test]
fn a_power_cycle_loads_what_a_restart_does_not() {
    let card = Card::new("needsPowerCycle: true\n");
    card.run("-d 3b:00.0 -y set NUM_OF_VFS=16");
    card.run("--sim-reboot");
    assert_eq!(card.vfs(), pair("8", "16"));
    card.run("--sim-power-cycle");
    assert_eq!(card.vfs(), pair("16", "16"));
}

#[test]
fn it_fails_as_the_tool_does() {
    let card = Card::new("");
    for (line, status, words) in [
        ("-d 3b:00.0 set NUM_OF_VFS=16", 2, "-E- Aborted by user."),
        ("-d 3b:00.0 -y set NUM_OF_VFSS=16", 3, "-E- Unknown Parameter: NUM_OF_VFSS"),
        ("-d af:00.0 q", 3, "-E- Failed to open the device"),
    ] {
        let output = card.run(line);
        assert_eq!(output.status.code(), Some(status), "{line}");
        assert!(stdout(&output).contains(words), "{line}");
        assert!(output.stderr.is_empty());
    }
    assert_eq!(card.vfs(), pair("8", "8"));
}

#[test]
fn json_goes_into_the_file_that_was_named() {
    let card = Card::new("");
    let output = card.run("-d 3b:00.0 -j out.json q NUM_OF_VFS");
    assert_eq!(stdout(&output), "Query output saved to out.json successfully\n");
    let json = fs::read(card.folder.path().join("out.json")).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["Device #1"]["tlv_configuration"]["NUM_OF_VFS"]["next_value"], 8);
    assert_eq!(card.run("-d 3b:00.0 -j no/such/out.json q").status.code(), Some(4));
}

#[test]
fn the_description_may_change_and_the_memory_stays() {
    let card = Card::new("busyFor: 1\n");
    assert_eq!(card.run("-d 3b:00.0 q SRIOV_EN").status.code(), Some(3));
    assert_eq!(card.run("-d 3b:00.0 -y set NUM_OF_VFS=16").status.code(), Some(0));
    card.describe("silentlyDrops: [NUM_OF_VFS]\n");
    assert_eq!(card.run("-d 3b:00.0 -y set NUM_OF_VFS=32").status.code(), Some(0));
    assert_eq!(card.vfs(), pair("8", "16"));
}

#[test]
fn parallel_calls_lose_nothing() {
    let card = Card::new("");
    let names: Vec<String> = (0..16).map(|at| format!("PCI_DOWNSTREAM_PORT_OWNER[{at}]")).collect();
    let set = |name: &String| card.command(&format!("-d 3b:00.0 -y set {name}=HOST_1"));
    let calls: Vec<_> =
        names.iter().map(|name| set(name).stdout(Stdio::null()).spawn().unwrap()).collect();
    for mut call in calls {
        assert_eq!(call.wait().unwrap().code(), Some(0));
    }
    let text = stdout(&card.run("-d 3b:00.0 q PCI_DOWNSTREAM_PORT_OWNER[0..15]"));
    assert_eq!(text.matches("HOST_1(2)").count(), 16, "{text}");
}

#[test]
fn it_is_as_slow_as_a_card_on_request() {
    let card = Card::new("timing: { selectiveQueryMs: 700 }\n");
    let timed = |realtime: &str| {
        let begun = Instant::now();
        let mut call = card.command("-d 3b:00.0 q SRIOV_EN");
        let output = call.env("MSTCONFIG_SIM_REALTIME", realtime).output().unwrap();
        assert!(output.status.success());
        begun.elapsed()
    };
    assert!(timed("1") >= Duration::from_millis(700));
    // Without the wish it is only as slow as a process is, of which the best of some runs tells.
    let best = (0..5).map(|_| timed("0")).min().unwrap();
    assert!(best < Duration::from_millis(700), "{best:?}");
}

#[test]
fn who_is_killed_in_time_has_written_nothing_and_keeps_nobody_out() {
    let card = Card::new("timing: { setMs: 60000 }\n");
    let mut slow = card.command("-d 3b:00.0 -y set NUM_OF_VFS=16");
    let mut slow = slow.env("MSTCONFIG_SIM_REALTIME", "1").spawn().unwrap();
    wait_for(&card.folder.path().join("card.yaml.nvram.lock"));
    slow.kill().unwrap();
    slow.wait().unwrap();
    assert_eq!(card.vfs(), pair("8", "8"));
}

#[test]
fn a_card_that_hangs_does_so_alone() {
    let card = Card::new("hangs: true\n");
    let mut hanging = card.command("-d 3b:00.0 q").spawn().unwrap();
    wait_for(&card.folder.path().join("card.yaml.nvram.lock"));
    // Its lock is free: this one gets through.
    assert_eq!(card.run("--sim-reboot").status.code(), Some(0));
    assert!(hanging.try_wait().unwrap().is_none(), "it has ended");
    hanging.kill().unwrap();
    hanging.wait().unwrap();
}

fn wait_for(path: &Path) {
    let begun = Instant::now();
    while !path.exists() {
        assert!(begun.elapsed() < Duration::from_secs(30), "{} does not appear", path.display());
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn it_says_what_it_needs() {
    let output = program().arg("q").output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.starts_with("error: MSTCONFIG_SIM is not set\nhelp: "), "{words}");
    let card = Card::new("frob: 1\n");
    let output = card.run("q");
    assert_eq!(output.status.code(), Some(4));
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("makes no sense") && words.contains("frob"), "{words}");
    fs::remove_file(card.path()).unwrap();
    assert!(String::from_utf8(card.run("q").stderr).unwrap().contains("cannot read"));
}
