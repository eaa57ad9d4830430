# Bad input against a running broker, loopback only, while a well-behaved pair of clients measures that it is served.
#   hostile.py HOST PORT [--pid PID] [--rss-mib N] [--latency-ms N] [--connect-seconds N]
# One line a check, `N passed, N failed` at the end, exit code 1 on a failure; bounded to 40 seconds on a sound broker.
import argparse
import multiprocessing
import random
import resource
import select
import sys
import threading
import time

import harness
from harness import Failed, check, expect
from hostile_packets import first_packets, later_packets
from wire import Link, connect, connected, packet, publish, string, subscribe, variable_length

KIB, MIB = 1024, 1024 * 1024
ANSWER_SECONDS = 3.0        # a bad packet is answered or its connection closed by then
SERVED_AT_LEAST = 50        # messages of the pair behind each figure, also when the attack was short
SEED = 20260101             # the random garbage is the same each time


def serve_pair(address, pipe):
    """A process of its own: publishes at QoS 1 and waits for PUBACK and delivery, for ever; reports when asked."""
    subscriber, publisher = connected(address), connected(address)
    topic = harness.unique("pair/")
    subscriber.send(subscribe(4, topic, 1))
    expect(subscriber.read(time.monotonic() + 5)[0], 0x90, "SUBACK of the pair")
    pipe.send("ready")
    served, worst, number = 0, 0.0, 0
    while True:
        number = number % 65535 + 1
        begin = time.monotonic()
        try:
            publisher.send(publish(4, topic, b"%064d" % number, 1, number))
            expect(publisher.read(begin + 5), (0x40, number.to_bytes(2, "big")), "PUBACK of the pair")
            first, body = subscriber.read(begin + 5)
            at = 2 + len(topic)
            expect((first, body[at + 2:]), (0x32, b"%064d" % number), "delivery to the pair")
            subscriber.send(packet(0x40, body[at:at + 2]))
        except (TimeoutError, Failed, TypeError) as error:
            pipe.send((served, 99.0, "%s: %s" % (type(error).__name__, error)))
            return
        served, worst = served + 1, max(worst, time.monotonic() - begin)
        if pipe.poll(0.002) and served >= SERVED_AT_LEAST:
            pipe.recv()
            pipe.send((served, worst, ""))
            served, worst = 0, 0.0


class Watch:
    """What must hold during every attack: the pair is served, the memory stays bounded."""

    def __init__(self, options, address):
        self.options = options
        self.pipe, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=serve_pair, args=(address, theirs), daemon=True)
        self.process.start()
        if not self.pipe.poll(10):
            raise Failed("the well-behaved pair cannot connect")
        self.pipe.recv()
        self.peak = 0
        if options.pid:
            threading.Thread(target=self._sample, daemon=True).start()

    def _sample(self):
        while True:
            self.peak = max(self.peak, self.resident())
            time.sleep(0.02)

    def resident(self):
        with open("/proc/%d/status" % self.options.pid, encoding="ascii") as status:
            return int(next(line for line in status if line.startswith("VmRSS")).split()[1]) * KIB

    def during(self, name, attack, *arguments):
        self.peak = 0
        check(name, attack, *arguments)
        self.pipe.send("report")
        served, worst, fault = self.pipe.recv() if self.pipe.poll(10) else (0, 99.0, "the pair is stuck")
        figures = "%d messages, worst %.0f ms" % (served, worst * 1000)
        check("%s: other clients were served (%s)" % (name, figures), self._served, fault, served, worst)
        if self.options.pid:
            peak = max(self.peak, self.resident())
            check("%s: memory stayed bounded (peak %d MiB)" % (name, peak // MIB), self._bounded, peak)

    def _served(self, fault, served, worst):
        if fault or served == 0 or worst * 1000 > self.options.latency_ms:
            raise Failed(fault or "the bound is %d ms" % self.options.latency_ms)

    def _bounded(self, peak):
        if peak > self.options.rss_mib * MIB:
            raise Failed("the bound is %d MiB" % self.options.rss_mib)


def end_of(link, level, deadline):
    """The code the broker gave before it closed: None for a close alone. Fails when it does not close."""
    code = None
    while True:
        try:
            got = link.read(deadline)
        except TimeoutError:
            raise Failed("neither answered nor closed" if code is None else "code 0x%02x, not closed" % code) from None
        if got is None:
            return code
        first, body = got
        if first == 0x20 and body[1] != 0:
            code = body[1]
        elif first == 0xE0:
            if level == 4:
                raise Failed("DISCONNECT to a 3.1.1 client")
            code = body[0] if body else 0


def bad_packets(address):
    """All rows at once, so that a broker that answers none of them costs one time-out."""
    rows = [(row, False) for row in first_packets()] + [(row, True) for row in later_packets()]
    links = []
    for (_, level, data, _), after in rows:
        link = connected(address, level) if after else Link(address)
        link.send(data)
        links.append(link)
    deadline = time.monotonic() + ANSWER_SECONDS
    for ((name, level, _, codes), _), link in zip(rows, links):
        def ends():
            code = end_of(link, level, deadline)
            if code is not None and code not in codes:
                wanted = ["0x%02x" % c for c in sorted(codes)]
                raise Failed("code 0x%02x, wanted a close%s" % (code, " or one of %s" % wanted if wanted else ""))
        check("refused: " + name, ends)
        link.close()


def garbage(address):
    source = random.Random(SEED)
    links = []
    for _ in range(100):
        link = Link(address)
        # Not CONNECT, whose announced rest might rightly be waited for.
        link.send(bytes([source.choice([x for x in range(256) if x >> 4 != 1])]) + source.randbytes(300))
        links.append(link)
    deadline = time.monotonic() + ANSWER_SECONDS
    for link in links:
        end_of(link, 5, deadline)


def half_packets(address):
    whole = connect(4)
    halves = [Link(address) for _ in range(200)]
    for link in halves:
        link.send(whole[:7])
    inside = [connected(address) for _ in range(100)]
    message = publish(4, harness.unique("half/"), bytes(20 * KIB), 1)
    for link in inside:
        link.send(message[:-1])
    time.sleep(0.3)
    for link in halves:
        link.send(whole[7:])
    for link in inside:
        link.send(message[-1:])
    deadline = time.monotonic() + ANSWER_SECONDS
    expect({link.read(deadline)[0] for link in halves}, {0x20}, "answers to the second halves of CONNECT")
    expect({link.read(deadline)[0] for link in inside}, {0x40}, "answers to the second halves of PUBLISH")
    for link in halves + inside:
        link.close()


def announced(address, count=200):
    """The largest length there is, and a few bytes: memory must follow what arrived, not what was announced."""
    links = [Link(address) for _ in range(count // 2)]
    for link in links:
        link.send(b"\x10\xff\xff\xff\x7f" + string("MQTT") + b"\x04\x02\0\x3c")
    inside = [connected(address, 4) for _ in range(count // 2)]
    for link in inside:
        link.send(b"\x30\xff\xff\xff\x7f" + string("announced") + bytes(KIB))
    time.sleep(1)
    for link in links + inside:
        link.close()


def unfinished_first_packet(address):
    """A client that nobody has admitted yet: what it may make the broker keep has to be small."""
    links = [Link(address) for _ in range(200)]
    for link in links:
        link.send(b"\x10" + variable_length(1_950_000) + string("MQTT") + b"\x04\x02\0\x3c")
        flood(link, bytes(64 * KIB), 1_900_000, 1, reads=False)
    for link in links:
        link.close()


def deep_topics(address):
    deep = ("a/" * 10_000, "/" * 65_535, "+/" * 10_000 + "#", "a/" * 10_000 + "#")
    links = []
    for number in range(20):
        link = connected(address, 5)
        for identifier, topic in enumerate(deep, 1):
            link.send(subscribe(5, (str(number) + topic)[:65_535], 0, identifier))
        link.send(publish(5, str(number) + deep[0], b"x", 1, 9))
        links.append(link)
    deadline = time.monotonic() + ANSWER_SECONDS
    for link in links:
        try:
            while True:     # each packet has its answer; DISCONNECT or a close is one too
                got = link.read(deadline)
                if got is None or got[0] in (0xE0, 0x40):
                    break
        except TimeoutError:
            raise Failed("a deep topic was not answered") from None
        finally:
            link.close()


def flood(link, data, total, seconds, reads=True):
    """Sends data again and again, `total` bytes at most; returns what went out and what came back (first bytes)."""
    sent, back, view, at = 0, [], memoryview(data), 0
    link.socket.setblocking(False)
    deadline = time.monotonic() + seconds
    try:
        while sent < total and time.monotonic() < deadline:
            readable, writable, _ = select.select([link.socket] if reads else [], [link.socket], [], 0.1)
            if readable:
                got = link.socket.recv(1 << 18)
                if not got:
                    break
                back.append(len(got))
            if writable:
                count = link.socket.send(view[at:])
                sent, at = sent + count, (at + count) % len(data)
        while at and time.monotonic() < deadline:       # the last packet is a whole one
            select.select([], [link.socket], [], 0.1)
            try:
                at = (at + link.socket.send(view[at:])) % len(data)
            except BlockingIOError:
                pass
    except ConnectionError:
        pass
    return sent, sum(back)


def drain(link, topic):
    """What a subscriber that wakes up late reads: whole packets of its topic, or the end."""
    deadline = time.monotonic() + 3
    while True:
        try:
            got = link.read(min(deadline, time.monotonic() + 0.5))
        except TimeoutError:
            return
        if got is None or got[0] == 0xE0 or time.monotonic() > deadline:
            return
        if got[0] >> 4 != 3 or got[1][2:2 + len(topic)] != topic.encode():
            raise Failed("not a PUBLISH of the flood: 0x%02x" % got[0])


def slow_subscriber(address, qos):
    topic, total, size = harness.unique("flood/"), 48 * MIB, 16 * KIB
    slow = connected(address, receive_buffer=4 * KIB)
    slow.send(subscribe(4, topic, qos))
    expect(slow.read(time.monotonic() + 5)[0], 0x90, "SUBACK")
    publisher = connected(address)
    begin = time.monotonic()
    if qos == 0:
        sent, _ = flood(publisher, publish(4, topic, bytes(size)), total, 8)
        if sent < total:
            raise Failed("the publisher was held up: %d of %d MiB in 8 s" % (sent // MIB, total // MIB))
    else:
        window = 10
        for first in range(1, total // size // 2, window):
            burst = range(first, first + window)
            publisher.send(b"".join(publish(4, topic, bytes(size), 1, identifier) for identifier in burst))
            for identifier in burst:
                expect(publisher.read(begin + 8), (0x40, identifier.to_bytes(2, "big")), "PUBACK")
    publisher.send(packet(0xC0))
    try:
        expect(publisher.read(begin + 10), (0xD0, b""), "PINGRESP after the flood")
    except TimeoutError:
        raise Failed("the publisher was held up: no PINGRESP within 10 s") from None
    drain(slow, topic)
    slow.close()
    publisher.close()


def deaf_publisher(address, data, total):
    """It never reads. The broker may stop reading it or close it; it may not keep what it cannot send without bound."""
    link = connected(address, receive_buffer=4 * KIB)
    flood(link, data, total, 2, reads=False)
    link.close()


def silent_connections(address, count, keep):
    keep.extend(Link(address) for _ in range(count))
    link = connected(address)
    link.send(packet(0xC0))
    expect(link.read(time.monotonic() + ANSWER_SECONDS), (0xD0, b""), "a new client's PINGRESP")
    link.close()


def silent_are_closed(links, since, seconds):
    deadline = since + seconds + 2
    for link in links:
        end_of(link, 4, deadline)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("--pid", type=int, help="the broker's process: its resident memory is checked")
    parser.add_argument("--rss-mib", type=int, default=256, help="bound of the resident memory")
    parser.add_argument("--latency-ms", type=int, default=1000, help="bound of the pair's slowest message")
    parser.add_argument("--connect-seconds", type=int, default=0, help="the broker's connect time-out, to be checked")
    options = parser.parse_args()
    if options.host != "localhost" and not options.host.startswith("127."):
        sys.exit("hostile.py: loopback addresses only")
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    address = (options.host, options.port)
    watch = Watch(options, address)
    silent, since = [], time.monotonic()
    watch.during("500 connections that never send CONNECT", silent_connections, address, 500, silent)
    watch.during("random garbage on 100 connections", garbage, address)
    watch.during("malformed and forbidden packets", bad_packets, address)
    watch.during("half packets on 300 connections", half_packets, address)
    watch.during("256 MiB announced on 200 connections", announced, address)
    watch.during("topics of 10,000 levels", deep_topics, address)
    watch.during("a subscriber that never reads, QoS 0", slow_subscriber, address, 0)
    watch.during("a subscriber that never reads, QoS 1", slow_subscriber, address, 1)
    acks = b"".join(publish(4, "deaf", b"x", 1, identifier) for identifier in range(1, 5000))
    watch.during("a publisher that never reads its PUBACKs", deaf_publisher, address, acks, 48 * MIB)
    watch.during("a client that never reads its PINGRESPs", deaf_publisher, address, packet(0xC0) * 5000, 24 * MIB)
    watch.during("a client that never reads its SUBACKs", deaf_publisher, address, subscribe(4, "deaf/filter") * 5000,
                 24 * MIB)
    watch.during("1.9 MB of an endless CONNECT on 200 connections", unfinished_first_packet, address)
    if options.connect_seconds:
        check("connections without CONNECT are closed", silent_are_closed, silent, since, options.connect_seconds)
    watch.process.kill()
    print("%d passed, %d failed" % (harness.passes, harness.failures))
    harness.finish()


if __name__ == "__main__":
    main()
