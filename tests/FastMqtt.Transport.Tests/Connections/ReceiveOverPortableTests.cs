// The receive tests over the portable poller.

using FastMqtt.Transport.Tests.Links;

namespace FastMqtt.Transport.Tests.Connections;

public sealed class ReceiveOverPortableTests() : ReceiveTests(new PortableLink());
