// The receive tests over TLS: a connection must not notice what it is carried by.

using FastMqtt.Transport.Tests.Connections;
using FastMqtt.Transport.Tests.Links;

namespace FastMqtt.Transport.Tests.Tls;

public sealed class ReceiveOverTlsTests() : ReceiveTests(new TlsLink());
