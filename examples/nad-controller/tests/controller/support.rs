//! The built program, against a fake API server on a port.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use sriov_nad::nad::{Nad, Owner};
use sriov_nad::names::{GROUP, NetworkKey, NetworkKind};
use sriov_nad::sim::{self, ApiServer};
use tempfile::NamedTempFile;
use tokio::net::TcpListener;

pub(crate) const OPERATOR: &str = "sriov-network-operator";
pub(crate) const NADS: &str = "network-attachment-definitions";
const PATIENCE: Duration = Duration::from_mins(1);

/// A fake cluster that other programs can reach.
pub(crate) struct Cluster {
    pub(crate) server: ApiServer,
    kubeconfig: NamedTempFile,
}

impl Cluster {
    /// With the operator's namespace and `shop`.
    pub(crate) async fn start() -> Self {
        let server = ApiServer::new();
        for namespace in [OPERATOR, "shop"] {
            server.create_namespace(namespace).unwrap();
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let text = sim::kubeconfig(listener.local_addr().unwrap());
        tokio::spawn(sim::serve(server.clone(), listener));
        let mut kubeconfig = NamedTempFile::new().unwrap();
        kubeconfig.write_all(text.as_bytes()).unwrap();
        Self { server, kubeconfig }
    }

    /// Starts the controller, and waits until it serves its pages.
    pub(crate) fn controller(&self, options: &[&str]) -> Controller {
        let mut child = Command::new(env!("CARGO_BIN_EXE_nad-controller"))
            .args(["--health-addr", "127.0.0.1:0", "--log-format", "json"])
            .args(["--operator-namespace", OPERATOR])
            .arg("--kubeconfig")
            .arg(self.kubeconfig.path())
            .args(options)
            .env_clear()
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (sender, health) = mpsc::channel();
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                let fields = serde_json::from_str::<Value>(&line).unwrap_or_default();
                if let Some(address) = fields.pointer("/fields/health").and_then(Value::as_str) {
                    let _ = sender.send(address.parse::<SocketAddr>().unwrap());
                }
            }
        });
        let health = health.recv_timeout(PATIENCE).expect("the controller begins");
        Controller { child, health }
    }

    pub(crate) fn create(&self, name: &str) {
        self.server.create(&network(name)).unwrap();
    }

    /// Deletes a network that may be gone already.
    pub(crate) fn delete(&self, name: &str) {
        let _ = self.server.delete("sriovnetworks", OPERATOR, name);
    }

    pub(crate) fn nad(&self, name: &str) -> Option<Nad> {
        Nad::from_value(&self.server.get(NADS, "shop", name)?)
    }

    /// The networks that are there, and the NADs with their owners, each in order.
    pub(crate) fn names(&self) -> (Vec<String>, Vec<String>) {
        let name = |object: &Value| object["metadata"]["name"].as_str().unwrap().to_owned();
        let networks = self.server.list("sriovnetworks", "").iter().map(name).collect();
        let owner = |nad: Nad| match nad.owner {
            Owner::Network(NetworkKey { name, .. }) => name,
            other => panic!("{}: {other:?}", nad.key),
        };
        let nads = self.server.list(NADS, "");
        (networks, nads.iter().filter_map(Nad::from_value).map(owner).collect())
    }
}

/// A network whose NAD belongs into `shop`.
pub(crate) fn network(name: &str) -> Value {
    json!({
        "apiVersion": format!("{GROUP}/v1"), "kind": NetworkKind::Sriov.as_str(),
        "metadata": { "name": name, "namespace": OPERATOR },
        "spec": { "resourceName": "cx6", "networkNamespace": "shop" },
    })
}

/// A running controller, which does not survive its test.
pub(crate) struct Controller {
    child: Child,
    health: SocketAddr,
}

impl Controller {
    /// Status and text of a page.
    pub(crate) fn page(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.health).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    pub(crate) fn terminate(&self) {
        kill(Pid::from_raw(self.child.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
    }

    /// Waits for its end.
    pub(crate) async fn ended(mut self) -> ExitStatus {
        until("the controller ends", || self.child.try_wait().unwrap().is_some()).await;
        self.child.wait().unwrap()
    }

    /// As by the OOM killer.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Controller {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until something holds, and fails the test if it does not.
pub(crate) async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < end, "not within {} s: {what}", PATIENCE.as_secs());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
