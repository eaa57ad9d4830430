#!/usr/bin/env python3
"""start_time.py BINARY PORT: microseconds from before the process exists to the fourth byte of its CONNACK.

Not in the shell, whose own forks take longer than the broker on a slow machine.
"""
import socket
import subprocess
import sys
import time

CONNECT = bytes([0x10, 12, 0, 4]) + b"MQTT" + bytes([4, 2, 0, 60, 0, 0])
LIMIT = 10


def connect(port, end):
    while time.monotonic() < end:
        try:
            return socket.create_connection(("127.0.0.1", port), 1)
        except ConnectionRefusedError:
            time.sleep(0.0002)
    sys.exit("start_time.py: nobody listens")


def main(binary, port):
    begin = time.monotonic()
    broker = subprocess.Popen([binary, "-p", str(port)], stderr=subprocess.DEVNULL)
    try:
        with connect(port, begin + LIMIT) as client:
            client.settimeout(LIMIT)
            client.sendall(CONNECT)
            answer = client.recv(4, socket.MSG_WAITALL)
            elapsed = time.monotonic() - begin
    finally:
        broker.terminate()
        broker.wait(LIMIT)
    if answer != bytes([0x20, 2, 0, 0]):
        sys.exit(f"start_time.py: the answer is {answer.hex()}")
    print(int(elapsed * 1_000_000))


main(sys.argv[1], int(sys.argv[2]))
