//! What a process belongs to, by the names that container runtimes and systemd give its cgroups.

/// The number of digits of a container's id.
const ID_DIGITS: usize = 64;

/// What a process belongs to.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Origin {
    /// A container, as `cri-containerd-1f0c…`.
    Container(String),
    /// A systemd service, as `polkit.service`.
    Service(String),
}

/// From the content of `/proc/PID/cgroup`: `hierarchy:controllers:path` in each line.
///
/// Containers come before services, since they may be nested in one.
pub(super) fn origin(text: &str) -> Option<Origin> {
    let paths = || text.lines().filter_map(|line| line.splitn(3, ':').nth(2));
    let container = || paths().find_map(container).map(Origin::Container);
    let service = || paths().find_map(service).map(Origin::Service);
    container().or_else(service)
}

/// The innermost container. Runtimes name cgroups `RUNTIME-ID.scope` under systemd
/// (`cri-containerd-`, `crio-`, `docker-`, `libpod-`), and `PARENT/ID` otherwise.
fn container(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').collect();
    let of_id = parts.iter().enumerate().rev().find_map(|(at, part)| {
        let name = part.strip_suffix(".scope").unwrap_or(part);
        let parent = at.checked_sub(1).and_then(|above| parts.get(above)).unwrap_or(&"");
        match name.rsplit_once('-') {
            // The monitor of a container lives outside of it.
            Some((runtime, id)) if is_id(id) => {
                (!runtime.ends_with("conmon")).then(|| name.to_owned())
            }
            _ if is_id(name) => Some(format!("{parent}/{name}")),
            _ => None,
        }
    });
    // A pod whose runtime names its containers in another way.
    let of_pod = || {
        path.contains("kubepods").then(|| {
            let pod = parts.iter().rev().find(|part| part.contains("pod"));
            pod.map(|part| part.strip_suffix(".slice").unwrap_or(part).to_owned())
        })
    };
    of_id.or_else(|| of_pod().flatten())
}

fn is_id(text: &str) -> bool {
    text.len() == ID_DIGITS && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The service itself, not the session or application that a user's service manager has started.
fn service(path: &str) -> Option<String> {
    let mut units = path.rsplit('/').filter(|part| is_unit(part));
    units.next().filter(|unit| unit.ends_with(".service")).map(str::to_owned)
}

fn is_unit(part: &str) -> bool {
    part.rsplit_once('.').is_some_and(|(_, kind)| matches!(kind, "service" | "scope"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> String {
        "1f".repeat(32)
    }

    #[test]
    fn containers_are_named_by_their_runtime() {
        let id = id();
        let pod = "kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod0a1b.slice";
        let cases = [
            (format!("0::/{pod}/cri-containerd-{id}.scope"), format!("cri-containerd-{id}")),
            (format!("0::/{pod}/crio-{id}.scope/container"), format!("crio-{id}")),
            (format!("0::/system.slice/docker-{id}.scope"), format!("docker-{id}")),
            (format!("0::/machine.slice/libpod-{id}.scope"), format!("libpod-{id}")),
            (format!("12:memory:/docker/{id}\n0::/init.scope"), format!("docker/{id}")),
            (format!("0::/kubepods/besteffort/pod0a1b/{id}"), format!("pod0a1b/{id}")),
            (format!("0::/../{pod}"), "kubepods-burstable-pod0a1b".to_owned()),
            // Kubernetes in Docker: the inner one.
            (
                format!("0::/docker/{}/kubelet/{pod}/cri-containerd-{id}.scope", "a".repeat(64)),
                format!("cri-containerd-{id}"),
            ),
        ];
        for (text, name) in cases {
            assert_eq!(origin(&text), Some(Origin::Container(name)), "{text}");
        }
    }

    #[test]
    fn services_are_named_and_sessions_are_not() {
        let service = |text: &str| origin(text);
        let found = Some(Origin::Service("polkit.service".to_owned()));
        assert_eq!(service("0::/system.slice/polkit.service"), found);
        assert_eq!(service("1:name=systemd:/system.slice/polkit.service/sub"), found);
        let session = "0::/user.slice/user-0.slice/session-3.scope";
        assert_eq!(service(session), None);
        let app = "0::/user.slice/user-1.slice/user@1.service/app.slice/app-firefox-7.scope";
        assert_eq!(service(app), None);
        for odd in ["", "0::/", "::", "0", "0::/a-b/c"] {
            assert_eq!(origin(odd), None, "{odd:?}");
        }
    }

    #[test]
    fn the_monitor_of_a_container_is_not_in_it() {
        let text = format!("0::/machine.slice/libpod-conmon-{}.scope", id());
        assert_eq!(origin(&text), None);
    }
}
