use std::time::Duration;

use ::kube::{Client, Config, Error};

/// Longer than a watch may be silent: the API server ends each after 290 s.
const READ: Duration = Duration::from_mins(5);

/// A client for controllers: connections that die are noticed, and nothing is retried behind the
/// back of the engine, which has a pace of its own for each network.
///
/// # Errors
///
/// What is wrong with the configuration: certificates, tokens, the proxy.
pub fn client(mut config: Config) -> Result<Client, Error> {
    config.connect_timeout = Some(Duration::from_secs(10));
    config.write_timeout = Some(Duration::from_secs(30));
    config.read_timeout = Some(READ);
    // Else the time that a connection was idle counts for the next answer.
    config.reset_reader_on_write = true;
    config.default_retry = false;
    Client::try_from(config)
}
