#!/bin/bash
# Checks artifacts/fastmqtt-load as it is built: each mode once, at tiny size, against the published broker.
# Ends with `N passed, N failed`. Called by .ci/run.
set -uo pipefail
source "$(dirname "$0")/lib.sh"
load=$root/artifacts/fastmqtt-load

# runs ARGUMENTS...: exit code 0 and one line of JSON that says ok.
runs() {
    timeout 20 "$load" "$@" -p "$port" --pid "$pid" --timeout 5 >"$scratch/out" || return 1
    cat "$scratch/out"
    [ "$(wc -l <"$scratch/out")" = 1 ] && grep -q '"ok":true}$' "$scratch/out"
}

refuses() {
    local code=0
    timeout 20 "$load" throughput -p 1 -d 0.1 >"$scratch/out" || code=$?
    cat "$scratch/out"
    [ $code = 1 ] && grep -q '"ok":false}$' "$scratch/out"
}

bench_is_a_table() { [ "$(timeout 60 "$binary" bench -p "$port" -d 0.2 --pid "$pid" | tee /dev/stderr | wc -l)" = 9 ]; }

port=$(free_port)
"$binary" -p "$port" 2>"$scratch/log" &
pid=$!
started+=("$pid")
within 10 "$binary" health "127.0.0.1:$port" || cat "$scratch/log"

check "load: throughput" runs throughput -P 4 -S 4 -q 1 -v 5 -d 0.2 --warm 0.05
check "load: latency" runs latency -P 4 -S 4 -r 1000 -d 0.2 --warm 0.05
check "load: seed" runs seed -n 500 --iters 2
check "load: storm" runs storm -c 200 --hold 0.1
check "load: idle" runs idle -c 200 --hold 0.1
check "load: subs" runs subs -N 1000 -S 4 -d 0.2
check "load: substorm" runs substorm -r 5000 -d 0.2 --warm 0.05
check "load: fanout-storm" runs fanout-storm -c 100 -P 2 -S 2 -d 0.3 --warm 0.1 --large-rate 20
check "load: retained" runs retained -n 500
check "load: offline" runs offline -n 500
check "load: a broker that is not there is exit code 1" refuses
check "fastmqtt bench is a short table" bench_is_a_table
check "the broker is as well as before" "$binary" health "127.0.0.1:$port"
stop "$pid" 6
finish
