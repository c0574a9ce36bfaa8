//! Planning what cards need: M020 to M039.

sriov_host::codes! {
    CONTRADICTING_WISHES = "SRIOV-M020", "two wishes for one card contradict each other" {
        "All ports of a card share its number of VFs, and each port has one link type; two wishes ask for values that cannot both be had."
        causes: "one port wants exactly so many VFs, and another port more or another exact number"
            "the card is to be reset to zero, and VFs are wanted of one of its ports"
            "two entries match the same port with different link types"
        help: "bring the two entries that the message names to one number or type"
            "use atLeast for all ports: the largest number wins"
    }
    NO_SUCH_CARD = "SRIOV-M021", "no NVIDIA PF is what the wish names" {
        "The wish is for a PF that is not on this host, or that is not a function of an NVIDIA card, so that there is no firmware to plan."
        causes: "the address or name belongs to another host" "the PF is a card of another vendor" "the card has died, or is passed through to a virtual machine"
        help: "list the PFs with `sriovctl list`" "correct the entry that the message names"
    }
    EXTERNALLY_MANAGED = "SRIOV-M022", "somebody else manages the card, and it differs" {
        "The document says that the card is managed externally; its firmware is not as wanted, and is not written for that reason."
        causes: "whoever manages the card has not configured it yet" "the document asks for more than was agreed"
        help: "have the values that the message names set by whoever manages the card" "take externallyManaged out of the document"
    }
    CARD_UNMANAGED = "SRIOV-M023", "another port of the card is unmanaged" {
        "A wish of one port needs a write to the firmware that all ports of the card share, and another port is to be left as it is."
        causes: "ports of one card have entries with different policies"
        help: "take out the entry with unmanaged, or the other one"
    }
    LOCKDOWN = "SRIOV-M024", "kernel lockdown keeps programs from the firmware" {
        "The firmware has to be read or written for the wish, and a kernel in lockdown lets no program reach the registers of a card."
        causes: "Secure Boot put the kernel into lockdown" "lockdown= is on the kernel command line"
        help: "use a kernel with devlink parameters for mlx5, they work under lockdown" "configure the firmware from a host without lockdown"
    }
    NOT_ASKED = "SRIOV-M025", "the firmware was not asked" {
        "The wish cannot be judged from sysfs alone, and the facts hold no answer of the firmware: the program that observed the card did so for another wish."
        causes: "the card was observed for other wishes than it is planned for"
        help: "observe the card again with the wishes that are planned"
    }
    VALUE_UNREADABLE = "SRIOV-M026", "a value of the card is not understood" {
        "A parameter that the wish depends on has a value that cannot be told, so that nothing is decided from it."
        causes: "a release of the tool with another format" "the card answers N/A" "a group of parameters could not be read"
        help: "read the parameter with `sriovctl mlx query --device PCI --param NAME`" "try another release of mstflint"
    }
    PER_PF_COUNTS = "SRIOV-M027", "each PF of the card has its own number of VFs" {
        "PF_NUM_OF_VF_VALID is set: the firmware ignores NUM_OF_VFS and takes PF_NUM_OF_VF of each PF, so that writing NUM_OF_VFS changes nothing."
        causes: "somebody configured the PFs of the card one by one"
        help: "set PF_NUM_OF_VF of each PF with mstconfig" "or set PF_NUM_OF_VF_VALID to False and plan again"
    }
    TOO_MANY_VFS = "SRIOV-M028", "the card cannot have so many VFs" {
        "The number of VFs goes beyond a limit of the card that is known before it is written; the message has the limit and the largest number that keeps it."
        causes: "more VFs than the firmware has for a PF" "not enough MSI-X vectors for so many VFs" "not enough memory space for the BARs of so many VFs"
        help: "ask for the maximum that the message names, or less" "lower NUM_VF_MSIX or VF_LOG_BAR_SIZE with mstconfig if VFs can do with less"
    }
    LINK_TYPE_UNKNOWN = "SRIOV-M029", "the link type of the port cannot be changed" {
        "A link type is wanted that the port does not have, and the firmware has no parameter for it, or one with a value that is neither ETH nor IB."
        causes: "a card with a fixed link type" "the way to the firmware does not reach link types, as devlink" "a port that senses its type (VPI)"
        help: "take linkType out of the document for this port" "look at the parameter with `sriovctl mlx query --device PCI`"
    }
    PARAM_READ_ONLY = "SRIOV-M030", "a parameter that has to change is read-only" {
        "The card marks a parameter as read-only, and the wish cannot be had without another value of it."
        causes: "the vendor of the card fixed the parameter" "the owner of a BlueField restricts its host"
        help: "ask for the value that the card has" "change it from where it may be changed"
    }
    BLUEFIELD_REFUSES = "SRIOV-M031", "the BlueField belongs to its own processors" {
        "In DPU mode new values are loaded by a power cycle of the whole host only, and a restricted host may not write at all; so nothing is written."
        causes: "the card is in DPU mode" "the card's owner restricts the host"
        help: "configure it from the BlueField's own side" "switch it to NIC mode if the host is to own it"
    }
    BLUEFIELD_UNKNOWN = "SRIOV-M032", "the mode of the BlueField cannot be told" {
        "The parameters that tell how a BlueField and its host share the card are missing or form no known mode, and nothing is written to a card in an unknown mode."
        causes: "firmware with other parameters" "the current values cannot be read" "the way to the firmware does not reach them, as devlink"
        help: "read the INTERNAL_CPU parameters with `sriovctl mlx query --device PCI`" "install the package mstflint if only devlink was asked"
    }
    VFS_ABOVE_WISH = "SRIOV-M033", "a port has more VFs than are to remain" {
        "The card is to have exactly so many VFs for each PF, and a port has more of them now, which somebody may use."
        causes: "VFs of another port of the card were not counted"
        help: "remove the VFs of the port that the message names first" "ask for at least as many as there are"
    }
}
