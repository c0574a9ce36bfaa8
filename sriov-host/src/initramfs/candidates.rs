use crate::seam::{Files, FilesError, HostPath};

/// Where boot loader entries lie, and what their paths are relative to.
const BOOT_FOLDERS: [&str; 3] = ["boot", "efi", "boot/efi"];

/// The images that one boot unpacks behind each other; mostly one.
pub(super) type Images = Vec<HostPath>;

/// What a boot with this kernel may use, each thing once. More than one is rare, and then it is
/// not known which it will be.
pub(super) fn candidates(host: &dyn Files, release: &str) -> Result<Vec<Images>, FilesError> {
    let mut found: Vec<Images> = Vec::new();
    let mut add = |images: Images| {
        if !images.is_empty() && !found.contains(&images) {
            found.push(images);
        }
    };
    for image in by_name(host, release)? {
        add(vec![image]);
    }
    for folder in BOOT_FOLDERS.map(HostPath::new) {
        for text in entries(host, &folder)? {
            if let Some(named) = initrds(&text, release) {
                add(existing(host, &folder, &named)?);
            }
        }
    }
    Ok(found)
}

/// Images whose path says which kernel they are for.
fn by_name(host: &dyn Files, release: &str) -> Result<Vec<HostPath>, FilesError> {
    let boot = HostPath::new("boot");
    let mut paths = vec![
        // Debian, Ubuntu; RHEL, Fedora, Amazon; SUSE.
        boot.join(format!("initrd.img-{release}")),
        boot.join(format!("initramfs-{release}.img")),
        boot.join(format!("initrd-{release}")),
    ];
    // kernel-install(8) with the layout "bls".
    for token in ["etc/machine-id", "etc/kernel/entry-token"] {
        let Some(token) = host.read_file(&HostPath::new(token))? else { continue };
        let token = String::from_utf8_lossy(&token).trim().to_owned();
        if !token.is_empty() && !token.contains('/') {
            let image = |folder| HostPath::new(folder).join(format!("{token}/{release}/initrd"));
            paths.extend(BOOT_FOLDERS.map(image));
        }
    }
    // A deployment of ostree each.
    let ostree = boot.join("ostree");
    for deployment in host.list_files(&ostree)?.unwrap_or_default() {
        paths.push(ostree.join(deployment).join(format!("initramfs-{release}.img")));
    }
    let mut images = Vec::new();
    for path in paths {
        if exists(host, &path)? {
            images.push(path);
        }
    }
    Ok(images)
}

fn exists(host: &dyn Files, path: &HostPath) -> Result<bool, FilesError> {
    Ok(host.open_file(path)?.is_some())
}

/// The texts of the boot loader's entries in a folder.
fn entries(host: &dyn Files, boot: &HostPath) -> Result<Vec<String>, FilesError> {
    let folder = boot.join("loader/entries");
    let mut texts = Vec::new();
    for name in host.list_files(&folder)?.unwrap_or_default() {
        if name.strip_suffix(".conf").is_some()
            && let Some(text) = host.read_file(&folder.join(name))?
        {
            texts.push(String::from_utf8_lossy(&text).into_owned());
        }
    }
    Ok(texts)
}

/// The paths that an entry names, if it is one for this kernel.
fn initrds(entry: &str, release: &str) -> Option<Vec<String>> {
    let of_kernel = |path: &str| {
        let dashed = format!("-{release}");
        path.split('/').any(|part| part == release || part.ends_with(&dashed))
    };
    let (mut is_for_it, mut named) = (false, Vec::new());
    for line in entry.lines() {
        let (key, value) = line.trim().split_once([' ', '\t']).unwrap_or_default();
        let value = value.trim();
        match key {
            "version" => is_for_it |= value == release,
            "linux" => is_for_it |= of_kernel(value),
            // RHEL writes variables of GRUB behind the path.
            "initrd" => {
                let words = value.split_whitespace().filter(|word| !word.starts_with('$'));
                named.extend(words.map(str::to_owned));
            }
            _ => {}
        }
    }
    is_for_it.then_some(named)
}

/// Entries name paths from the top of the file system that they lie on, or of the whole host.
/// Where one of them is missing, the entry does not boot.
fn existing(host: &dyn Files, boot: &HostPath, named: &[String]) -> Result<Images, FilesError> {
    let mut images = Vec::new();
    for name in named {
        let (beside, whole) = (boot.join(name), HostPath::new(name));
        if exists(host, &beside)? {
            images.push(beside);
        } else if exists(host, &whole)? {
            images.push(whole);
        } else {
            return Ok(Vec::new());
        }
    }
    Ok(images)
}

#[cfg(test)]
mod tests {
    use super::initrds;

    #[test]
    fn entries_name_their_kernel_and_images() {
        let rhel = "title Red Hat\nversion 5.14.0-1.el9\nlinux /vmlinuz-5.14.0-1.el9\n\
                    initrd /initramfs-5.14.0-1.el9.img $tuned_initrd\n";
        let expected = Some(vec!["/initramfs-5.14.0-1.el9.img".to_owned()]);
        assert_eq!(initrds(rhel, "5.14.0-1.el9"), expected);
        assert_eq!(initrds(rhel, "5.14.0-1"), None);
        let systemd = "linux\t/4bd/6.8.1/linux\ninitrd /ucode.img\ninitrd /4bd/6.8.1/initrd\n";
        let expected = Some(vec!["/ucode.img".to_owned(), "/4bd/6.8.1/initrd".to_owned()]);
        assert_eq!(initrds(systemd, "6.8.1"), expected);
        let ostree = "version 1\nlinux /ostree/fedora-12ab/vmlinuz-6.8.1\n\
                      initrd /ostree/fedora-12ab/initramfs-6.8.1.img\n";
        assert_eq!(initrds(ostree, "6.8.1").map(|named| named.len()), Some(1));
        let rescue = "version 0-rescue-4bd\nlinux /vmlinuz-0-rescue-4bd\ninitrd /x.img\n";
        assert_eq!(initrds(rescue, "6.8.1"), None);
    }
}
