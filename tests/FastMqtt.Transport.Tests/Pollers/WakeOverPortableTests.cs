// The tests of wake-ups over the runtime's sockets.

using FastMqtt.Transport.Portable;

namespace FastMqtt.Transport.Tests.Pollers;

public sealed class WakeOverPortableTests() : WakeTests(new PortableSockets());
