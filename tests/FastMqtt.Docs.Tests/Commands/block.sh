#!/bin/bash
# Runs the commands on standard input as a reader would type them, one block in a scratch directory of its own, and
# fails with the first that fails. Files under /etc, /var, /backup and /usr/local are those of a scratch root, where
# what the documents name exists. REPOSITORY is the repository. Called by CommandTests.
set -uo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export REPOSITORY SCRATCH=$scratch

# A network of its own, where it may be had: port 1883 of this machine may be somebody's.
if [ -z "${IN_NAMESPACE-}" ] && unshare -rn true 2>/dev/null; then
    IN_NAMESPACE=1 exec unshare -rn bash -c 'ip link set lo up 2>/dev/null || true; exec bash "$0"' "${BASH_SOURCE[0]}"
fi

mkdir -p "$scratch"/{bin,work} "$scratch"/root/{etc/fastmqtt,etc/mosquitto,etc/systemd/system,var/lib/fastmqtt} \
    "$scratch"/root/{var/lib/mosquitto,backup,usr/local/bin}
for name in "$here"/stand-in.*; do
    install -m 755 "$name" "$scratch/bin/${name##*/stand-in.}"
done
for name in systemctl journalctl docker apt-get sudo dotnet jq; do
    install -m 755 "$here/words" "$scratch/bin/$name"
done
command -v sqlite3 >/dev/null || install -m 755 "$here/words" "$scratch/bin/sqlite3"
ln -s fastmqtt "$scratch/bin/mosquitto_pub"
PATH=$scratch/bin:$PATH:/usr/sbin:/sbin
"$here/files.sh" "$scratch/root" || exit 1

# The working directory looks like a clone, and like the place where a broker keeps its file.
cd "$scratch/work" || exit 1
mkdir artifacts docs
ln -s "$REPOSITORY/artifacts/fastmqtt" artifacts/fastmqtt
cp "$REPOSITORY/docs/fastmqtt.service" docs/
ln -s "$REPOSITORY"/{src,perf,samples,Makefile} . 2>/dev/null
cp "$scratch/root/etc/fastmqtt/fastmqtt.conf" FILE
cp "$scratch/root/var/lib/mosquitto/mosquitto.db" .
cp "$scratch/root/etc/fastmqtt/passwords" .
cp "$scratch/root/var/lib/fastmqtt/fastmqtt.db" .
printf 'alice:secret\n' >plain.txt

sed -E "s#(^|[ '\"=])/(etc|var|backup|usr/local)/#\1$scratch/root/\2/#g" >block
timeout 120 bash -eu -o pipefail block </dev/null
