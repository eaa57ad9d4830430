#!/bin/bash
# FastMqtt and Mosquitto in turn under the same load, on loopback: medians and ratios as a table, also in
# perf/results/<date>.md. The load is the bench client of the published binary. About a minute. Called by make bench.
#   ROUNDS=3         rounds; in each, every broker is started, loaded and stopped in turn
#   LOAD_SECONDS=2   of each timed load
#   RESULTS=FOLDER   where the table goes
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${ROUNDS:-3}
seconds=${LOAD_SECONDS:-2}
results=${RESULTS:-perf/results}
binary=$PWD/artifacts/fastmqtt
loads=("seed" "1x1 -l 10 --size 1024" "1x1 -l 1000 --size 64")
seed_count=100000
scratch=$(mktemp -d)
samples=$scratch/samples
broker=

stop_broker() {
    [ -n "$broker" ] || return 0
    kill "$broker" 2>/dev/null || true
    for _ in $(seq 100); do
        kill -0 "$broker" 2>/dev/null || break
        sleep 0.05
    done
    kill -KILL "$broker" 2>/dev/null || true
    wait "$broker" 2>/dev/null || true
    broker=
}
trap 'stop_broker; rm -rf "$scratch"' EXIT

# A port below the range the system hands out by itself, so that nothing takes it in the meantime.
free_port() {
    local port
    while port=$((20000 + RANDOM % 12000)); (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
    echo "$port"
}

# Debian keeps daemons where an ordinary user's path does not look.
mosquitto_path() { PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v mosquitto; }

# start NAME PORT: leaves the process id in $broker and returns when it answers.
start() {
    case $1 in
        FastMqtt) "$binary" -p "$2" >"$scratch/log" 2>&1 & ;;
        Mosquitto)
            # Its default of 100 queued messages would drop what is measured; the rest is what a fast setup has.
            cat >"$scratch/mosquitto.conf" <<CONFIG
listener $2 127.0.0.1
allow_anonymous true
max_inflight_messages 1000
max_queued_messages 0
set_tcp_nodelay true
log_dest none
CONFIG
            "$(mosquitto_path)" -c "$scratch/mosquitto.conf" >"$scratch/log" 2>&1 & ;;
    esac
    broker=$!
    for _ in $(seq 100); do
        "$binary" health "127.0.0.1:$2" >/dev/null 2>&1 && return 0
        sleep 0.05
    done
    echo "run.sh: $1 does not answer on port $2" >&2
    cat "$scratch/log" >&2
    return 1
}

# Ticks of processor time that the broker has used.
cpu_ticks() { awk '{ print $14 + $15 }' "/proc/$broker/stat"; }

# measure NAME PORT LOAD: one line in $samples: load, broker, messages a second, p50, p99, us of CPU a message.
measure() {
    local before after output rate messages p50=- p99=-
    before=$(cpu_ticks)
    if [ "$3" = seed ]; then
        output=$(timeout 60 "$binary" bench seed -p "$2" -c $seed_count -l 10)
        rate=$(sed -n 's/.*Msg\/Sec: *\([0-9.]*\).*/\1/p' <<<"$output")
        messages=$seed_count
    else
        # shellcheck disable=SC2086
        output=$(timeout 60 "$binary" bench $3 -p "$2" --seconds "$seconds")
        rate=$(sed -n 's/.* \([0-9]*\) msgs\/s/\1/p' <<<"$output")
        messages=$(sed -n 's/^1x1: \([0-9]*\) messages, each checked.*/\1/p' <<<"$output")
        p50=$(sed -n 's/.*p50 \([0-9.]*\) us.*/\1/p' <<<"$output")
        p99=$(sed -n 's/.*p99 \([0-9.]*\) us.*/\1/p' <<<"$output")
    fi
    after=$(cpu_ticks)
    if [ -z "$rate" ] || [ -z "$messages" ]; then
        printf 'run.sh: bench %s gave no figures:\n%s\n' "$3" "$output" >&2
        return 1
    fi
    awk -v load="$3" -v name="$1" -v rate="$rate" -v p50="$p50" -v p99="$p99" -v ticks=$((after - before)) \
        -v hertz="$(getconf CLK_TCK)" -v messages="$messages" 'BEGIN {
            printf "%s;%s;%.0f;%s;%s;%.3f\n", load, name, rate, p50, p99, ticks / hertz * 1e6 / messages }' >>"$samples"
}

# median LOAD BROKER COLUMN
median() {
    awk -F ';' -v load="$1" -v name="$2" -v column="$3" '$1 == load && $2 == name { print $column }' "$samples" |
        sort -g | awk '{ v[NR] = $1 } END {
            if (NR == 0 || v[1] == "-") { print "-" }
            else if (NR % 2) { print v[(NR + 1) / 2] }
            else { print (v[NR / 2] + v[NR / 2 + 1]) / 2 } }'
}

# ratio A B: A over B, or a dash.
ratio() {
    awk -v a="$1" -v b="$2" 'BEGIN { if (a + 0 == 0 || b + 0 == 0) print "-"; else printf "%.1f\n", a / b }'
}

table() {
    local load name rate first_rate=
    echo "| load | broker | messages/s | ratio | p50 us | p99 us | broker CPU us/message |"
    echo "|---|---|---:|---:|---:|---:|---:|"
    for load in "${loads[@]}"; do
        first_rate=$(median "$load" FastMqtt 3)
        for name in "${brokers[@]}"; do
            rate=$(median "$load" "$name" 3)
            echo "| $load | $name | $rate | $(ratio "$first_rate" "$rate") | $(median "$load" "$name" 4)" \
                "| $(median "$load" "$name" 5) | $(median "$load" "$name" 6) |"
        done
    done
}

report() {
    local commit
    commit=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)
    git diff --quiet HEAD -- src 2>/dev/null || commit="$commit with changes"
    echo "# $(date -u +%Y-%m-%d): built-in benchmarks, QoS 0, one publisher to one subscriber"
    echo
    table
    echo
    echo "Ratio: FastMqtt's messages a second over this broker's. \`seed\`: $seed_count messages, window 10."
    echo
    echo "- command: \`ROUNDS=$rounds LOAD_SECONDS=$seconds perf/run.sh\`, medians of $rounds interleaved rounds"
    echo "- commit: $commit"
    echo "- versions: $("$binary" --version), ${mosquitto_version:-no Mosquitto installed}"
    echo "- machine: $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)," \
        "load $(cut -d ' ' -f 1 /proc/loadavg) at the end"
    echo "- system: $(uname -sr), loopback; broker and client share the cores, nothing is pinned"
}

[ -x "$binary" ] || make publish
brokers=(FastMqtt)
mosquitto_version=
if mosquitto_path >/dev/null; then
    brokers+=(Mosquitto)
    mosquitto_version=$("$(mosquitto_path)" -h | sed -n 's/^mosquitto version/Mosquitto/p' || true)
else
    echo "Mosquitto is not installed (apt-get install mosquitto): only FastMqtt is measured" >&2
fi

for round in $(seq "$rounds"); do
    for name in "${brokers[@]}"; do
        echo "round $round of $rounds: $name" >&2
        port=$(free_port)
        start "$name" "$port"
        for load in "${loads[@]}"; do
            measure "$name" "$port" "$load"
        done
        stop_broker
    done
done

mkdir -p "$results"
file=$results/$(date -u +%Y-%m-%d).md
report | tee "$file"
echo "written to $file" >&2
