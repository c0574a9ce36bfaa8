use std::time::Duration;

/// How networks are reconciled; the same for every one of them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PlanOptions {
    /// The namespace whose networks may target any other.
    pub operator_namespace: String,
    /// The finalizer of networks whose NAD lives elsewhere. The operator's name by default, so that
    /// either controller can finish a deletion.
    pub finalizer: String,
    /// The condition that tells whether the NAD is there.
    pub condition: ConditionType,
    /// What happens to a NAD without an owner annotation.
    pub unowned: Unowned,
    /// The field manager of all writes.
    pub field_manager: String,
    /// How long a NAD without its network is left alone.
    pub orphan_grace: Duration,
}

impl Default for PlanOptions {
    fn default() -> Self {
        Self {
            operator_namespace: "openshift-sriov-network-operator".to_owned(),
            finalizer: "netattdef.finalizers.sriovnetwork.openshift.io".to_owned(),
            condition: ConditionType::default(),
            unowned: Unowned::Adopt,
            field_manager: "sriov-nad".to_owned(),
            orphan_grace: Duration::from_secs(30),
        }
    }
}

/// The type of the condition: `Ready`, or `NadReady` where the operator also manages `Ready`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConditionType(pub String);

impl Default for ConditionType {
    fn default() -> Self {
        Self("Ready".to_owned())
    }
}

/// What happens to a NAD at the target that has no owner annotation.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Unowned {
    /// It becomes the network's, as the operator does it.
    #[default]
    Adopt,
    /// It stays as it is, and the network says so in its condition.
    Refuse,
}
