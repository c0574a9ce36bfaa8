//! The roles allow what is done, and nothing else.

use std::collections::BTreeSet;

use serde_json::json;
use sriov_nad::names::NetworkKind;
use sriov_nad::sim::{Requests, Verb};

use crate::manifests::rules;
use crate::support::{Cluster, NADS, OPERATOR, network, until};

type Grants = BTreeSet<(String, &'static str)>;

/// Resource and verb, as roles name them.
fn granted() -> Grants {
    let words = ["create", "delete", "get", "list", "patch", "update", "watch"];
    let mut grants = Grants::new();
    for rule in rules() {
        for resource in rule["resources"].as_array().unwrap() {
            for verb in rule["verbs"].as_array().unwrap() {
                let word = words.into_iter().find(|word| verb == word);
                let resource = resource.as_str().unwrap().to_owned();
                grants.insert((resource, word.unwrap_or_else(|| panic!("{verb}"))));
            }
        }
    }
    grants
}

/// What the requests need (kube-apiserver, `endpoints/handlers/patch.go`: an apply of what is not
/// there needs `create` as well).
fn needed(requests: &Requests) -> Grants {
    let mut grants = Grants::new();
    for request in requests.iter() {
        let status = if request.status { "/status" } else { "" };
        let resource = format!("{}{status}", request.resource);
        let words: &[_] = match request.verb {
            Verb::Get => &["get"],
            Verb::List => &["list"],
            Verb::Watch => &["watch"],
            Verb::Create => &["create"],
            Verb::Update => &["update"],
            Verb::Patch => &["patch"],
            Verb::Apply if request.status => &["patch"],
            Verb::Apply => &["patch", "create"],
            Verb::Delete => &["delete"],
            Verb::DeleteCollection => &["deletecollection"],
        };
        grants.extend(words.iter().map(|word| (resource.clone(), *word)));
    }
    grants
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_roles_allow_what_is_done_and_nothing_else() {
    let cluster = Cluster::start().await;
    let controller = cluster.controller(&["--leader-elect"]);
    let mut invalid = network("invalid");
    invalid["spec"]["ipam"] = json!("no JSON");
    cluster.server.create(&invalid).unwrap();
    for kind in NetworkKind::ALL {
        let mut network = network(kind.plugin());
        network["kind"] = kind.as_str().into();
        cluster.server.create(&network).unwrap();
        until("the NAD is there", || cluster.nad(kind.plugin()).is_some()).await;
        cluster.server.delete(kind.plural(), OPERATOR, kind.plugin()).unwrap();
        until("the NAD is gone", || cluster.nad(kind.plugin()).is_none()).await;
        let gone = || cluster.server.get(kind.plural(), OPERATOR, kind.plugin()).is_none();
        until("the network is gone", gone).await;
    }
    let requests = || cluster.server.faults().requests();
    let renewed = || requests().count(|it| it.verb == Verb::Update && it.resource == "leases") > 0;
    until("the lease is renewed", renewed).await;
    let reported = || requests().count(|it| it.resource == "events") > 0;
    until("the invalid network has its event", reported).await;
    assert!(requests().count(|it| it.resource == NADS) > 0);
    assert_eq!(needed(&requests()), granted());
    drop(controller);
}
