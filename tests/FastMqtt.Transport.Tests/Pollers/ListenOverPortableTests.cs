// The tests of listening over the runtime's sockets.

using FastMqtt.Transport.Portable;

namespace FastMqtt.Transport.Tests.Pollers;

public sealed class ListenOverPortableTests() : ListenTests(new PortableSockets());
