use super::KernelArg;
use super::grammar::{Grammar, Items, contradicts, is_same_item};

/// What a command line says about an argument that is wanted.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Presence {
    /// It is there, exactly, or as an item of a list argument such as `pci=realloc,noaer`.
    Present,
    /// Nothing is there for its key, or nothing that keeps it from being added.
    Absent,
    /// Something else is there for its key, and it is not ours to decide between the two.
    Conflict {
        /// The argument that is there.
        found: KernelArg,
    },
}

pub(super) fn presence(line: &[KernelArg], wanted: &KernelArg) -> Presence {
    let found: Vec<&KernelArg> = line.iter().filter(|arg| arg.has_key(wanted.key())).collect();
    let Some(last) = found.last() else { return Presence::Absent };
    let grammar = Grammar::of(wanted.key());
    let Some(Items(items)) = grammar.items(wanted) else {
        let there = found.iter().any(|arg| arg.is_same(wanted));
        return match grammar {
            Grammar::Many if there => Presence::Present,
            Grammar::Many => Presence::Absent,
            _ if last.is_same(wanted) => Presence::Present,
            _ => Presence::Conflict { found: (*last).clone() },
        };
    };
    let repeat =
        matches!(grammar, Grammar::Options { repeat: true } | Grammar::Names { repeat: true });
    let counting = if repeat { found.as_slice() } else { std::slice::from_ref(last) };
    let looked: Vec<Presence> = items.iter().map(|item| look(counting, grammar, item)).collect();
    if let Some(conflict) = looked.iter().find(|found| matches!(found, Presence::Conflict { .. })) {
        return conflict.clone();
    }
    match looked.iter().all(|found| *found == Presence::Present) {
        true if !items.is_empty() || last.is_same(wanted) => Presence::Present,
        _ if repeat => Presence::Absent,
        _ => Presence::Conflict { found: (*last).clone() },
    }
}

/// What the lists say about one item; the last word counts, and `off` is always the last.
fn look(lists: &[&KernelArg], grammar: Grammar, wanted: &str) -> Presence {
    let mut presence = Presence::Absent;
    for list in lists {
        let conflict = || Presence::Conflict { found: (*list).clone() };
        for item in grammar.items(list).into_iter().flat_map(|Items(items)| items) {
            match grammar {
                _ if is_same_item(item, wanted) => presence = Presence::Present,
                Grammar::Options { .. } if item == "off" => return conflict(),
                Grammar::Options { .. } if contradicts(item, wanted) => presence = conflict(),
                _ => {}
            }
        }
    }
    presence
}

#[cfg(test)]
mod tests {
    use super::Presence::{Absent, Present};
    use super::*;
    use crate::boot::CommandLine;

    fn judge(line: &str, wanted: &str) -> Presence {
        CommandLine::parse(line).presence(&wanted.parse().unwrap())
    }

    fn conflict(found: &str) -> Presence {
        Presence::Conflict { found: found.parse().unwrap() }
    }

    #[test]
    fn a_token_is_not_a_part_of_another() {
        for (line, wanted) in [
            ("iommu.passthrough=1 xintel_iommu=on", "iommu=pt"),
            ("xintel_iommu=on", "intel_iommu=on"),
            ("my.iommu=pt", "iommu=pt"),
            ("quiet=1x -- iommu=pt", "iommu=pt"),
            ("dyndbg=\"file a.c iommu=pt\"", "iommu=pt"),
            ("", "quiet"),
            ("-- quiet", "quiet"),
            ("a=\"b iommu=pt", "iommu=pt"),
        ] {
            assert_eq!(judge(line, wanted), Absent, "{line:?} {wanted:?}");
        }
    }

    #[test]
    fn of_two_values_the_last_counts() {
        assert_eq!(judge("iommu=on quiet iommu=pt", "iommu=pt"), Present);
        assert_eq!(judge("iommu=pt quiet iommu=on", "iommu=pt"), conflict("iommu=on"));
        assert_eq!(judge("intel_iommu=off intel-iommu=on", "intel_iommu=on"), Present);
        assert_eq!(judge("pci=realloc=off pci=realloc", "pci=realloc"), Present);
        assert_eq!(
            judge("pci=realloc pci=realloc=off", "pci=realloc"),
            conflict("pci=realloc=off")
        );
    }

    #[test]
    fn another_value_is_a_conflict() {
        for (line, wanted) in [
            ("intel_iommu=on,sm_on", "intel_iommu=on"),
            ("intel_iommu=off", "intel_iommu=on"),
            ("iommu=off", "iommu=pt"),
            ("iommu=off,pt", "iommu=pt"),
            ("iommu=pt,off", "iommu=pt"),
            ("iommu=nopt", "iommu=pt"),
            ("iommu=soft", "iommu=pt"),
            ("pci=noats,realloc=off", "pci=realloc"),
            ("pci=off", "pci=realloc"),
            ("pci=noaer", "pci=aer"),
            ("ib-core.netns-mode=1", "ib_core.netns_mode=0"),
            ("isolcpus=1,2", "isolcpus=1"),
            ("mitigations=auto,nosmt", "mitigations=auto"),
            ("nosmt=force", "nosmt"),
            ("vfio-pci.ids=8086:1572", "vfio_pci.ids=8086:1592"),
        ] {
            assert_eq!(judge(&format!("a {line} b"), wanted), conflict(line), "{wanted}");
        }
    }

    #[test]
    fn an_item_of_a_list_satisfies() {
        for (line, wanted) in [
            ("pci=noats,realloc", "pci=realloc"),
            ("pci=realloc=on", "pci=realloc"),
            ("pci=realloc,noats,noaer", "pci=noaer,realloc"),
            ("pci=realloc pci=noaer", "pci=noaer,realloc"),
            ("iommu=force,pt", "iommu=pt"),
            ("vfio-pci.ids=8086:1572,8086:1592", "vfio_pci.ids=8086:1592"),
            ("modprobe.blacklist=a modprobe.blacklist=b", "modprobe.blacklist=a"),
            ("module_blacklist=nouveau,uveau", "module_blacklist=uveau"),
            ("\"iommu=pt\"", "iommu=pt"),
            ("iommu=\"pt\"", "iommu=pt"),
        ] {
            assert_eq!(judge(line, wanted), Present, "{line:?} {wanted:?}");
        }
        assert_eq!(judge("pci=noaer", "pci=realloc"), Absent);
        assert_eq!(judge("pci=noaer,reallocate", "pci=realloc"), Absent);
        assert_eq!(judge("pci=realloc", "pci=realloc,noaer"), Absent);
    }

    #[test]
    fn what_may_be_repeated_is_no_conflict() {
        for (line, wanted) in [
            ("console=tty0", "console=ttyS0,115200"),
            ("dyndbg=\"file a.c +p\"", "dyndbg=\"file b.c +p\""),
            ("mlx5_core.dyndbg=+p", "mlx5_core.dyndbg=+pf"),
            ("hugepagesz=1G hugepages=4", "hugepagesz=2M"),
            ("mlx5_core.a=1", "mlx5_core.b=1"),
        ] {
            assert_eq!(judge(line, wanted), Absent, "{line:?} {wanted:?}");
        }
        assert_eq!(judge("console=tty0 console=ttyS0", "console=tty0"), Present);
    }
}
