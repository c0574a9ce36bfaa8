//! `sriovctl` as its users meet it: the built program, its streams and its exit status.
#![expect(clippy::disallowed_methods, reason = "the program under test and its files")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

#[cfg(feature = "cluster")]
mod cluster;
mod crash;
mod documents;
mod kargs;
mod mlx;
mod mlx_boot;
mod mlx_tool;
mod nad_lint;
mod nad_render;
mod options;
mod output;
mod rdma;
mod root;
mod statuses;
mod support;
