#!/bin/bash
# Real clients against the broker at HOST PORT: mosquitto_pub/_sub/_rr, Paho for Python, Paho for C, MQTT.js. With
# ws=PORT and wss=PORT also MQTT.js over WebSocket, in Node and, if it is installed, in a headless Chromium; for wss
# HOST must be in the certificate, and NODE_EXTRA_CA_CERTS must name the file with its authority.
# Prints one line a check (`ok ...` or `FAIL ...: reason`) and ends with `N passed, N failed`; exit code 1 on a failure,
# 2 when a client is missing. Installs nothing. Every child is gone when it ends; bounded by LIMIT seconds.
set -uo pipefail

LIMIT=110
export PYTHONDONTWRITEBYTECODE=1
[ $# -ge 2 ] || { echo "usage: tests/clients/run.sh HOST PORT [ws=PORT] [wss=PORT]" >&2; exit 2; }
host=$1 port=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)

# The interpreter that has the Debian package: another python3 may come first on the path.
python=
for candidate in python3 /usr/bin/python3; do
    if "$candidate" -c 'import paho.mqtt.client' 2>/dev/null; then python=$candidate; break; fi
done

missing=()
for tool in mosquitto_pub mosquitto_sub mosquitto_rr; do
    command -v "$tool" >/dev/null || { missing+=("mosquitto-clients (apt)"); break; }
done
[ -n "$python" ] || missing+=("python3-paho-mqtt (apt)")
for tool in paho_c_pub paho_c_sub paho_cs_pub paho_cs_sub; do
    command -v "$tool" >/dev/null || { missing+=("paho.mqtt.c-examples (apt)"); break; }
done
command -v node >/dev/null || missing+=("nodejs (apt)")
[ -d "$here/node_modules/mqtt" ] || missing+=("mqtt (npm: run tests/clients/install.sh)")
if [ ${#missing[@]} -gt 0 ]; then
    printf -v list '%s, ' "${missing[@]}"
    echo "run.sh: missing: ${list%, }" >&2
    exit 2
fi

if ! (exec 3<>"/dev/tcp/$host/$port") 2>/dev/null; then
    echo "run.sh: nothing listens at $host port $port" >&2
    exit 2
fi

output=$(mktemp -d)
declare -A running=()
finish() {
    # timeout(1) passes the signal on to its whole process group: the driver and every client it started.
    for pid in "${running[@]}"; do kill -TERM "$pid" 2>/dev/null; done
    wait
    rm -rf "$output"
}
trap finish EXIT
trap 'exit 130' INT TERM

start() {
    local name=$1
    shift
    timeout -k 2 "$LIMIT" "$@" >"$output/$name" 2>"$output/$name.err" &
    running[$name]=$!
}

kinds=(mosquitto paho-python paho-c mqtt.js)
start mosquitto "$python" "$here/mosquitto.py" "$host" "$port"
start paho-python "$python" "$here/paho_python.py" "$host" "$port"
start paho-c "$python" "$here/paho_c.py" "$host" "$port"
start mqtt.js node "$here/mqttjs.js" mqtt "$host" "$port"
for listener in "$@"; do
    transport=${listener%%=*} listener_port=${listener#*=}
    kinds+=("mqtt.js-$transport")
    start "mqtt.js-$transport" node "$here/mqttjs.js" "$transport" "$host" "$listener_port"
    if [ "$transport" = ws ] && node "$here/chromium.js" --find >/dev/null; then
        kinds+=(chromium)
        start chromium node "$here/chromium.js" "ws://$host:$listener_port/mqtt"
    elif [ "$transport" = ws ]; then
        echo "chromium is not installed: MQTT.js is not checked in a browser (Debian package chromium)"
    fi
done

passed=0 failed=0
for kind in "${kinds[@]}"; do
    wait "${running[$kind]}"
    code=$?
    unset "running[$kind]"
    cat "$output/$kind"
    oks=$(grep -c '^ok ' "$output/$kind")
    fails=$(grep -c '^FAIL ' "$output/$kind")
    # A driver that found no fault ends with 0, one that did with 1; anything else is a driver that died.
    if [ "$oks" -eq 0 ] || [ "$code" -gt 1 ] || { [ "$code" -eq 1 ] && [ "$fails" -eq 0 ]; }; then
        echo "FAIL $kind: the driver ended with code $code: $(tail -n 1 "$output/$kind.err")"
        fails=$((fails + 1))
    fi
    passed=$((passed + oks)) failed=$((failed + fails))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
