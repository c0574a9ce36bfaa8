//! The controller under test, as a process.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::failure::{Done, Failure, holds};
use crate::plane::free_port;
use crate::process::Process;
use crate::wait;

/// How long it may take until it has looked at everything once.
const START: Duration = Duration::from_secs(30);

/// A running controller; it is killed when this is dropped.
pub(crate) struct Controller {
    process: Process,
    port: u16,
}

impl Controller {
    /// Starts it as the user of this kubeconfig, and does not wait.
    pub(crate) fn start(
        program: &Path,
        kubeconfig: &Path,
        operator_namespace: &str,
        log: PathBuf,
    ) -> Done<Self> {
        let port = free_port()?;
        let process = Process::start(program, log, |command| {
            command.env("KUBECONFIG", kubeconfig).env_remove("RUST_LOG");
            command.arg("--operator-namespace").arg(operator_namespace);
            command.arg("--health-addr").arg(format!("127.0.0.1:{port}"));
        })?;
        Ok(Self { process, port })
    }

    /// Waits until it says that it is ready.
    pub(crate) async fn ready(&mut self) -> Done<Duration> {
        let this = std::cell::RefCell::new(self);
        let this = &this;
        let (_, took) = wait::until(START, "readiness of the controller", || async move {
            let mut this = this.borrow_mut();
            this.process.alive()?;
            Ok(this.probe("/readyz").ok().filter(|(status, _)| *status == 200))
        })
        .await?;
        Ok(took)
    }

    /// The status and the body of one of its health paths.
    pub(crate) fn probe(&self, path: &str) -> Done<(u16, String)> {
        let failed = || Failure::of::<std::io::Error>("ask the controller for", path);
        let address = ([127, 0, 0, 1], self.port).into();
        let mut stream =
            TcpStream::connect_timeout(&address, Duration::from_secs(1)).map_err(failed())?;
        stream.set_read_timeout(Some(Duration::from_secs(2))).map_err(failed())?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: lane\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).map_err(failed())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).map_err(failed())?;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head.split_whitespace().nth(1).and_then(|word| word.parse().ok());
        Ok((status.unwrap_or(0), body.to_owned()))
    }

    /// SIGKILL.
    pub(crate) fn kill(mut self) {
        self.process.kill();
    }

    /// SIGTERM; fails unless it ends well, and soon.
    pub(crate) async fn stop(mut self) -> Done {
        self.process.terminate()?;
        let process = std::cell::RefCell::new(&mut self.process);
        let process = &process;
        let (status, _) =
            wait::until(Duration::from_secs(20), "the end of the controller", || async move {
                Ok(process.borrow_mut().ended())
            })
            .await?;
        holds(status == 0, || format!("the controller ended with status {status} on SIGTERM"))
    }

    /// The end of its log.
    pub(crate) fn tail(&self) -> String {
        self.process.tail(30)
    }
}
