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
pub fn client(config: Config) -> Result<Client, Error> {
    Client::try_from(for_controllers(config))
}

fn for_controllers(mut config: Config) -> Config {
    config.connect_timeout = Some(Duration::from_secs(10));
    config.write_timeout = Some(Duration::from_secs(30));
    config.read_timeout = Some(READ);
    // Else the time that a connection was idle counts for the next answer.
    config.reset_reader_on_write = true;
    config.default_retry = false;
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_waits_for_ever_and_nothing_is_retried_in_secret() {
        let config = for_controllers(Config::new("http://127.0.0.1:1".parse().unwrap()));
        assert!(!config.default_retry);
        for limit in [config.connect_timeout, config.read_timeout, config.write_timeout] {
            assert!(limit.is_some());
        }
        // A watch that is quiet for as long as it may be is not cut off.
        assert!(config.read_timeout > Some(Duration::from_secs(295)));
        assert!(config.reset_reader_on_write);
    }
}
