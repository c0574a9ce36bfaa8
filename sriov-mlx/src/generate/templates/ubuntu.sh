
# The drop-in is among the files; it counts once grub's own configuration is made from it.
[ "$check" = yes ] || in_root update-grub
for argument; do
    if ! sed -n 's/^[[:space:]]*linux[[:space:]].*/& /p' "$root/boot/grub/grub.cfg" |
        grep -qF " $argument "; then
        differs "kernel argument $argument: missing in $root/boot/grub/grub.cfg"
    fi
done
