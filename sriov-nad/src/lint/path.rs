//! Paths of findings: with the keys of a NAD, and the same places in a network.

use crate::nad::RESOURCE_NAME_ANNOTATION;

/// `base.key`, or `base["odd key"]`.
pub(super) fn member(base: &str, key: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if !key.is_empty() && key.len() <= 64 && key.bytes().all(plain) {
        return format!("{base}.{key}");
    }
    format!("{base}[{key:?}]")
}

/// An annotation of the object.
pub(super) fn annotation(name: &str) -> String {
    member("metadata.annotations", name)
}

/// The field of a network from which a field of its rendered NAD comes.
pub(super) fn in_network(path: &str) -> String {
    if path == annotation(RESOURCE_NAME_ANNOTATION) {
        return "spec.resourceName".to_owned();
    }
    let Some(rest) = path.strip_prefix("spec.config") else { return path.to_owned() };
    let (index, rest) = plugin_index(rest);
    match index {
        Some(index @ 1..) => format!("spec.metaPlugins[{}]{rest}", index - 1),
        _ => main_field(rest),
    }
}

/// `.plugins[2].x` is plugin 2 and `.x`.
fn plugin_index(rest: &str) -> (Option<usize>, &str) {
    let parsed = rest.strip_prefix(".plugins[").and_then(|rest| rest.split_once(']'));
    let index = parsed.and_then(|(index, rest)| Some((index.parse().ok()?, rest)));
    index.map_or((None, rest), |(index, rest)| (Some(index), rest))
}

fn main_field(rest: &str) -> String {
    let Some(rest) = rest.strip_prefix('.') else { return format!("spec{rest}") };
    let end = rest.find(['.', '[']).unwrap_or(rest.len());
    let (key, tail) = rest.split_at(end);
    let field = match key {
        "name" => return "metadata.name".to_owned(),
        "type" | "cniVersion" => return "spec".to_owned(),
        "plugins" => "metaPlugins",
        "spoofchk" => "spoofChk",
        "link_state" => "linkState",
        "min_tx_rate" => "minTxRate",
        "max_tx_rate" => "maxTxRate",
        "interface_type" => "interfaceType",
        same => same,
    };
    format!("spec.{field}{tail}")
}

#[cfg(test)]
mod tests {
    use super::{annotation, in_network, member};

    #[test]
    fn odd_keys_are_quoted() {
        assert_eq!(member("a", "b_c-d"), "a.b_c-d");
        assert_eq!(member("a", "b.c"), r#"a["b.c"]"#);
        assert_eq!(member("a", ""), r#"a[""]"#);
    }

    #[test]
    fn fields_of_the_nad_lead_to_fields_of_the_network() {
        let resource = annotation("k8s.v1.cni.cncf.io/resourceName");
        for (nad, network) in [
            (resource.as_str(), "spec.resourceName"),
            ("spec.config", "spec"),
            ("spec.config.vlanQoS", "spec.vlanQoS"),
            ("spec.config.plugins[0].link_state", "spec.linkState"),
            ("spec.config.plugins[2].ipam.type", "spec.metaPlugins[1].ipam.type"),
            ("spec.config.trunk[1].maxID", "spec.trunk[1].maxID"),
            ("spec.config.ipam.routes[0].dst", "spec.ipam.routes[0].dst"),
            ("spec.config.name", "metadata.name"),
            ("metadata.name", "metadata.name"),
        ] {
            assert_eq!(in_network(nad), network, "{nad}");
        }
    }
}
