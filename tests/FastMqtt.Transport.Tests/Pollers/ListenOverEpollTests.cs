// The tests of listening over the system's own sockets.

using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport.Tests.Pollers;

public sealed class ListenOverEpollTests() : ListenTests(new EpollSockets());
