// The receive tests over real sockets.

using FastMqtt.Transport.Tests.Links;

namespace FastMqtt.Transport.Tests.Connections;

public sealed class ReceiveOverLoopbackTests() : ReceiveTests(new LoopbackLink());
