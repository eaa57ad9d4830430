#!/bin/bash
# Builds the image from artifacts/fastmqtt, runs it as a service manager would, and talks to it with Mosquitto's
# clients. Host network only: a bridge would load address translation that slows everything on the machine.
# Ends with `N passed, N failed`. Called by .ci/run.
set -uo pipefail
source "$(dirname "$0")/lib.sh"

container=fastmqtt-ci-$$
image=localhost/fastmqtt-ci:$$
port=$(free_port)

remove_container() {
    podman rm -f -v -t 1 "$container" >/dev/null 2>&1
    podman rmi -f "$image" >/dev/null 2>&1
    clean_up
}
trap remove_container EXIT

run_container() {
    podman --runtime runc run -d --name "$container" --network host --read-only --cap-drop=all \
        --security-opt=no-new-privileges --health-interval=disable \
        --ulimit "nofile=$(ulimit -Sn):$(ulimit -Hn)" --ulimit nproc=32768:32768 \
        --env FASTMQTT_PERSISTENCE=true "$image" --listen "127.0.0.1:$port"
}

image_holds() { podman inspect "$image" --format "$1" | tee /dev/stderr | has -F "$2"; }
is_copied() {
    podman exec "$container" /fastmqtt backup /data/copy.db | tee /dev/stderr | has '^fastmqtt.db copied'
}
answers() { podman exec "$container" /fastmqtt health "127.0.0.1:$port"; }

a_message_arrives() {
    local received=$scratch/received
    timeout 20 mosquitto_sub -p "$port" -q 1 -C 1 -t ci/container >"$received" &
    started+=("$!")
    local subscriber=$!
    until [ -s "$received" ] || process_gone "$subscriber"; do
        timeout 5 mosquitto_pub -p "$port" -q 1 -t ci/container -m hello || return 1
        sleep 0.1
    done
    grep -qx hello "$received"
}

stops_with_0() {
    local begin=$SECONDS
    podman stop -t 10 "$container" && [ $((SECONDS - begin)) -le 6 ] &&
        [ "$(podman inspect "$container" --format '{{.State.ExitCode}}')" = 0 ]
}

check "the image is built" env IMAGE="$image" "$root/build/image.sh"
check "it does not run as root" image_holds '{{.Config.User}}' 65532
check "it says which port it serves" image_holds '{{.Config.ExposedPorts}}' 1883/tcp
check "it has a health check" image_holds '{{.HealthCheck}}' '/fastmqtt health'
check "it works in a volume" image_holds '{{.Config.WorkingDir}} {{.Config.Volumes}}' '/data map[/data:{}]'
check "it starts with a read-only root and no capability" run_container
check "it is healthy" within 10 answers
check "a message goes through it" a_message_arrives
check "what it saves is in the volume, and is copied while it runs" is_copied
check "SIGTERM stops it with exit code 0" stops_with_0
finish
