# What the Python drivers share: a child process whose output lines are waited for, the report of checks, payloads.
# Owns every child it starts and kills them after each check and at exit. Knows no client.
import atexit
import hashlib
import os
import signal
import subprocess
import sys
import threading
import time

WAIT_SECONDS = 10.0     # longest wait for one thing; a healthy broker answers within milliseconds
MIB = 1024 * 1024

children = []
passes = 0
failures = 0
serial = 0


class Failed(Exception):
    """A check did not hold; the text is the reason that is printed."""


class Child:
    """A process. `lines` collects what it writes to stdout and stderr, in order of arrival."""

    def __init__(self, *command, stdin=None):
        self.name = os.path.basename(command[2] if command[0] == "stdbuf" else command[0])
        self.lines = []
        self.changed = threading.Condition()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        children.append(self)
        self.readers = [threading.Thread(target=self._read, args=(pipe,), daemon=True)
                        for pipe in (self.process.stdout, self.process.stderr)]
        for reader in self.readers:
            reader.start()
        if stdin is not None:
            self.process.stdin.write(stdin)
            self.process.stdin.close()

    def _read(self, pipe):
        for line in pipe:
            with self.changed:
                self.lines.append(line.rstrip(b"\r\n").decode("utf-8", "replace"))
                self.changed.notify_all()
        with self.changed:
            self.changed.notify_all()

    def wait_for(self, condition, what, seconds=WAIT_SECONDS):
        """Returns the first true value of condition(lines); fails when the time or the process is over."""
        end = time.monotonic() + seconds
        with self.changed:
            while True:
                value = condition(self.lines)
                if value:
                    return value
                over = not any(reader.is_alive() for reader in self.readers)
                if over or not self.changed.wait(min(0.1, max(0.0, end - time.monotonic()))):
                    if over or time.monotonic() >= end:
                        raise Failed("%s: no %s; last line: %.200s" % (self.name, what, (self.lines or ["none"])[-1]))

    def wait_text(self, text):
        self.wait_for(lambda lines: any(text in line for line in lines), repr(text))

    def wait_exit(self, seconds=WAIT_SECONDS):
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failed("%s does not end; last line: %.200s" % (self.name, (self.lines or ["none"])[-1])) from None
        for reader in self.readers:
            reader.join(seconds)
        if self.process.returncode != 0:
            raise Failed("%s ended with %d: %.200s" % (self.name, self.process.returncode, " | ".join(self.lines)))

    def kill(self):
        """kill -9: the client has no time to say goodbye."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def kill_children():
    while children:
        children.pop().kill()


def unique(prefix=""):
    """A name no other run uses; short, because MQTT 3.1 promises only 23 characters for a client identifier."""
    global serial
    serial += 1
    return "%s%x-%d" % (prefix, os.getpid(), serial)


def big_payload(size=MIB):
    """Printable and without line ends, so that every client can show it; the same bytes each time."""
    text = bytearray()
    block = b"FastMqtt"
    while len(text) < size:
        block = hashlib.sha256(block).hexdigest().encode()
        text += block
    return bytes(text[:size])


def expect(actual, wanted, what):
    if actual != wanted:
        raise Failed("%s: got %.300r, wanted %.300r" % (what, actual, wanted))


def check(name, function, *arguments):
    global passes, failures
    try:
        function(*arguments)
        passes += 1
        print("ok %s" % name, flush=True)
    except Exception as error:      # the report is the purpose: any fault of a check is one FAIL line
        failures += 1
        print("FAIL %s: %s: %s" % (name, type(error).__name__, str(error).replace("\n", " | ")), flush=True)
    finally:
        kill_children()


def finish():
    kill_children()
    sys.stdout.flush()
    os._exit(1 if failures else 0)      # a hanging client thread must not keep the driver alive


atexit.register(kill_children)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
