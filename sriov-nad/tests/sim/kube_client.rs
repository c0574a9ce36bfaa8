//! kube's own client, watcher and reflector against the fake API server, on a paused clock.

use kube::Client;
use kube::api::{Api, DeleteParams, DynamicObject, ListParams, Patch, PatchParams, PostParams};
use kube::core::{ApiResource, GroupVersionKind};
use serde_json::json;
use sriov_nad::sim::ApiServer;

fn networks(client: &Client, namespace: &str) -> Api<DynamicObject> {
    let kind = GroupVersionKind::gvk("sriovnetwork.openshift.io", "v1", "SriovNetwork");
    let resource = ApiResource::from_gvk_with_plural(&kind, "sriovnetworks");
    Api::namespaced_with(client.clone(), namespace, &resource)
}

fn network(name: &str) -> DynamicObject {
    serde_json::from_value(json!({
        "apiVersion": "sriovnetwork.openshift.io/v1", "kind": "SriovNetwork",
        "metadata": { "name": name },
        "spec": { "resourceName": "cx6" },
    }))
    .unwrap()
}

fn client() -> (ApiServer, Client) {
    let server = ApiServer::new();
    let client = Client::new(server.service(), "default");
    (server, client)
}

#[tokio::test(start_paused = true)]
async fn objects_are_created_read_changed_and_deleted() {
    let (_server, client) = client();
    let api = networks(&client, "default");
    let created = api.create(&PostParams::default(), &network("a")).await.unwrap();
    assert_eq!(created.data["spec"]["logLevel"], "info");
    let patch = Patch::Merge(json!({ "spec": { "vlan": 5 } }));
    let changed = api.patch("a", &PatchParams::default(), &patch).await.unwrap();
    assert_eq!(changed.metadata.generation, Some(2));
    assert_eq!(api.list(&ListParams::default()).await.unwrap().items, [changed]);
    let gone = api.delete("a", &DeleteParams::default()).await.unwrap();
    assert!(gone.is_right());
    assert_eq!(api.get_opt("a").await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn an_apply_conflict_names_the_other_manager() {
    let (_server, client) = client();
    let api = networks(&client, "default");
    let mut wanted = network("a");
    api.patch("a", &PatchParams::apply("one"), &Patch::Apply(&wanted)).await.unwrap();
    wanted.data["spec"]["resourceName"] = "other".into();
    let error = api.patch("a", &PatchParams::apply("two"), &Patch::Apply(&wanted)).await;
    let kube::Error::Api(status) = error.unwrap_err() else { panic!("no status") };
    assert_eq!((status.code, status.reason.as_str()), (409, "Conflict"));
    let causes = &status.details.as_ref().unwrap().causes;
    assert_eq!(causes[0].reason, "FieldManagerConflict");
    assert_eq!(causes[0].message, r#"conflict with "one""#);
    assert_eq!(causes[0].field, ".spec.resourceName");
    api.patch("a", &PatchParams::apply("two").force(), &Patch::Apply(&wanted)).await.unwrap();
}
