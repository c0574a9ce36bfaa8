use crate::plan::chain;
use crate::seam::{Files, Host, HostPath, ToolError, ToolRun};

/// How a host makes its initramfs anew.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Regeneration {
    /// The program to run; `None` where a person has to do it, or where it cannot be told.
    pub run: Option<ToolRun>,
    /// What to do, for a person.
    pub words: String,
}

/// How the initramfs of every installed kernel is made anew, since any of them may boot next;
/// `None` if no program for it is known on this host.
///
/// It only looks; to run the program is the caller's decision.
pub fn regeneration(host: &dyn Host) -> Option<Regeneration> {
    found(host).unwrap_or_else(|why| {
        let words = format!("how the initramfs is made cannot be told: {why}");
        Some(Regeneration { run: None, words })
    })
}

fn found(host: &dyn Host) -> Result<Option<Regeneration>, String> {
    if is_ostree(host)? {
        // There /boot belongs to the deployment.
        let words = "the initramfs belongs to the deployment: track the file with `rpm-ostree \
                     initramfs-etc --track=FILE`, or build it into the image";
        return Ok(Some(Regeneration { run: None, words: words.to_owned() }));
    }
    choose(|name| host.find_tool(name)).map_err(|error| chain(&error))
}

fn is_ostree(host: &dyn Files) -> Result<bool, String> {
    let marker = host.open_file(&HostPath::new("run/ostree-booted"));
    marker.map(|marker| marker.is_some()).map_err(|error| chain(&error))
}

/// The first program that is there.
fn choose(
    find: impl Fn(&str) -> Result<Option<HostPath>, ToolError>,
) -> Result<Option<Regeneration>, ToolError> {
    let tools: [(&str, &[&str]); 3] = [
        // Debian, Ubuntu. Where dracut is in its place, it comes with a program of this name.
        ("update-initramfs", &["-u", "-k", "all"]),
        // RHEL, Fedora, SUSE.
        ("dracut", &["--force", "--regenerate-all"]),
        // Arch.
        ("mkinitcpio", &["-P"]),
    ];
    for (name, args) in tools {
        if let Some(program) = find(name)? {
            let run = ToolRun::change(program, args.iter().copied());
            let words = format!("run `{run}`");
            return Ok(Some(Regeneration { run: Some(run), words }));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::choose;
    use crate::seam::HostPath;

    #[test]
    fn the_distribution_is_told_by_its_program() {
        let cases: [(&[&str], Option<&str>); 4] = [
            (&["update-initramfs", "dracut"], Some("run `update-initramfs -u -k all`")),
            (&["dracut"], Some("run `dracut --force --regenerate-all`")),
            (&["mkinitcpio"], Some("run `mkinitcpio -P`")),
            (&[], None),
        ];
        for (present, expected) in cases {
            let find = |name: &str| {
                Ok(present.contains(&name).then(|| HostPath::new("usr/sbin").join(name)))
            };
            let found = choose(find).unwrap();
            assert_eq!(found.as_ref().map(|found| found.words.as_str()), expected);
            let run = found.and_then(|found| found.run);
            assert_eq!(run.is_some_and(|run| run.changes), expected.is_some());
        }
    }
}
