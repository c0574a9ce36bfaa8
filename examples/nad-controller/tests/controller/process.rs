//! The program as a whole: its pages, its end, and what a kill leaves behind.

use std::time::Duration;

use serde_json::Value;
use sriov_nad::names::NetworkKind;
use sriov_nad::sim::{Fault, Matcher, Resource, Rule, Verb};

use crate::support::{Cluster, NADS, OPERATOR, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_gets_its_nad_and_the_pages_tell() {
    let cluster = Cluster::start().await;
    let controller = cluster.controller(&["--resource-prefix", "example.com"]);
    until("ready", || controller.page("/readyz").0 == 200).await;
    cluster.create("fast");
    until("the NAD is there", || cluster.nad("fast").is_some()).await;
    let nad = cluster.nad("fast").unwrap();
    assert_eq!(nad.resource_name.as_deref(), Some("example.com/cx6"));
    let ready = || {
        let network = cluster.server.get("sriovnetworks", OPERATOR, "fast").unwrap();
        let condition = &network["status"]["conditions"][0];
        condition["type"] == "Ready"
            && condition["status"] == "True"
            && condition["observedGeneration"] == network["metadata"]["generation"]
    };
    until("the condition is there", ready).await;
    let (code, metrics) = controller.page("/metrics");
    assert_eq!(code, 200);
    assert!(metrics.contains("# TYPE "), "{metrics}");
    assert_eq!(controller.page("/livez"), (200, "ok\n".to_owned()));
    assert_eq!(controller.page("/other").0, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_kind_is_named_until_it_is_there() {
    let cluster = Cluster::start().await;
    cluster.server.unregister("ovsnetworks");
    let controller = cluster.controller(&[]);
    until("the kind is named", || {
        let (code, text) = controller.page("/readyz");
        code == 503 && text.contains("OVSNetwork") && !text.contains("SriovNetwork")
    })
    .await;
    assert_eq!(controller.page("/livez").0, 200);
    cluster.server.register(Resource::network(NetworkKind::Ovs));
    until("ready", || controller.page("/readyz").0 == 200).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sigterm_finishes_what_is_in_flight_and_strips_no_finalizer() {
    let cluster = Cluster::start().await;
    let controller = cluster.controller(&[]);
    cluster.create("before");
    until("the NAD is there", || cluster.nad("before").is_some()).await;

    let applies = || Matcher::new().verb(Verb::Apply).resource(NADS).name("slow");
    cluster.server.faults().add(Rule::new(applies(), Fault::Delay(Duration::from_secs(2))));
    cluster.create("slow");
    let asked = || {
        let requests = cluster.server.faults().requests();
        requests.count(|it| it.verb == Verb::Apply && it.name == "slow" && it.resource == NADS) > 0
    };
    until("the apply is in flight", asked).await;
    assert!(cluster.nad("slow").is_none());
    controller.terminate();
    let status = controller.ended().await;
    assert_eq!(status.code(), Some(0), "{status}");
    assert!(cluster.nad("slow").is_some(), "what was in flight is done");
    for network in cluster.server.list("sriovnetworks", OPERATOR) {
        let finalizers = &network["metadata"]["finalizers"];
        assert_eq!(finalizers.as_array().map(Vec::len), Some(1), "{network}");
    }
    assert_eq!(cluster.names().1, ["before", "slow"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_kills_at_any_point_every_network_has_its_nad() {
    let cluster = Cluster::start().await;
    // So that there is much to be killed in.
    let slow = Rule::new(Matcher::new().writes(), Fault::DelayAnswer(Duration::from_millis(15)));
    cluster.server.faults().add(slow);
    let mut dice = Dice(0x5eed);
    let mut controller = cluster.controller(&["--workers", "4"]);
    for number in 0..40 {
        cluster.create(&format!("net-{number:02}"));
        if number % 3 == 2 {
            cluster.delete(&format!("net-{:02}", dice.below(number)));
        }
        tokio::time::sleep(Duration::from_millis(dice.below(40))).await;
        if dice.below(4) == 0 {
            controller.kill();
            controller = cluster.controller(&["--workers", "4"]);
        }
    }
    let settled = || {
        let (networks, nads) = cluster.names();
        let deleting = |network: &Value| !network["metadata"]["deletionTimestamp"].is_null();
        networks == nads && !cluster.server.list("sriovnetworks", "").iter().any(deleting)
    };
    until("every network has its NAD", settled).await;
    assert!(cluster.names().0.len() >= 40 - 13, "{:?}", cluster.names());
    until("ready", || controller.page("/readyz").0 == 200).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_with_a_lease_one_works_and_the_other_takes_over() {
    let cluster = Cluster::start().await;
    let first = cluster.controller(&["--leader-elect", "--identity", "first"]);
    until("the first leads", || first.page("/readyz").1 == "ok\n").await;
    let second = cluster.controller(&["--leader-elect", "--identity", "second"]);
    cluster.create("a");
    until("the NAD is there", || cluster.nad("a").is_some()).await;
    let (code, text) = second.page("/readyz");
    assert!(code == 200 && text.starts_with("standby"), "{text}");
    first.terminate();
    assert_eq!(first.ended().await.code(), Some(0));
    until("the second leads", || second.page("/readyz").1 == "ok\n").await;
    cluster.create("b");
    until("the NAD is there", || cluster.nad("b").is_some()).await;
}

#[test]
fn what_is_wrong_with_the_start_is_told() {
    let run = |args: &[&str]| {
        std::process::Command::new(env!("CARGO_BIN_EXE_nad-controller"))
            .args(args)
            .env_clear()
            .output()
            .unwrap()
    };
    let usage = run(&[]);
    assert_eq!(usage.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&usage.stderr).contains("--operator-namespace"));
    let nowhere = run(&["--operator-namespace", "x", "--kubeconfig", "/nowhere"]);
    assert_eq!(nowhere.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&nowhere.stderr).contains("/nowhere"));
}

/// Numbers that look random, the same ones each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % limit
    }
}
