//! The other programs of a cluster, one step at a time.
