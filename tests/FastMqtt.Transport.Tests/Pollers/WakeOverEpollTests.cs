// The tests of wake-ups over the system's own sockets.

using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport.Tests.Pollers;

public sealed class WakeOverEpollTests() : WakeTests(new EpollSockets());
