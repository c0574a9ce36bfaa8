
# An ib_core in the initramfs is loaded with the settings that are in there.
[ "$check" = yes ] || in_root dracut -f --regenerate-all
