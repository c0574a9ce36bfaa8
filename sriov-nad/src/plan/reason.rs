//! The reasons of the condition: one word each, for programs.
//!
//! The first four are sriov-network-operator's (its `api/v1`, conditions). It says
//! `NetworkAttachmentDefinitionInvalid` for conflicts and passing errors as well; here each has a
//! word of its own.

/// The NAD is there and as wanted.
pub const READY: &str = "NetworkReady";
/// The target namespace does not exist.
pub const NAMESPACE_NOT_FOUND: &str = "NamespaceNotFound";
/// A field of the network is invalid, or it targets a namespace that it may not.
pub const INVALID: &str = "NetworkAttachmentDefinitionInvalid";
/// The target namespace is being deleted.
pub const NAMESPACE_TERMINATING: &str = "NamespaceTerminating";
/// The NAD has to go before it can be created anew.
pub const PENDING: &str = "NetworkAttachmentDefinitionPending";
/// The NAD is another's.
pub const CONFLICT: &str = "NetworkAttachmentDefinitionConflict";
/// The NAD is nobody's, and is not to be adopted.
pub const UNOWNED: &str = "NetworkAttachmentDefinitionUnowned";
/// Somebody reverts every write.
pub const CONTESTED: &str = "NetworkAttachmentDefinitionContested";
/// RBAC, a quota or an admission webhook forbids the write.
pub const FORBIDDEN: &str = "NetworkAttachmentDefinitionForbidden";
/// The API server or an admission webhook does not accept the object.
pub const REJECTED: &str = "NetworkAttachmentDefinitionRejected";
/// The API server asks for fewer requests, again and again.
pub const TOO_MANY_REQUESTS: &str = "TooManyRequests";
/// The API server fails, again and again.
pub const API_ERROR: &str = "ApiError";
