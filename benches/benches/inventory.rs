//! How long it takes to look at a large host: 8 PFs with 64 VFs each, from files.

use criterion::{Criterion, criterion_group, criterion_main};
use sriov_benches::fake_root;
use sriov_host::inventory::{ObserveOptions, observe};
use sriov_host::linux::LinuxHost;

fn inventory(criterion: &mut Criterion) {
    let Ok(root) = tempfile::tempdir() else { return };
    if fake_root::make(root.path()).is_err() {
        return;
    }
    let host = LinuxHost::below(root.path());
    criterion.bench_function("inventory of 8 PFs x 64 VFs", |bench| {
        bench.iter(|| observe(&host, ObserveOptions::default()));
    });
}

criterion_group!(benches, inventory);
criterion_main!(benches);
