using System.Net;

namespace FastMqtt.Broker;

/// <summary>What an operator may choose. Every value has a safe default.</summary>
public sealed class BrokerOptions
{
    /// <summary>Where the broker listens. Empty: loopback port 1883, anonymous access.</summary>
    public IList<ListenerOptions> Listeners { get; } = [];

    /// <summary>Number of dispatcher threads. 0: one on up to three cores, otherwise cores minus one.</summary>
    public int Dispatchers { get; set; }
}

/// <summary>One listening socket.</summary>
public sealed class ListenerOptions
{
    /// <summary>Address and port; port 0 lets the system choose.</summary>
    public required IPEndPoint EndPoint { get; init; }

    /// <summary>Whether a client may connect without credentials.</summary>
    public bool AllowAnonymous { get; init; }
}
