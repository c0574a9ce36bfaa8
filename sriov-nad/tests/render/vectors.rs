//! What an operator stored, or should have stored, for 53 networks: `tests/vectors/`.

use serde_json::Value;
use sriov_nad::names::NetworkKind;
use sriov_nad::render::{RenderOptions, render};
use sriov_nad::spec::Network;

fn vectors() -> Vec<Value> {
    serde_json::from_str(include_str!("../vectors/nad-render.json")).unwrap()
}

fn rendered(cr: &Value) -> Result<Value, String> {
    let kind = NetworkKind::from_name(cr["kind"].as_str().unwrap()).unwrap();
    let network = Network::from_value(kind, cr).map_err(|error| error.to_string())?;
    let nad = render(&network, &RenderOptions::default()).map_err(|error| error.to_string())?;
    Ok(serde_json::to_value(nad).unwrap())
}

fn check(id: &str, nad: &Value, expected: &Value) {
    let config = nad["spec"]["config"].as_str().unwrap();
    if let Some(wanted) = expected.get("nad") {
        assert_eq!(config, wanted["config"].as_str().unwrap(), "{id}");
        for key in ["name", "namespace", "annotations"] {
            assert_eq!(nad["metadata"][key], wanted[key], "{id}");
        }
    } else if let Some(wanted) = expected.get("meta") {
        assert_eq!(nad["metadata"]["name"], wanted["name"], "{id}");
    } else {
        let wanted = &expected["value"];
        let path = wanted["path"].as_array().unwrap().iter().map(|key| key.as_str().unwrap());
        let config: Value = serde_json::from_str(config).unwrap();
        let found = path.fold(&config, |value, key| &value[key]);
        assert_eq!(found, &wanted["is"], "{id}");
    }
}

#[test]
fn every_vector_holds() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 53);
    for vector in &vectors {
        let (id, expected) = (vector["id"].as_str().unwrap(), &vector["expect"]);
        match (rendered(&vector["cr"]), expected.get("error")) {
            (Ok(nad), None) => check(id, &nad, expected),
            (Err(_), Some(_)) => {}
            (found, _) => panic!("{id}: expected {expected}, found {found:?}"),
        }
    }
}

#[test]
fn a_document_means_what_the_api_server_delivers() {
    for vector in vectors() {
        let cr = &vector["cr"];
        let kind = NetworkKind::from_name(cr["kind"].as_str().unwrap()).unwrap();
        let delivered = Network::from_value(kind, cr).unwrap();
        let written = Network::parse(&serde_json::to_string_pretty(cr).unwrap()).unwrap();
        assert_eq!(written, delivered, "{}", vector["id"]);
    }
}
