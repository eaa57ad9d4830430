#!/bin/sh
# Installs what is missing for `build` (compile and link the static binary), `test` (what the tests call) or `bench`
# (the comparison). Asks for nothing. Without root and sudo it names what is missing in one line and fails.
# Called by make.
set -eu

# command or file that must be there, then the Debian package that brings it
build_needs="gcc:gcc ld.lld:lld cmake:cmake /usr/include/stdio.h:libc6-dev /usr/include/openssl/ssl.h:libssl-dev"
build_needs="$build_needs /usr/include/sqlite3.h:libsqlite3-dev"
# The tests send signals with kill the program (a shell has its own and says so), and let openssl connect to us. They
# are not linked: they load libsqlite3.so, which the package for developers brings.
test_needs="/bin/kill:procps taskset:util-linux openssl:openssl /usr/include/sqlite3.h:libsqlite3-dev"
# Plots are measured with a font. Mosquitto is only named: Debian's package starts a broker on port 1883 of its own.
bench_needs="taskset:util-linux /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf:fonts-dejavu-core"

if ! command -v dotnet >/dev/null; then
    echo "install.sh: the .NET 10 SDK (dotnet) is missing: install it first" >&2
    exit 1
fi

case "${1:-build}" in
    build) needs=$build_needs ;;
    test) needs=$test_needs ;;
    bench)
        needs=$bench_needs
        PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v mosquitto >/dev/null ||
            echo "Mosquitto is not installed, so there is nothing to compare with: apt-get install mosquitto" \
                "(that also starts it as a service on port 1883; systemctl disable --now mosquitto ends that)" >&2
        ;;
    *) echo "usage: build/install.sh build|test|bench" >&2; exit 2 ;;
esac

missing=
for need in $needs; do
    thing=${need%%:*} package=${need#*:}
    if ! command -v "$thing" >/dev/null && [ ! -e "$thing" ]; then
        missing="$missing $package"
    fi
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root=sudo
else
    echo "install.sh: missing packages:$missing (as root: apt-get install$missing)" >&2
    exit 1
fi
if ! command -v apt-get >/dev/null; then
    echo "install.sh: missing packages:$missing (and no apt-get to install them with)" >&2
    exit 1
fi

echo "Installing$missing"
export DEBIAN_FRONTEND=noninteractive
{
    $as_root apt-get update -qq
    # shellcheck disable=SC2086
    $as_root apt-get install -y -qq --no-install-recommends $missing
} >/dev/null
