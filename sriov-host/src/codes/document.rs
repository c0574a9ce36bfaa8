codes! {
    BAD_SYNTAX = "SRIOV-H001", "the text is not a YAML or JSON document" {
        "The text cannot be read as one YAML or JSON object. The message says on which line the \
         reader gave up; nothing was planned and nothing was changed."
        causes:
            "A slip of indentation, a missing quote or bracket, or a tab where YAML wants spaces."
            "The same key stands twice in one mapping; the message names both lines."
            "The file is empty, a template that was not rendered, or holds a second document behind `---`."
            "The file is not text: compressed, an image, or not UTF-8."
            "An application tag such as `!Ref`, or an alias that contains itself."
        help:
            "Look at the line in the message and the one above it: the parser notices late."
            "Quote values that contain `: `, `#` or a leading `*`, `&`, `!`, `[` or `{`."
            "Print the file with `cat -A` to see tabs and control characters."
    }
    UNKNOWN_KEY = "SRIOV-H002", "a key is not known at this place" {
        "The document has a key that means nothing here. It is refused instead of ignored, because \
         a misspelt key would silently leave a setting alone."
        causes:
            "A spelling mistake, or another case: keys are written as `numVfs`, not `numvfs`."
            "The right key at the wrong level, as `vlan` beside `numVfs` instead of inside `vfs`."
            "A key of another tool, as `spoofchk` of iproute2 or the CNI for `spoofCheck`."
            "A document for a newer version of this software."
        help:
            "Take one of the keys that the message lists for this place."
            "Keep notes of your own in YAML comments, not in extra keys."
    }
    INVALID_VALUE = "SRIOV-H003", "a value is outside its grammar" {
        "A value cannot mean anything here: it does not follow the grammar of its key, or it \
         contradicts another value of the same entry. The message names the key, the line and what \
         is accepted."
        causes:
            "A number out of range: VLAN ids go from 1 to 4094 (0 is untagged), priorities from 0 to 7."
            "A MAC address that no single VF can own: a group address, or all zero."
            "A MAC or GUID that counts up over the range and runs past the last usable one."
            "`vlanQos` or `vlanProto` without `vlan`: the kernel sets the three in one message."
            "`minTxRateMbps` above `maxTxRateMbps`."
            "A PCI address without its domain: write `0000:3b:00.0`, not `3b:00.0`."
            "No key, or more than one, in `match` or `policy`."
        help:
            "Correct the value at the key and line of the message."
            "Compare with `sriovctl list -o yaml`: it prints every value as it is to be written."
    }
    WRONG_KIND = "SRIOV-H004", "another kind or version of object was expected" {
        "The object's `kind` or `apiVersion` is missing or says that it is something else than this \
         command reads."
        causes:
            "`apiVersion: sriov/v1` or `kind: NodeConfig` was left out."
            "Another object of the cluster was passed, as a policy or a pod."
            "An inventory was passed where a configuration is read, or the reverse."
            "The document is of a version that this software does not know."
        help:
            "Begin the document with `apiVersion: sriov/v1` and the kind that the message names."
            "Wherever a NodeConfig is read, a SriovNetworkNodeState is accepted as well; policies go to `sriovctl policy resolve`."
    }
    OVERLAPPING_RANGES = "SRIOV-H005", "two ranges share a VF" {
        "Two entries of one PF's `vfs` cover the same VF. Which of them should win would be a \
         guess, so neither is taken."
        causes:
            "Ranges are inclusive on both ends: `0-2` and `2-4` share VF 2."
            "An entry was copied and its range not changed."
        help:
            "Make the ranges disjoint, as `0-1` and `2-4`."
            "Put settings that belong to the same VFs into one entry."
    }
    RANGE_BEYOND_NUM_VFS = "SRIOV-H006", "a range reaches beyond numVfs" {
        "An entry describes VFs that `numVfs` does not create."
        causes:
            "VFs are counted from 0: with `numVfs: 4` the last one is 3."
            "`numVfs` was lowered and the ranges were left as they were."
        help:
            "End the range at numVfs - 1, or raise `numVfs`."
    }
    DOCUMENT_TOO_LARGE = "SRIOV-H007", "the document is too large to be read" {
        "The text is longer than 16 MiB, holds more than a million values, or is nested more than \
         64 levels deep. Configurations of real hosts are thousands of times smaller."
        causes:
            "A wrong file was named: an image, a log, or a dump of a whole cluster."
            "Aliases that repeat other aliases, on purpose or by a generator gone wrong."
            "A generator that writes one entry for each VF instead of a range."
        help:
            "Check which file was passed."
            "Describe VFs that are alike by one entry with a range; MAC addresses count up by themselves."
    }
    DUPLICATE_MATCH = "SRIOV-H008", "two entries are for the same PF" {
        "Two entries match the same PF. Which of them should win would be a guess, so neither is \
         taken."
        causes:
            "Two entries with the same `match`."
            "Two entries that find one PF by different keys, as its address and its name."
            "An entry by vendor and device beside one by address, for a PF of that model."
        help:
            "Merge the entries into one."
            "Match by PCI address: names and MAC addresses can move, an address cannot."
    }
}
