sriov_host::codes! {
    DECIDED_ELSEWHERE = "SRIOV-R020", "somebody else's setting decides the RDMA mode" {
        "A setting that is not ours says the opposite of what is wanted, and comes behind the place \
         where ours would be. Nothing is written, because it could not help, and no restart is asked \
         for, because it could not help either."
        causes:
            "`ib_core.netns_mode=` is on the kernel command line: that comes behind all files."
            "A file of modprobe whose name is behind `sriov-rdma.conf` sets the other value."
            "Somebody else has a file of the name `/etc/modprobe.d/sriov-rdma.conf`."
        help:
            "The message names the file and line, or the boot loader's entry: change or remove it there."
            "Arguments are removed with `sriovctl kargs apply --remove ib_core.netns_mode=1`."
            "Or ask for the mode that is set: `--mode shared`."
    }
    VALUE_UNREADABLE = "SRIOV-R021", "a value of netns_mode cannot be read" {
        "`ib_core` is to be loaded with a value for netns_mode that is neither yes nor no. The kernel \
         refuses to load a module with such a value, so no other setting helps."
        causes:
            "A typing error, as `netns_mode=7` or `netns_mode=exclusive`."
            "`true` or `false`, which only newer kernels take: write 1 or 0."
        help:
            "The message names the file and line: write 0 for exclusive, 1 for shared."
            "`modprobe -c | grep ib_core` shows what modprobe makes of all its files."
    }
    BUILT_IN = "SRIOV-R022", "ib_core is a part of the kernel itself" {
        "This kernel has `ib_core` built in, so that it reads no file of modprobe. Only the kernel \
         command line can set its mode for the next boot."
        causes:
            "The kernel was built with `CONFIG_INFINIBAND=y`."
        help:
            "Stage the argument: `sriovctl kargs apply --add ib_core.netns_mode=0` (1 for shared)."
    }
    REBUILD_BY_HAND = "SRIOV-R023", "the initramfs has to be made anew by hand" {
        "`ib_core` is in the initramfs and would be loaded from there with what was set when that \
         was made. How it is made on this host is not known here."
        causes:
            "An image-based host: the initramfs belongs to the deployment."
            "None of update-initramfs, dracut and mkinitcpio is installed."
        help:
            "On rpm-ostree hosts use the command line: `sriovctl kargs apply --add ib_core.netns_mode=0`."
            "Otherwise make the initramfs anew as the distribution says, with `/etc/modprobe.d` in it."
    }
    BOOT_DID_NOT_HELP = "SRIOV-R024", "a restart did not bring the wanted mode" {
        "The wish was persisted, a restart was asked for and happened, and the mode is still another \
         one. No other restart is asked for: it would not help either."
        causes:
            "`ib_core` was loaded from an initramfs with other settings."
            "Something changes the mode during boot, as a unit that calls `rdma system set`."
            "The host booted another kernel or entry than the default one."
            "The kernel loads `ib_core` with other options: an `install` line, or `insmod` in a script."
        help:
            "The message says what proved that the next boot would bring the mode: look there first."
            "`journalctl -b | grep -i netns_mode` and `cat /proc/cmdline` show what the boot did."
            "When the cause is gone, remove the record: `/var/lib/sriov/reboots.json`."
    }
    REBUILD_FAILED = "SRIOV-R025", "the initramfs could not be made anew" {
        "The program of the distribution that makes the initramfs did not succeed. The old one is \
         usually still there, so the host boots, but with the old mode. No restart is asked for."
        causes:
            "No space is left on /boot."
            "A hook of the program failed; its words are in the message."
            "It took longer than ten minutes and was stopped."
        help:
            "Run the program by hand and look at what it says."
            "Then apply again: the rest of the work is found and done."
    }
    LEDGER_UNUSABLE = "SRIOV-R026", "the reboot ledger cannot be used" {
        "The record of the restarts that were asked for, `/var/lib/sriov/reboots.json`, cannot be read \
         or replaced. Without it a host could be restarted for ever, so no restart is asked for."
        causes:
            "The file system is full or read-only."
            "The file was changed by hand and is no ledger any more."
            "The command does not run as root."
        help:
            "The causes below the message name the file and the system's answer."
            "A damaged file may be removed: what is outstanding is found anew."
    }
    FACTS_UNREADABLE = "SRIOV-R027", "what decides the RDMA mode cannot be read" {
        "The live mode, a file of modprobe, the kernel command line or the boot loader's configuration \
         could not be read. It is unknown, which is not the same as absent, so nothing is planned."
        causes:
            "Permission: boot entries are often for root only."
            "The command runs in a container without the host's files: `--root` is missing."
            "A tool of the boot loader failed; its words are in the message."
        help:
            "The causes below the message name the file or request and the errno."
            "Run as root, and in a container with `--root /host`."
    }
}
