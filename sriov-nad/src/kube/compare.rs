use serde::Serialize;
use serde_json::Value;

/// Where two objects differ.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Difference {
    /// The path, as `spec.channel` or `spec.mirrors[0]`.
    pub path: String,
    /// What is there; `null` if nothing is.
    pub from: Value,
    /// What is wanted; `null` if nothing is.
    pub to: Value,
}

/// Where two objects differ, in the order of their paths.
pub fn differences(from: &Value, to: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(String::new(), from, to, &mut found);
    found
}

fn compare(path: String, from: &Value, to: &Value, found: &mut Vec<Difference>) {
    match (from, to) {
        (from, to) if from == to => {}
        (Value::Object(from), Value::Object(to)) => {
            let keys: std::collections::BTreeSet<&String> = from.keys().chain(to.keys()).collect();
            for key in keys {
                let absent = &Value::Null;
                let (from, to) = (from.get(key).unwrap_or(absent), to.get(key).unwrap_or(absent));
                compare(member(&path, key), from, to, found);
            }
        }
        (Value::Array(from), Value::Array(to)) if from.len() == to.len() => {
            for (index, (from, to)) in from.iter().zip(to).enumerate() {
                compare(format!("{path}[{index}]"), from, to, found);
            }
        }
        (from, to) => found.push(Difference { path, from: from.clone(), to: to.clone() }),
    }
}

/// Keys with dots or slashes, as those of annotations, stand in brackets.
fn member(path: &str, key: &str) -> String {
    let plain = !key.contains(['.', '/', '[']);
    match (plain, path.is_empty()) {
        (true, true) => key.to_owned(),
        (true, false) => format!("{path}.{key}"),
        (false, _) => format!("{path}[{key:?}]"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_name_the_innermost_difference() {
        let from = json!({ "a": { "b": [1, 2], "x.y/z": 1 }, "gone": true, "same": {} });
        let to = json!({ "a": { "b": [1, 3], "x.y/z": 2 }, "new": "n", "same": {} });
        let paths: Vec<String> = differences(&from, &to).into_iter().map(|it| it.path).collect();
        assert_eq!(paths, ["a.b[1]", "a[\"x.y/z\"]", "gone", "new"]);
        assert_eq!(differences(&from, &from), []);
    }

    #[test]
    fn lists_of_another_length_differ_as_a_whole() {
        let found = differences(&json!({ "l": [1] }), &json!({ "l": [1, 2] }));
        assert_eq!(found.len(), 1);
        assert_eq!((&found[0].from, &found[0].to), (&json!([1]), &json!([1, 2])));
    }
}
