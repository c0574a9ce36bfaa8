use std::sync::{Mutex, mpsc};

use sriov_nad::engine::{ClusterError, Options, Source};
use sriov_nad::plan::NamespacePhase;

use crate::support::{Running, millis, network, options, secs};
use crate::world::{Fault, World};

fn of(name: &'static str) -> impl Fn(&crate::world::Call) -> bool {
    move |call| call.object.ends_with(&format!("/{name}"))
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_one_network_leaves_the_others() {
    let running = Running::new();
    let bad = of("bad");
    running.world.faults(move |call| bad(call).then_some(Fault::Panic));
    let victim = running.world.put_network(network("bad", "shop", 1));
    let good: Vec<_> =
        (0..20).map(|n| running.world.put_network(network(&format!("n{n}"), "shop", 1))).collect();
    running.until("others", |world| good.iter().all(|key| world.is_ready(key))).await;
    tokio::time::sleep(secs(60)).await;
    assert!(running.handle.metrics().panics >= 3);
    let report = running.handle.last(&victim).unwrap();
    assert_eq!(report.error.as_deref(), Some("the reconcile panicked: the call panics"));
    assert!(report.attempts >= 3 && report.next.unwrap() <= secs(30));
    running.world.no_faults();
    assert!(running.until_ready(&victim).await <= secs(31));
    assert_eq!(running.handle.last(&victim).unwrap().attempts, 0);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_hangs_blocks_nobody_else_and_is_reported() {
    let running = Running::new();
    let bad = of("bad");
    running.world.faults(move |call| bad(call).then_some(Fault::Hang));
    let victim = running.world.put_network(network("bad", "shop", 1));
    let hung = |world: &World| !world.calls().is_empty();
    running.until("it hangs", hung).await;
    let good: Vec<_> =
        (0..20).map(|n| running.world.put_network(network(&format!("n{n}"), "shop", 1))).collect();
    let took = running.until("others", |world| good.iter().all(|key| world.is_ready(key))).await;
    assert!(took < secs(1), "{took:?}");
    assert!(running.handle.metrics().in_flight_age >= took.as_secs_f64());
    tokio::time::sleep(secs(11)).await;
    let error = running.handle.last(&victim).unwrap().error;
    assert_eq!(error.as_deref(), Some("no answer within 10s"));
    assert!(running.handle.metrics().timeouts >= 1);
    running.world.no_faults();
    running.until_ready(&victim).await;
}

#[tokio::test(start_paused = true)]
async fn workers_that_all_hang_are_free_again_within_the_time_of_a_call() {
    let running = Running::new();
    running.world.faults(|call| (call.object.contains("bad")).then_some(Fault::Hang));
    for n in 0..8 {
        running.world.put_network(network(&format!("bad{n}"), "shop", 1));
    }
    running.until("all hang", |world| world.calls().len() == 8).await;
    let good = running.world.put_network(network("good", "shop", 1));
    assert!(running.until_ready(&good).await < secs(11));
}

#[tokio::test(start_paused = true)]
async fn a_reconcile_of_slow_calls_ends_at_its_time() {
    let options = Options { reconcile_timeout: secs(3), ..options() };
    let world = World::default();
    world.put_namespace("shop", NamespacePhase::Active);
    let running = Running::over(world, options);
    running.world.faults(|_| Some(Fault::Slow(secs(2))));
    let key = running.world.put_network(network("net", "shop", 1));
    tokio::time::sleep(secs(4)).await;
    let error = running.handle.last(&key).unwrap().error;
    assert_eq!(error.as_deref(), Some("not done within 3s"));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_asks_for_time_gets_it_whatever_happens() {
    let running = Running::new();
    let wait = ClusterError::TooMany { retry_after: Some(secs(40)) };
    let mut first = true;
    running.world.faults(move |_| std::mem::take(&mut first).then(|| Fault::Error(wait.clone())));
    let key = running.world.put_network(network("net", "shop", 1));
    running.until("refused", |world| world.calls().len() == 1).await;
    let refused = running.world.now();
    for vlan in 2..10 {
        tokio::time::sleep(secs(1)).await;
        running.world.put_network(network("net", "shop", vlan));
    }
    running.until_ready(&key).await;
    let second = running.world.calls()[1].at.saturating_sub(refused);
    assert!((secs(39)..secs(50)).contains(&second), "{second:?}");
}

#[tokio::test(start_paused = true)]
async fn an_event_brings_a_retry_forward() {
    let running = Running::new();
    running.world.faults(|_| Some(Fault::Error(ClusterError::Transient("down".to_owned()))));
    let key = running.world.put_network(network("net", "shop", 1));
    let late = |_: &World| {
        let next = running.handle.last(&key).and_then(|report| report.next);
        next.is_some_and(|next| next > secs(10))
    };
    running.until("it waits for long", late).await;
    running.world.no_faults();
    running.world.put_network(network("net", "shop", 2));
    assert!(running.until_ready(&key).await < secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_told_once_and_retried_within_the_cap() {
    let running = Running::new();
    let mut n = 0;
    running.world.faults(move |call| {
        n += 1;
        let error = ClusterError::Forbidden(format!("quota, used {n}"));
        (call.verb == "apply nad").then_some(Fault::Error(error))
    });
    let key = running.world.put_network(network("net", "shop", 1));
    tokio::time::sleep(secs(600)).await;
    let reason = running.world.reason(&key);
    assert_eq!(reason.as_deref(), Some("NetworkAttachmentDefinitionForbidden"));
    let calls = running.world.writes();
    let told = calls.iter().filter(|call| call.verb == "set condition").count();
    assert_eq!(told, 1, "another text of the same error is no news");
    let tries: Vec<_> = calls.iter().filter(|call| call.verb == "apply nad").collect();
    let longest = tries.windows(2).map(|pair| pair[1].at.saturating_sub(pair[0].at)).max().unwrap();
    assert!((secs(10)..=secs(31)).contains(&longest), "{longest:?}");
    assert!(tries.len() < 100, "{}", tries.len());
    running.world.no_faults();
    assert!(running.until_ready(&key).await <= secs(31));
}

#[tokio::test(start_paused = true)]
async fn what_may_have_happened_is_looked_up_before_it_is_done_again() {
    let running = Running::new();
    let mut lost = 0;
    running.world.faults(move |call| {
        lost += u32::from(call.verb == "apply nad");
        (call.verb == "apply nad" && lost == 1).then_some(Fault::Lost)
    });
    // The cache does not show it either.
    running.world.mute(&[Source::Nads]);
    let key = running.world.put_network(network("net", "shop", 1));
    tokio::time::sleep(secs(60)).await;
    let applies = running.world.writes().iter().filter(|it| it.verb == "apply nad").count();
    assert_eq!((applies, running.world.is_ready(&key)), (1, true));
}

/// On the real clock, since the thread really blocks; it is let go when the watchdog has spoken.
#[test]
fn a_reconcile_that_blocks_its_thread_is_aborted_by_the_watchdog() {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_time().build().unwrap();
    // A blocked worker of tokio may hold up the timers; whatever comes in wakes another one.
    let (end, ended) = mpsc::channel::<()>();
    let handle = runtime.handle().clone();
    let traffic = std::thread::spawn(move || {
        while ended.recv_timeout(millis(1)) == Err(mpsc::RecvTimeoutError::Timeout) {
            handle.spawn(async {});
        }
    });
    runtime.block_on(a_reconcile_blocks());
    drop(end);
    traffic.join().unwrap();
}

async fn a_reconcile_blocks() {
    let world = World::default();
    world.put_namespace("shop", NamespacePhase::Active);
    let options = Options { reconcile_timeout: millis(100), ..options() };
    let running = Running::over(world, options);
    let (go, gone) = mpsc::channel::<()>();
    let gone = Mutex::new(Some(gone));
    running.world.block(move |_| {
        let first = gone.lock().unwrap().take();
        if let Some(gone) = first {
            gone.recv_timeout(secs(20)).unwrap();
        }
    });
    let key = running.world.put_network(network("net", "shop", 1));
    running.until("aborted", |_| running.handle.metrics().aborts == 1).await;
    assert_eq!(running.handle.metrics().in_flight, 1, "it keeps its place until it ends");
    go.send(()).unwrap();
    running.until_ready(&key).await;
}
