#!/bin/bash
# Runs every test project and adds the results up: ends with the plain line `N passed, N failed, N skipped`. The suites
# with brokers on real sockets run a second time over the poller that other systems than Linux have.
# Called by make; CI adds the line to its own sum. Exit code 1 when anything failed or nothing ran.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
configuration=${CONFIGURATION:-Release}

status=0
dotnet test --solution FastMqtt.sln -c "$configuration" --no-progress 2>&1 | tee "$log" || status=1

# The runner closes with "  succeeded: N" and so on, one sum for the solution.
count() { sed -nE "s/^ *$1: ([0-9]+).*/\1/p" "$log" | tail -n 1; }
passed=$(count succeeded) failed=$(count failed) skipped=$(count skipped)
first=${passed:-0} failed=${failed:-1} skipped=${skipped:-0} passed=${passed:-0}

# portable PROJECT FILTER...: its results are added to the sum.
portable() {
    local project=$1 all bad left
    shift
    FASTMQTT_TEST_POLLER=portable dotnet "tests/$project/bin/$configuration/net10.0/$project.dll" -noColor "$@" \
        2>&1 | tee "$log" || status=1
    read -r all bad left < <(
        sed -nE 's/^.*Total: ([0-9]+), Errors: [0-9]+, Failed: ([0-9]+), Skipped: ([0-9]+).*/\1 \2 \3/p' "$log")
    passed=$((passed + ${all:-0} - ${bad:-0} - ${left:-0}))
    failed=$((failed + ${bad:-1}))
    skipped=$((skipped + ${left:-0}))
}

if [ "$first" -gt 0 ]; then
    portable FastMqtt.Conformance.Tests
    portable FastMqtt.Interop.Tests
    portable FastMqtt.Broker.Tests -namespace FastMqtt.Broker.Tests.Sockets -namespace FastMqtt.Broker.Tests.Tls
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$status" = 0 ] && [ "$first" -gt 0 ] && [ "$failed" = 0 ]
