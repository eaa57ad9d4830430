# What the scripts of .ci share: counting checks, waiting with a limit, free ports, stopping what was started.
# Sourced, not run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
binary=$root/artifacts/fastmqtt
scratch=$(mktemp -d)
passed=0
failed=0
started=()

# has ARGUMENTS...: grep in a pipe. It reads to the end: grep -q ends at a match, and whoever still writes then fails.
has() { grep "$@" >/dev/null; }

# check NAME COMMAND...: runs the command, prints and counts the outcome; its output is shown when it fails.
check() {
    local name=$1
    shift
    if "$@" >"$scratch/check" 2>&1; then
        passed=$((passed + 1))
        echo "ok    $name"
    else
        failed=$((failed + 1))
        echo "FAIL  $name"
        sed 's/^/      /' "$scratch/check"
        report "$name" "$(tail -n 20 "$scratch/check")"
    fi
}

# report NAME TEXT: said again at the end, where somebody who has only the last page looks for it.
report() { printf -- '----  failed: %s\n%s\n' "$1" "$2" >>"$scratch/failures"; }

# add_up LOG NAME STATUS: counts the line `N passed, N failed` that a suite ended with; none at all is a failure.
add_up() {
    local log=$1 name=$2 status=$3 before=$failed line
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
    if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed ]]; then
        passed=$((passed + BASH_REMATCH[1]))
        failed=$((failed + BASH_REMATCH[2]))
        [ "$status" = 0 ] || [ "${BASH_REMATCH[2]}" != 0 ] || failed=$((failed + 1))
    else
        failed=$((failed + 1))
        line="no result, exit code $status"
    fi
    echo "----  $name: $line"
    # A test that failed, with its message and where; of a suite of checks, those lines.
    [ "$failed" = "$before" ] ||
        report "$name: $line" "$(grep -E -A 24 '^(failed |FAIL|not ok)|\[FAIL\]' "$log" | head -n 80)"
}

# within SECONDS COMMAND...: repeats the command until it succeeds.
within() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.02
    done
}

# A port below the range the system hands out by itself, so that nothing takes it in the meantime.
free_port() {
    local port
    while port=$((20000 + RANDOM % 12000)); (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
    echo "$port"
}

# stop PID SECONDS [SIGNAL]: the signal, then the exit code; a process that does not end is killed, its code is 137.
stop() {
    kill "-${3:-TERM}" "$1" 2>/dev/null
    within "$2" process_gone "$1" || kill -KILL "$1" 2>/dev/null
    wait "$1" 2>/dev/null
}

process_gone() {
    ! kill -0 "$1" 2>/dev/null || grep -q '^State:.*Z' "/proc/$1/status" 2>/dev/null
}

clean_up() {
    local pid
    for pid in "${started[@]}"; do
        kill -KILL "$pid" 2>/dev/null
    done
    rm -rf "$scratch"
}
trap clean_up EXIT

finish() {
    [ ! -s "$scratch/failures" ] || cat "$scratch/failures"
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}
