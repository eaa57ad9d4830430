// The tests of pollers over the system's own sockets.

using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport.Tests.Pollers;

public sealed class PollerOverEpollTests() : PollerTests(new EpollSockets());
