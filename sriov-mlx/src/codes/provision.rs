//! First boots and what is generated for them: M060 to M079.

sriov_host::codes! {
    HOST_UNREADABLE = "SRIOV-M060", "the host could not be looked at" {
        "A first-boot run could not tell how the host was booted or which cards it has, so that nothing was begun."
        causes: "sysfs or procfs is not mounted where the root says" "the caller has not the rights"
        help: "run it as root" "look whether --root names the root of the host"
    }
    STATE_UNUSABLE = "SRIOV-M061", "the memory of first boots cannot be used" {
        "The file state.json could not be read or replaced, is damaged, or was written by a newer release; without it restarts cannot be counted, so that no card was written and no restart is asked for."
        causes: "the disk is full or read-only" "the file was edited by hand" "an older release runs behind a newer one"
        help: "read the message for what is wrong with the file" "remove the file only if the restarts so far do not matter"
    }
    RUN_LOCKED = "SRIOV-M062", "another run provisions this host" {
        "The lock of first-boot runs is held by another process, so that nothing was written."
        causes: "the unit of the boot is still at work" "a run was started by hand besides it"
        help: "wait until the owner that the message names is done"
    }
    NOTICE_FAILED = "SRIOV-M063", "the need of a restart could not be told" {
        "The file /run/sriov-mlx/reboot-required could not be written or removed; the cards are as the report would have said."
        causes: "the file system of /run is full" "the caller has not the rights"
        help: "run it again as root" "look into the log of the kernel"
    }
    RESTART_FAILED = "SRIOV-M064", "the host could not be told to restart" {
        "A restart is needed and remembered, the document says that it is to be done, and systemd did not accept it."
        causes: "systemctl is not installed or not below the root" "the run is in a container without systemd"
            "another job of systemd conflicts with the restart"
        help: "restart the host by hand" "use on_reboot_required: notify where something else restarts hosts"
    }
    NO_MATCHING_DEVICE = "SRIOV-M065", "no card is selected by the document" {
        "The host has no NVIDIA card that an entry of match selects, so that there is nothing to provision."
        causes: "the selectors are of other hardware" "the card is dead, or not bound to its driver"
            "the card is passed through to a virtual machine"
        help: "compare the document with `sriovctl mlx plan -o json`" "look for the card in the kernel log"
    }
    GIVEN_UP = "SRIOV-M066", "restarts did not make the card as wanted" {
        "New values were written and stay among those of the next boot, but as many restarts as the document allows did not load them; no further restart is asked for."
        causes: "the firmware loads new values only after a loss of power" "the firmware loads them only after mstfwreset"
            "another program writes other values"
        help: "read the rows in the report or in state.json" "cut the power of the host"
            "a changed document, as with another max_attempts, begins anew"
    }
    GENERATE_OPTION_INVALID = "SRIOV-M067", "artefacts cannot be generated from this" {
        "An option would become part of a unit, a script or a boot loader's file, and has characters that mean something there."
        causes: "a path of the program with spaces or a percent sign" "a kernel argument with quotes or a dollar sign"
        help: "use a plain absolute path" "set such a kernel argument with `sriovctl kargs apply` on the host"
    }
}
