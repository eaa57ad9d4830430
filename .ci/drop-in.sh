#!/bin/bash
# The drop-in: the published binary with a mosquitto.conf that has every kind of listener, password and access files,
# and real clients at each of them. Ends with `N passed, N failed`. Called by .ci/run.
set -uo pipefail
source "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

python=
for candidate in python3 /usr/bin/python3; do
    if "$candidate" -c 'import paho.mqtt.client' 2>/dev/null; then python=$candidate; break; fi
done

# --- certificates: an authority, a server, clients that are good, revoked, expired, of another authority

openssl_ca() { # openssl_ca NAME
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/CN=$1" \
        -keyout "$1.key" -out "$1.crt"
}

signed_by() { # signed_by CA NAME DAYS [EXTENSIONS]
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$2" -keyout "$2.key" -out "$2.csr" &&
        printf '%s\n' "${4:-keyUsage=digitalSignature}" >"$2.ext" &&
        openssl x509 -req -in "$2.csr" -CA "$1.crt" -CAkey "$1.key" -CAcreateserial -days "$3" -extfile "$2.ext" \
            -out "$2.crt"
}

make_certificates() {
    openssl_ca authority && openssl_ca stranger || return 1
    signed_by authority server 30 "subjectAltName=DNS:localhost,IP:127.0.0.1" || return 1
    signed_by authority ann 30 && signed_by authority revoked 30 && signed_by stranger eve 30 || return 1
    # -days -1 is refused by newer versions of openssl: an authority that backdates is a database of its own.
    mkdir -p db && : >db/index && echo 01 >db/serial && echo 01 >db/crlnumber
    cat >ca.cnf <<'CONF'
[ca]
default_ca = own
[own]
database = db/index
serial = db/serial
crlnumber = db/crlnumber
new_certs_dir = db
default_md = sha256
policy = any
default_crl_days = 30
[any]
commonName = supplied
CONF
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=expired \
        -keyout expired.key -out expired.csr &&
        openssl ca -batch -config ca.cnf -cert authority.crt -keyfile authority.key -in expired.csr -out expired.crt \
            -startdate 20200101000000Z -enddate 20200201000000Z -notext &&
        openssl ca -config ca.cnf -cert authority.crt -keyfile authority.key -revoke revoked.crt &&
        openssl ca -config ca.cnf -cert authority.crt -keyfile authority.key -gencrl -out revoked.crl
}

write_files() {
    "$binary" passwd -c -b passwords ann secret && "$binary" passwd -b passwords bob hidden || return 1
    cat >access <<'ACL'
topic read public/#

user ann
topic readwrite home/#
topic deny home/secret
topic read $SYS/#

pattern readwrite devices/%u/#
ACL
    cat >fastmqtt.conf <<CONF
# every kind of listener
allow_anonymous false
password_file $scratch/passwords
acl_file $scratch/access
log_dest stderr
log_type all
max_queued_messages 1000

listener $plain 127.0.0.1

listener $open 127.0.0.1

listener 0 $scratch/fastmqtt.sock

listener $tls 127.0.0.1
certfile $scratch/server.crt
keyfile $scratch/server.key

listener $mutual 127.0.0.1
cafile $scratch/authority.crt
certfile $scratch/server.crt
keyfile $scratch/server.key
crlfile $scratch/revoked.crl
require_certificate true
use_identity_as_username true

listener $ws 127.0.0.1
protocol websockets

listener $wss 127.0.0.1
protocol websockets
certfile $scratch/server.crt
keyfile $scratch/server.key

listener $proxied 127.0.0.1
enable_proxy_protocol 2
CONF
}

# --- what clients do

publish() { timeout 10 mosquitto_pub -h 127.0.0.1 -q 1 -V 5 "$@" 2>&1 | tee /dev/stderr | { ! has .; }; }

# round_trip ARGUMENTS...: what is published with these arguments arrives at a subscriber with the same.
round_trip() {
    local received=$scratch/received subscriber
    : >"$received"
    timeout 20 mosquitto_sub -q 1 -C 1 -t home/ci "$@" >"$received" &
    subscriber=$!
    started+=("$subscriber")
    until [ -s "$received" ] || process_gone "$subscriber"; do
        timeout 5 mosquitto_pub -q 1 -t home/ci -m hello "$@" || return 1
        sleep 0.1
    done
    grep -qx hello "$received"
}

# refused ARGUMENTS...: the client does not get in.
refused() { ! timeout 10 mosquitto_pub -q 1 -t home/ci -m hello "$@"; }

# A message to a topic that is denied: 5.0 says so in PUBACK, and nobody gets it.
denied() {
    timeout 10 mosquitto_pub -h 127.0.0.1 -p "$plain" -V 5 -q 1 -d -u ann -P secret -t "$1" -m no 2>&1 |
        tee /dev/stderr | grep -E 'RC:135|[Nn]ot authori[sz]ed' >/dev/null
}

over_websocket() { # over_websocket PORT [CAFILE]
    timeout 20 "$python" - "$1" "${2:-}" <<'PY'
import sys, threading
import paho.mqtt.client as mqtt
got = threading.Event()
args = dict(client_id="ws", transport="websockets")
if hasattr(mqtt, "CallbackAPIVersion"):
    args["callback_api_version"] = mqtt.CallbackAPIVersion.VERSION1
client = mqtt.Client(**args)
client.username_pw_set("ann", "secret")
if sys.argv[2]:
    client.tls_set(sys.argv[2])
client.on_connect = lambda c, u, f, rc: c.subscribe("home/ws", 1) if rc == 0 else print("refused", rc)
client.on_subscribe = lambda c, u, mid, granted: c.publish("home/ws", b"x" * 100000, 1)
client.on_message = lambda c, u, m: got.set() if len(m.payload) == 100000 else None
client.connect("localhost", int(sys.argv[1]))
client.loop_start()
sys.exit(0 if got.wait(15) else 1)
PY
}

# s_client REST...: what a TLS handshake ends with; the connection is closed by the end of input.
s_client() { timeout 10 openssl s_client -connect "127.0.0.1:$tls" -CAfile authority.crt "$@" </dev/null 2>&1; }
speaks() { s_client "$@" | tee /dev/stderr | has 'Verify return code: 0'; }
does_not_speak() { ! s_client "$@" | has 'Verify return code: 0'; }

through_haproxy() {
    local front proxy status=0
    front=$(free_port)
    cat >haproxy.cfg <<CFG
defaults
  mode tcp
  timeout connect 5s
  timeout client 30s
  timeout server 30s
listen mqtt
  bind 127.0.0.1:$front
  server broker 127.0.0.1:$proxied send-proxy-v2
CFG
    haproxy -f haproxy.cfg -db 2>haproxy.log &
    proxy=$!
    started+=("$proxy")
    within 10 bash -c "exec 3<>/dev/tcp/127.0.0.1/$front" || { cat haproxy.log; return 1; }
    round_trip -h 127.0.0.1 -p "$front" -u ann -P secret || status=$?
    stop "$proxy" 5
    return $status
}

certificate_serial() {
    s_client | openssl x509 -noout -serial
}
# A new certificate is used without a restart, and whoever is connected stays.
certificate_is_reloaded() {
    local before after subscriber received=$scratch/kept
    before=$(certificate_serial)
    timeout 30 mosquitto_sub -h localhost -p "$tls" --cafile authority.crt -u ann -P secret -t home/kept -C 1 \
        >"$received" &
    subscriber=$!
    started+=("$subscriber")
    signed_by authority server 30 "subjectAltName=DNS:localhost,IP:127.0.0.1" || return 1
    within 10 bash -c '[ "$(timeout 5 openssl s_client -connect 127.0.0.1:'"$tls"' </dev/null 2>/dev/null |
        openssl x509 -noout -serial)" != "'"$before"'" ]' || return 1
    after=$(certificate_serial)
    echo "$before -> $after"
    until [ -s "$received" ] || process_gone "$subscriber"; do
        timeout 5 mosquitto_pub -h 127.0.0.1 -p "$plain" -u ann -P secret -q 1 -t home/kept -m still || return 1
        sleep 0.1
    done
    grep -qx still "$received"
}

reload_applies() {
    sed -i 's/^max_queued_messages 1000/max_queued_messages 50/' fastmqtt.conf
    kill -HUP "$pid"
    within 10 grep -q 'max_queued_messages.*1000.*50' log
}
broken_reload_changes_nothing() {
    cp fastmqtt.conf good.conf
    echo 'max_qeued_messages 7' >>fastmqtt.conf
    kill -HUP "$pid"
    within 10 grep -q 'did you mean max_queued_messages' log && within 10 grep -q 'everything stays as it was' log ||
        { tail -n 5 log; return 1; }
    cp good.conf fastmqtt.conf
    "$binary" health "127.0.0.1:$plain"
}

check_says() { # check_says CODE TEXT FILE
    local code=0
    "$binary" check -c "$3" >check.out 2>&1 || code=$?
    cat check.out
    [ $code = "$1" ] && grep -qF -- "$2" check.out
}

sample_starts() {
    local sample=/usr/share/doc/mosquitto/examples/mosquitto.conf port
    port=$(free_port)
    [ -e "$sample" ] || sample+=.gz
    [ -e "$sample" ] || { echo "Mosquitto's sample is not installed"; return 1; }
    zcat -f "$sample" >sample.conf
    "$binary" -c sample.conf -p "$port" 2>sample.log &
    started+=("$!")
    within 10 "$binary" health "127.0.0.1:$port" || { cat sample.log; return 1; }
    stop "${started[-1]}" 6
}

daemon_mode_is_refused() {
    local code=0
    "$binary" -d >daemon.out 2>&1 || code=$?
    cat daemon.out
    [ $code = 2 ] && grep -q systemd daemon.out
}

# --- a second broker: tokens, a service, a log for machines, a trace

write_services() {
    printf '0123456789abcdef0123456789abcdef' >jwt.key
    cat >service.py <<'PY'
# Lets carol in, and lets her publish below allowed/ only.
import http.server, json, sys
class Service(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if "topic" in asked:
            yes = asked["action"] == "subscribe" or asked["topic"].startswith("allowed/")
        else:
            yes = asked["username"] == "carol" and asked["password"] == "open sesame"
        body = json.dumps({"result": "allow" if yes else "deny"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Service).serve_forever()
PY
    cat >services.conf <<CONF
per_listener_settings true
log_format json
log_type all
trace_socket $scratch/trace.sock

listener $tokens 127.0.0.1
jwt_hmac_key_file $scratch/jwt.key

listener $served 127.0.0.1
http_auth_url http://127.0.0.1:$service/login
http_acl_url http://127.0.0.1:$service/topic
CONF
}

token() { # token NAME SECONDS KEY: a JSON Web Token, HS256
    python3 - "$@" <<'PY'
import base64, hashlib, hmac, json, sys, time
b64 = lambda b: base64.urlsafe_b64encode(b).rstrip(b"=")
claims = {"sub": sys.argv[1], "exp": int(time.time()) + int(sys.argv[2])}
claims["publish"] = claims["subscribe"] = ["home/#"]
text = b64(b'{"alg":"HS256"}') + b"." + b64(json.dumps(claims).encode())
print((text + b"." + b64(hmac.new(open(sys.argv[3], "rb").read(), text, hashlib.sha256).digest())).decode())
PY
}
with_token() { round_trip -h 127.0.0.1 -p "$tokens" -V 5 -u any -P "$(token dave 60 jwt.key)"; }
token_refused() { refused -h 127.0.0.1 -p "$tokens" -u any -P "$(token dave "$1" "$2")"; }
# All times allow 30 seconds: this token has two left.
expiry_disconnects() {
    timeout 15 mosquitto_sub -h 127.0.0.1 -p "$tokens" -V 5 -u any -P "$(token dave -28 jwt.key)" -t home/x -d \
        >expiry.out 2>&1
    cat expiry.out
    grep -qi 'received DISCONNECT (135)' expiry.out
}

carol=(-h 127.0.0.1 -u carol -P "open sesame")
service_lets_in() {
    timeout 10 mosquitto_pub "${carol[@]}" -p "$served" -V 5 -q 1 -t allowed/x -m hello 2>&1 | tee /dev/stderr |
        { ! grep -v RC:16 | grep . >/dev/null; }
}
service_denies() {
    timeout 10 mosquitto_pub "${carol[@]}" -p "$served" -V 5 -q 1 -d -t other/x -m hello 2>&1 | tee /dev/stderr |
        grep -E 'RC:135|[Nn]ot authori[sz]ed' >/dev/null
}
trace_shows_a_client() {
    timeout 20 "$binary" trace --socket "$scratch/trace.sock" --client traced --seconds 4 >trace.out 2>&1 &
    local tracer=$!
    sleep 1
    timeout 10 mosquitto_pub "${carol[@]}" -p "$served" -q 1 -i traced -t allowed/x -m hello
    timeout 10 mosquitto_pub "${carol[@]}" -p "$served" -q 1 -i another -t allowed/y -m hello
    wait "$tracer"
    cat trace.out
    grep -q 'PUBLISH.*allowed/x' trace.out && ! grep -q allowed/y trace.out && ! grep -q sesame trace.out
}
log_is_json() {
    python3 - "$1" <<'PY'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
assert any(l.get("client") == "traced" and l.get("username") == "carol" for l in lines), "no line about traced"
assert all({"time", "level", "event", "message"} <= l.keys() for l in lines)
assert "sesame" not in open(sys.argv[1]).read()
print(len(lines), "lines")
PY
}

for name in plain open tls mutual ws wss proxied tokens served service; do
    printf -v "$name" %s "$(free_port)"
done

check "certificates are made" make_certificates
check "passwords and access rules are written" write_files
check "check: a good file is exit code 0" check_says 0 password_file fastmqtt.conf
echo 'allow_anonymus true' >bad.conf
check "check: a bad word is exit code 2 and a suggestion" check_says 2 allow_anonymous bad.conf
check "Mosquitto's sample configuration starts" sample_starts
check "daemon mode is refused with a hint" daemon_mode_is_refused

"$binary" -c fastmqtt.conf >log 2>&1 &
pid=$!
started+=("$pid")
check "the broker starts with every kind of listener" within 15 "$binary" health "127.0.0.1:$plain"
[ -S fastmqtt.sock ] || cat log

known=(-u ann -P secret)
check "TCP with a password" round_trip -h 127.0.0.1 -p "$plain" "${known[@]}"
check "TCP with a wrong password is refused" refused -h 127.0.0.1 -p "$plain" -u ann -P wrong
check "TCP without a name is refused" refused -h 127.0.0.1 -p "$plain"
check "unix socket" round_trip --unix "$scratch/fastmqtt.sock" "${known[@]}"
check "TLS" round_trip -h localhost -p "$tls" --cafile authority.crt "${known[@]}"
check "TLS 1.2" round_trip -h localhost -p "$tls" --cafile authority.crt --tls-version tlsv1.2 "${known[@]}"
check "TLS with another name is refused by the client" \
    refused -h 127.0.0.2 -p "$tls" --cafile authority.crt "${known[@]}"
check "TLS of an authority the client does not know is refused by it" \
    refused -h localhost -p "$tls" --cafile stranger.crt "${known[@]}"
check "openssl s_client: TLS 1.3 with ALPN mqtt" speaks -tls1_3 -alpn mqtt
check "openssl s_client: TLS 1.2" speaks -tls1_2
check "openssl s_client: TLS 1.1 is refused" does_not_speak -tls1_1
mutual() { echo -h localhost -p "$mutual" --cafile authority.crt --cert "$1.crt" --key "$1.key"; }
# shellcheck disable=SC2046
{
    check "mTLS: the certificate is the name" round_trip $(mutual ann)
    check "mTLS: a revoked certificate is refused" refused $(mutual revoked)
    check "mTLS: an expired certificate is refused" refused $(mutual expired)
    check "mTLS: another authority's certificate is refused" refused $(mutual eve)
}
check "mTLS: no certificate is refused" refused -h localhost -p "$mutual" --cafile authority.crt
check "WebSocket (Paho)" over_websocket "$ws"
check "secure WebSocket (Paho)" over_websocket "$wss" authority.crt
if command -v haproxy >/dev/null; then
    check "PROXY protocol, haproxy in front" through_haproxy
else
    echo "haproxy could not be installed: the PROXY protocol is not checked"
fi
check "a denied topic is said in PUBACK" denied home/secret
check "a topic without a rule is denied" denied garage/door
check "a new certificate is used without a restart" certificate_is_reloaded
check "SIGHUP applies what has changed" reload_applies
check "a broken file changes nothing" broken_reload_changes_nothing
check "no secret is in the log" bash -c '! grep -E "secret[^/]|hidden" log | grep -v home/secret'
check "SIGTERM is exit code 0 within 5 s" stop "$pid" 5

write_services
python3 service.py "$service" 2>/dev/null &
served_by=$!
started+=("$served_by")
"$binary" -c services.conf 2>services.log &
pid=$!
started+=("$pid")
within 15 "$binary" health "127.0.0.1:$served" || cat services.log
check "a token lets in, and its claims are the rules" with_token
check "a token with another key is refused" token_refused 60 service.py
check "a token that has expired is refused" token_refused -60 jwt.key
check "a token that expires ends the connection" expiry_disconnects
check "a service lets in and allows" service_lets_in
check "a service denies a topic" service_denies
check "a service refuses a wrong password" refused -h 127.0.0.1 -p "$served" -u carol -P wrong
check "a trace shows one client, and no other" trace_shows_a_client
check "SIGTERM is exit code 0 within 5 s, again" stop "$pid" 5
check "the log for machines is one object a line" log_is_json services.log
stop "$served_by" 2
finish
