// TLS over the portable poller.

using FastMqtt.Transport.Portable;
using FastMqtt.Transport.Tls;

namespace FastMqtt.Transport.Tests.Links;

internal sealed class PortableTlsLink() : TlsLink(new PortableSockets(), TlsVersion.Tls13);
