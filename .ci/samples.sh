#!/bin/bash
# Runs every sample as its reader would, with clients of others. Ends with `N passed, N failed`. Called by .ci/run,
# after the build of the solution and of artifacts/fastmqtt.
set -uo pipefail
source "$(dirname "$0")/lib.sh"
cd "$root" || exit 1

# begin NAME COMMAND...: starts a sample; it gets a line of input, on which it ends, when descriptor 9 is written to.
begin() {
    local name=$1
    shift
    rm -f "$scratch/input" && mkfifo "$scratch/input"
    "$@" <"$scratch/input" >"$scratch/$name" 2>&1 &
    pid=$!
    started+=("$pid")
    exec 9>"$scratch/input"
    within 30 grep -qE 'Serving|Application started' "$scratch/$name" || { cat "$scratch/$name"; return 1; }
}
sample() { begin "$1" dotnet "samples/$1/bin/Release/net10.0/$1.dll" "${@:2}"; }
ends_on_enter() {
    echo >&9
    exec 9>&-
    within 10 process_gone "$pid" && wait "$pid"
}
pub() { timeout 10 mosquitto_pub -p "$port" "$@"; }

# hears FILE ARGUMENTS...: a subscriber that ends with its first message; ready when it has its SUBACK.
hears() {
    local file=$1
    shift
    timeout 20 stdbuf -oL mosquitto_sub -d -C 1 "$@" >"$file" 2>&1 &
    within 10 grep -q SUBACK "$file"
}

minimal_host() {
    port=$(free_port)
    sample MinimalHost "$port" && within 10 grep -q 'greetings: hello' "$scratch/MinimalHost" &&
        pub -t outside -m fresh && within 10 grep -q 'outside: fresh' "$scratch/MinimalHost" && ends_on_enter
}

authentication() {
    port=$(free_port)
    sample Authentication "$port" || return 1
    ! pub -t alice/x -m 1 -u alice -P wrong || return 1
    pub -t alice/x -m 1 -u alice -P secret -q 1 && pub -t bob/x -m 1 -u alice -P secret -q 1 &&
        within 10 grep -q 'alice has published 1 messages' "$scratch/Authentication" &&
        within 10 grep -q 'alice has published 0 messages' "$scratch/Authentication" && ends_on_enter
}

bridge() {
    local remote
    port=$(free_port) remote=$(free_port)
    "$binary" -p "$remote" 2>"$scratch/remote" &
    started+=("$!")
    within 10 "$binary" health "127.0.0.1:$remote" && sample Bridge "$port" 127.0.0.1 "$remote" || return 1
    hears "$scratch/there" -p "$remote" -t 'sensors/#' -q 1 && pub -t sensors/a -m up -q 1 &&
        within 10 grep -qx up "$scratch/there" || return 1
    hears "$scratch/here" -p "$port" -t 'commands/#' -q 1 &&
        mosquitto_pub -p "$remote" -t commands/a -m down -q 1 && within 10 grep -qx down "$scratch/here" &&
        kill -TERM "$pid" && exec 9>&-
}

# Over WebSocket, with Paho.
over_websocket() {
    timeout 30 /usr/bin/python3 -B - "$1" <<'PYTHON'
import sys
import paho.mqtt.client as mqtt
make = getattr(mqtt, "CallbackAPIVersion", None)
arguments = (make.VERSION1,) if make else ()
client = mqtt.Client(*arguments, client_id="browser", transport="websockets")
client.ws_set_options(path="/mqtt")
client.on_connect = lambda c, *_: c.subscribe("news")
client.on_subscribe = lambda c, *_: c.publish("news", "fresh")
client.on_message = lambda c, _, message: (print(message.payload.decode()), c.disconnect())
client.connect("127.0.0.1", int(sys.argv[1]))
client.loop_forever()
PYTHON
}
http() { python3 -B -c 'import sys, urllib.request
data = sys.argv[2].encode() if len(sys.argv) > 2 else None
print(urllib.request.urlopen(sys.argv[1], data, timeout=10).read().decode())' "$@"; }
web_application() {
    local web
    port=$(free_port) web=$(free_port)
    begin WebApplication dotnet samples/WebApplication/bin/Release/net10.0/WebApplication.dll \
        --contentRoot "$root/samples/WebApplication" --urls "http://127.0.0.1:$web" \
        "--Mqtt:Listeners:0:Address=127.0.0.1:$port" || return 1
    hears "$scratch/news" -p "$port" -i reader -t 'home/#' && http "http://127.0.0.1:$web/clients" | has reader &&
        http "http://127.0.0.1:$web/publish/home/kitchen" warm &&
        within 10 grep -qx warm "$scratch/news" && over_websocket "$web" | has fresh &&
        kill -TERM "$pid" && within 15 process_gone "$pid" && exec 9>&-
}

aot_host() {
    port=$(free_port)
    timeout 400 dotnet publish samples/AotHost -c Release -r linux-x64 -o "$scratch/aot" >"$scratch/publish" 2>&1 ||
        { tail -n 20 "$scratch/publish"; return 1; }
    ! grep -E 'warning (IL|AOT)' "$scratch/publish" || return 1
    begin AotHost "$scratch/aot/AotHost" "$port" && hears "$scratch/heard" -p "$port" -t a && pub -t a -m fresh &&
        within 10 grep -qx fresh "$scratch/heard" && ends_on_enter
}

check "samples/MinimalHost hears itself and others" minimal_host
check "samples/Authentication lets in whom it knows, into their own folders" authentication
check "samples/Bridge carries messages both ways" bridge
check "samples/WebApplication serves HTTP, MQTT and WebSocket" web_application
check "samples/AotHost runs as a native executable" aot_host
finish
