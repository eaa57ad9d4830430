#!/bin/bash
# reliability.sh [--smoke] [--rounds N] [--seconds N] [--queued N] [--only PART,...] [--dir DIR]: what durable sessions
# cost, FastMqtt and (if it is installed) Mosquitto in turn on the same disk. One markdown table on stdout, progress on
# stderr. Parts: online, offline, pair, saturated, restart, retained. Needs artifacts/fastmqtt, and uses
# artifacts/fastmqtt-load if it is there (`make publish load`). Every broker is started on a free loopback port with a
# directory of its own, which goes when the broker goes.
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=3 seconds=3 queued=1000000 parts=online,offline,pair,saturated,restart,retained root=artifacts
while [ $# -gt 0 ]; do
    case $1 in
    --smoke) rounds=1 seconds=0.2 queued=10000; shift ;;
    --rounds) rounds=$2; shift 2 ;;
    --seconds) seconds=$2; shift 2 ;;
    --queued) queued=$2; shift 2 ;;
    --only) parts=$2; shift 2 ;;
    --dir) root=$2; shift 2 ;;
    *) sed -n '2,6s/^# //p' "$0" >&2; exit 2 ;;
    esac
done

fastmqtt=$PWD/artifacts/fastmqtt
[ -x "$fastmqtt" ] || { echo "reliability.sh: $fastmqtt is missing: make publish builds it" >&2; exit 1; }
load=("$PWD/artifacts/fastmqtt-load")
[ -x "${load[0]}" ] || load=("$fastmqtt" bench)
mosquitto=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v mosquitto || true)
[ -n "$mosquitto" ] || echo "Mosquitto is not installed: its columns stay empty" >&2

work=$(mktemp -d "$root/reliability.XXXXXX")
work=$(cd "$work" && pwd)
figures=$work/figures
touch "$figures"
pid= beside=
stop() {
    [ -z "$beside" ] || kill "$beside" 2>/dev/null || true
    beside=
    if [ -n "$pid" ]; then
        kill -KILL "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    fi
    pid=
    rm -rf "$work/store"
}
trap 'exit 130' INT TERM

# What there is, also of a run that was stopped.
finish() {
    stop
    print_table
    rm -rf "$work"
}
trap finish EXIT

# The columns of the table.
memory="FastMqtt in memory" commit="FastMqtt commit" interval="FastMqtt interval 5" off="FastMqtt off"
mosquitto_memory="Mosquitto in memory" mosquitto_saves="Mosquitto persistence"

# Below the ports that the system gives to outgoing connections.
free_port() {
    local candidate=$((20000 + RANDOM % 10000))
    while grep -qi ":$(printf %04X $candidate) 0\{8\}:0000 0A" /proc/net/tcp; do
        candidate=$((candidate + 1))
    done
    echo $candidate
}

# Mosquitto's defaults for what is in flight and in a queue would throttle or drop what is measured.
write_configuration() {
    local subject=$1
    printf '%s\n' "listener $port 127.0.0.1" "allow_anonymous true" "max_inflight_messages 1000" \
        "max_queued_messages 0" "max_queued_bytes 0" "set_tcp_nodelay true"
    [ "$subject" = "$memory" ] || [ "$subject" = "$mosquitto_memory" ] ||
        printf '%s\n' "persistence true" "persistence_location $work/store/"
    [[ $subject = Mosquitto* ]] || echo "max_retained_messages $((2 * queued))"
    case $subject in
    "$commit") echo "durability commit" ;;
    "$interval") echo "durability interval 5" ;;
    "$off") echo "durability off" ;;
    Mosquitto*) echo "user $(id -un)" ;;
    esac
}

execute() {
    case $1 in
    FastMqtt*) exec "$fastmqtt" -c "$work/store/conf" ;;
    *) exec "$mosquitto" -c "$work/store/conf" ;;
    esac >"$work/store/log" 2>&1
}

# Starts a broker on what is in the store; afterwards $started is the milliseconds until its first CONNACK.
start_again() {
    local begin
    begin=$(date +%s%N)
    execute "$1" &
    pid=$!
    until "$fastmqtt" health "127.0.0.1:$port" >"$work/health" 2>&1; do
        kill -0 "$pid" 2>/dev/null || { echo "reliability.sh: $1 does not run" >&2; cat "$work/store/log" >&2; exit 1; }
    done
    started=$((($(date +%s%N) - begin) / 1000000))
}

start() {
    port=$(free_port)
    mkdir -p "$work/store"
    write_configuration "$1" >"$work/store/conf"
    start_again "$1"
}

# run SUBJECT ARGUMENTS...: one load; its report is $report.
run() {
    local subject=$1
    shift
    echo "round $round of $rounds: $subject: $*" >&2
    report=$("${load[@]}" "$@" -p "$port" --pid "$pid" --timeout 30 --json) ||
        { echo "reliability.sh: $subject: $report" >&2; failed=1; }
}

value() { sed -nE "s/.*\"$1\":\"?([^,\"}]+).*/\1/p" <<<"$report"; }
note() { [ -z "$3" ] || printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$figures"; } # SUBJECT ROW FIGURE
resident() { awk -v key="$1:" '$1 == key { printf "%.1f", $2 / 1024 }' "/proc/$pid/status"; }
is_here() { [[ $1 != Mosquitto* ]] || [ -n "$mosquitto" ]; }

online() {
    local subject=$1 sessions=()
    [ "$subject" = "$memory" ] || [ "$subject" = "$mosquitto_memory" ] || sessions=(--persistent)
    start "$subject"
    run "$subject" throughput -P 10 -S 10 -q 1 -w 500 -d "$seconds" "${sessions[@]}"
    note "$subject" "a1 10 pairs online, messages a second" "$(value rate)"
    note "$subject" "a2 10 pairs online, broker CPU for each, us" "$(value broker_us_per_msg)"
    stop
}

offline() {
    local subject=$1 sessions=$2
    start "$subject"
    run "$subject" offline -P 100 -S "$sessions" -q 1 -d "$seconds"
    local row="b$sessions 1 100 to $sessions sessions"
    note "$subject" "$row offline, acknowledged a second" "$(value queue_rate)"
    note "$subject" "$row offline, broker CPU for each, us" "$(value queue_us_per_msg)"
    note "$subject" "$row back, delivered a second" "$(value rate)"
    stop
}

pair() {
    local subject=$1
    start "$subject"
    run "$subject" offline -P 100 -S 100 -q 1 -d "$seconds" --beside 1000
    note "$subject" "c1 QoS 0 pair alone, p50 us" "$(value alone_p50_us)"
    note "$subject" "c2 QoS 0 pair alone, p99 us" "$(value alone_p99_us)"
    note "$subject" "c3 the pair beside 100 to 100 offline, p50 us" "$(value p50_us)"
    note "$subject" "c4 the pair beside 100 to 100 offline, p99 us" "$(value p99_us)"
    note "$subject" "c5 the pair with all of that queued, p99 us" "$(value queued_p99_us)"
    note "$subject" "c6 acknowledged a second beside the pair" "$(value queue_rate)"
    stop
}

# What the store adds for the pair, which is a process of its own here: publishers that wait for the disk with each
# message keep the store busy without end, and as many messages a second without a store do not.
saturated() {
    local subject=$1 row="c7 the pair beside 100 QoS 1 publishers at the pace of the disk, with the store and without"
    start "$subject"
    if [ "$subject" = "$commit" ]; then
        pair_beside "$subject" "$row" offline -P 100 -S 100 -q 1 -i 1 --keep
        rate=$(sed -nE 's/.*"queue_rate":([0-9]+).*/\1/p' "$work/beside")
    else
        pair_beside "$subject" "$row" latency -P 100 -S 100 -q 1 -r "${rate:?}"
    fi
    note "$subject" "c9 messages a second beside that" "$rate"
    stop
}

# pair_beside SUBJECT ROW ARGUMENTS...: the pair for the last seconds of this load.
pair_beside() {
    local subject=$1 row=$2
    shift 2
    echo "round $round of $rounds: $subject: $*, beside it:" >&2
    "${load[@]}" "$@" -d "$(awk "BEGIN { print $seconds + 1 }")" -p "$port" --timeout 30 --json >"$work/beside" &
    beside=$!
    sleep 0.5
    run "$subject" latency -t one -P 1 -S 1 -r 1000 -d "$seconds"
    note "$subject" "$row, p50 us" "$(value p50_us)"
    note "$subject" "${row/c7/c8}, p99 us" "$(value p99_us)"
    wait "$beside" || { echo "reliability.sh: $subject: $*" >&2; failed=1; }
    beside=
}

# A save is over when FastMqtt says so, and when Mosquitto has renamed its new file.
save() {
    kill -USR1 "$pid"
    for _ in {1..1200}; do
        case $1 in
        FastMqtt*) ! grep -q "SIGUSR1 received: saved" "$work/store/log" || return 0 ;;
        *) [ ! -s "$work/store/mosquitto.db" ] || [ -e "$work/store/mosquitto.db.new" ] || return 0 ;;
        esac
        sleep 0.05
    done
    echo "reliability.sh: $1 did not save within a minute" >&2
    failed=1
}

restart() {
    local subject=$1 before begin session
    start "$subject"
    note "$subject" "d0 memory empty, MiB" "$(resident VmRSS)"
    run "$subject" offline -P 10 -S 10 -q 1 -i 1000 -n $((queued / 10)) --keep
    session=$(value session)
    note "$subject" "d1 $queued queued, acknowledged a second" "$(value queue_rate)"
    before=$(resident VmRSS)
    note "$subject" "d2 $queued queued, memory, MiB" "$before"
    echo 5 >"/proc/$pid/clear_refs"
    begin=$(date +%s%N)
    save "$subject"
    note "$subject" "e1 SIGUSR1 with $queued queued, saved after ms" $((($(date +%s%N) - begin) / 1000000))
    note "$subject" "e2 SIGUSR1 with $queued queued, memory growth at most, %" \
        "$(awk -v before="$before" -v peak="$(resident VmHWM)" 'BEGIN { printf "%.1f", 100 * (peak / before - 1) }')"
    kill -KILL "$pid"
    wait "$pid" 2>/dev/null || true
    note "$subject" "f0 file with $queued queued, MiB" \
        "$(du -cm "$work/store"/*.db* | awk 'END { print $1 }')"
    start_again "$subject"
    note "$subject" "f1 kill -9, from exec to the first CONNACK, ms" "$started"
    note "$subject" "f3 memory after it, MiB" "$(resident VmRSS)"
    first_message "$subject" "$session"
    stop
}

# The queue is there again when its first message comes.
first_message() {
    local begin
    begin=$(date +%s%N)
    command -v mosquitto_sub >/dev/null || return 0
    if mosquitto_sub -h 127.0.0.1 -p "$port" -i "$2" -c -q 1 -t none -C 1 -W 30 >"$work/message" 2>&1; then
        note "$1" "f2 and to the first queued message, ms more" $((($(date +%s%N) - begin) / 1000000))
    else
        echo "reliability.sh: $1 lost what was queued: $(head -c 200 "$work/message")" >&2
        failed=1
    fi
}

# As many retained messages as are queued elsewhere; they are there again when a new subscriber has all of them.
retained() {
    local subject=$1
    start "$subject"
    run "$subject" retained -n "$queued" -q 1 -i 1000 --iters 1 --keep
    note "$subject" "g0 $queued retained, set and acknowledged a second" "$(value store_rate)"
    note "$subject" "g1 $queued retained, memory, MiB" "$(resident VmRSS)"
    save "$subject"
    kill -KILL "$pid"
    wait "$pid" 2>/dev/null || true
    note "$subject" "g2 file with $queued retained, MiB" "$(du -cm "$work/store"/*.db* | awk 'END { print $1 }')"
    start_again "$subject"
    note "$subject" "g3 kill -9, from exec to the first CONNACK with $queued retained, ms" "$started"
    note "$subject" "g4 memory after it, MiB" "$(resident VmRSS)"
    all_retained "$subject"
    stop
}

all_retained() {
    local begin
    begin=$(date +%s%N)
    command -v mosquitto_sub >/dev/null || return 0
    if mosquitto_sub -h 127.0.0.1 -p "$port" -t '#' -C "$queued" -W 60 >"$work/message" 2>&1; then
        note "$1" "g5 and until mosquitto_sub has all of them, ms more" $((($(date +%s%N) - begin) / 1000000))
    else
        echo "reliability.sh: $1 has $(wc -l <"$work/message") of $queued retained messages" >&2
        failed=1
    fi
}

# each PART SUBJECTS... [-- ARGUMENTS...]: one after the other, so that what disturbs the machine disturbs all.
each() {
    local part=$1 subjects=()
    shift
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        subjects+=("$1")
        shift
    done
    [ $# -eq 0 ] || shift
    [[ ,$parts, == *,$part,* ]] || return 0
    for subject in "${subjects[@]}"; do
        ! is_here "$subject" || "$part" "$subject" "$@"
    done
}

# The median of the rounds, and from where to where they went.
print_table() {
    awk -F '\t' -v columns="$memory|$commit|$interval|$off|$mosquitto_memory|$mosquitto_saves" '
        function shown(x) { return x >= 1000 ? sprintf("%.0f", x) : x + 0 }
        function cell(key,   list, n, i, j, t) {
            if (!(key in values)) return ""
            n = split(values[key], list, " ")
            for (i = 2; i <= n; i++) {
                t = list[i] + 0
                for (j = i - 1; j > 0 && list[j] + 0 > t; j--) list[j + 1] = list[j]
                list[j + 1] = t
            }
            t = n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
            return shown(t) (n > 1 ? " (" shown(list[1]) "-" shown(list[n]) ")" : "")
        }
        { values[$1 FS $2] = values[$1 FS $2] " " $3; if (!($2 in seen)) { seen[$2] = 1; rows[++count] = $2 } }
        END {
            names = split(columns, column, "|")
            printf "| median (range) |"; for (i = 1; i <= names; i++) printf " %s |", column[i]
            printf "\n|---|"; for (i = 1; i <= names; i++) printf "--:|"
            print ""
            for (r = 1; r <= count; r++) {
                name = rows[r]; sub(/^[a-z][0-9]+ ([0-9] )?/, "", name)
                printf "| %s |", name
                for (i = 1; i <= names; i++) printf " %s |", cell(column[i] FS rows[r])
                print ""
            }
        }' "$figures"
}

failed=0
for ((round = 1; round <= rounds; round++)); do
    each online "$memory" "$commit" "$mosquitto_memory" "$mosquitto_saves"
    each offline "$memory" "$commit" "$interval" "$off" "$mosquitto_saves" -- 100
    each offline "$memory" "$commit" "$interval" "$off" "$mosquitto_saves" -- 10
    each pair "$memory" "$commit" "$mosquitto_saves"
    each saturated "$commit" "$memory"
    each restart "$commit" "$mosquitto_saves"
    each retained "$commit" "$mosquitto_saves"
done

exit $failed
