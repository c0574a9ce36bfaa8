#!/bin/sh
# Prepares an image (@VARIANT@), or says with --check what is missing in one.
# Status: 0 done, or nothing to do; 1 a difference, or a failure; 2 wrong usage; 3 refused.
set -eu

usage() {
    echo "usage: $0 [--check] [--root DIR]" >&2
    exit 2
}

check=no
root=
while [ $# -gt 0 ]; do
    case $1 in
    --check) check=yes ;;
    --root)
        [ $# -ge 2 ] || usage
        root=${2%/}
        shift
        ;;
    *) usage ;;
    esac
    shift
done
[ -d "$root/etc" ] || {
    echo "$root/etc: no such folder, this is not the root of an image" >&2
    exit 2
}
here=$(cd "$(dirname "$0")" && pwd)
status=0

# What belongs to one host must never be in an image.
refuse() {
    echo "refused: $1" >&2
    exit 3
}
if [ -e "$root/var/lib/sriov-mlx/state.json" ]; then
    refuse "$root/var/lib/sriov-mlx/state.json is the memory of another host; remove it"
fi
if [ -s "$root/etc/machine-id" ] && ! grep -qx uninitialized "$root/etc/machine-id"; then
    refuse "$root/etc/machine-id is another host's; empty it"
fi

differs() {
    echo "$1"
    status=1
}

# place MODE FILE: the file of the image is as it is here.
place() {
    if cmp -s "$here/rootfs/$2" "$root/$2" && [ "$(stat -c %a "$root/$2")" = "$1" ]; then
        return
    fi
    if [ "$check" = no ]; then
        install -D -m "$1" "$here/rootfs/$2" "$root/$2"
    elif [ ! -e "$root/$2" ]; then
        differs "$root/$2: missing"
    else
        diff -u "$root/$2" "$here/rootfs/$2" || :
        differs "$root/$2: differs from what is wanted (mode $1)"
    fi
}

# starts_with TARGET UNIT: the unit starts with the target.
starts_with() {
    [ ! -L "$root/etc/systemd/system/$1.wants/$2" ] || return 0
    if [ "$check" = no ]; then
        systemctl --root="$root/" enable "$2"
    else
        differs "$2: not enabled"
    fi
}

@FILES@
starts_with multi-user.target sriov-mlx-provision.service
starts_with sysinit.target sriov-host-guard.service
@BODY@

if [ "$check" = yes ] && [ "$status" = 0 ]; then
    echo "nothing is missing"
fi
exit "$status"
