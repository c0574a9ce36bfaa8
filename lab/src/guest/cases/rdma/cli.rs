//! The mode, as a user of the tool sees and sets it.

use serde_json::{Value, json};

use super::super::super::case::{Case, Done, holds, same};
use super::super::super::netns::Netns;
use super::super::super::probe::Changes;
use super::super::super::sriovctl::{self, PROGRAM, steps};
use super::super::super::{exec, rdma};
use super::FORM;

pub(super) const CASES: &[Case] = &[
    Case::new(FORM, "rdma_cli_get_agrees_with_iproute2", get),
    Case::new(FORM, "rdma_cli_get_loads_no_module", get_unloaded),
    Case::new(FORM, "rdma_cli_set_both_ways", set),
    Case::new(FORM, "rdma_cli_set_is_busy_with_any_namespace", busy),
    Case::new(FORM, "rdma_cli_set_needs_rights", rights),
    Case::new(FORM, "rdma_cli_set_without_a_subsystem", set_unloaded),
];

/// Namespaces kept in every way.
pub(super) const KINDS: [fn() -> Result<Netns, String>; 3] =
    [Netns::of_process, Netns::of_descriptor, || Netns::named("lab")];

fn get() -> Done {
    for mode in ["exclusive", "shared"] {
        rdma::set_mode(mode)?;
        let changes = Changes::counted()?;
        let found = sriovctl::json(0, &["rdma", "get"])?;
        changes.none()?;
        let shown = rdma::tool(&["system"])?.out;
        let shown = shown.split_whitespace().nth(1).map(str::to_owned);
        same("live mode", &found["live"].as_str().map(str::to_owned), &shown)?;
        same("live mode", &found["live"], &rdma::mode()?.into())?;
        same("unavailable", &found["unavailable"], &Value::Null)?;
        let nothing = json!({ "modprobe": null, "cmdline": null });
        same("persisted", &found["persisted"], &nothing)?;
        same("running", &found["runningCmdline"], &Value::Null)?;
        same("holders", &found["holders"], &json!([]))?;
    }
    for make in KINDS {
        let kept = make()?;
        let found = sriovctl::json(0, &["rdma", "get"])?["holders"].clone();
        same("number of holders", &found.as_array().map(Vec::len), &Some(1))?;
        let told = found.to_string();
        for trace in kept.traces() {
            holds(|| format!("{told} does not name {trace}"), told.contains(&trace))?;
        }
    }
    Ok(())
}

fn get_unloaded() -> Done {
    rdma::unload()?;
    let before = rdma::modules()?;
    let changes = Changes::counted()?;
    let found = sriovctl::json(0, &["rdma", "get"])?;
    same("live mode", &found["live"], &Value::Null)?;
    same("unavailable", &found["unavailable"], &"not-loaded".into())?;
    let devices = sriovctl::json(0, &["rdma", "devices"])?;
    same("devices", &devices, &serde_json::json!([]))?;
    sriovctl::run(&["rdma", "plan", "--mode", "shared"])?.expect(0)?;
    changes.none()?;
    same("modules", &rdma::modules()?, &before)?;
    let _none = rdma::NoModprobe::set()?;
    let found = sriovctl::json(0, &["rdma", "get"])?;
    same("without modprobe", &found["unavailable"], &"not-loaded".into())
}

fn set() -> Done {
    for (from, to) in [("shared", "exclusive"), ("exclusive", "shared")] {
        let changes = Changes::counted()?;
        let plan = sriovctl::json(0, &["rdma", "plan", "--mode", to])?;
        changes.none()?;
        // A plan also tells what it takes to keep the mode.
        let live = |step: &&Value| step["from"] == from && step["to"] == to;
        let planned = steps(&plan)?;
        same("steps of the live mode", &planned.iter().filter(live).count(), &1)?;
        let applied = steps(&sriovctl::json(0, &["rdma", "set", "--mode", to])?)?;
        let outcomes: Vec<_> = applied.iter().map(|step| step["outcome"].clone()).collect();
        same("outcomes", &outcomes, &vec!["done".into()])?;
        same("mode", &rdma::mode()?, &to)?;
        let changes = Changes::counted()?;
        let again = sriovctl::json(0, &["rdma", "set", "--mode", to])?;
        changes.none()?;
        same("steps of a second call", &steps(&again)?.len(), &0)?;
    }
    Ok(())
}

fn busy() -> Done {
    for make in KINDS {
        let kept = make()?;
        let refused = sriovctl::run(&["rdma", "set", "--mode", "exclusive"])?;
        refused.expect(7)?;
        for trace in kept.traces() {
            let said = refused.err.clone();
            holds(|| format!("it does not name {trace}: {said}"), refused.err.contains(&trace))?;
        }
        same("mode", &rdma::mode()?, &"shared")?;
    }
    Ok(())
}

fn rights() -> Done {
    let seen = exec::run_as_nobody(&[PROGRAM, "rdma", "get", "-o", "json"])?;
    seen.expect(0)?;
    same("what nobody sees", &seen.json()?["live"], &"shared".into())?;
    let refused = exec::run_as_nobody(&[PROGRAM, "rdma", "set", "--mode", "exclusive"])?;
    refused.expect(1)?;
    holds(|| format!("why is not told: {}", refused.err), refused.err.contains("CAP_NET_ADMIN"))?;
    same("mode", &rdma::mode()?, &"shared")
}

fn set_unloaded() -> Done {
    rdma::unload()?;
    let before = rdma::modules()?;
    let refused = sriovctl::run(&["rdma", "set", "--mode", "exclusive"])?;
    holds(|| "a mode was set where there is none".to_owned(), refused.status != Some(0))?;
    same("modules", &rdma::modules()?, &before)
}
