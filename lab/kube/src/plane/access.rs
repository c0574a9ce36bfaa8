use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use super::subfolder;
use crate::failure::{Done, Failure, holds};

/// What it takes to be let in: the port, certificates, keys and tokens.
pub(crate) struct Access {
    pub(super) folder: PathBuf,
    pub(super) port: u16,
    pub(super) admin_token: String,
}

impl Access {
    /// Makes tokens and the key by which service accounts are told.
    pub(super) fn prepare(folder: &Path, port: u16) -> Done<Self> {
        let admin_token = random()?;
        let access = Self { folder: folder.to_owned(), port, admin_token };
        // token, user, uid, groups
        let tokens = format!("{},admin,admin,\"system:masters\"\n", access.admin_token);
        let file = access.tokens();
        fs::write(&file, tokens).map_err(Failure::of("write", file.display()))?;
        subfolder(folder, "certificates")?;
        let mut openssl = Command::new("openssl");
        openssl.args(["ecparam", "-genkey", "-noout", "-name", "prime256v1", "-out"]);
        let output = openssl.arg(access.key()).output().map_err(Failure::of("run", "openssl"))?;
        let words = || format!("no key: {}", String::from_utf8_lossy(&output.stderr));
        holds(output.status.success(), words)?;
        Ok(access)
    }

    /// A kubeconfig for whoever has this token.
    pub(crate) fn kubeconfig(&self, token: &str) -> String {
        let config = json!({
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "lane",
            "contexts": [{ "name": "lane", "context": { "cluster": "lane", "user": "lane" } }],
            "clusters": [{ "name": "lane", "cluster": {
                "server": format!("https://127.0.0.1:{}", self.port),
                "certificate-authority": self.certificate(),
            } }],
            "users": [{ "name": "lane", "user": { "token": token } }],
        });
        config.to_string()
    }

    /// Writes a kubeconfig into the folder.
    pub(crate) fn kubeconfig_file(&self, name: &str, token: &str) -> Done<PathBuf> {
        let file = self.folder.join(name);
        fs::write(&file, self.kubeconfig(token)).map_err(Failure::of("write", file.display()))?;
        Ok(file)
    }

    /// A kubeconfig of the one who may do everything.
    pub(crate) fn admin_kubeconfig(&self) -> Done<PathBuf> {
        self.kubeconfig_file("admin.kubeconfig", &self.admin_token)
    }

    /// What the API server signed itself; with the authority behind it.
    pub(super) fn certificate(&self) -> PathBuf {
        self.folder.join("certificates/apiserver.crt")
    }

    pub(super) fn tokens(&self) -> PathBuf {
        self.folder.join("tokens.csv")
    }

    pub(super) fn key(&self) -> PathBuf {
        self.folder.join("service-accounts.key")
    }
}

fn random() -> Done<String> {
    let path = "/proc/sys/kernel/random/uuid";
    let text = fs::read_to_string(path).map_err(Failure::of("read", path))?;
    Ok(text.trim().to_owned())
}
