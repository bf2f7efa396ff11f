#!/bin/sh
# Sees to the system libraries that Qt needs on Linux: as root they are installed, otherwise the line to type is
# printed. With the argument "window": only where there is a display. With "venv": to the parts of Python that Debian
# packs apart.
set -eu

install() {
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing: $*"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    elif command -v apt-get >/dev/null; then
        echo "Descent needs some packages of the system. Please type this, then try again:"
        echo "    sudo apt-get install $*"
        exit 1
    else
        echo "Descent needs some packages of the system. On Debian they are called as follows; please install"
        echo "those of your system, then try again: $*"
        exit 1
    fi
}

[ "$(uname -s)" = Linux ] || exit 0

if [ "${1:-}" = venv ]; then
    python3 -c 'import ensurepip, venv' 2>/dev/null || install python3-venv
    exit 0
fi

# Without a display the experiment runs in the terminal, which needs none of them.
if [ "${1:-}" = window ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    exit 0
fi

known=$( (ldconfig -p 2>/dev/null || /sbin/ldconfig -p) | cut -d' ' -f1)
missing=""
while read -r library package; do
    echo "$known" | grep -q "$library" || missing="$missing $package"
done <<'END'
libEGL.so.1 libegl1
libGL.so.1 libgl1
libglib-2.0.so.0 libglib2.0-0
libfontconfig.so.1 libfontconfig1
libgssapi_krb5.so.2 libgssapi-krb5-2
libdbus-1.so.3 libdbus-1-3
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-image.so.0 libxcb-image0
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-randr.so.0 libxcb-randr0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-shape.so.0 libxcb-shape0
libxcb-xinerama.so.0 libxcb-xinerama0
END
# shellcheck disable=SC2086
[ -z "$missing" ] || install $missing
