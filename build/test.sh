#!/bin/bash
# Runs every test project and adds the results up: ends with the plain line `N passed, N failed, N skipped`.
# Called by make; CI adds the line to its own sum. Exit code 1 when anything failed or nothing ran.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
log=$(mktemp)
trap 'rm -f "$log"' EXIT

status=0
dotnet test --solution FastMqtt.sln -c "${CONFIGURATION:-Release}" --no-progress 2>&1 | tee "$log" || status=1

# The runner closes with "  succeeded: N" and so on, one sum for the solution.
count() { sed -nE "s/^ *$1: ([0-9]+).*/\1/p" "$log" | tail -n 1; }
passed=$(count succeeded) failed=$(count failed) skipped=$(count skipped)
echo "${passed:-0} passed, ${failed:-0} failed, ${skipped:-0} skipped"
[ "$status" = 0 ] && [ "${passed:-0}" -gt 0 ] && [ "${failed:-1}" = 0 ]
