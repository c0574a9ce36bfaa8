use std::collections::BTreeMap;
use std::io::Read;

use super::archive::Unreadable;
use super::cpio::{Member, Visit};
use crate::ModuleName;
use crate::seam::HostPath;

/// The most that is kept of one file.
const MAX_FILE: u32 = 64 << 10;
/// How many of them are kept.
const MAX_FILES: usize = 4096;
/// The most that is kept of all of them.
const MAX_KEPT: usize = 16 << 20;
/// `PATH_MAX`.
const MAX_TARGET: u64 = 4096;
/// As many as the kernel follows.
const MAX_LINKS: usize = 40;
/// The most that is looked at of a list of built-in modules; the kernel has some thousand.
const MAX_LIST: u64 = 1 << 20;

const TYPE: u32 = 0o170_000;
const FILE: u32 = 0o100_000;
const LINK: u32 = 0o120_000;
const FOLDER: u32 = 0o040_000;

/// What is looked for in an image.
#[derive(Debug)]
pub(super) struct Search<'m> {
    module: &'m ModuleName,
    /// There is a file of the module.
    pub(super) found: bool,
    /// The module is in the list of those that the kernel has built in.
    pub(super) built_in: bool,
    /// There is an `/init`, without which it is no whole initramfs.
    pub(super) init: bool,
    /// Another image in it, which may hold the module.
    pub(super) nested: Option<HostPath>,
    /// Files below a `modprobe.d`, and files that links of such a folder could lead to.
    files: BTreeMap<HostPath, Content>,
    /// The hard links of this archive: only one of them comes with the content.
    linked: BTreeMap<[u32; 3], (Vec<HostPath>, Vec<u8>)>,
    kept: usize,
}

/// What is known of a file.
#[derive(Clone, Debug)]
enum Content {
    Bytes(Vec<u8>),
    Link(String),
    TooLarge,
}

impl<'m> Search<'m> {
    pub(super) fn new(module: &'m ModuleName) -> Self {
        Self {
            module,
            found: false,
            built_in: false,
            init: false,
            nested: None,
            files: BTreeMap::new(),
            linked: BTreeMap::new(),
            kept: 0,
        }
    }

    /// The files below a `modprobe.d`: path and content.
    ///
    /// # Errors
    ///
    /// The path of one whose content is not known.
    pub(super) fn configuration(&self) -> Result<Vec<(HostPath, Vec<u8>)>, HostPath> {
        let configured = self.files.keys().filter(|path| is_configuration(path));
        configured
            .map(|path| match self.content(path) {
                Some(content) => Ok((path.clone(), content)),
                None => Err(path.clone()),
            })
            .collect()
    }

    /// The content of a file, behind links to other files that were kept, or to nothing.
    fn content(&self, path: &HostPath) -> Option<Vec<u8>> {
        let mut path = path.clone();
        for _ in 0..MAX_LINKS {
            match self.files.get(&path)? {
                Content::Bytes(bytes) => return Some(bytes.clone()),
                Content::TooLarge => return None,
                Content::Link(target) if target == "/dev/null" => return Some(Vec::new()),
                Content::Link(target) => path = behind(&path, target),
            }
        }
        None
    }

    fn keep(&mut self, path: HostPath, content: Content) -> Result<(), Unreadable> {
        let size = if let Content::Bytes(bytes) = &content { bytes.len() } else { 0 };
        if self.files.len() >= MAX_FILES || self.kept + size > MAX_KEPT {
            // What only a link could lead to can be left out.
            return if is_configuration(&path) { Err(Unreadable::TooMany) } else { Ok(()) };
        }
        self.kept += size;
        // A later file replaces an earlier one, as it does when the kernel unpacks them.
        self.files.insert(path, content);
        Ok(())
    }

    fn keep_file(
        &mut self,
        path: HostPath,
        member: &Member,
        content: &mut dyn Read,
    ) -> Result<(), Unreadable> {
        if member.size > MAX_FILE {
            return self.keep(path, Content::TooLarge);
        }
        let mut bytes = Vec::new();
        content.read_to_end(&mut bytes)?;
        if member.links <= 1 {
            return self.keep(path, Content::Bytes(bytes));
        }
        let (paths, content) = self.linked.entry(member.inode).or_default();
        paths.push(path);
        if !bytes.is_empty() {
            *content = bytes;
        }
        let (paths, content) = (paths.clone(), content.clone());
        paths.into_iter().try_for_each(|path| self.keep(path, Content::Bytes(content.clone())))
    }

    fn keep_link(&mut self, path: HostPath, content: &mut dyn Read) -> Result<(), Unreadable> {
        let mut target = Vec::new();
        content.take(MAX_TARGET).read_to_end(&mut target)?;
        self.keep(path, Content::Link(String::from_utf8_lossy(&target).into_owned()))
    }
}

impl Visit for Search<'_> {
    fn trailer(&mut self) {
        // Another archive may use the same inodes for other files.
        self.linked.clear();
    }

    fn member(&mut self, member: &Member, content: &mut dyn Read) -> Result<(), Unreadable> {
        let path = HostPath::new(&member.name);
        let kind = member.mode & TYPE;
        if kind == FOLDER {
            return Ok(());
        }
        self.init |= path.as_str() == "init";
        self.found |= is_module(path.file_name(), self.module);
        if is_image(&path) {
            self.nested = Some(path);
        } else if path.file_name() == "modules.builtin" {
            self.built_in |= lists(content, self.module)?;
        } else if is_configuration(&path) || path.file_name().strip_suffix(".conf").is_some() {
            match kind {
                FILE => self.keep_file(path, member, content)?,
                LINK => self.keep_link(path, content)?,
                _ => {}
            }
        }
        Ok(())
    }
}

fn is_configuration(path: &HostPath) -> bool {
    path.parent().is_some_and(|folder| folder.as_str().split('/').any(|part| part == "modprobe.d"))
}

/// Where a link leads; `HostPath` alone would drop its `..`.
fn behind(path: &HostPath, target: &str) -> HostPath {
    let mut place = match path.parent() {
        Some(folder) if !target.starts_with('/') => folder,
        _ => HostPath::new(""),
    };
    for part in target.split('/') {
        match part {
            ".." => place = place.parent().unwrap_or(place),
            part => place = place.join(part),
        }
    }
    place
}

/// Images that dracut's module "squash" puts everything into.
fn is_image(path: &HostPath) -> bool {
    matches!(path.file_name(), "squash-root.img" | "squashfs-root.img" | "erofs-root.img")
        || path.as_str() == "squash/root.img"
}

/// Whether a file is this module, compressed or not.
fn is_module(file: &str, module: &ModuleName) -> bool {
    [".ko", ".ko.xz", ".ko.zst", ".ko.gz"]
        .iter()
        .filter_map(|suffix| file.strip_suffix(suffix))
        .any(|name| name.replace('-', "_") == module.as_str())
}

/// Whether a list of modules, by their paths, has this one.
fn lists(content: &mut dyn Read, module: &ModuleName) -> Result<bool, Unreadable> {
    let mut text = Vec::new();
    content.take(MAX_LIST).read_to_end(&mut text)?;
    let text = String::from_utf8_lossy(&text);
    let files = text.lines().filter_map(|line| line.trim_end().rsplit('/').next());
    Ok(files.into_iter().any(|file| is_module(file, module)))
}
