#!/bin/sh
# Packs artifacts/fastmqtt into the image fastmqtt (or $IMAGE) with docker, podman or buildah, whichever answers first.
# Makes the empty directory that becomes the image's volume: git has none, and an image from nothing cannot make one.
# The health check needs the Docker image format: podman and buildah drop it from their own. Called by make and CI.
set -eu
cd "$(dirname "$0")/.."
image=${IMAGE:-fastmqtt}
mkdir -p artifacts/data

# The client of docker may be there without an engine to talk to.
if command -v docker >/dev/null && docker info >/dev/null 2>&1; then
    tool=docker
    docker build -q -f docker/Dockerfile -t "$image" .
elif command -v podman >/dev/null; then
    tool=podman
    podman build -q --format docker --ignorefile docker/Dockerfile.dockerignore -f docker/Dockerfile -t "$image" .
elif command -v buildah >/dev/null; then
    tool=buildah
    buildah build -q --format docker --ignorefile docker/Dockerfile.dockerignore -f docker/Dockerfile -t "$image" .
else
    echo "image.sh: docker (with a running engine), podman or buildah is missing" >&2
    exit 1
fi
echo "Built the image $image with $tool"
