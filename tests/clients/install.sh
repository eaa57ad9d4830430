#!/bin/bash
# Fetches the one npm package the client checks need (MQTT.js) into tests/clients/node_modules, pinned by the lock file.
# The Debian packages (mosquitto-clients, python3-paho-mqtt, paho.mqtt.c-examples, nodejs) are the caller's job.
set -euo pipefail
cd "$(dirname "$0")"
command -v npm >/dev/null || { echo "install.sh: npm is missing (Debian package npm or nodejs)" >&2; exit 2; }
npm ci --omit-lockfile-registry-resolved=true --no-audit --no-fund --loglevel=error
