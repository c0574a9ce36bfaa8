//! Reading and writing cards: M001 to M019.

sriov_host::codes! {
    TOOL_MISSING = "SRIOV-M001", "no way leads to the firmware" {
        "The card has no devlink parameters for its number of VFs, and mstconfig is not installed, so that its firmware cannot be asked."
        causes: "the package mstflint is not installed on the host or in the image"
            "the kernel is older than the devlink parameters of mlx5"
        help: "install the package mstflint" "name another tool with --mstconfig PATH"
    }
    TOOL_DID_NOT_END = "SRIOV-M002", "the firmware tool could not be run to its end" {
        "The tool could not be started, or it was killed when its deadline had passed; what it had begun may be half done."
        causes: "the card does not answer" "the tool waits for a semaphore that nobody gives back"
            "the program is not executable"
        help: "read the card again with `sriovctl mlx query`" "raise --timeout if the card is only slow"
            "power-cycle a card that never answers"
    }
    TOOL_FAILED = "SRIOV-M003", "the firmware tool failed for an unknown reason" {
        "The tool ended with an error that is not known here; the end of both of its outputs is in the message."
        causes: "a release of the tool with other words" "a library that the tool needs is missing"
        help: "run the same command by hand and read all of its output" "try another release of mstflint"
    }
    CARD_LOCKED = "SRIOV-M004", "another program works on the card" {
        "All ports of a card share one parameter store, and another program holds the lock of the card, so that nothing was started."
        causes: "another run of this tool" "an operator's node daemon that uses this SDK"
        help: "wait until the owner that the message names is done" "try again with a longer --timeout"
    }
    CARD_BUSY = "SRIOV-M005", "the card stayed busy" {
        "The firmware answered that its semaphore is held or that it is busy, each time it was asked until the deadline."
        causes: "another tool without this lock works on the card" "a killed tool left the semaphore behind"
        help: "find and end other firmware tools on the host and in containers" "clear the semaphore with `mstconfig clear_semaphore` as the last resort"
    }
    CARD_UNREACHABLE = "SRIOV-M006", "the tool cannot reach the card" {
        "The tool could not open or identify the device, although the kernel lists it on the PCI bus."
        causes: "the caller is not root" "kernel lockdown forbids access to registers"
            "the device is dead, or it is a VF or a bridge function"
        help: "run it as root" "look into /sys/kernel/security/lockdown" "look for the device in the kernel log"
    }
    CARD_NOT_CONFIGURABLE = "SRIOV-M007", "the card takes no configuration" {
        "The device answers, but it has no parameters that could be read or written on this host."
        causes: "it runs without firmware (livefish)" "a BlueField restricts its host" "a card that is too old"
        help: "burn firmware with mstflint" "lift the restriction from the BlueField's own side"
    }
    PARAM_UNKNOWN = "SRIOV-M008", "the card has no such parameter" {
        "The firmware of this card does not have a parameter that was asked for or is needed."
        causes: "firmware that is too old or too new for it" "an Ethernet-only card has no link types"
        help: "list what the card has with `sriovctl mlx query --device PCI`" "update the firmware"
    }
    PARAM_REFUSED = "SRIOV-M009", "the card refused a value" {
        "The firmware or its tool refused the value before it was written; the message has the maximum or the parameter it depends on."
        causes: "more VFs than the card can have" "a parameter that does not go together with another one"
            "a parameter that is read-only on this host"
        help: "ask for less" "change the parameter that the message names first"
    }
    FIRMWARE_REJECTED = "SRIOV-M010", "the firmware rejected the configuration" {
        "The firmware itself did not take the configuration, for a reason that only its vendor knows in full."
        causes: "a corrupted parameter store" "its number of erase cycles is used up" "a debug token is needed"
        help: "update the firmware and try again" "ask the vendor with the text of the message"
    }
    NOT_PERMITTED = "SRIOV-M011", "the kernel forbids access to the card" {
        "The kernel refused the registers of the card: the caller has not the rights, or lockdown forbids them to everybody."
        causes: "the caller is not root" "Secure Boot put the kernel into lockdown"
        help: "run it as root" "use a kernel with devlink parameters for mlx5, they work under lockdown"
    }
    DEVLINK_REFUSED = "SRIOV-M012", "devlink refused a firmware parameter" {
        "The kernel did not read or write a permanent devlink parameter of the card."
        causes: "the caller has no CAP_NET_ADMIN" "the firmware rejects the value"
        help: "read the kernel's own words in the message" "ask for less"
    }
    BACKEND_READ_ONLY = "SRIOV-M013", "the card can only be looked at" {
        "Only sysfs tells something about the card, and nothing can be written there."
        causes: "mstconfig is not installed" "the kernel has no devlink parameters for the card"
        help: "install the package mstflint" "name another tool with --mstconfig PATH"
    }
    ANSWER_MALFORMED = "SRIOV-M014", "the answer about the card is not understood" {
        "What the tool printed or wrote has no table of parameters in it, or a file of the host cannot be read."
        causes: "a release of the tool with another format" "a tool that was killed while it wrote"
        help: "run the tool by hand and look at its output" "try another release of mstflint"
    }
}
