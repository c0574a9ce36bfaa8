//! Several cards at once.

use std::sync::{Mutex, PoisonError};

/// Works on items, so many at once; the results are in the order of the items. One worker keeps to
/// the caller's thread.
pub(crate) fn side_by_side<T: Sync, R: Send>(
    items: &[T],
    workers: usize,
    run: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let workers = workers.min(items.len());
    if workers <= 1 {
        return items.iter().map(run).collect();
    }
    let mut results: Vec<Option<R>> = items.iter().map(|_| None).collect();
    let open = Mutex::new(items.iter().zip(results.iter_mut()));
    let next = || open.lock().unwrap_or_else(PoisonError::into_inner).next();
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((item, result)) = next() {
                    *result = Some(run(item));
                }
            });
        }
    });
    // The scope hands on the panic of a worker: behind it every item has its result.
    results.into_iter().flatten().collect()
}
