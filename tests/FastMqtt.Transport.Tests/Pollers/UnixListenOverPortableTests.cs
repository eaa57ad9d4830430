// The tests of listening on unix sockets over the runtime's sockets.

using FastMqtt.Transport.Portable;

namespace FastMqtt.Transport.Tests.Pollers;

public sealed class UnixListenOverPortableTests() : UnixListenTests(new PortableSockets());
