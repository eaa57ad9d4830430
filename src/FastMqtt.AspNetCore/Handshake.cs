// How a request asks for a WebSocket: as HTTP/1.1 does, as HTTP/2 does, or by way of a feature that has done its part.
namespace FastMqtt.AspNetCore;

internal enum Handshake
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>The Upgrade of HTTP/1.1, RFC 6455.</summary>
    Upgrade,

    /// <summary>The extended CONNECT of HTTP/2, RFC 8441.</summary>
    ExtendedConnect,

    /// <summary>The host's own WebSocket middleware, or a test server.</summary>
    Feature,
}
