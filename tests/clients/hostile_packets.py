# The malformed and forbidden packets of hostile.py, each with the reason codes that are right for it.
# A row: name, protocol level, bytes before CONNACK or after it, codes. A close without a packet is always right.
from wire import connect, packet, properties, publish, string, subscribe, variable_length

MALFORMED, PROTOCOL = 0x81, 0x82
BAD = {MALFORMED, PROTOCOL}
BAD_NAME = {0x90, MALFORMED, PROTOCOL}


def first_packets():
    yield "HTTP request", 4, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", set()
    yield "TLS hello", 4, bytes.fromhex("160301020001 0001fc0303") + bytes(507), set()
    yield "zeros", 4, bytes(64), set()
    yield "ones", 4, b"\xff" * 64, set()
    yield "PUBLISH before CONNECT", 4, publish(4, "a"), set()
    yield "PINGREQ before CONNECT", 4, packet(0xC0), set()
    yield "CONNECT with a length of five bytes", 4, b"\x10\xff\xff\xff\xff\x7f" + bytes(32), set()
    yield "CONNECT with flags in the fixed header", 4, b"\x11" + connect()[1:], set()
    yield "CONNECT of unknown name", 4, connect(name="MQTX"), {1}
    yield "CONNECT of empty name", 4, connect(name=""), {1}
    yield "CONNECT of level 6", 4, connect(level=6), {1, 0x84}
    yield "CONNECT of level 255", 4, connect(level=255), {1, 0x84}
    for level in (4, 5):
        codes = BAD if level == 5 else set()
        version = " 5.0" if level == 5 else " 3.1.1"
        yield "CONNECT%s with the reserved flag" % version, level, connect(level, flags=0x03), codes
        yield "CONNECT%s with will QoS 3" % version, level, connect(level, flags=0x1E, rest=(
            properties(level) + string("w") + string("x"))), codes
        yield "CONNECT%s with will flags but no will" % version, level, connect(level, flags=0x2A), codes
        yield "CONNECT%s without its identifier" % version, level, packet(0x10, string("MQTT"), bytes(
            [level, 2, 0, 60]), properties(level)), codes
        yield "CONNECT%s with bytes behind its end" % version, level, connect(level, rest=b"left over"), codes
        yield "CONNECT%s with an identifier of bad UTF-8" % version, level, connect(
            level, identifier=b"\xc3\x28"), codes | ({0x85} if level == 5 else {2})
        yield "CONNECT%s with an identifier longer than the packet" % version, level, packet(0x10, string(
            "MQTT"), bytes([level, 2, 0, 60]), properties(level), b"\xff\xffabc"), codes
    yield "CONNECT 5.0 with a property of PUBLISH", 5, connect(5, data=b"\x23\x00\x01"), BAD
    yield "CONNECT 5.0 with an unknown property", 5, connect(5, data=b"\x7f\x00"), BAD
    yield "CONNECT 5.0 with a property twice", 5, connect(5, data=b"\x21\x00\x05\x21\x00\x06"), BAD
    yield "CONNECT 5.0 with Receive Maximum 0", 5, connect(5, data=b"\x21\x00\x00"), BAD
    yield "CONNECT 5.0 with Maximum Packet Size 0", 5, connect(5, data=b"\x27" + bytes(4)), BAD
    yield "CONNECT 5.0 with Authentication Data alone", 5, connect(5, data=b"\x16" + string("x")), BAD
    yield "CONNECT 5.0 with properties longer than the packet", 5, packet(0x10, string("MQTT"), bytes(
        [5, 2, 0, 60]), variable_length(2000), b"\x21"), BAD


def later_packets():
    for level in (4, 5):
        bad, name = (BAD, BAD_NAME) if level == 5 else (set(), set())
        version = " 5.0" if level == 5 else " 3.1.1"
        rows = (
            ("second CONNECT", connect(level), {PROTOCOL}),
            ("packet type 0", packet(0x00), bad),
            ("length of five bytes", b"\x30\xff\xff\xff\xff\x7f" + bytes(32), bad),
            ("PUBLISH at QoS 3", packet(0x36, string("a"), b"\0\1", properties(level)), bad),
            ("PUBLISH at QoS 0 with DUP", publish(level, "a", first=0x38), bad),
            ("PUBLISH with a wildcard", publish(level, "a/#"), name),
            ("PUBLISH with U+0000 in its topic", publish(level, "a\0b"), name),
            ("PUBLISH with a surrogate in its topic", publish(level, b"a\xed\xa0\x80"), name),
            ("PUBLISH without a topic", publish(level, ""), name),
            ("PUBLISH with packet identifier 0", publish(level, "a", qos=1, identifier=0), bad),
            ("PUBLISH with a topic longer than the packet", packet(0x30, b"\xff\xffa"), bad),
            ("SUBSCRIBE without flags", subscribe(level, "a", first=0x80), bad),
            ("SUBSCRIBE without a filter", packet(0x82, b"\0\1", properties(level)), bad),
            ("SUBSCRIBE with packet identifier 0", subscribe(level, "a", identifier=0), bad),
            ("SUBSCRIBE at QoS 3", subscribe(level, "a", options=3), bad),
            ("UNSUBSCRIBE without a filter", packet(0xA2, b"\0\1", properties(level)), bad),
            ("PUBREL without flags", packet(0x60, b"\0\1"), bad),
            ("PUBACK of one byte", packet(0x40, b"\0"), bad),
            ("CONNACK from a client", packet(0x20, b"\0\0", properties(level)), bad),
            ("SUBACK from a client", packet(0x90, b"\0\1", properties(level), b"\0"), bad),
            ("PINGRESP from a client", packet(0xD0), bad),
            ("PINGREQ with a body", packet(0xC0, b"x"), bad),
        )
        for row, data, codes in rows:
            yield row + version, level, data, codes if level == 5 else set()
    yield "AUTH 3.1.1", 4, packet(0xF0), set()
    yield "AUTH without a method 5.0", 5, packet(0xF0, b"\x18\0"), BAD | {0x8C}
    yield "Topic Alias 0 5.0", 5, publish(5, "a", data=b"\x23\0\0"), {0x94} | BAD
    yield "Topic Alias 65535 5.0", 5, publish(5, "a", data=b"\x23\xff\xff"), {0x94}
    yield "Topic Alias never set 5.0", 5, publish(5, "", data=b"\x23\0\1"), {0x94, PROTOCOL}
    yield "Subscription Identifier from a client 5.0", 5, publish(5, "a", data=b"\x0b\x01"), BAD
    yield "Subscription Identifier 0 5.0", 5, packet(
        0x82, b"\0\1", properties(5, b"\x0b\x00"), string("a"), b"\0"), BAD
    yield "Response Topic with a wildcard 5.0", 5, publish(5, "a", data=b"\x08" + string("b/#")), BAD_NAME
    yield "No Local on a shared subscription 5.0", 5, subscribe(5, "$share/g/a", options=4), BAD
    yield "Retain Handling 3 5.0", 5, subscribe(5, "a", options=0x30), BAD
    yield "DISCONNECT that sets an expiry after none 5.0", 5, packet(
        0xE0, b"\0", properties(5, b"\x11\0\0\0\x3c")), BAD
