// The send tests over the portable poller.

using FastMqtt.Transport.Tests.Links;

namespace FastMqtt.Transport.Tests.Connections;

public sealed class SendOverPortableTests() : SendTests(new PortableLink());
