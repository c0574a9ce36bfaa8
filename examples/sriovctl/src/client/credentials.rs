//! Who asks, as a kubeconfig says it: a bearer token, of the file, of a file beside it, or of a
//! program (`client.authentication.k8s.io`, `ExecCredential`). Client certificates are the
//! connector's.
//!
//! kube's own layer can do more, such as the providers that client-go dropped in 1.26, and brings a
//! `JSONPath` engine with regular expressions for them: more than this program can afford.
#![expect(clippy::disallowed_methods, reason = "the user's own files and programs")]

use std::process::{Command, Stdio};

use kube::config::{AuthInfo, ExecConfig};
use serde_json::{Value, json};

/// The bearer token; `None` for users of certificates, and for nobody.
pub(super) fn token(user: &AuthInfo) -> Result<Option<String>, String> {
    // The form of the file has secrets as text.
    let wire = serde_json::to_value(user).map_err(|error| error.to_string())?;
    if let Some(token) = wire.get("token").and_then(Value::as_str) {
        return Ok(Some(token.to_owned()));
    }
    if let Some(file) = &user.token_file {
        let token = std::fs::read_to_string(file);
        let token = token.map_err(|error| format!("cannot read {file}: {error}"))?;
        return Ok(Some(token.trim().to_owned()));
    }
    if let Some(exec) = &user.exec {
        return of_program(exec);
    }
    match (&user.auth_provider, &user.username) {
        (None, None) => Ok(None),
        (Some(provider), _) => Err(format!(
            "auth-provider {} is not supported: use an exec plugin or a token",
            provider.name
        )),
        (None, Some(_)) => Err("user names with passwords are not supported: use a token".into()),
    }
}

fn of_program(exec: &ExecConfig) -> Result<Option<String>, String> {
    let program = exec.command.as_deref().ok_or("the exec plugin has no command")?;
    let version = exec.api_version.as_deref().unwrap_or("client.authentication.k8s.io/v1");
    let info = json!({
        "apiVersion": version, "kind": "ExecCredential", "spec": { "interactive": false },
    });
    let mut command = Command::new(program);
    command.args(exec.args.iter().flatten()).stdin(Stdio::null()).stderr(Stdio::inherit());
    command.env("KUBERNETES_EXEC_INFO", info.to_string());
    for variable in exec.env.iter().flatten() {
        if let (Some(name), Some(value)) = (variable.get("name"), variable.get("value")) {
            command.env(name, value);
        }
    }
    let output = command.output().map_err(|error| format!("cannot run {program}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{program} has failed: {}", output.status));
    }
    let answer: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("{program} has printed no ExecCredential: {error}"))?;
    Ok(answer.pointer("/status/token").and_then(Value::as_str).map(str::to_owned))
}
