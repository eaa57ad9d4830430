// The same with TLS 1.2.

using FastMqtt.Transport.Linux;
using FastMqtt.Transport.Tls;

namespace FastMqtt.Transport.Tests.Links;

internal sealed class Tls12Link() : TlsLink(new EpollSockets(), TlsVersion.Tls12);
