
# An ib_core in the initramfs is loaded with the settings that are in there. That of a deployed host
# gets the file on the client; an image is built with it.
if [ "$check" = no ] && [ -e "$root/run/ostree-booted" ]; then
    in_root rpm-ostree initramfs-etc --track=/etc/modprobe.d/sriov-rdma.conf
elif [ "$check" = no ]; then
    in_root dracut -f --regenerate-all
fi
