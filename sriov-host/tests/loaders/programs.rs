//! Programs of the real host.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::{Duration, Instant};

use sriov_host::linux::LinuxHost;
use sriov_host::seam::{HostPath, Tool, ToolError, ToolOutput, ToolRun};

const LONG: Duration = Duration::from_secs(30);

fn sh(script: &str) -> ToolRun {
    ToolRun::query(HostPath::new("bin/sh"), ["-c", script])
}

fn run(script: &str) -> ToolOutput {
    LinuxHost::system().run_tool(&sh(script), LONG).unwrap()
}

fn program(root: &Path, path: &str, text: &str, mode: u32) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn programs_are_found_below_the_root_only() {
    let root = tempfile::tempdir().unwrap();
    program(root.path(), "usr/bin/tool", "", 0o755);
    program(root.path(), "usr/sbin/data", "", 0o644);
    program(root.path(), "opt/real", "", 0o755);
    fs::create_dir_all(root.path().join("usr/sbin/folder")).unwrap();
    // An absolute link of that host; outside of the root there is no such file.
    symlink("/opt/real", root.path().join("usr/sbin/linked")).unwrap();
    symlink("/bin/sh", root.path().join("usr/sbin/outside")).unwrap();
    let host = LinuxHost::below(root.path());
    let found = |name| host.find_tool(name).unwrap().map(|path| path.to_string());
    assert_eq!(found("tool").as_deref(), Some("/usr/bin/tool"));
    assert_eq!(found("linked").as_deref(), Some("/usr/sbin/linked"));
    for name in ["data", "folder", "outside", "sh", "../bin/tool", "", ".", ".."] {
        assert_eq!(found(name), None, "{name}");
    }
    // The first folder counts.
    program(root.path(), "usr/sbin/tool", "", 0o755);
    assert_eq!(found("tool").as_deref(), Some("/usr/sbin/tool"));
}

#[test]
fn the_environment_is_made_and_nothing_is_to_be_read() {
    let output = run("env | sort; cat; pwd; echo words >&2; exit 3");
    assert_eq!(output.status, Some(3));
    // What the shell adds by itself is left out.
    let own = |line: &&str| {
        !["_=", "PWD=", "SHLVL=", "OLDPWD="].iter().any(|name| line.starts_with(name))
    };
    let lines: Vec<&str> = output.stdout.lines().filter(own).collect();
    assert_eq!(lines, ["HOME=/root", "LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "/"]);
    assert_eq!(output.stderr, "words\n");
}

/// Cargo gives its tests variables that nothing else sets.
#[test]
fn a_program_of_the_caller_inherits_the_callers_environment_in_english() {
    let script = sh("printf '%s|%s' \"$CARGO_MANIFEST_DIR\" \"$LC_ALL\"; cat; pwd");
    let output = LinuxHost::of_caller().run_tool(&script, LONG).unwrap();
    assert_eq!(output.stdout, format!("{}|C/\n", env!("CARGO_MANIFEST_DIR")));
    let clean = LinuxHost::system().run_tool(&script, LONG).unwrap();
    assert_eq!(clean.stdout, "|C/\n");
}

#[test]
fn output_is_bounded_and_nobody_waits_for_room() {
    let output =
        run("head -c 3000000 /dev/zero | tr '\\0' x; head -c 3000000 /dev/zero | tr '\\0' y >&2");
    assert_eq!((output.stdout.len(), output.stderr.len()), (1 << 20, 1 << 20));
    assert_eq!(output.status, Some(0));
}

#[test]
fn a_signal_is_no_status() {
    assert_eq!(run("kill -9 $$").status, None);
}

#[test]
fn arguments_are_passed_as_they_are() {
    let args = ["-c", "printf '%s|' \"$@\"", "sh", "a b", "$HOME", "*", "", "'\""];
    let run = ToolRun::query(HostPath::new("bin/sh"), args);
    let output = LinuxHost::system().run_tool(&run, LONG).unwrap();
    assert_eq!(output.stdout, "a b|$HOME|*||'\"|");
}

#[test]
fn what_takes_too_long_is_killed_with_all_it_started() {
    let folder = tempfile::tempdir().unwrap();
    let pids = folder.path().join("pids");
    let script = format!("sleep 300 & echo $! > {0}; echo $$ >> {0}; wait", pids.display());
    let begun = Instant::now();
    let deadline = Duration::from_millis(500);
    let error = LinuxHost::system().run_tool(&sh(&script), deadline).unwrap_err();
    assert!(matches!(error, ToolError::TimedOut { after, .. } if after == deadline), "{error}");
    assert!(begun.elapsed() < LONG);
    for pid in fs::read_to_string(&pids).unwrap().lines() {
        gone(pid);
    }
}

/// A process that was killed is a zombie until its parent has looked.
fn gone(pid: &str) {
    let until = Instant::now() + LONG;
    loop {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat"));
        if stat.is_err() || stat.is_ok_and(|stat| stat.contains(") Z ")) {
            return;
        }
        assert!(Instant::now() < until, "process {pid} lives on");
        std::thread::yield_now();
    }
}

#[test]
fn what_is_left_behind_is_not_waited_for() {
    let begun = Instant::now();
    let output = run("sleep 20 & echo done");
    assert_eq!(output.stdout, "done\n");
    assert!(begun.elapsed() < Duration::from_secs(15));
}

#[test]
fn a_program_that_is_not_there_is_told_from_one_that_cannot_run() {
    let host = LinuxHost::system();
    let missing = ToolRun::query::<String>(HostPath::new("usr/bin/no-such-program"), []);
    let error = host.run_tool(&missing, LONG).unwrap_err();
    assert!(matches!(error, ToolError::NotFound { .. }), "{error}");
    let data = ToolRun::query::<String>(HostPath::new("etc/passwd"), []);
    let error = host.run_tool(&data, LONG).unwrap_err();
    assert!(matches!(error, ToolError::Io { .. }) && error.is_permission_denied(), "{error}");
}

/// Copies a program of this machine, with its libraries, into a root.
fn install(root: &Path, program: &str) {
    let copy = |from: &Path| {
        let to = root.join(from.strip_prefix("/").unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    };
    copy(Path::new(program));
    let ldd = std::process::Command::new("ldd").arg(program).output().unwrap();
    let text = String::from_utf8(ldd.stdout).unwrap();
    for word in text.split_whitespace().filter(|word| word.starts_with('/')) {
        copy(Path::new(word));
    }
}

/// With the right to it (root), the program sees the root as its own, and this process keeps its
/// root; without it, the call says so. Both are checked; which one, depends on who runs the test.
#[test]
fn a_program_of_another_root_runs_in_it() {
    let root = tempfile::tempdir().unwrap();
    install(root.path(), "/bin/sh");
    fs::write(root.path().join("only-here"), "seen\n").unwrap();
    let host = LinuxHost::below(root.path());
    let script = "read line < /only-here; echo $line; pwd; [ -e /etc/passwd ] || echo inside";
    let result = host.run_tool(&sh(script), LONG);
    if nix::unistd::geteuid().is_root() {
        let output = result.unwrap();
        assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("seen\n/\ninside\n", ""));
    } else {
        assert!(result.unwrap_err().is_permission_denied());
    }
    assert!(Path::new("/etc/passwd").exists(), "this process has lost its root");
    assert!(!Path::new("/only-here").exists());
}
