
in_root() {
    if [ -z "$root" ]; then "$@"; else chroot "$root" "$@"; fi
}
