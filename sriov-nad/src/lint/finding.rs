use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

use super::rules::Rule;
use crate::FieldErrorKind;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Info,
    /// It works, but not as it reads.
    Warning,
    /// It will fail, or be rejected.
    Error,
}

impl Severity {
    /// The word for it, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing that is wrong with one object.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The rule, as `NAD016`; or a code as `SRIOV-N001`, for a field no rule speaks of.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The object, as `NetworkAttachmentDefinition shop/fast`.
    pub object: String,
    /// The field, as `spec.config.plugins[1].vlan`.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// Who stumbles over it, as `sriov-cni`.
    pub consumer: &'static str,
    /// What to do.
    pub help: Cow<'static, str>,
}

/// What is found about one object.
#[derive(Debug, Default)]
pub(super) struct Report {
    found: Vec<Finding>,
}

impl Report {
    /// A finding with the severity the rule has by default.
    pub(super) fn add(
        &mut self,
        rule: &'static Rule,
        path: impl Into<String>,
        message: impl Into<String>,
    ) {
        self.add_as(rule.severity, rule, path, message);
    }

    pub(super) fn add_as(
        &mut self,
        severity: Severity,
        rule: &'static Rule,
        path: impl Into<String>,
        message: impl Into<String>,
    ) {
        self.found.push(Finding {
            id: rule.id,
            severity,
            object: String::new(),
            path: path.into(),
            message: message.into(),
            consumer: rule.consumer,
            help: Cow::Borrowed(rule.help),
        });
    }

    /// A fault that no rule speaks of, under the code of the field's error.
    pub(super) fn add_field(
        &mut self,
        severity: Severity,
        kind: FieldErrorKind,
        path: impl Into<String>,
        message: impl Into<String>,
    ) {
        let code = kind.code();
        self.found.push(Finding {
            id: code.id,
            severity,
            object: String::new(),
            path: path.into(),
            message: message.into(),
            consumer: "API server, operator",
            help: Cow::Borrowed(code.help.first().copied().unwrap_or_default()),
        });
    }

    /// Another help than the rule's for the finding that was added last.
    pub(super) fn help(&mut self, help: impl Into<Cow<'static, str>>) {
        if let Some(last) = self.found.last_mut() {
            last.help = help.into();
        }
    }

    /// Whether the rule has found something at this path.
    pub(super) fn has(&self, id: &str, path: &str) -> bool {
        self.found.iter().any(|finding| finding.id == id && finding.path == path)
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&Finding) -> bool) {
        self.found.retain(keep);
    }

    /// Takes over findings that speak of another form of the same object.
    pub(super) fn absorb(&mut self, other: Self, path: impl Fn(&str) -> String) {
        self.found.extend(other.found.into_iter().map(|finding| {
            let path = path(&finding.path);
            Finding { path, ..finding }
        }));
    }

    /// The findings about this object, by rule, then by path.
    pub(super) fn finish(mut self, object: &str) -> Vec<Finding> {
        let order = |a: &Finding, b: &Finding| {
            (a.id, &a.path, &a.message).cmp(&(b.id, &b.path, &b.message))
        };
        self.found.sort_by(order);
        self.found.dedup();
        for finding in &mut self.found {
            object.clone_into(&mut finding.object);
        }
        self.found
    }
}
