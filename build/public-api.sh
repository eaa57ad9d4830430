#!/bin/bash
# Writes the public surface of the packages' assemblies down as it is now, into their PublicAPI.Unshipped.txt. What has
# changed is then seen in the diff. To be run after a change that is meant; a build fails on one that is not.
set -euo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Lower layers first: each is built once, since nothing is up to date after its file was emptied.
for project in FastMqtt.Protocol FastMqtt.Transport FastMqtt.Broker FastMqtt.AspNetCore; do
    echo '#nullable enable' >"src/$project/PublicAPI.Unshipped.txt"
done
dotnet build src/FastMqtt.AspNetCore -c Release --no-incremental -p:RecordPublicApi=true -tl:off >"$log" 2>&1 ||
    { grep -E ' error ' "$log" >&2; exit 1; }
for project in FastMqtt.Protocol FastMqtt.Transport FastMqtt.Broker FastMqtt.AspNetCore; do
    file=src/$project/PublicAPI.Unshipped.txt
    sed -nE "s/.*warning RS0016: Symbol '(.*)' is not part of the declared public API.*\[.*\/$project\.csproj.*/\1/p" \
        "$log" | LC_ALL=C sort -u >>"$file"
    echo "$file: $(($(wc -l <"$file") - 1)) lines"
done
