// The same over the portable poller.

using System.Net;
using FastMqtt.Transport.Portable;

namespace FastMqtt.Transport.Tests.Links;

internal sealed class PortableLink() : LoopbackLink(new PortableSockets(), IPAddress.Loopback);
