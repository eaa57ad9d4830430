// The tests of peeking over the runtime's sockets.

using FastMqtt.Transport.Portable;

namespace FastMqtt.Transport.Tests.Pollers;

public sealed class PeekOverPortableTests() : PeekTests(new PortableSockets());
