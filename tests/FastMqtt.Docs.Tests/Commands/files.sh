#!/bin/bash
# files.sh ROOT: the files below ROOT that configurations and commands of the documents name.
set -euo pipefail
root=$1
etc=$root/etc/fastmqtt
binary=$REPOSITORY/artifacts/fastmqtt

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
    -keyout "$etc/server.key" -out "$etc/server.crt" 2>/dev/null
openssl x509 -in "$etc/server.crt" -pubkey -noout >"$etc/jwt.pem"
cp "$etc/server.crt" "$etc/ca.crt"
printf '0123456789abcdef0123456789abcdef' >"$etc/jwt.key"
printf '{"keys":[{"kty":"oct","kid":"a","alg":"HS256","k":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"}]}' \
    >"$etc/jwks.json"
printf 'topic readwrite #\n' >"$etc/acl"
"$binary" passwd -c -b "$etc/passwords" alice secret >/dev/null 2>&1
printf 'listener 1883 127.0.0.1\nallow_anonymous true\n' >"$root/etc/mosquitto/mosquitto.conf"
printf 'listener 1883 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location %s/var/lib/fastmqtt/\n' \
    "$root" >"$etc/fastmqtt.conf"
# A database of Mosquitto with nothing in it: its mark, a checksum that nobody looks at, format version 6.
printf '\x00\xb5\x00mosquitto db\x00\x00\x00\x00\x00\x00\x00\x06' >"$root/var/lib/mosquitto/mosquitto.db"

# What a broker has saved, and a copy of it.
"$binary" -c "$etc/fastmqtt.conf" 2>"$root/log" &
for _ in {1..100}; do
    ! grep -q running "$root/log" || break
    sleep 0.05
done
kill $!
wait $!
cp "$root/var/lib/fastmqtt/fastmqtt.db" "$root/backup/fastmqtt-2026-11-30.db"
