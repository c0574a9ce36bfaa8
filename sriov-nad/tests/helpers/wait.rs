use std::time::Duration;

use serde_json::json;
use sriov_nad::kube::{Lack, SettledOptions, WaitOptions, wait_networks};
use sriov_nad::names::{NetworkKey, NetworkKind};

use crate::controller::{self, Manner};
use crate::support::{cluster, key, network};

fn options() -> WaitOptions {
    WaitOptions { deadline: Duration::from_secs(20), ..WaitOptions::default() }
}

#[tokio::test(start_paused = true)]
async fn a_network_that_appears_later_is_waited_for_and_a_missing_one_is_late() {
    let (server, client) = cluster();
    let _controller = controller::run(&server, Manner::Good);
    tokio::spawn({
        let server = server.clone();
        async move {
            tokio::time::sleep(Duration::from_secs(5)).await;
            server.create(&network(&json!({}))).unwrap();
        }
    });
    let missing = NetworkKey::new(NetworkKind::Ib, "shop", "nowhere");
    let waited = wait_networks(&client, &[key(), missing], &options()).await;
    assert!(waited[0].is_settled(), "{waited:?}");
    assert_eq!(waited[0].nad.as_ref().unwrap().to_string(), "shop/fast");
    assert_eq!(waited[1].lack, Some(Lack::NetworkMissing));
}

/// The NAD of before the change is no sign of it, and neither is the condition.
#[tokio::test(start_paused = true)]
async fn a_change_that_nobody_follows_is_late() {
    let (server, client) = cluster();
    let controller = controller::run(&server, Manner::Good);
    server.create(&network(&json!({}))).unwrap();
    assert!(wait_networks(&client, &[key()], &options()).await[0].is_settled());
    drop(controller);
    let change = json!({ "spec": { "vlan": 9 } });
    server.patch(("sriovnetworks", "shop", "fast"), &change, "test").unwrap();
    let waited = wait_networks(&client, &[key()], &options()).await;
    assert!(matches!(waited[0].lack, Some(Lack::NadDiffers(..))), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn without_the_condition_it_depends_on_the_options() {
    let (server, client) = cluster();
    let _controller = controller::run(&server, Manner::NoConditions);
    server.create(&network(&json!({}))).unwrap();
    let waited = wait_networks(&client, &[key()], &options()).await;
    let silent = Lack::NotObserved { generation: 1, observed: None };
    assert_eq!(waited[0].lack, Some(silent));
    let settled = SettledOptions { condition_optional: true, ..SettledOptions::default() };
    let lenient = WaitOptions { settled, ..options() };
    assert!(wait_networks(&client, &[key()], &lenient).await[0].is_settled());
}
