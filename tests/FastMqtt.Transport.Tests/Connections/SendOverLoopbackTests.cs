// The send tests over real sockets.

using FastMqtt.Transport.Tests.Links;

namespace FastMqtt.Transport.Tests.Connections;

public sealed class SendOverLoopbackTests() : SendTests(new LoopbackLink());
