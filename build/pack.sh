#!/bin/sh
# Packs FastMqtt and FastMqtt.AspNetCore into artifacts/packages, with symbols. Called by make and CI.
set -eu
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
rm -rf artifacts/packages
# The same commit makes the same bytes: files in a package have the commit's time.
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}"
for project in FastMqtt.Broker FastMqtt.AspNetCore; do
    if ! dotnet pack "src/$project" -c Release -o artifacts/packages >"$log" 2>&1 ||
        grep -E 'warning [A-Z]+[0-9]+' "$log"
    then
        cat "$log" >&2
        exit 1
    fi
done
ls -1 artifacts/packages
