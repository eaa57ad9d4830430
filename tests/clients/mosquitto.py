# Checks with mosquitto_pub, mosquitto_sub and mosquitto_rr (Debian: mosquitto-clients). Started by run.sh: HOST PORT.
import hashlib
import os
import sys
import tempfile

from harness import MIB, Child, big_payload, check, expect, finish, unique

HOST, PORT = sys.argv[1], sys.argv[2]
VERSIONS = {"3.1": "mqttv31", "3.1.1": "mqttv311", "5.0": "mqttv5"}
LINES = 100


def tool(name, version, *arguments, stdin=None):
    # stdbuf: into a pipe the tools would keep the line "Subscribed" until their buffer is full.
    return Child("stdbuf", "-oL", "mosquitto_" + name, "-h", HOST, "-p", PORT, "-V", VERSIONS[version], *arguments,
                 stdin=stdin)


def publish(version, topic, *arguments, stdin=None):
    tool("pub", version, "-t", topic, *arguments, stdin=stdin).wait_exit()


class Subscriber:
    """mosquitto_sub with its debug lines: they tell when SUBACK came. Messages are lines that start with MSG."""

    def __init__(self, version, *arguments, fields="%t %q %r %p", wait=True):
        self.child = tool("sub", version, "-d", "-F", "MSG " + fields, *arguments)
        if wait:
            self.child.wait_text("Subscribed (mid: 1)")

    def messages(self):
        return [line[4:] for line in self.child.lines if line.startswith("MSG ")]

    def wait(self, count):
        self.child.wait_for(lambda lines: len(self.messages()) >= count, "%d messages" % count)
        return self.messages()


def publish_subscribe(version, qos):
    topic = unique("t/")
    wanted = ["%s %d 0 line %d é" % (topic, qos, i) for i in range(LINES)]
    subscriber = Subscriber(version, "-t", topic, "-q", str(qos))
    publish(version, topic, "-q", str(qos), "-l", stdin="".join("line %d é\n" % i for i in range(LINES)).encode())
    expect(subscriber.wait(LINES), wanted, "messages")


def wildcards(version):
    base = unique("w/")
    subscriber = Subscriber(version, "-t", base + "/+/b", "-t", base + "/c/#")
    for name in ("/x/b", "/x/y/b", "/c", "/c/d/e", "/end/b"):
        publish(version, base + name, "-m", "x", "-q", "1")
    expect([m.split()[0] for m in subscriber.wait(4)], [base + n for n in ("/x/b", "/c", "/c/d/e", "/end/b")], "topics")


def retained(version):
    topic = unique("r/")
    publish(version, topic, "-m", "old", "-r", "-q", "1")
    publish(version, topic, "-m", "kept", "-r", "-q", "1")
    expect(Subscriber(version, "-t", topic, "-q", "1").wait(1), [topic + " 1 1 kept"], "later subscriber")
    publish(version, topic, "-n", "-r", "-q", "1")
    cleared = Subscriber(version, "-t", topic, "-q", "1")
    publish(version, topic, "-m", "live", "-q", "1")
    expect(cleared.wait(1), [topic + " 1 0 live"], "after the clear")


def will(version):
    topic = unique("will/")
    watcher = Subscriber(version, "-t", topic, "-q", "1")
    victim = Subscriber(version, "-t", unique("x/"), "--will-topic", topic, "--will-payload", "gone", "--will-qos", "1")
    victim.child.kill()
    expect(watcher.wait(1), [topic + " 1 0 gone"], "will")


def no_will(version):
    topic = unique("will/")
    watcher = Subscriber(version, "-t", topic, "-q", "1")
    tool("sub", version, "-E", "-t", unique("x/"), "--will-topic", topic, "--will-payload", "gone").wait_exit()
    publish(version, topic, "-m", "marker", "-q", "1")
    expect(watcher.wait(1), [topic + " 1 0 marker"], "messages after a normal disconnect")


def session(version, qos):
    topic, identifier = unique("s/"), unique("id")
    name = ("-i", identifier, "-t", topic, "-q", str(qos))
    tool("sub", version, "-c", "-E", *name).wait_exit()
    for i in range(5):
        publish(version, topic, "-q", str(qos), "-m", str(i))
    resumed = Subscriber(version, "-c", *name, "-C", "5", wait=False)
    expect(resumed.wait(5), ["%s %d 0 %d" % (topic, qos, i) for i in range(5)], "queued messages")
    resumed.child.wait_exit()
    tool("sub", version, "-E", *name).wait_exit()     # a clean session: leaves nothing behind


def shared(version):
    topic = unique("sh/")
    members = [Subscriber(version, "-t", "$share/group/" + topic, "-q", "1", fields="%p") for _ in range(2)]
    total = 60
    publish(version, topic, "-q", "1", "-l", stdin="".join("%d\n" % i for i in range(total)).encode())

    def all_there(_):
        return sum(len(m.messages()) for m in members) >= total
    for member in members:      # whichever is last wakes the wait; both see the same sum
        member.child.wait_for(all_there, "%d messages in all" % total)
    expect(sorted(int(x) for m in members for x in m.messages()), list(range(total)), "messages of both members")
    expect([m.messages() == [] for m in members], [False, False], "idle members")


def large(version):
    topic, payload = unique("big/"), big_payload(MIB)
    subscriber = Subscriber(version, "-t", topic, "-q", "1", fields="%p")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "payload")
        with open(path, "wb") as file:
            file.write(payload)
        publish(version, topic, "-q", "1", "-f", path)
    got = subscriber.wait(1)[0].encode()
    expect((len(got), hashlib.sha256(got).hexdigest()), (MIB, hashlib.sha256(payload).hexdigest()), "payload")


def properties():
    topic = unique("p/")
    subscriber = Subscriber("5.0", "-t", topic, "-q", "1", fields="%P|%R|%D|%C|%p")
    publish("5.0", topic, "-q", "1", "-m", "text",
            "-D", "PUBLISH", "user-property", "b", "1", "-D", "PUBLISH", "user-property", "a", "2",
            "-D", "PUBLISH", "user-property", "b", "3", "-D", "PUBLISH", "response-topic", "answer/here",
            "-D", "PUBLISH", "correlation-data", "42", "-D", "PUBLISH", "content-type", "text/plain")
    expect(subscriber.wait(1), ["b:1 a:2 b:3|answer/here|42|text/plain|text"], "properties")


def request_response():
    topic, answer = unique("rr/"), unique("answer/")
    responder = Subscriber("5.0", "-t", topic, fields="%R %D %p")
    requester = tool("rr", "5.0", "-t", topic, "-e", answer, "-m", "ping", "-D", "PUBLISH", "correlation-data", "c7")
    expect(responder.wait(1), [answer + " c7 ping"], "request")
    publish("5.0", answer, "-m", "pong", "-D", "PUBLISH", "correlation-data", "c7")
    requester.wait_exit()
    expect(requester.lines, ["pong"], "response")


def main():
    for version in VERSIONS:
        name = "mosquitto %s " % version
        for qos in range(3):
            check(name + "publish and subscribe at QoS %d" % qos, publish_subscribe, version, qos)
        check(name + "wildcards", wildcards, version)
        check(name + "retained message: set, replaced, received later, cleared", retained, version)
        check(name + "will after kill -9", will, version)
        check(name + "no will after a normal disconnect", no_will, version)
        for qos in (1, 2):
            check(name + "session resumed with queued messages at QoS %d" % qos, session, version, qos)
        if version != "3.1":
            check(name + "shared subscription, two members", shared, version)
        check(name + "payload of 1 MiB", large, version)
    check("mosquitto 5.0 user properties, response topic, correlation data, content type", properties)
    check("mosquitto 5.0 request and response (mosquitto_rr)", request_response)
    finish()


main()
