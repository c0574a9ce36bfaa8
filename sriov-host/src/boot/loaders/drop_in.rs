//! The file of ours that `grub-mkconfig` sources.

use std::str::FromStr;

use crate::boot::{BootError, Edit, KernelArg};
use crate::seam::HostPath;

/// What comes behind all other drop-ins, and is a name that `/etc/default/grub.d/*.cfg` matches.
pub(super) const PATH: &str = "etc/default/grub.d/zz-sriov.cfg";

/// Its first line. A file without it is somebody else's.
const OWNER: &str =
    "# Kernel arguments that sriov-host was told to stage. Changes by hand are lost.";

/// Only what a POSIX shell has; words are compared, never expanded: no value can become a pattern
/// or a command. It works on the text, so that what stands around a word stays as it is, and leaves
/// alone what stands between double quotes, where a space belongs to a value.
const FUNCTIONS: &str = r#"
sriov_cut() {
  sriov_kept= sriov_found=no sriov_rest=" $1 "
  while case $sriov_rest in *" $2 "*) : ;; *) false ;; esac; do
    sriov_kept=$sriov_kept${sriov_rest%%" $2 "*}
    sriov_rest=" ${sriov_rest#*" $2 "}"
    sriov_quotes=$sriov_kept
    while case $sriov_quotes in *\"*\"*) : ;; *) false ;; esac; do
      sriov_quotes=${sriov_quotes#*\"*\"}
    done
    case $sriov_quotes in
      *\"*) sriov_kept="$sriov_kept $2" ;;
      *) sriov_found=yes ;;
    esac
  done
  sriov_kept=$sriov_kept$sriov_rest
  sriov_kept=${sriov_kept# }
  sriov_kept=${sriov_kept% }
}

sriov_drop() {
  sriov_cut "${GRUB_CMDLINE_LINUX-}" "$1"
  GRUB_CMDLINE_LINUX=$sriov_kept
  sriov_cut "${GRUB_CMDLINE_LINUX_DEFAULT-}" "$1"
  GRUB_CMDLINE_LINUX_DEFAULT=$sriov_kept
}

sriov_want() {
  sriov_cut "${GRUB_CMDLINE_LINUX-} ${GRUB_CMDLINE_LINUX_DEFAULT-}" "$1"
  if [ "$sriov_found" = no ]; then
    GRUB_CMDLINE_LINUX="${GRUB_CMDLINE_LINUX-}${GRUB_CMDLINE_LINUX:+ }$1"
  fi
}

"#;

/// What the file says: the arguments that are taken out, and those that have to be there.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct DropIn {
    drop: Vec<KernelArg>,
    want: Vec<KernelArg>,
}

impl DropIn {
    /// Reads a file of ours back.
    pub(super) fn parse(text: &str) -> Result<Self, BootError> {
        let malformed = |line: usize, problem: &str| BootError::Malformed {
            path: HostPath::new(PATH),
            line,
            problem: problem.to_owned(),
        };
        if text.lines().next() != Some(OWNER) {
            return Err(malformed(1, "it was not written by this program, which leaves it alone"));
        }
        let mut file = Self::default();
        for (at, line) in text.lines().enumerate() {
            let not_ours = |_| malformed(at + 1, "this is not a line of this program");
            if let Some(arg) = call(line, "sriov_drop") {
                file.drop.push(KernelArg::from_str(arg).map_err(not_ours)?);
            } else if let Some(arg) = call(line, "sriov_want") {
                file.want.push(KernelArg::from_str(arg).map_err(not_ours)?);
            }
        }
        Ok(file)
    }

    /// Adds an edit to those before it; the later one counts.
    pub(super) fn edit(&mut self, edit: &Edit) {
        for arg in &edit.remove {
            self.want.retain(|other| other != arg);
            push_new(&mut self.drop, arg);
        }
        for arg in &edit.add {
            self.drop.retain(|other| other != arg);
            push_new(&mut self.want, arg);
        }
    }

    /// The file. The same edits give the same bytes.
    pub(super) fn render(&self) -> String {
        let mut text =
            format!("{OWNER}\n# To undo all of it, remove this file and run update-grub.\n");
        text.push_str(FUNCTIONS);
        for (function, args) in [("sriov_drop", &self.drop), ("sriov_want", &self.want)] {
            for arg in args {
                for part in [function, " '", arg.as_str(), "'\n"] {
                    text.push_str(part);
                }
            }
        }
        text
    }
}

/// The argument of a call. Arguments with quotes are refused before they are written.
fn call<'a>(line: &'a str, function: &str) -> Option<&'a str> {
    let arg = line.strip_prefix(function)?.strip_prefix(" '")?.strip_suffix('\'')?;
    (!arg.contains('\'')).then_some(arg)
}

fn push_new(args: &mut Vec<KernelArg>, arg: &KernelArg) {
    if !args.contains(arg) {
        args.push(arg.clone());
    }
}
