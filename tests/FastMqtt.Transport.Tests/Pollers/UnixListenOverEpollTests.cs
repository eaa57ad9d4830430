// The tests of listening on unix sockets over the system's own sockets.

using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport.Tests.Pollers;

public sealed class UnixListenOverEpollTests() : UnixListenTests(new EpollSockets());
