
# bootc reads the drop-in of an image. A deployed host is told by rpm-ostree; while an image is
# built, there is no deployment to be told.
if [ -e "$root/run/ostree-booted" ]; then
    for argument; do
        case " $(in_root rpm-ostree kargs) " in
        *" $argument "*) ;;
        *)
            if [ "$check" = no ]; then
                in_root rpm-ostree kargs --append-if-missing="$argument"
            else
                differs "kernel argument $argument: missing"
            fi
            ;;
        esac
    done
fi
