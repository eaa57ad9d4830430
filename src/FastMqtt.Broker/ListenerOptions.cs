// One listening socket as the operator asks for it. Read once at start.

using System.Net;

namespace FastMqtt.Broker;

/// <summary>One listening socket.</summary>
public sealed class ListenerOptions
{
    /// <summary>Address and port; port 0 lets the system choose.</summary>
    public required IPEndPoint EndPoint { get; init; }

    /// <summary>Whether a client may connect without credentials.</summary>
    public bool AllowAnonymous { get; init; }
}
