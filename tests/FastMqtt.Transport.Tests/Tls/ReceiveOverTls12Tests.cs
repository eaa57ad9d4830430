// The receive tests over TLS 1.2.

using FastMqtt.Transport.Tests.Connections;
using FastMqtt.Transport.Tests.Links;

namespace FastMqtt.Transport.Tests.Tls;

public sealed class ReceiveOverTls12Tests() : ReceiveTests(new Tls12Link());
