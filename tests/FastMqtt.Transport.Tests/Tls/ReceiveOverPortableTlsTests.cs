// The receive tests over TLS and the portable poller.

using FastMqtt.Transport.Tests.Connections;
using FastMqtt.Transport.Tests.Links;

namespace FastMqtt.Transport.Tests.Tls;

public sealed class ReceiveOverPortableTlsTests() : ReceiveTests(new PortableTlsLink());
