use std::time::Duration;

use futures_util::future::join_all;
use kube::Client;

use super::bell::Bell;
use super::objects::Objects;
use super::request::RequestError;
use super::settled::{Lack, SettledOptions, lack};
use super::view::view_network;
use crate::names::{NadKey, NetworkKey};

/// How networks are waited for.
#[derive(Clone, Debug)]
pub struct WaitOptions {
    /// The time altogether.
    pub deadline: Duration,
    /// How often everything is looked at even if no event says so.
    pub recheck: Duration,
    /// What counts as settled.
    pub settled: SettledOptions,
}

impl Default for WaitOptions {
    fn default() -> Self {
        Self {
            deadline: Duration::from_mins(2),
            recheck: Duration::from_secs(2),
            settled: SettledOptions::default(),
        }
    }
}

/// How far a network came.
#[derive(Debug)]
pub struct Waited {
    /// Which one.
    pub key: NetworkKey,
    /// Where its NAD belongs.
    pub nad: Option<NadKey>,
    /// What is missing; `None` if nothing is.
    pub lack: Option<Lack>,
    /// Why it could not be looked at.
    pub error: Option<RequestError>,
}

impl Waited {
    /// Whether the network is settled.
    pub const fn is_settled(&self) -> bool {
        self.lack.is_none() && self.error.is_none()
    }
}

/// Waits until every network is settled: Ready at its current generation, and with a NAD that is
/// its own and as it asks for. A network that does not exist yet is waited for as well.
pub async fn wait_networks(
    client: &Client,
    keys: &[NetworkKey],
    options: &WaitOptions,
) -> Vec<Waited> {
    join_all(keys.iter().map(|key| wait_one(client, key, options))).await
}

async fn wait_one(client: &Client, key: &NetworkKey, options: &WaitOptions) -> Waited {
    let lack = Some(Lack::NetworkMissing);
    let mut waited = Waited { key: key.clone(), nad: None, lack, error: None };
    // The deadline leaves what was seen last.
    let _ = tokio::time::timeout(options.deadline, settle(client, options, &mut waited)).await;
    waited
}

async fn settle(client: &Client, options: &WaitOptions, waited: &mut Waited) {
    let key = waited.key.clone();
    let mut bell = Bell::new(options.recheck);
    bell.watch(&Objects::networks(client, key.kind, &key.namespace), &key.name);
    loop {
        match view_network(client, &key).await {
            Ok(view) => {
                let nad = view.network.as_ref().map(crate::spec::Network::target);
                if let (true, Some(nad)) = (nad != waited.nad, &nad) {
                    bell.watch(&Objects::nads(client, &nad.namespace), &nad.name);
                }
                waited.nad = nad;
                waited.lack = lack(&view, &options.settled);
                waited.error = None;
                if waited.lack.is_none() {
                    return;
                }
            }
            Err(error) => {
                let passes = error.is_transient();
                waited.error = Some(error);
                if !passes {
                    return;
                }
            }
        }
        bell.ring().await;
    }
}
