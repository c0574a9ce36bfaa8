use serde_json::json;

use super::bench::{
    Bench, NADS, NAMESPACES, NETWORKS, causes, generation, network, network_with, one, refusal,
    uid, version,
};

pub(crate) async fn system_fields_and_defaults(bench: Bench) {
    let first = bench.network("a").await;
    assert_eq!(first["spec"]["logLevel"], "info");
    assert_eq!(first["metadata"]["namespace"], bench.namespace);
    assert_eq!(generation(&first), 1);
    assert!(first["metadata"]["creationTimestamp"].as_str().unwrap().ends_with('Z'));
    let second = bench.network("b").await;
    assert_ne!(uid(&first), uid(&second));
    let number = |object| version(object).parse::<u64>().unwrap();
    assert!(number(&second) > number(&first));
    assert_eq!(bench.get(&one("a")).await.unwrap(), first);
    let silent = network_with("c", json!({}), json!({ "resourceName": "x", "logLevel": "" }));
    let silent = bench.post(NETWORKS, &silent).await.unwrap();
    assert_eq!(silent["spec"]["logLevel"], "");
}

pub(crate) async fn a_name_is_taken_once(bench: Bench) {
    bench.network("a").await;
    let again = bench.post(NETWORKS, &network("a")).await;
    assert_eq!(refusal(&again), (409, "AlreadyExists"));
    let status = again.unwrap_err();
    let message = r#"sriovnetworks.sriovnetwork.openshift.io "a" already exists"#;
    assert_eq!(status.message, message);
    let details = status.details.clone().unwrap();
    assert_eq!((details.kind.as_str(), details.name.as_str()), ("sriovnetworks", "a"));
    assert_eq!(details.group, "sriovnetwork.openshift.io");
}

pub(crate) async fn names_are_generated(bench: Bench) {
    let mut body = network("");
    body["metadata"] = json!({ "generateName": "net-" });
    let first = bench.post(NETWORKS, &body).await.unwrap();
    let second = bench.post(NETWORKS, &body).await.unwrap();
    let name = first["metadata"]["name"].as_str().unwrap();
    assert!(name.starts_with("net-") && name.len() == 9, "{name}");
    assert_ne!(first["metadata"]["name"], second["metadata"]["name"]);
    body["metadata"] = json!({});
    let nameless = bench.post(NETWORKS, &body).await;
    assert_eq!(refusal(&nameless).0, 422);
}

pub(crate) async fn an_absent_namespace_is_not_found(bench: Bench) {
    let path = NETWORKS.replace("{ns}", "not-there");
    let absent = bench.post(&path, &network("a")).await;
    assert_eq!(refusal(&absent), (404, "NotFound"));
    let status = absent.unwrap_err();
    assert_eq!(status.message, r#"namespaces "not-there" not found"#);
    assert_eq!(status.details.clone().unwrap().kind, "namespaces");
    let apply = bench.apply(&format!("{path}/a"), "me", &network("a")).await;
    assert_eq!(refusal(&apply), (404, "NotFound"));
    assert_eq!(bench.get(&path).await.unwrap()["items"], json!([]), "a list is just empty");
}

pub(crate) async fn unknown_fields_and_status_are_dropped(bench: Bench) {
    let spec = json!({ "resourceName": "x", "unheardOf": 1 });
    let mut body = network_with("a", json!({}), spec);
    body["status"] = json!({ "conditions": [] });
    body["top"] = json!(1);
    let stored = bench.post(NETWORKS, &body).await.unwrap();
    assert_eq!(stored["spec"], json!({ "resourceName": "x", "logLevel": "info" }));
    assert_eq!((stored.get("status"), stored.get("top")), (None, None));
}

pub(crate) async fn fields_are_validated(bench: Bench) {
    for (spec, reason, field) in [
        (json!({}), "FieldValueRequired", "spec.resourceName"),
        (json!({ "resourceName": "x", "vlan": 4095 }), "FieldValueInvalid", "spec.vlan"),
        (json!({ "resourceName": "x", "vlan": -1 }), "FieldValueInvalid", "spec.vlan"),
        (json!({ "resourceName": "x", "vlanQoS": 8 }), "FieldValueInvalid", "spec.vlanQoS"),
        (json!({ "resourceName": "x", "trust": "ON" }), "FieldValueNotSupported", "spec.trust"),
        (json!({ "resourceName": "x", "vlan": "1" }), "FieldValueTypeInvalid", "spec.vlan"),
        (json!({ "resourceName": 1 }), "FieldValueTypeInvalid", "spec.resourceName"),
    ] {
        let answer = bench.post(NETWORKS, &network_with("a", json!({}), spec.clone())).await;
        assert_eq!(refusal(&answer), (422, "Invalid"), "{spec}");
        assert_eq!(causes(&answer), [(reason.to_owned(), field.to_owned())], "{spec}");
        assert_eq!(answer.unwrap_err().details.clone().unwrap().kind, "SriovNetwork");
    }
    let range = network_with("a", json!({}), json!({ "resourceName": "x", "vlan": 4095 }));
    let answer = bench.post(NETWORKS, &range).await.unwrap_err();
    assert_eq!(
        answer.message,
        "SriovNetwork.sriovnetwork.openshift.io \"a\" is invalid: spec.vlan: Invalid value: 4095: \
         spec.vlan in body should be less than or equal to 4094"
    );
    let empty = network_with("empty", json!({}), json!({ "resourceName": "" }));
    bench.post(NETWORKS, &empty).await.unwrap();
    let answer = bench.post(NETWORKS, &network("Not_A_Name")).await;
    assert_eq!(causes(&answer)[0].1, "metadata.name");
}

pub(crate) async fn an_unknown_kind_is_not_found(bench: Bench) {
    for path in ["apis/nobody.example/v1/things", "apis/k8s.cni.cncf.io/v1/things"] {
        let answer = bench.get(path).await;
        assert_eq!(answer.unwrap_err().code, 404, "{path}");
    }
    let absent = bench.get(&format!("{NADS}/a")).await;
    assert_eq!(refusal(&absent), (404, "NotFound"));
    let message = r#"network-attachment-definitions.k8s.cni.cncf.io "a" not found"#;
    assert_eq!(absent.unwrap_err().message, message);
}

pub(crate) async fn the_name_has_to_be_that_of_the_path(bench: Bench) {
    let created = bench.network("a").await;
    let answer = bench.put(&one("b"), &created).await;
    assert_eq!(refusal(&answer), (400, "BadRequest"));
    let mut elsewhere = network("c");
    elsewhere["metadata"]["namespace"] = "default".into();
    let answer = bench.post(NETWORKS, &elsewhere).await;
    assert_eq!(refusal(&answer), (400, "BadRequest"));
    let namespace = bench.get(&format!("{NAMESPACES}/{}", bench.namespace)).await.unwrap();
    assert_eq!(namespace["status"]["phase"], "Active");
    assert_eq!(namespace["spec"]["finalizers"], json!(["kubernetes"]));
}
