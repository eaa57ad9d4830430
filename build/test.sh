#!/bin/bash
# test.sh [PROJECT]: runs every test project, or one of tests/, and adds the results up: ends with the plain line
# `N passed, N failed, N skipped`. The suites with brokers on real sockets run a second time over the poller that other
# systems than Linux have. Called by make; CI adds the line to its own sum. Exit code 1 when anything failed or nothing
# ran.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
configuration=${CONFIGURATION:-Release}
status=0 passed=0 failed=0 skipped=0

# suite PROJECT FILTER...: runs what was built; its results are added to the sum.
suite() {
    local project=$1 all bad left
    shift
    dotnet "tests/$project/bin/$configuration/net10.0/$project.dll" -noColor "$@" 2>&1 | tee "$log" || status=1
    read -r all bad left < <(
        sed -nE 's/^.*Total: ([0-9]+), Errors: [0-9]+, Failed: ([0-9]+), Skipped: ([0-9]+).*/\1 \2 \3/p' "$log")
    passed=$((passed + ${all:-0} - ${bad:-0} - ${left:-0}))
    failed=$((failed + ${bad:-1}))
    skipped=$((skipped + ${left:-0}))
}

# The runner closes with "  succeeded: N" and so on, one sum for the solution.
solution() {
    dotnet test --solution FastMqtt.sln -c "$configuration" --no-progress 2>&1 | tee "$log" || status=1
    passed=$(count succeeded) failed=$(count failed) skipped=$(count skipped)
}
count() { sed -nE "s/^ *$1: ([0-9]+).*/\1/p" "$log" | grep . | tail -n 1 || echo 0; }

if [ $# -gt 0 ]; then
    dotnet build "tests/$1" -c "$configuration" -nologo -v q || exit 1
    suite "$1"
else
    solution
    export FASTMQTT_TEST_POLLER=portable
    if [ "$passed" -gt 0 ]; then
        suite FastMqtt.Conformance.Tests
        suite FastMqtt.Interop.Tests
        suite FastMqtt.Embedding.Tests
        suite FastMqtt.Broker.Tests -namespace FastMqtt.Broker.Tests.Sockets -namespace FastMqtt.Broker.Tests.Tls
    fi
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$status" = 0 ] && [ "$passed" -gt 0 ] && [ "$failed" = 0 ]
