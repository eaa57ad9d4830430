// The tests of peeking over the system's own sockets.

using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport.Tests.Pollers;

public sealed class PeekOverEpollTests() : PeekTests(new EpollSockets());
