use sriov_host::codes::Code;

/// `SRIOV-N020`: the API server cannot be asked.
pub const CLUSTER_UNREACHABLE: Code = Code {
    id: "SRIOV-N020",
    title: "the API server cannot be reached",
    meaning: "There is no usable kubeconfig, no connection to the API server that it names, or no \
              answer in time.",
    causes: &[
        "no kubeconfig was found, or its current context names no cluster",
        "the address of the API server is wrong or not reachable from here",
        "its certificate is not signed by the authority that the kubeconfig names",
        "the API server is overloaded or starting",
    ],
    help: &[
        "compare with `kubectl --kubeconfig FILE version`",
        "give --kubeconfig FILE, or set KUBECONFIG; in a pod neither is needed",
    ],
};

/// `SRIOV-N021`: the API server refused a request.
pub const REQUEST_REFUSED: Code = Code {
    id: "SRIOV-N021",
    title: "the API server refused a request",
    meaning: "The API server was reached, and did not do what was asked; its own words stand below \
              the message.",
    causes: &[
        "this user may not do that: RBAC, a quota or an admission policy",
        "the object does not pass the validation of its kind or of a webhook",
        "the namespace does not exist, or is being deleted",
    ],
    help: &[
        "read what the API server says below the message",
        "ask `kubectl auth can-i VERB RESOURCE -n NAMESPACE` as this user",
    ],
};

/// `SRIOV-N022`: a kind is not served.
pub const KIND_NOT_SERVED: Code = Code {
    id: "SRIOV-N022",
    title: "the cluster does not serve a kind that is needed",
    meaning: "The CustomResourceDefinition of the kind does not exist in this cluster, or not in \
              this version.",
    causes: &[
        "the operator is not installed, or was removed together with its CRDs",
        "Multus, which brings the kind of NADs, is not installed",
        "the kubeconfig names another cluster",
    ],
    help: &["look at `kubectl get crd`", "install the operator or Multus first"],
};

/// `SRIOV-N023`: other field managers own the fields.
pub const FIELDS_OWNED: Code = Code {
    id: "SRIOV-N023",
    title: "fields belong to other field managers",
    meaning: "Server-side apply changes no field with another value that somebody else has applied \
              before; the API server names the managers and the fields.",
    causes: &[
        "the object is managed by kubectl, Helm or a GitOps tool as well",
        "a controller wrote the field",
    ],
    help: &[
        "leave the field to its manager: drop it from the file",
        "or take it over with --force-conflicts",
    ],
};

/// `SRIOV-N024`: an admission webhook cannot be asked.
pub const WEBHOOK_FAILED: Code = Code {
    id: "SRIOV-N024",
    title: "an admission webhook does not answer",
    meaning: "The API server has to ask a webhook before it stores the object, and could not.",
    causes: &[
        "the operator's webhook is starting, or was removed while its configuration was left",
        "no endpoint stands behind the webhook's service, or a network policy is in the way",
        "the webhook's certificate has expired",
    ],
    help: &[
        "look at the pods and endpoints of the service that the message names",
        "remove the configuration of a webhook whose operator is gone",
    ],
};

/// `SRIOV-N025`: networks are not settled in time.
pub const NETWORK_NOT_SETTLED: Code = Code {
    id: "SRIOV-N025",
    title: "a network is not ready in time",
    meaning: "A network has no NAD of its own that is as it asks for, or the controller has not \
              confirmed its current generation.",
    causes: &[
        "no controller runs, or it hangs",
        "the namespace of the NAD does not exist",
        "the controller refuses the network, and says so in its condition",
        "somebody else writes the NAD, too",
    ],
    help: &[
        "look at the stage of each network; a message of the controller stands behind it",
        "prove the controller with `sriovctl cluster ready`",
        "compare with `sriovctl nad diff`",
    ],
};

/// `SRIOV-N026`: a network of that name is another one.
pub const NETWORK_DIFFERS: Code = Code {
    id: "SRIOV-N026",
    title: "a network of that name is another one",
    meaning: "A network was to be created, and one of that name exists with another spec; or it was \
              deleted by somebody else while its NAD was awaited.",
    causes: &[
        "a test or an installation before this one left it behind",
        "two of them use the same names at the same time",
    ],
    help: &["delete the old network, or ask for it to be replaced", "use a namespace of your own"],
};

/// `SRIOV-N027`: the controller does not follow networks.
pub const CONTROLLER_NOT_READY: Code = Code {
    id: "SRIOV-N027",
    title: "the controller does not follow networks",
    meaning: "A network was created, changed and deleted to see whether its NAD follows, and it did \
              not. That the controller has started does not prove that it works.",
    causes: &[
        "the Deployment is not available: its pod does not start, crashes or has no image",
        "the CRDs are missing, or were created anew after the controller",
        "it waits for a lease whose holder is gone",
        "its watches are dead, or it does not look at this namespace",
        "RBAC keeps it from writing NADs",
    ],
    help: &[
        "look at the cause and the evidence that are printed",
        "look at the logs and restarts of the controller's pod",
        "restart the controller if its watch is dead",
    ],
};

/// `SRIOV-N028`: a namespace does not go.
pub const NAMESPACE_REMAINS: Code = Code {
    id: "SRIOV-N028",
    title: "a namespace does not go",
    meaning: "A namespace is being deleted, and something in it or beside it keeps it from going.",
    causes: &[
        "objects in it wait for finalizers of a controller that is gone",
        "an aggregated API server is down, so that nobody can tell what is in it",
        "nobody asked for its deletion",
    ],
    help: &[
        "let the controller that owns the finalizers run until they are gone",
        "look at `kubectl get apiservices` for one that is not available",
    ],
};

/// `SRIOV-N029`: not every object could be restored.
pub const RESTORE_INCOMPLETE: Code = Code {
    id: "SRIOV-N029",
    title: "captured objects could not be restored",
    meaning: "Some objects of a capture are not in the cluster as they were captured; the others \
              are.",
    causes: &[
        "the namespace of the object does not exist yet",
        "an object of that name is being deleted",
        "a controller changes the object as soon as it is written",
    ],
    help: &[
        "capture the namespace as well, with --kind v1/Namespace, or create it",
        "restore again: what is as captured stays untouched",
    ],
};

pub(super) const ALL: &[&Code] = &[
    &CLUSTER_UNREACHABLE,
    &REQUEST_REFUSED,
    &KIND_NOT_SERVED,
    &FIELDS_OWNED,
    &WEBHOOK_FAILED,
    &NETWORK_NOT_SETTLED,
    &NETWORK_DIFFERS,
    &CONTROLLER_NOT_READY,
    &NAMESPACE_REMAINS,
    &RESTORE_INCOMPLETE,
];
