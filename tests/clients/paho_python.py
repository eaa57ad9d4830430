# Checks with Eclipse Paho for Python (Debian: python3-paho-mqtt). Started by run.sh: HOST PORT.
# `--victim HOST PORT VERSION TOPIC` is the client with a will that the will check kills.
import hashlib
import queue
import sys
import threading

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from harness import MIB, WAIT_SECONDS, Child, Failed, big_payload, check, expect, finish, unique

VERSIONS = {"3.1": mqtt.MQTTv31, "3.1.1": mqtt.MQTTv311, "5.0": mqtt.MQTTv5}
MESSAGES = 100


class Client:
    """Connected when built. Every call waits for the broker's answer; messages come out of a queue in order."""

    def __init__(self, version, identifier=None, clean=True, will=None):
        self.is5 = version == "5.0"
        old_style = {} if self.is5 else {"clean_session": clean}
        if hasattr(mqtt, "CallbackAPIVersion"):     # Paho 2 wants to be told which callbacks it gets
            old_style["callback_api_version"] = mqtt.CallbackAPIVersion.VERSION1
        self.paho = mqtt.Client(client_id=identifier or unique("py"), protocol=VERSIONS[version], **old_style)
        self.messages = queue.Queue()
        self.answers = queue.Queue()
        self.paho.on_message = lambda _c, _u, message: self.messages.put(message)
        self.paho.on_connect = lambda _c, _u, flags, code, *_: self.answers.put(("connect", int(getattr(
            code, "value", code)), flags["session present"]))
        self.paho.on_subscribe = lambda _c, _u, _m, granted, *_: self.answers.put(("subscribe", [
            int(getattr(g, "value", g)) for g in granted]))
        self.paho.on_disconnect = lambda *_: self.answers.put(("disconnect",))
        if will:
            self.paho.will_set(will, b"gone", 1)
        options = {}
        if self.is5:
            options = {"clean_start": clean, "properties": Properties(PacketTypes.CONNECT)}
            options["properties"].SessionExpiryInterval = 0 if clean else 60
        self.paho.connect(sys.argv[HOST_AT], int(sys.argv[HOST_AT + 1]), 30, **options)
        self.paho.loop_start()
        kind, code, self.session_present = self.answer("connect")
        expect(code, 0, "CONNACK")

    def answer(self, kind):
        try:
            answer = self.answers.get(timeout=WAIT_SECONDS)
        except queue.Empty:
            raise Failed("no answer to %s" % kind) from None
        expect(answer[0], kind, "the broker's answer")
        return answer

    def subscribe(self, topic, qos):
        self.paho.subscribe(topic, qos)
        expect(self.answer("subscribe")[1], [qos], "SUBACK")

    def publish(self, topic, payloads, qos, retain=False, properties=None):
        sent = [self.paho.publish(topic, payload, qos, retain, properties) for payload in payloads]
        for info in sent:
            info.wait_for_publish(WAIT_SECONDS)
            expect(info.is_published(), True, "acknowledged")

    def take(self, count):
        taken = []
        for _ in range(count):
            try:
                taken.append(self.messages.get(timeout=WAIT_SECONDS))
            except queue.Empty:
                raise Failed("%d of %d messages came" % (len(taken), count)) from None
        return taken

    def close(self):
        self.paho.disconnect()
        self.answer("disconnect")
        self.paho.loop_stop()


def facts(messages):
    return [(m.topic, m.qos, m.retain, m.payload) for m in messages]


def publish_subscribe(version, qos):
    topic = unique("t/é/")
    subscriber, publisher = Client(version), Client(version)
    subscriber.subscribe(topic, qos)
    payloads = [b"message %d" % i for i in range(MESSAGES)]
    publisher.publish(topic, payloads, qos)
    expect(facts(subscriber.take(MESSAGES)), [(topic, qos, False, p) for p in payloads], "messages")
    publisher.close()
    subscriber.close()


def retained(version):
    topic, publisher = unique("r/"), Client(version)
    publisher.publish(topic, [b"old", b"kept"], 1, retain=True)
    later = Client(version)
    later.subscribe(topic, 1)
    expect(facts(later.take(1)), [(topic, 1, True, b"kept")], "later subscriber")
    publisher.publish(topic, [b""], 1, retain=True)
    after = Client(version)
    after.subscribe(topic, 1)
    publisher.publish(topic, [b"live"], 1)
    expect(facts(after.take(1)), [(topic, 1, False, b"live")], "after the clear")
    for client in (publisher, later, after):
        client.close()


def will(version):
    topic, watcher = unique("will/"), Client(version)
    watcher.subscribe(topic, 1)
    victim = Child(sys.executable, __file__, "--victim", *sys.argv[1:3], version, topic)
    victim.wait_text("connected")
    victim.kill()
    expect(facts(watcher.take(1)), [(topic, 1, False, b"gone")], "will")
    watcher.close()


def session(version, qos):
    topic, identifier, publisher = unique("s/"), unique("id"), Client(version)
    first = Client(version, identifier, clean=False)
    first.subscribe(topic, qos)
    first.close()
    payloads = [b"queued %d" % i for i in range(10)]
    publisher.publish(topic, payloads, qos)
    second = Client(version, identifier, clean=False)
    if version != "3.1":        # MQTT 3.1 has no session present flag
        expect(bool(second.session_present), True, "session present")
    expect(facts(second.take(10)), [(topic, qos, False, p) for p in payloads], "queued messages")
    second.close()
    third = Client(version, identifier)
    expect(bool(third.session_present), False, "session present after a clean start")
    third.close()
    publisher.close()


def shared(version):
    topic, publisher = unique("sh/"), Client(version)
    members = [Client(version), Client(version)]
    everything = queue.Queue()
    for number, member in enumerate(members):
        member.paho.on_message = lambda _c, _u, message, n=number: everything.put((n, int(message.payload)))
        member.subscribe("$share/group/" + topic, 1)
    publisher.publish(topic, [b"%d" % i for i in range(MESSAGES)], 1)
    got = []
    for _ in range(MESSAGES):
        try:
            got.append(everything.get(timeout=WAIT_SECONDS))
        except queue.Empty:
            raise Failed("%d of %d messages came" % (len(got), MESSAGES)) from None
    expect(sorted(i for _, i in got), list(range(MESSAGES)), "messages of both members")
    expect({n for n, _ in got}, {0, 1}, "members that got any")
    for client in members + [publisher]:
        client.close()
    expect(everything.qsize(), 0, "messages beyond those")


def large(version):
    topic, payload, client = unique("big/"), big_payload(MIB), Client(version)
    client.subscribe(topic, 2)
    client.publish(topic, [payload], 2)
    got = client.take(1)[0].payload
    expect((len(got), hashlib.sha256(got).digest()), (MIB, hashlib.sha256(payload).digest()), "payload")
    client.close()


def properties():
    topic, client = unique("p/"), Client("5.0")
    client.subscribe(topic, 1)
    sent = Properties(PacketTypes.PUBLISH)
    sent.UserProperty = [("b", "1"), ("a", "2"), ("b", "3")]
    sent.ResponseTopic, sent.CorrelationData = "answer/here", b"\x00\xff42"
    sent.ContentType, sent.PayloadFormatIndicator = "text/plain", 1
    client.publish(topic, [b"text"], 1, properties=sent)
    got = client.take(1)[0].properties
    expect((got.UserProperty, got.ResponseTopic, got.CorrelationData, got.ContentType, got.PayloadFormatIndicator),
           (sent.UserProperty, "answer/here", b"\x00\xff42", "text/plain", 1), "properties")
    client.close()


def victim(version, topic):
    Client(version, will=topic)
    print("connected", flush=True)
    threading.Event().wait()


def main():
    for version in VERSIONS:
        name = "paho-python %s " % version
        for qos in range(3):
            check(name + "publish and subscribe at QoS %d" % qos, publish_subscribe, version, qos)
        check(name + "retained message: set, replaced, received later, cleared", retained, version)
        check(name + "will after kill -9", will, version)
        for qos in (1, 2):
            check(name + "session resumed with queued messages at QoS %d" % qos, session, version, qos)
        if version != "3.1":
            check(name + "shared subscription, two members", shared, version)
        check(name + "payload of 1 MiB", large, version)
    check("paho-python 5.0 user properties, response topic, correlation data, content type", properties)
    finish()


HOST_AT = 2 if sys.argv[1] == "--victim" else 1
if HOST_AT == 2:
    victim(*sys.argv[4:6])
else:
    main()
