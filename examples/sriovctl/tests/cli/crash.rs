//! A run that ends abruptly, and the next one on the same machine.

use std::fs;

use crate::support::{CONFIGS, MACHINES, Run, file, folder, run};

#[test]
fn the_next_run_finishes_the_work() {
    let wanted = format!("{CONFIGS}/igb-two-ranges.yaml");
    let machine = format!("{MACHINES}/slow-udev.yaml");
    // After each durable record in turn, until a run has no more of them.
    for last in 1.. {
        let state = folder(&format!("crash-{last}")).join("state.json");
        let sim = ["--sim", &machine, "--sim-state", state.to_str().unwrap()];
        let on = |rest: &[&str]| -> Run { run(&[&sim[..], rest].concat()) };
        let pf = || on(&["list", "-o", "json"]).ends(0).json()["pfs"][0].clone();

        let killed = on(&["apply", "-f", &wanted, "--sim-crash-after", &last.to_string()]);
        if killed.status == 0 {
            assert!(last > 1, "no run was killed");
            break;
        }
        let killed = killed.ends(137);
        assert_eq!((killed.stdout.as_str(), killed.stderr.as_str()), ("", ""));
        assert!(pf()["owed"].is_object(), "the record was durable before the crash");
        on(&["doctor"]).ends(1);
        on(&["verify", "-f", &wanted]).ends(1);

        on(&["apply", "-f", &wanted]).ends(0);
        let pf = pf();
        assert_eq!((&pf["numVfs"], &pf["driversAutoprobe"]), (&4.into(), &true.into()));
        assert!(pf["owed"].is_null(), "{pf}");
        on(&["verify", "-f", &wanted]).ends(0);
        let again = on(&["apply", "-f", &wanted, "-o", "json", "--sim-crash-after", "1"]).ends(0);
        assert_eq!(again.json()["steps"], serde_json::json!([]), "nothing is written any more");
    }
}

#[test]
fn the_state_is_saved_whatever_the_end() {
    let folder = folder("saved");
    let state = folder.join("state.json");
    let args = ["--sim", "demo", "--sim-state", state.to_str().unwrap()];
    let twice = "{ match: { name: ens2f0 } }, { match: { pci: '0000:5e:00.0' } }";
    let wanted = file(&folder, "wanted.yaml", crate::support::config(twice));
    run(&[&args[..], &["apply", "-f", &wanted]].concat()).ends(2);
    let first = fs::read_to_string(&state).unwrap();
    run(&[&args[..], &["list"]].concat()).ends(0);
    assert_ne!(fs::read_to_string(&state).unwrap(), first, "its clock goes on");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "no temporary file is left");
}

#[test]
fn a_file_that_is_no_state_is_left_alone() {
    let folder = folder("no-state");
    let notes = file(&folder, "notes.txt", "do not lose this");
    let list = run(&["--sim", "demo", "--sim-state", &notes, "list"]).ends(2);
    list.says(&["error[SRIOV-H091]"]);
    assert_eq!(fs::read_to_string(&notes).unwrap(), "do not lose this");
}
