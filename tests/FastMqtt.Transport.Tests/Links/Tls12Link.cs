// The same with TLS 1.2.

using FastMqtt.Transport.Tls;

namespace FastMqtt.Transport.Tests.Links;

public sealed class Tls12Link() : TlsLink(TlsVersion.Tls12);
