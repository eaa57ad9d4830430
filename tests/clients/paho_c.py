# Checks with the example programs of Eclipse Paho for C (Debian: paho.mqtt.c-examples): paho_c_pub and paho_c_sub use
# its asynchronous library, paho_cs_pub and paho_cs_sub the synchronous one. Started by run.sh: HOST PORT.
# Their options cannot keep a session (always clean, or no expiry interval): a resumed session is not among the checks.
import hashlib
import os
import re
import sys
import tempfile

from harness import MIB, Child, big_payload, check, expect, finish, unique

HOST, PORT = sys.argv[1], sys.argv[2]
VERSIONS = {"3.1": "31", "3.1.1": "311", "5.0": "5"}
LIBRARIES = {"paho-c async": "paho_c", "paho-c sync": "paho_cs"}


def tool(library, kind, version, topic, qos, *arguments):
    # The programs write messages through a buffer of their own; the protocol trace tells when SUBACK came.
    return Child("stdbuf", "-oL", "-eL", "%s_%s" % (LIBRARIES[library], kind), "-h", HOST, "-p", PORT,
                 "-i", unique("pc"), "-V", VERSIONS[version], "-t", topic, "-q", str(qos), *arguments)


def publish(library, version, topic, qos, *arguments):
    tool(library, "pub", version, topic, qos, *arguments).wait_exit()


class Subscriber:
    """A subscriber after its SUBACK. A message's line is (length, topic, tab,) payload; the trace tells its flags."""

    def __init__(self, library, version, topic, qos=1, *arguments):
        self.child = tool(library, "sub", version, topic, qos, "--verbose", "--trace", "protocol", *arguments)
        self.child.wait_text("<- SUBACK")

    def messages(self):
        return [match.group(1) for match in (re.match(r"(?:\d+ )?[^\t ]+\t(.*)", x) for x in self.child.lines) if match]

    def flags(self, count=1):
        # The trace comes through another pipe than the messages: it may be read later.
        self.child.wait_for(lambda _: len(self._flags()) >= count, "%d messages in the trace" % count)
        return self._flags()

    def _flags(self):
        return [match.group(1, 2) for match in (
            re.search(r"<- PUBLISH msgid: \d+ qos: (\d) retained: (\d)", x) for x in self.child.lines) if match]

    def wait(self, count):
        self.child.wait_for(lambda _: len(self.messages()) >= count, "%d messages" % count)
        return self.messages()


def publish_subscribe(version, qos):
    topic = unique("t/")
    subscribers = [Subscriber(library, version, topic, qos) for library in LIBRARIES]
    for library in LIBRARIES:
        publish(library, version, topic, qos, "-m", "from " + library)
    for subscriber in subscribers:
        expect(subscriber.wait(2), ["from " + library for library in LIBRARIES], subscriber.child.name)
        expect(subscriber.flags(2), [(str(qos), "0")] * 2, "QoS and retain")


def retained(library, version):
    topic = unique("r/")
    publish(library, version, topic, 1, "-r", "-m", "kept")
    later = Subscriber(library, version, topic)
    expect((later.wait(1), later.flags()), (["kept"], [("1", "1")]), "later subscriber")
    publish(library, version, topic, 1, "-r", "-n")
    after = Subscriber(library, version, topic)
    publish(library, version, topic, 1, "-m", "live")
    expect((after.wait(1), after.flags()), (["live"], [("1", "0")]), "after the clear")


def will(library, version):
    topic = unique("will/")
    watcher = Subscriber(library, version, topic)
    victim = Subscriber(library, version, unique("x/"), 1,
                        "--will-topic", topic, "--will-payload", "gone", "--will-qos", "1")
    victim.child.kill()
    expect(watcher.wait(1), ["gone"], "will")


def shared(library, version):
    topic, total = unique("sh/"), 8
    members = [Subscriber(library, version, "$share/group/" + topic) for _ in range(2)]
    publishers = [tool(library, "pub", version, topic, 1, "-m", "message %d" % i) for i in range(total)]
    for publisher in publishers:
        publisher.wait_exit()
    for member in members:
        member.child.wait_for(lambda _: sum(len(m.messages()) for m in members) >= total, "%d messages in all" % total)
    got = sorted(x for m in members for x in m.messages())
    expect(got, ["message %d" % i for i in range(total)], "messages of both members")


def large(library, version):
    topic, payload = unique("big/"), big_payload(MIB)
    subscriber = Subscriber(library, version, topic, 2)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "payload")
        with open(path, "wb") as file:
            file.write(payload)
        publish(library, version, topic, 2, "-f", path)
    got = subscriber.wait(1)[0].encode()
    expect((len(got), hashlib.sha256(got).hexdigest()), (MIB, hashlib.sha256(payload).hexdigest()), "payload")


def properties(library):
    topic = unique("p/")
    subscriber = Subscriber(library, "5.0", topic)
    publish(library, "5.0", topic, 1, "-m", "text", "--user-property", "name", "value", "--message-expiry", "60")
    expect(subscriber.wait(1), ["text"], "message")
    subscriber.child.wait_text("key name value value")


def main():
    for version in VERSIONS:
        for qos in range(3):
            check("paho-c %s each library to each at QoS %d" % (version, qos), publish_subscribe, version, qos)
        for library in LIBRARIES:
            name = "%s %s " % (library, version)
            check(name + "retained message: set, received later, cleared", retained, library, version)
            check(name + "will after kill -9", will, library, version)
            if version != "3.1":
                check(name + "shared subscription, two members", shared, library, version)
            check(name + "payload of 1 MiB", large, library, version)
    for library in LIBRARIES:
        check(library + " 5.0 user property", properties, library)
    finish()


main()
