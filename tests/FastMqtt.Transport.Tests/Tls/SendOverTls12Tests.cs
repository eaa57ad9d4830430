// The send tests over TLS 1.2.

using FastMqtt.Transport.Tests.Connections;
using FastMqtt.Transport.Tests.Links;

namespace FastMqtt.Transport.Tests.Tls;

public sealed class SendOverTls12Tests() : SendTests(new Tls12Link());
