// The tests of pollers over the runtime's sockets.

using FastMqtt.Transport.Portable;

namespace FastMqtt.Transport.Tests.Pollers;

public sealed class PollerOverPortableTests() : PollerTests(new PortableSockets());
