//! The programs that edit boot loader entries: grubby, rpm-ostree and kernel-install.

use super::kernel::Kernel;
use super::loader::STAGED_DEPLOYMENT;
use super::tools::{failure, success};
use crate::seam::ToolOutput;

impl Kernel {
    /// As Fedora's `grubby-bls` of 8.40: it replaces what has the same key, and takes out
    /// `flag=value` with `flag`.
    pub(super) fn grubby(&mut self, args: &[String]) -> ToolOutput {
        let option = |name: &str| args.iter().find_map(|arg| arg.strip_prefix(name));
        if option("--update-kernel=") != Some("ALL") {
            return failure("no action specified");
        }
        let add = option("--args=").unwrap_or_default();
        let remove = option("--remove-args=").unwrap_or_default();
        let env = self.grubenv();
        if let Some(options) = env.get("kernelopts") {
            let options = update_args(options, remove, add);
            self.set_line("boot/grub2/grubenv", "kernelopts=", &options);
        }
        for (path, entry) in self.bls_entries() {
            if !entry.options.contains("$kernelopts") {
                // What is not in the environment block stays a variable.
                let names =
                    entry.options.split_whitespace().filter_map(|word| word.strip_prefix('$'));
                let same = names.map(|name| (name.to_owned(), format!("${name}"))).collect();
                let options = entry.expanded(&env, &same);
                self.set_options(&path, &update_args(&options, remove, add));
            }
        }
        if let Some(text) = self.text("etc/default/grub") {
            let old = text.lines().find_map(|line| line.strip_prefix("GRUB_CMDLINE_LINUX="));
            let old = old.unwrap_or_default().trim_matches('"').to_owned();
            let new = format!("\"{}\"", update_args(&old, remove, add));
            self.set_line("etc/default/grub", "GRUB_CMDLINE_LINUX=", &new);
        }
        success(String::new())
    }

    /// `rpm-ostree kargs`: the new deployment is written when the machine is shut down.
    pub(super) fn rpm_ostree(&mut self, args: &[String]) -> ToolOutput {
        let Some((command, edits)) = args.split_first() else { return failure("no command") };
        if command != "kargs" {
            return failure("only `kargs` is simulated");
        }
        let Some(line) = self.staged_cmdline() else { return failure("no deployments") };
        let mut words: Vec<&str> = line.split_whitespace().collect();
        if edits.is_empty() {
            return success(format!("{}\n", words.join(" ")));
        }
        for edit in edits {
            if let Some(arg) = edit.strip_prefix("--append-if-missing=") {
                if !words.contains(&arg) {
                    words.push(arg);
                }
            } else if let Some(arg) = edit.strip_prefix("--delete-if-present=") {
                words.retain(|word| *word != arg);
            } else {
                return failure("Unknown option");
            }
        }
        let new = words.join(" ");
        if new == line {
            return success("No changes.\n".to_owned());
        }
        self.put_text(STAGED_DEPLOYMENT, &new);
        success("Staging deployment...done\nKernel arguments updated.\n".to_owned())
    }

    /// `kernel-install add RELEASE IMAGE`, with the plugin `90-loaderentry`.
    pub(super) fn kernel_install(&mut self, args: &[String]) -> ToolOutput {
        let [command, release, image] = args else { return failure("Not enough arguments.") };
        if command != "add" {
            return failure("only `add` is simulated");
        }
        if self.text(image.trim_start_matches('/')).is_none() {
            return failure("Kernel image argument is not a file");
        }
        let cmdline = self.text("etc/kernel/cmdline").unwrap_or_default();
        let options = cmdline.split_whitespace().collect::<Vec<_>>().join(" ");
        let entries = self.bls_entries();
        let entry = entries.iter().find(|(_, entry)| entry.version == *release);
        if let Some(path) = entry.map(|(path, _)| path.clone()) {
            self.set_options(&path, &options);
        } else {
            let text = format!(
                "title Linux\nversion {release}\noptions {options}\nlinux /{release}/linux\n"
            );
            let folder = format!("{}/loader/entries", self.loader_partition());
            self.put_text(&format!("{folder}/{release}.conf"), &text);
        }
        success(String::new())
    }

    /// Replaces what is behind `key` in the line that begins with it.
    fn set_line(&mut self, path: &str, key: &str, value: &str) {
        let Some(text) = self.text(path) else { return };
        let line = |line: &str| {
            if line.starts_with(key) { format!("{key}{value}\n") } else { format!("{line}\n") }
        };
        let text: String = text.lines().map(line).collect();
        self.put_text(path, &text);
    }
}

/// grubby's function of this name.
fn update_args(args: &str, remove: &str, add: &str) -> String {
    let mut words: Vec<&str> = args.split_whitespace().collect();
    for arg in remove.split_whitespace() {
        if arg.contains('=') {
            let at = words.iter().position(|word| *word == arg);
            at.map(|at| words.remove(at));
        } else {
            words.retain(|word| !has_key(word, arg));
        }
    }
    for arg in add.split_whitespace() {
        let key = arg.rsplit_once('=').map_or(arg, |(key, _)| key);
        words.retain(|word| !has_key(word, key));
    }
    words.extend(add.split_whitespace());
    words.join(" ")
}

fn has_key(word: &str, key: &str) -> bool {
    word.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
}
