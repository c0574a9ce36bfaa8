//! What a reader of the JSON finds.

use serde_json::json;
use sriov_mlx::output::Closing;
use sriov_mlx::plan::NicAction;

use crate::fake::{A, B, FakeCard, Fakes, apply, host, nic, plan};

#[test]
fn the_report_has_the_plans_fields_and_what_became_of_them() {
    let good = FakeCard::new(8, 8).with(|it| it.closing = Some(Closing::PowerCycle));
    let bad = FakeCard::new(0, 0).with(|it| it.dies_after = Some(1));
    let nics = [nic(A, &good, 16, NicAction::Reboot), nic(B, &bad, 4, NicAction::Reboot)];
    let fakes = Fakes([(A, good), (B, bad)].into());
    let applied = apply(&plan(nics), &host(""), &fakes);
    let mut found = serde_json::to_value(&applied).unwrap();
    let [first, second] = found["nics"].as_array_mut().unwrap().as_mut_slice() else { panic!() };
    assert_eq!(
        *first,
        json!({
            "id": A,
            "serial": A,
            "devices": ["0000:3b:00.0", "0000:3b:00.1"],
            "action": "power-cycle",
            "set": { "NUM_OF_VFS": 16 },
            "wanted": { "SRIOV_EN": true, "NUM_OF_VFS": 16 },
            "reason": "NUM_OF_VFS: wanted 16, found 8",
            "reasons": ["NUM_OF_VFS: wanted 16, found 8"],
            "disruption": "power-cycle",
            "blockers": [],
            "notes": [],
            "outcome": "done",
            "outstanding": "power-cycle",
            "closing": "power-cycle",
            "removedVfs": 0,
            "elapsedMs": 0,
            "error": null,
            "code": null,
            "warnings": ["the tool says that only a power cycle loads the values"],
        })
    );
    assert_eq!((&second["outcome"], &second["code"]), (&json!("failed"), &json!("SRIOV-M042")));
    assert_eq!(second["outstanding"], json!(null));
    assert_eq!(
        (&found["nodeAction"], &found["outstanding"]),
        (&json!("power-cycle"), &json!("power-cycle"))
    );
    assert_eq!(found["rebootReasons"].as_array().unwrap().len(), 1);
    assert_eq!(found["ledgerError"], json!(null));
}
