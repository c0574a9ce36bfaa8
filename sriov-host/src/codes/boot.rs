codes! {
    KARGS_MANUAL = "SRIOV-H100", "kernel arguments have to be changed by hand" {
        "This host has no boot loader tool that can be used here, or it cannot be told what the next \
         boot will be passed. Nothing was changed, and no restart is asked for: it could not help."
        causes:
            "The distribution's boot loader is not supported: SLES without grubby, U-Boot, PXE, a unified kernel image."
            "The tools of the host are not below `--root`: `/usr` is not mounted into the container."
            "The boot loader's configuration is not where its distribution puts it, or `/boot` is not mounted."
            "The tool would not pass a character of the argument on as it is; the message names both."
        help:
            "The plan has instructions: the exact arguments, and where they go."
            "Change them as the distribution documents it, restart, and run the command again."
            "`sriovctl kargs get` shows which boot loader was found, what runs and what is staged."
    }
    KARG_CONFLICT = "SRIOV-H101", "a kernel argument contradicts one that is there" {
        "Another value of the same key is staged, or an option that undoes the wanted one. Which of \
         them is right is a decision for a person, so nothing was changed at all."
        causes:
            "An administrator or another tool set the key to another value, as `intel_iommu=on,sm_on`."
            "The feature was switched off on purpose, as `iommu=off` or `pci=realloc=off`."
            "An argument to be removed is an item of a list that has others, as `pci=realloc,noaer`."
        help:
            "The message names both arguments and where the other one stands."
            "To replace it, remove the other one by its exact text in the same command: `--remove intel_iommu=on,sm_on --add intel_iommu=on`."
            "To keep it, leave the wanted argument out."
    }
    REBOOT_DID_NOT_HELP = "SRIOV-H102", "a restart was made for this, and did not help" {
        "The argument was proven staged, a restart was asked for and happened, and the running kernel \
         is still not as wanted. Another restart would end the same way, so none is asked for."
        causes:
            "Another boot entry was chosen than the default one, or the host boots from elsewhere: PXE, another disk, kexec."
            "A tool or an image update regenerated the configuration before the restart."
            "The evidence was a file that the firmware's boot loader does not read, as on hosts with several EFI entries."
            "The kernel's line was too long and was cut."
        help:
            "The message names the boots and what the arguments were read from; compare it with `/proc/cmdline`."
            "Find out which entry was booted, and change the arguments there."
            "When the cause is mended, remove the record from `/var/lib/sriov/reboots.json`, or the file: then a restart is asked for once more."
    }
    LEDGER_UNUSABLE = "SRIOV-H103", "the reboot ledger cannot be used" {
        "The memory of the restarts that were asked for could not be read or written. Without it a \
         host could be restarted for ever, so no restart is asked for."
        causes:
            "`/var` is read-only or full, or is not mounted into the container."
            "The file was damaged, edited, or written by a newer version; it is not overwritten."
            "More is remembered than the file may hold."
        help:
            "The causes below the message name the file and what is wrong with it."
            "Mount `/var/lib/sriov` writable, and so that it survives a restart."
            "If the file is damaged, remove it: then each wish may cost one restart more."
    }
    KARG_NO_EFFECT = "SRIOV-H104", "staging kernel arguments had no effect" {
        "The boot loader's tool reported success, and what the next boot will be passed was read back: \
         it is not as wanted. No restart is asked for."
        causes:
            "The tool does not edit the entry that is booted by default."
            "Another file overrides the change, as a later assignment in `/etc/default/grub.d`."
            "Another program changed the configuration at the same time."
            "`/boot` is not mounted, so that the tool wrote below the mount point."
        help:
            "The message names the argument, and where it was looked for."
            "Run the tool by hand and look for the argument there."
    }
    KARGS_TOOL_FAILED = "SRIOV-H105", "a boot loader's tool failed" {
        "A program of the host that reads or changes kernel arguments could not be run, or ended with \
         an error. What it did before is not undone."
        causes:
            "`/boot` or `/etc` is read-only, or there is no space left."
            "Another instance is running: rpm-ostree allows one transaction at a time."
            "In a container: the host's root, or what the tool talks to, is not reachable."
            "It took longer than the deadline and was killed."
        help:
            "The message has the program, its arguments, its status and its last words."
            "Run the same command on the host."
            "Give it more time with `--timeout`."
    }
    BOOT_CONFIG_UNREADABLE = "SRIOV-H106", "the boot configuration cannot be read" {
        "What runs or what is staged could not be read. It is unknown, which is not the same as \
         empty, so nothing is planned."
        causes:
            "`/boot` needs root to be read, or is not mounted."
            "A configuration file does not say what such a file says; the message names the line."
            "`/proc` of the host is not below `--root`."
        help:
            "Run as root, with the host's `/proc`, `/etc` and `/boot` below `--root`."
            "Repair the line that the message names."
    }
    KARG_INVALID = "SRIOV-H107", "a kernel argument is not valid" {
        "What was given is not one argument of the kernel command line, or the wish contradicts \
         itself. Nothing was looked at or changed."
        causes:
            "Several arguments in one text: `--add` and `--remove` repeat, and are never split."
            "White space outside of double quotes, a quote that is not closed, or characters other than printable ASCII."
            "The same argument is to be added and to be removed."
            "Two values of one key are to be added."
        help:
            "Give each argument on its own: `--add iommu=pt --add intel_iommu=on`."
            "Quote a value with spaces, and the whole for the shell: `--add 'dyndbg=\"file a.c +p\"'`."
    }
}
