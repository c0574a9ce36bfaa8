//! All parts together, and their end.

use std::sync::Arc;

use k8s_openapi::jiff::Timestamp;
use kube::Client;
use sriov_nad::engine::{FightPolicy, Options};
use sriov_nad::kube::Controller;
use sriov_nad::plan::PlanOptions;
use sriov_nad::render::RenderOptions;
use tokio::net::TcpListener;

use crate::args::{Args, FightArg};
use crate::lease::Election;
use crate::probes::Status;
use crate::{Failure, connect, health, signals};

/// Works until it is told to end.
pub(crate) fn run(args: Args) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new("cannot start the runtime", error))?;
    runtime.block_on(serve(args))
}

async fn serve(args: Args) -> Result<(), Failure> {
    let stop = signals::stop()?;
    let client = connect::connect(args.kubeconfig.as_deref()).await?;
    let (controller, handle) = Controller::new(client.clone(), options(&args));
    let failed =
        |error| Failure::new(format!("cannot serve health on {}", args.health_addr), error);
    let listener = TcpListener::bind(args.health_addr).await.map_err(failed)?;
    let health = listener.local_addr().map_err(failed)?;
    let status = Arc::new(Status::new(handle, args.leader_elect));
    tokio::spawn(health::serve(listener, status.clone()));
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        namespace = args.operator_namespace,
        prefix = %args.resource_prefix,
        %health,
        "nad-controller begins"
    );
    if args.leader_elect {
        return lead(client, &args, controller, &status, stop).await;
    }
    controller.run(stop).await;
    Ok(())
}

/// Works while the Lease is held. Without it another process does, and this one begins anew.
async fn lead(
    client: Client,
    args: &Args,
    controller: Controller,
    status: &Status,
    stop: impl Future<Output = ()> + Send,
) -> Result<(), Failure> {
    let mut election = Election::new(client, &args.operator_namespace, identity(args));
    let mut stop = Box::pin(stop);
    tokio::select! {
        () = &mut stop => return Ok(()),
        () = election.acquire() => status.lead(),
    }
    let ended = tokio::select! {
        () = controller.run(stop) => Ok(()),
        () = election.keep() => Err(Failure::plain("the lease was lost")),
    };
    election.release().await;
    ended
}

/// What tells this process from all others, even of the same pod.
fn identity(args: &Args) -> String {
    let begun = Timestamp::now().as_microsecond();
    format!("{}_{}_{begun:x}", args.identity, std::process::id())
}

fn options(args: &Args) -> Options {
    Options {
        plan: PlanOptions {
            operator_namespace: args.operator_namespace.clone(),
            condition: args.condition_type.clone(),
            unowned: args.unowned.into(),
            ..PlanOptions::default()
        },
        render: RenderOptions {
            resource_prefix: args.resource_prefix.clone(),
            embed_resource_name: args.embed_resource_name,
        },
        fights: match args.fight {
            FightArg::Insist => FightPolicy::Insist,
            FightArg::Yield => FightPolicy::Yield,
            FightArg::Suspend => FightPolicy::Suspend,
        },
        workers: usize::from(args.workers),
        seed: Timestamp::now().as_microsecond().unsigned_abs(),
        ..Options::default()
    }
}
