//! A fake API server, for tests: the semantics a controller depends on, without a cluster.
