//! What counts as settled, as a table.

use serde_json::{Value, json};
use sriov_nad::kube::{Lack, NetworkView, SettledOptions, lack};
use sriov_nad::nad::Nad;
use sriov_nad::names::NetworkKind;
use sriov_nad::plan::NamespacePhase;
use sriov_nad::render::{RenderOptions, render};
use sriov_nad::spec::Network;

use crate::support::network;

/// Generation 2, in the operator's namespace, with the NAD in `shop`.
fn cross_namespace(conditions: &Value) -> Network {
    let mut object = network(&json!({ "networkNamespace": "shop", "vlan": 5 }));
    object["metadata"] = json!({
        "namespace": "operator", "name": "fast", "uid": "u1", "generation": 2,
        "creationTimestamp": "2026-01-01T00:00:10Z",
    });
    object["status"] = json!({ "conditions": conditions });
    Network::from_value(NetworkKind::Sriov, &object).unwrap()
}

fn condition(status: &str, observed: i64) -> Value {
    json!([{ "type": "Ready", "status": status, "reason": "Because", "message": "of that",
        "observedGeneration": observed }])
}

fn nad_of(network: &Network) -> Nad {
    let mut value = render(network, &RenderOptions::default()).unwrap().to_value();
    value["metadata"]["uid"] = "n1".into();
    Nad::from_value(&value).unwrap()
}

fn view(conditions: &Value, change: impl FnOnce(&mut NetworkView)) -> NetworkView {
    let network = cross_namespace(conditions);
    let mut view = NetworkView {
        nad: Some(nad_of(&network)),
        network: Some(network),
        nad_written: "2026-01-01T00:00:11Z".into(),
        namespace: Some(NamespacePhase::Active),
    };
    change(&mut view);
    view
}

fn stage(view: &NetworkView, condition_optional: bool) -> &'static str {
    let options = SettledOptions { condition_optional, ..SettledOptions::default() };
    lack(view, &options).as_ref().map_or("settled", Lack::stage)
}

#[test]
fn each_lack_is_told_apart() {
    let ready = condition("True", 2);
    let nad = |view: &mut NetworkView, change: fn(&mut Nad)| change(view.nad.as_mut().unwrap());
    let rows: Vec<(&str, NetworkView)> = vec![
        ("settled", view(&ready, |_| ())),
        ("settled", view(&ready, |it| it.namespace = None)),
        ("missing", view(&ready, |it| it.network = None)),
        ("deleting", view(&ready, |it| it.network.as_mut().unwrap().meta.deleting = true)),
        ("namespace-missing", view(&ready, |it| it.namespace = Some(NamespacePhase::Absent))),
        (
            "namespace-terminating",
            view(&ready, |it| it.namespace = Some(NamespacePhase::Terminating)),
        ),
        ("not-observed", view(&condition("True", 1), |_| ())),
        ("not-observed", view(&condition("False", 1), |_| ())),
        ("not-ready", view(&condition("False", 2), |_| ())),
        ("not-ready", view(&condition("False", 2), |it| it.nad = None)),
        ("nad-missing", view(&ready, |it| it.nad = None)),
        ("nad-deleting", view(&ready, |it| nad(it, |nad| nad.deleting = true))),
        ("nad-differs", view(&ready, |it| nad(it, |nad| nad.config = "{}".into()))),
        ("nad-differs", view(&ready, |it| nad(it, |nad| nad.resource_name = None))),
        ("nad-foreign", view(&ready, |it| nad(it, |nad| nad.owner = sriov_nad::nad::Owner::None))),
        ("no-controller", view(&json!([]), |it| it.nad = None)),
        ("not-observed", view(&json!([]), |_| ())),
    ];
    for (expected, view) in rows {
        assert_eq!(stage(&view, false), expected, "{view:?}");
    }
}

/// Without a word of the controller only its age tells a NAD from a left-over.
#[test]
fn an_old_nad_proves_nothing_where_nobody_speaks() {
    let silent = |written: &str| view(&json!([]), |it| it.nad_written = written.into());
    assert_eq!(stage(&silent("2026-01-01T00:00:10Z"), true), "settled");
    assert_eq!(stage(&silent("2026-01-01T00:00:09Z"), true), "nad-of-predecessor");
    let spoken = view(&condition("True", 2), |it| it.nad_written = "2026-01-01T00:00:09Z".into());
    assert_eq!(stage(&spoken, true), "settled");
}
