//! RFC 6902, with the refusals of apiserver: a patch that does not apply is 422, one that is none
//! is 400.

use serde_json::Value;

use crate::sim::ApiError;

/// Runs all operations, or none.
pub(super) fn run(value: &mut Value, operations: &Value) -> Result<(), ApiError> {
    let Some(operations) = operations.as_array() else {
        return Err(ApiError::bad_request("json: cannot unmarshal object into a JSON patch"));
    };
    let mut patched = value.clone();
    for operation in operations {
        step(&mut patched, operation).ok_or_else(refused)?;
    }
    *value = patched;
    Ok(())
}

/// The text of `NewGenericServerResponse` in apimachinery: it does not say which operation.
fn refused() -> ApiError {
    let message = "the server rejected our request due to an error in our request";
    ApiError::new(422, "Invalid", message)
}

fn step(value: &mut Value, operation: &Value) -> Option<()> {
    let text = |key: &str| operation.get(key).and_then(Value::as_str);
    let path = text("path")?;
    let given = operation.get("value");
    match text("op")? {
        "test" => {
            let found = value.pointer(path).unwrap_or(&Value::Null);
            (found == given.unwrap_or(&Value::Null)).then_some(())
        }
        "add" => add(value, path, given?.clone()),
        "remove" => remove(value, path).map(drop),
        "replace" => replace(value, path, given?.clone()),
        "copy" => {
            let from = value.pointer(text("from")?)?.clone();
            add(value, path, from)
        }
        "move" => {
            let from = remove(value, text("from")?)?;
            add(value, path, from)
        }
        _ => None,
    }
}

fn add(value: &mut Value, path: &str, new: Value) -> Option<()> {
    if path.is_empty() {
        *value = new;
        return Some(());
    }
    let (parent, token) = path.rsplit_once('/')?;
    match value.pointer_mut(parent)? {
        Value::Object(map) => {
            map.insert(unescape(token), new);
        }
        Value::Array(list) if token == "-" => list.push(new),
        Value::Array(list) => {
            let index = token.parse().ok().filter(|index| *index <= list.len())?;
            list.insert(index, new);
        }
        _ => return None,
    }
    Some(())
}

/// The library of apiserver (evanphx/json-patch) adds a member that is absent.
fn replace(value: &mut Value, path: &str, new: Value) -> Option<()> {
    let (parent, token) = path.rsplit_once('/')?;
    match value.pointer_mut(parent)? {
        Value::Object(map) => {
            map.insert(unescape(token), new);
        }
        list => *list.get_mut(token.parse::<usize>().ok()?)? = new,
    }
    Some(())
}

fn remove(value: &mut Value, path: &str) -> Option<Value> {
    let (parent, token) = path.rsplit_once('/')?;
    match value.pointer_mut(parent)? {
        Value::Object(map) => map.remove(&unescape(token)),
        Value::Array(list) => {
            let index = token.parse().ok().filter(|index| *index < list.len())?;
            Some(list.remove(index))
        }
        _ => None,
    }
}

fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use super::run;
    use serde_json::{Value, json};

    fn patched(operations: &Value) -> Option<Value> {
        let mut value = json!({ "a/b": { "list": [1, 2] } });
        run(&mut value, operations).ok().map(|()| value)
    }

    #[test]
    fn operations_run_in_order() {
        let operations = json!([
            { "op": "test", "path": "/a~1b/list/0", "value": 1 },
            { "op": "remove", "path": "/a~1b/list/0" },
            { "op": "add", "path": "/a~1b/list/-", "value": 3 },
            { "op": "add", "path": "/a~1b/list/0", "value": 0 },
            { "op": "move", "from": "/a~1b/list", "path": "/list" },
            { "op": "copy", "from": "/list/0", "path": "/zero" },
            { "op": "replace", "path": "/list/0", "value": 9 },
        ]);
        let expected = json!({ "a/b": {}, "list": [9, 2, 3], "zero": 0 });
        assert_eq!(patched(&operations), Some(expected));
    }

    #[test]
    fn what_does_not_apply_changes_nothing() {
        for bad in [
            json!([{ "op": "test", "path": "/a~1b/list/0", "value": 2 }]),
            json!([{ "op": "test", "path": "/absent", "value": 2 }]),
            json!([{ "op": "remove", "path": "/absent" }]),
            json!([{ "op": "remove", "path": "/a~1b/list/2" }]),
            json!([{ "op": "add", "path": "/absent/x", "value": 1 }]),
            json!([{ "op": "add", "path": "/a~1b/list/3", "value": 1 }]),
            json!([{ "op": "replace", "path": "/a~1b/list/2", "value": 1 }]),
            json!([{ "op": "replace", "path": "/absent/x", "value": 1 }]),
            json!({ "op": "remove" }),
        ] {
            assert_eq!(patched(&bad), None, "{bad}");
        }
    }
}
