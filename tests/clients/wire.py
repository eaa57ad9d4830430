# MQTT packets as bytes, right and wrong ones, and a socket that reads packets. For hostile.py; checks nothing itself.
import socket
import time


def string(text):
    data = text if isinstance(text, bytes) else text.encode()
    return len(data).to_bytes(2, "big") + data


def variable_length(number):
    encoded = bytearray()
    while True:
        encoded.append(number % 128 | (0x80 if number > 127 else 0))
        number //= 128
        if number == 0:
            return bytes(encoded)


def packet(first, *parts):
    body = b"".join(parts)
    return bytes([first]) + variable_length(len(body)) + body


def properties(level, data=b""):
    return variable_length(len(data)) + data if level == 5 else b""


def connect(level=4, identifier="", flags=0x02, name="MQTT", data=b"", rest=b""):
    return packet(0x10, string(name), bytes([level, flags, 0, 60]), properties(level, data), string(identifier), rest)


def publish(level, topic, payload=b"", qos=0, identifier=1, data=b"", first=None):
    return packet(0x30 | qos << 1 if first is None else first, string(topic),
                  identifier.to_bytes(2, "big") if qos else b"", properties(level, data), payload)


def subscribe(level, topic_filter, options=0, identifier=1, first=0x82):
    return packet(first, identifier.to_bytes(2, "big"), properties(level), string(topic_filter), bytes([options]))


class Link:
    """A connection that reads whole packets: (first byte, body), or None once the broker has closed."""

    def __init__(self, address, receive_buffer=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(5)
        self.socket.connect(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray()

    def send(self, data):
        """False when the broker has closed: it may do so before all was sent."""
        try:
            self.socket.sendall(data)
            return True
        except ConnectionError:
            return False

    def _frame(self):
        length = shift = 0
        for position in range(1, min(len(self.buffer), 5)):
            length |= (self.buffer[position] & 0x7F) << shift
            shift += 7
            if self.buffer[position] < 0x80:
                end = position + 1 + length
                if len(self.buffer) < end:
                    return None
                frame = self.buffer[0], bytes(self.buffer[position + 1:end])
                del self.buffer[:end]
                return frame
        return None

    def read(self, deadline):
        """Raises TimeoutError when neither a packet nor the end has come by then."""
        while True:
            frame = self._frame()
            if frame:
                return frame
            self.socket.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                data = self.socket.recv(1 << 18)
            except ConnectionError:
                return None
            if not data:
                return None
            self.buffer += data

    def close(self):
        self.socket.close()


def connected(address, level=4, receive_buffer=None, seconds=5):
    link = Link(address, receive_buffer)
    link.send(connect(level))
    answer = link.read(time.monotonic() + seconds)
    if answer is None or answer[0] != 0x20 or answer[1][1] != 0:
        raise ConnectionError("CONNECT was answered with %r" % (answer,))
    return link
