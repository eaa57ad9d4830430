#!/bin/sh
# publish.sh [BINARY [PROJECT]]: publishes an executable and leaves it at the given path. Called by make and CI.
# A second publish after a change of link settings alone would copy the old binary: `make clean` first.
set -eu
binary=${1:-artifacts/fastmqtt}
project=${2:-src/FastMqtt/FastMqtt.csproj}
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT

if ! dotnet publish "$project" -c Release -o "$(dirname "$binary")" >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
fi

# The compiler's and linker's own remarks (IL2xxx, IL3xxx, ld) do not always fail a publish. They do here.
if grep -E 'warning (IL|AOT|MSB|NETSDK|CS)|ld\.lld: warning' "$log" >&2; then
    echo "publish.sh: the publish has warnings" >&2
    exit 1
fi
echo "$binary: $(($(stat -c %s "$binary") / 1024)) KiB"
