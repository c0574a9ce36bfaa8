use kube::api::{Api, ListParams, PostParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use serde_json::Value;
use sriov_nad::sim::{ApiServer, kubeconfig, serve};
use tokio::net::TcpListener;

use crate::support::{network, networks};

#[tokio::test]
async fn the_server_is_reached_by_its_kubeconfig() {
    let server = ApiServer::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(server.clone(), listener));
    let text = Kubeconfig::from_yaml(&kubeconfig(address)).unwrap();
    let config = Config::from_custom_kubeconfig(text, &KubeConfigOptions::default()).await.unwrap();
    let client = Client::try_from(config).unwrap();
    assert_eq!(client.default_namespace(), "default");
    let api = networks(&client, "default");
    let object = serde_json::from_value(network("default", "a", Value::Null)).unwrap();
    api.create(&PostParams::default(), &object).await.unwrap();
    assert!(server.get("sriovnetworks", "default", "a").is_some());
    assert_eq!(client.apiserver_version().await.unwrap().major, "1");
    let groups = client.list_api_groups().await.unwrap();
    assert!(groups.groups.iter().any(|group| group.name == "k8s.cni.cncf.io"));
    let resources = client.list_api_group_resources("sriovnetwork.openshift.io/v1").await.unwrap();
    assert!(resources.resources.iter().any(|resource| resource.name == "sriovnetworks/status"));
    let namespaces: Api<k8s_openapi::api::core::v1::Namespace> = Api::all(client);
    assert_eq!(namespaces.list(&ListParams::default()).await.unwrap().items.len(), 4);
}
