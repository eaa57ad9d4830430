#!/bin/bash
# Packs the packages as they are published and uses them as somebody else would: a new program, restored from a folder,
# built without a warning, run. Ends with `N passed, N failed`. Called by .ci/run.
set -uo pipefail
source "$(dirname "$0")/lib.sh"
cd "$root" || exit 1

packages=$root/artifacts/packages
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)

packs() { timeout 600 make pack; }
has_files() { # has_files PACKAGE FILE...
    local package=$packages/$1 list
    shift
    list=$(python3 -B -m zipfile -l "$package") || return 1
    for file; do
        echo "$list" | has -F "$file" || { echo "$package lacks $file"; return 1; }
    done
}
nuspec() { python3 -B -c 'import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
print(z.read(next(n for n in z.namelist() if n.endswith(".nuspec"))).decode())' "$packages/$1.$version.nupkg"; }
depends_on_published_packages() {
    ! nuspec FastMqtt | grep -E 'dependency id="FastMqtt' &&
        nuspec FastMqtt | has 'dependency id="SQLitePCLRaw.core"' &&
        [ "$(nuspec FastMqtt.AspNetCore | grep -oE 'dependency id="[^"]*"')" = 'dependency id="FastMqtt"' ]
}
is_the_same_again() {
    local before
    before=$(cd "$packages" && sha256sum ./*.nupkg)
    timeout 600 make pack >/dev/null && echo "$before" && [ "$before" = "$(cd "$packages" && sha256sum ./*.nupkg)" ]
}
leaves_the_repository_as_it_was() { git diff --exit-code --stat -- '*.lock.json'; }

consumer=$scratch/consumer
builds() {
    mkdir -p "$consumer" && cp .ci/package/* "$consumer/"
    cat >"$consumer/nuget.config" <<CONFIG
<configuration>
  <packageSources><add key="packed" value="$packages" /></packageSources>
  <fallbackPackageFolders><add key="user" value="${NUGET_PACKAGES:-$HOME/.nuget/packages}" /></fallbackPackageFolders>
</configuration>
CONFIG
    # Not the user's own folder: a package of this version that is there would be an older one.
    NUGET_PACKAGES=$scratch/nuget timeout 600 dotnet build "$consumer" -c Release -p:FastMqttVersion="$version"
}
runs() {
    timeout 60 dotnet "$consumer/bin/Release/net10.0/Consumer.dll" "$scratch/consumer.db" | tee /dev/stderr |
        has 'port True, delivered True, saved True'
}

check "make pack has no warning" packs
check "the package has its three assemblies and what describes them" has_files "FastMqtt.$version.nupkg" \
    lib/net10.0/FastMqtt.{Broker,Protocol,Transport}.{dll,xml} README.md
check "the symbols are there" has_files "FastMqtt.$version.snupkg" lib/net10.0/FastMqtt.{Broker,Protocol,Transport}.pdb
check "the endpoint's package too" has_files "FastMqtt.AspNetCore.$version.nupkg" \
    lib/net10.0/FastMqtt.AspNetCore.{dll,xml} README.md
check "they depend on published packages only" depends_on_published_packages
check "packing again makes the same packages" is_the_same_again
check "packing leaves lock files alone" leaves_the_repository_as_it_was
check "a new program with them builds without a warning" builds
check "it serves a client and saves" runs
finish
