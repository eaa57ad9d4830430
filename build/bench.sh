#!/bin/bash
# Starts the broker on a free loopback port and runs both built-in benchmarks against it. COUNT and SECONDS_1X1 make
# it shorter or longer. Called by make and CI.
set -euo pipefail
binary=${1:-artifacts/fastmqtt}
log=$(mktemp)
"$binary" -p 0 2>"$log" &
broker=$!
trap 'kill "$broker" 2>/dev/null; wait "$broker" 2>/dev/null; rm -f "$log"' EXIT

port=
for _ in $(seq 100); do
    port=$(sed -nE 's/.*Listening on 127\.0\.0\.1:([0-9]+).*/\1/p' "$log")
    [ -n "$port" ] && break
    sleep 0.05
done
[ -n "$port" ] || { cat "$log" >&2; exit 1; }

"$binary" bench seed -p "$port" -c "${COUNT:-10000}" -l 10
"$binary" bench 1x1 -p "$port" -l 10 --seconds "${SECONDS_1X1:-5}"
"$binary" bench 1x1 -p "$port" -l 1000 --size 64 --seconds "${SECONDS_1X1:-5}"
