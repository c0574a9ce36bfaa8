//! One card, from its first boot on.

use sriov_host::decorate::{Call, Recorder};
use sriov_host::seam::{HostPath, Tool, ToolError, ToolOutput, ToolRun};
use sriov_host::sim::{CardColumn, SimHost};
use sriov_mlx::provision::{
    CardOutcome, Desired, OnReboot, ProvisionOutcome, RestartError, VfRoom, restart,
};

use super::world::{
    A, B, NOTHING, boots, card, changes, desired, host, memory, notice, outcomes, run, vfs,
};

#[test]
fn one_restart_and_silence_ever_after() {
    let host = host(&[A]);
    let first = run(&host, &desired());
    assert_eq!(outcomes(&first), [CardOutcome::RebootRequired], "{first:?}");
    assert_eq!(first.outcome, ProvisionOutcome::RebootRequired);
    assert_eq!(card(&first, A).set.to_string(), "NUM_OF_VFS=16");
    assert!(first.reboot.is_some() && first.reboot_reasons.len() == 1);
    assert!(memory(&host).contains(r#""attempts": 1"#), "{}", memory(&host));
    host.reboot();
    let second = run(&host, &desired());
    assert_eq!(outcomes(&second), [CardOutcome::Verified], "{second:?}");
    assert_eq!((second.outcome, second.reboot), (ProvisionOutcome::Converged, None));
    assert!(memory(&host).contains("verified"));
    is_silent(&host, &desired());
    host.reboot();
    is_silent(&host, &desired());
}

/// No program, no write, and not even the lock.
fn is_silent(host: &SimHost, desired: &Desired) {
    let recorder = Recorder::new(host.clone());
    let report = run(&recorder, desired);
    assert_eq!(report.outcome, ProvisionOutcome::Converged, "{report:?}");
    assert_eq!(recorder.mutations(), 0, "{:?}", recorder.lines());
    for call in [Call::QueryTool, Call::RunTool, Call::GetParameter, Call::Lock, Call::Subscribe] {
        assert_eq!(recorder.count(call), 0, "{call}");
    }
}

#[test]
fn a_host_that_was_right_all_along_is_never_written_to() {
    let host = host(&[A]);
    let desired = Desired { policy: VfRoom::AtLeast(8), ..desired() };
    is_silent(&host, &desired);
    assert_eq!(memory(&host), "");
}

#[test]
fn within_one_boot_no_second_restart_is_asked_for() {
    let host = host(&[A]);
    assert!(run(&host, &desired()).reboot.is_some());
    let recorder = Recorder::new(host.clone());
    let again = run(&recorder, &desired());
    assert_eq!(outcomes(&again), [CardOutcome::RebootPending]);
    assert_eq!((again.outcome, again.reboot), (ProvisionOutcome::RebootPending, None));
    assert_eq!(again.reboot_reasons.len(), 1);
    assert_eq!(changes(&recorder), NOTHING);
}

#[test]
fn the_file_says_why_as_long_as_that_is_so() {
    let host = host(&[A]);
    let notify = Desired { on_reboot_required: OnReboot::Notify, ..desired() };
    let first = run(&host, &notify);
    assert_eq!((first.outcome, first.reboot), (ProvisionOutcome::RebootRequired, None));
    let text = notice(&host).unwrap();
    assert!(text.contains(A) && text.contains("NUM_OF_VFS"), "{text}");
    assert_eq!(run(&host, &notify).outcome, ProvisionOutcome::RebootPending);
    assert_eq!(notice(&host), Some(text.clone()));
    host.reboot();
    assert_eq!(notice(&host), None, "/run ends with the boot");
    // Left by somebody, although nothing is needed.
    host.put_file(&sriov_mlx::provision::notice_path(), text.as_bytes());
    assert_eq!(run(&host, &notify).outcome, ProvisionOutcome::Converged);
    assert_eq!(notice(&host), None);
    is_silent(&host, &notify);
}

#[test]
fn where_a_restart_is_a_failure_none_is_asked_for() {
    let host = host(&[A]);
    let fail = Desired { on_reboot_required: OnReboot::Fail, ..desired() };
    for _ in 0..2 {
        let report = run(&host, &fail);
        assert_eq!((report.outcome, report.reboot), (ProvisionOutcome::Failed, None));
        assert_eq!(notice(&host), None);
    }
    host.reboot();
    assert_eq!(run(&host, &fail).outcome, ProvisionOutcome::Converged);
}

#[test]
fn the_off_switch_keeps_everything_as_it_is() {
    let host = host(&[A]);
    host.stage_cmdline("ro quiet sriov-mlx.provision=off");
    host.reboot();
    let recorder = Recorder::new(host.clone());
    let report = run(&recorder, &desired());
    assert_eq!(report.outcome, ProvisionOutcome::SwitchedOff);
    assert_eq!((recorder.mutations(), recorder.count(Call::QueryTool)), (0, 0));
    assert_eq!(recorder.count(Call::List), 0, "not even a look at the devices");
    for other in ["sriov-mlx.provision=offline", "sriov-mlx.provision", "xsriov-mlx.provision=off"]
    {
        host.stage_cmdline(&format!("ro {other}"));
        host.reboot();
        assert_ne!(run(&host, &desired()).outcome, ProvisionOutcome::SwitchedOff, "{other}");
    }
}

#[test]
fn an_image_on_other_hardware_begins_anew() {
    let built = host(&[A]);
    let (report, restarts) = boots(&built, &desired());
    assert_eq!((report.outcome, restarts), (ProvisionOutcome::Converged, 1));
    let image = memory(&built);
    let clone = host(&[B]);
    clone.put_file(&HostPath::new("var/lib/sriov-mlx/state.json"), image.as_bytes());
    let first = run(&clone, &desired());
    assert_eq!(outcomes(&first), [CardOutcome::RebootRequired]);
    assert_eq!(card(&first, B).attempts, 1);
    assert!(first.reboot.is_some());
    assert!(memory(&clone).contains(A) && memory(&clone).contains(B));
}

#[test]
fn another_wish_begins_anew() {
    let host = host(&[A]);
    assert_eq!(boots(&host, &desired()).1, 1);
    let more = Desired { policy: VfRoom::AtLeast(32), ..desired() };
    let first = run(&host, &more);
    assert_eq!(card(&first, A).attempts, 1);
    host.reboot();
    assert_eq!(run(&host, &more).outcome, ProvisionOutcome::Converged);
    assert_eq!(vfs(&host, A, CardColumn::Current), Some(32));
}

#[test]
fn exactly_shrinks_and_zero_disables() {
    let host = host(&[A]);
    let exactly = Desired { policy: VfRoom::Exactly(4), ..desired() };
    assert_eq!(boots(&host, &exactly).1, 1);
    assert_eq!(vfs(&host, A, CardColumn::Current), Some(4));
    let none = Desired { policy: VfRoom::Exactly(0), ..desired() };
    let (report, restarts) = boots(&host, &none);
    assert_eq!((report.outcome, restarts), (ProvisionOutcome::Converged, 1), "{report:?}");
    assert_eq!(host.card_value(A, "SRIOV_EN", CardColumn::Current), Some(0));
}

#[test]
fn nothing_is_selected_and_nothing_is_waited_for() {
    let host = host(&[A]);
    let other = Desired::parse("{ version: 1, match: [{ serial: X }], policy: { at_least: 1 } }");
    let recorder = Recorder::new(host);
    let report = run(&recorder, &other.unwrap());
    assert_eq!(report.outcome, ProvisionOutcome::NoMatchingDevice);
    assert_eq!((recorder.mutations(), recorder.count(Call::Subscribe)), (0, 0));
}

/// systemd, as far as it is asked to restart the host.
struct Systemd(Option<i32>);

impl Tool for Systemd {
    fn find_tool(&self, name: &str) -> Result<Option<HostPath>, ToolError> {
        assert_eq!(name, "systemctl");
        Ok(self.0.map(|_| HostPath::new("usr/bin/systemctl")))
    }

    fn run_tool(&self, run: &ToolRun, _: std::time::Duration) -> Result<ToolOutput, ToolError> {
        assert_eq!(run.to_string(), "systemctl reboot --no-block");
        assert!(run.changes, "a dry run must leave it out");
        Ok(ToolOutput { status: self.0, stderr: "no\n".to_owned(), ..ToolOutput::default() })
    }
}

#[test]
fn systemd_restarts_the_host_and_is_not_waited_for() {
    let request = run(&host(&[A]), &desired()).reboot.unwrap();
    restart(&Systemd(Some(0)), &request).unwrap();
    let refused = restart(&Systemd(Some(1)), &request).unwrap_err();
    assert_eq!(refused.to_string(), "`systemctl reboot --no-block` failed: no");
    assert!(matches!(restart(&Systemd(None), &request), Err(RestartError::NoProgram)));
}
