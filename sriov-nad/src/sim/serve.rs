use std::io;
use std::net::SocketAddr;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::ApiServer;

/// Serves a fake API server on a TCP port, until the future is dropped.
///
/// # Errors
///
/// The listener fails.
pub async fn serve(server: ApiServer, listener: TcpListener) -> io::Result<()> {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await?;
        while connections.try_join_next().is_some() {}
        let service = server.service();
        connections.spawn(async move {
            let service = service_fn(|request| service.handle(request));
            // A broken connection is the client's matter.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// A kubeconfig for a server at this address, with `default` as the namespace.
pub fn kubeconfig(address: SocketAddr) -> String {
    format!(
        "apiVersion: v1
kind: Config
current-context: sim
clusters:
- name: sim
  cluster: {{ server: \"http://{address}\" }}
contexts:
- name: sim
  context: {{ cluster: sim, user: sim, namespace: default }}
users:
- name: sim
  user: {{}}
"
    )
}
