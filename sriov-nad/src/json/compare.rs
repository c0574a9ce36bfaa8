use super::value::{Id, Value, Values};

/// Whether two texts are the same JSON value.
///
/// Formatting, the order of members and the spelling of numbers and strings do not count; of equal
/// keys the last one does, as in Go. Text that is no JSON equals only itself.
///
/// ```
/// use sriov_nad::json::same_value;
///
/// assert!(same_value(r#"{"a": 1.50, "b": "\u00e9"}"#, r#"{"b":"é","a":15e-1}"#));
/// assert!(!same_value("[1, 2]", "[2, 1]"));
/// assert!(same_value("no JSON", "no JSON") && !same_value("no JSON", "no  JSON"));
/// ```
pub fn same_value(one: &str, other: &str) -> bool {
    one == other || read(one, other).is_some_and(|(_, one, other)| one == other)
}

/// Whether a stored CNI config needs no write to be the wanted one.
///
/// As [`same_value`], but a `resourceName` member that somebody else has put into the main plugin
/// does not count, unless the wanted config has one as well. The main plugin is the first of
/// `plugins`, or else the config itself.
///
/// ```
/// use sriov_nad::json::same_config;
///
/// let wanted = r#"{"plugins": [{"type": "sriov"}, {"type": "vrf"}]}"#;
/// let patched = r#"{"plugins": [{"type": "sriov", "resourceName": "x/y"}, {"type": "vrf"}]}"#;
/// assert!(same_config(patched, wanted) && !same_config(wanted, patched));
/// ```
pub fn same_config(stored: &str, wanted: &str) -> bool {
    if stored == wanted {
        return true;
    }
    let Some((mut values, stored, wanted)) = read(stored, wanted) else { return false };
    // Without the member it can be equal only if the wanted one has none.
    stored == wanted || without_resource_name(&mut values, stored) == wanted
}

const RESOURCE_NAME: &str = "resourceName";
const PLUGINS: &str = "plugins";

fn read<'a>(one: &'a str, other: &'a str) -> Option<(Values<'a>, Id, Id)> {
    let mut values = Values::default();
    let one = values.read(one).ok()?;
    let other = values.read(other).ok()?;
    Some((values, one, other))
}

/// The chain of a config, if it is one that has plugins.
fn chain(values: &mut Values<'_>, config: Id) -> Option<Vec<Id>> {
    let plugins = values.member(config, PLUGINS)?;
    let Some(Value::Array(chain)) = values.get(plugins) else { return None };
    Some(chain.clone()).filter(|chain| !chain.is_empty())
}

fn without_resource_name(values: &mut Values<'_>, config: Id) -> Id {
    let Some(mut chain) = chain(values, config) else {
        return values.with(config, RESOURCE_NAME, None);
    };
    if let Some(main) = chain.first_mut() {
        *main = values.with(*main, RESOURCE_NAME, None);
    }
    let chain = values.id(Value::Array(chain));
    values.with(config, PLUGINS, Some(chain))
}
