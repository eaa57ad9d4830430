#!/bin/bash
# Checks artifacts/fastmqtt as it is shipped: one static file that starts anywhere, quickly, and ends politely.
# Ends with `N passed, N failed`. Called by .ci/run.
set -uo pipefail
source "$(dirname "$0")/lib.sh"

SIZE_MAX=$((20 * 1024 * 1024)) # the broker 5.3 MB, OpenSSL 4.6, Kestrel for WebSocket 5.2, access control
START_MICROSECONDS_MAX=50000

start() { # start PORT [ARGUMENTS...]; sets $pid
    # A shell without job control starts background processes with SIGINT ignored.
    env --default-signal=INT "$binary" -p "$@" 2>"$scratch/log" &
    pid=$!
    started+=("$pid")
}

size_is_bounded() { [ "$(stat -c %s "$binary")" -le $SIZE_MAX ]; }
is_static_pie() { file "$binary" | tee /dev/stderr | has 'static-pie linked'; }
has_no_libraries() { ldd "$binary" 2>&1 | tee /dev/stderr | has -E 'statically linked|not a dynamic'; }
prints_version() { "$binary" --version | has -E '^fastmqtt version [0-9]+\.[0-9]+\.[0-9]+$'; }

# fails_with CODE TEXT ARGUMENTS...: that exit code and exactly one line on stderr, with the text in it.
fails_with() {
    local expected=$1 text=$2 code=0
    shift 2
    timeout 10 "$binary" "$@" >"$scratch/out" 2>"$scratch/err" || code=$?
    cat "$scratch/err"
    grep -v '^[0-9-]*T[0-9:]*: ' "$scratch/err" >"$scratch/lines"
    [ $code = "$expected" ] && [ "$(wc -l <"$scratch/lines")" = 1 ] && grep -qF -- "$text" "$scratch/lines"
}

is_healthy() { "$binary" health "127.0.0.1:$1"; }

starts_in_empty_chroot() {
    local port enter=chroot
    port=$(free_port)
    [ "$(id -u)" = 0 ] || enter="unshare -r chroot"
    mkdir -p "$scratch/empty" && cp "$binary" "$scratch/empty/"
    $enter "$scratch/empty" /fastmqtt -p "$port" &
    pid=$!
    started+=("$pid")
    within 10 is_healthy "$port" && $enter "$scratch/empty" /fastmqtt health "127.0.0.1:$port" && stop "$pid" 6
}

# The broker's code must not be where it was last time.
load_address() {
    start 0
    within 10 grep -q running "$scratch/log" || return 1
    grep -m 1 'r-xp.*fastmqtt' "/proc/$pid/maps" | cut -d - -f 1
    stop "$pid" 6
}
is_loaded_at_random() {
    local first second
    first=$(load_address) && second=$(load_address) || return 1
    echo "$first $second"
    [ -n "$first" ] && [ "$first" != "$second" ]
}

starts_fast() {
    local times=()
    for _ in 1 2 3 4 5; do
        times+=("$(python3 -B .ci/start_time.py "$binary" "$(free_port)")") || return 1
    done
    median=$(printf '%s\n' "${times[@]}" | sort -n | sed -n 3p)
    echo "start to CONNACK, microseconds: ${times[*]}; median $median" | tee "$scratch/times"
    [ "$median" -le $START_MICROSECONDS_MAX ]
}

check "the binary is at most $((SIZE_MAX >> 20)) MiB" size_is_bounded
check "the binary is static-pie" is_static_pie
check "the binary needs no library" has_no_libraries
check "it prints its version" prints_version
check "an unknown option is exit code 2" fails_with 2 --bogus --bogus
check "a bad address is exit code 2" fails_with 2 nowhere --listen nowhere
check "a bad port is exit code 2" fails_with 2 70000 -p 70000
check "it starts in an empty chroot" starts_in_empty_chroot
check "it is loaded at a random address" is_loaded_at_random
check "it accepts a CONNECT within 50 ms of its start" starts_fast
cat "$scratch/times" 2>/dev/null

port=$(free_port)
start "$port"
check "health is exit code 0 when it runs" within 10 is_healthy "$port"
check "a busy port is exit code 2" fails_with 2 "127.0.0.1:$port" -p "$port"
check "SIGTERM is exit code 0 within 5 s" stop "$pid" 5
check "health is exit code 1 when nothing runs" fails_with 1 "not healthy" health "127.0.0.1:$port"
start 0
within 10 grep -q running "$scratch/log"
check "SIGINT is exit code 0 within 5 s" stop "$pid" 5 INT
finish
