use super::plugin::Plugin;
use super::{RenderOptions, check, ib, ovs, sriov};
use crate::FieldError;
use crate::json::{self, Writer};
use crate::names::NetworkKey;
use crate::spec::NetworkSpec;

/// The CNI version of every config, as the operator writes it.
const CNI_VERSION: &str = "1.0.0";

/// The CNI config of a network: the main plugin alone, or a chain that begins with it.
pub(super) fn render(
    key: &NetworkKey,
    spec: &NetworkSpec,
    resource: &str,
    options: &RenderOptions,
) -> Result<String, FieldError> {
    let meta_plugins = meta_plugins(spec)?;
    let mut out = Writer::with_capacity(1024);
    out.open_object();
    out.key("cniVersion");
    out.string(&[CNI_VERSION]);
    out.key("name");
    out.string(&[&key.name]);
    let embedded = options.embed_resource_name.then_some(resource);
    if meta_plugins.is_empty() {
        main_plugin(spec, embedded, &mut out)?;
    } else {
        out.key("plugins");
        out.open_array();
        out.open_object();
        main_plugin(spec, embedded, &mut out)?;
        out.close_object();
        for plugin in meta_plugins {
            out.object(plugin).map_err(check::json_error(META_PLUGINS))?;
        }
        out.close_array();
    }
    out.close_object();
    Ok(out.finish())
}

const META_PLUGINS: &str = "spec.metaPlugins";

fn meta_plugins(spec: &NetworkSpec) -> Result<Vec<&str>, FieldError> {
    let field = match spec {
        NetworkSpec::Sriov(spec) => &spec.meta_plugins,
        NetworkSpec::Ib(spec) => &spec.meta_plugins,
        NetworkSpec::Ovs(spec) => &spec.meta_plugins,
    };
    let Some(text) = check::json(field.as_ref()) else { return Ok(Vec::new()) };
    json::objects(text).map_err(check::json_error(META_PLUGINS))
}

fn main_plugin(
    spec: &NetworkSpec,
    resource: Option<&str>,
    out: &mut Writer,
) -> Result<(), FieldError> {
    let mut plugin = Plugin { out };
    plugin.string("type", Some(spec.kind().plugin()));
    plugin.string("resourceName", resource);
    match spec {
        NetworkSpec::Sriov(spec) => sriov::write(spec, &mut plugin),
        NetworkSpec::Ib(spec) => ib::write(spec, &mut plugin),
        NetworkSpec::Ovs(spec) => ovs::write(spec, &mut plugin),
    }
}
