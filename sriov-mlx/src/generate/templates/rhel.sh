
# Every entry, and through grubby the entries of kernels to come as well.
for argument; do
    lacking=$(in_root grubby --info=ALL | sed -n 's/^args="\(.*\)"$/ \1 /p' |
        grep -cvF " $argument ") || :
    [ "$lacking" != 0 ] || continue
    if [ "$check" = no ]; then
        in_root grubby --update-kernel=ALL --args="$argument"
    else
        differs "kernel argument $argument: missing in $lacking entries"
    fi
done
