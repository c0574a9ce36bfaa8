//! Carrying plans out and verifying them: M040 to M059.

sriov_host::codes! {
    CARD_CHANGED = "SRIOV-M040", "the card changed since the plan was made" {
        "A parameter has another value for the next boot than the one the plan was made against, so that nothing was written: somebody else works on the card."
        causes: "an operator or an administrator changed the firmware meanwhile"
            "the plan is old" "a reset of the configuration set everything back"
        help: "plan again and look at the difference before applying"
            "find the other writer: two managers of one card undo each other's work"
    }
    VALUE_DID_NOT_STICK = "SRIOV-M041", "the firmware took a value and has another" {
        "The write ended without a complaint, but the value for the next boot is another one when it is read back; no restart is asked for, because none could help."
        causes: "a defect of the firmware" "another program wrote the card at the same time"
            "the firmware rounds the value to one that it can have"
        help: "compare the values in the message" "update the firmware"
            "look for other firmware tools on the host and in containers"
    }
    HALF_WRITTEN = "SRIOV-M042", "only some of the values were written" {
        "The write failed between two parameters: those that the message names are in place for the next boot, the others are as before. No restart is asked for."
        causes: "the tool was killed or failed in the middle" "the firmware refuses one of the parameters"
        help: "the cause below the message says why" "apply again: what is in place is not written twice"
    }
    NOT_READ_BACK = "SRIOV-M043", "what was written could not be read back" {
        "The values may be in place, and nobody has seen them there; no restart is asked for before somebody has."
        causes: "the card became busy or stopped answering behind the write" "the tool was removed meanwhile"
        help: "the cause below the message says why" "apply again: what is in place is not written twice"
    }
    CARD_NOT_TRIED = "SRIOV-M044", "the card was not tried" {
        "Something went wrong before it was this card's turn, and nothing was done with it."
        causes: "the run was ended early"
        help: "apply again: cards that are done are left alone"
    }
    CARD_IN_USE = "SRIOV-M045", "somebody uses what a firmware reset destroys" {
        "A firmware reset stops all ports of a card and destroys all of its VFs, and somebody uses one of them; the card was not reset."
        causes: "a pod or container has a VF in its network namespace" "a virtual machine holds a VF through vfio"
            "the default route of the host leaves through a port of the card"
        help: "drain the node first" "apply without --reset and restart the host when it suits"
            "override the guard by its name with --allow"
    }
    USERS_UNKNOWN = "SRIOV-M046", "nobody can tell who uses the card" {
        "A firmware reset destroys the card's VFs, and who uses them could not be found out; not to know is not to be free, so the card was not reset."
        causes: "processes or devices of the host cannot be looked at" "a port of the card has vanished"
        help: "run it as root in the host's process namespace" "apply without --reset"
    }
    VFS_NOT_REMOVED = "SRIOV-M047", "VFs are in the way of a firmware reset" {
        "The VFs of every port have to be removed before the firmware can be reset, and those of one port could not be; the card was not reset, and what was written waits for a restart."
        causes: "the driver still works on an earlier change" "another program has the lock of the port"
        help: "the cause below the message names the port's trouble" "restart the host: it loads the values as well"
    }
    RESTARTS_DID_NOT_HELP = "SRIOV-M048", "restarts did not load the values" {
        "The values were proven staged, the host was restarted as often as it may be for one wish, and the firmware still runs with others; no further restart is asked for."
        causes: "the card loads new values only after a firmware reset, or after a loss of power"
            "the host restarts without resetting its cards, as through kexec"
            "something sets the values back at every start"
        help: "the message has what was seen before the last restart" "switch the host's power off and on"
            "reset the firmware with `sriovctl mlx apply --reset`"
            "remove the card's record from /var/lib/sriov/reboots.json to try again"
    }
    RESTART_NOT_RECORDED = "SRIOV-M049", "a needed restart could not be recorded" {
        "Values wait for a restart, but the memory that keeps a host from restarting for ever could not be used; so none is asked for."
        causes: "/var is read-only, full, or not mounted into the container"
            "the ledger was damaged or edited" "another program holds its lock"
        help: "the causes below the message name the file" "mount /var/lib/sriov writable and so that it survives a restart"
    }
}
