// Whether a new connection may stay, and if not, which limit it met.

namespace FastMqtt.Broker.Dispatch;

internal enum Admission : byte
{
    Admitted,

    /// <summary>ListenerOptions.MaximumConnections.</summary>
    ListenerFull,

    /// <summary>BrokerOptions.MaximumConnections.</summary>
    BrokerFull,

    /// <summary>ListenerOptions.MaximumConnectionsPerAddress.</summary>
    AddressFull,

    /// <summary>ListenerOptions.ConnectRatePerAddress.</summary>
    AddressTooFast,

    /// <summary>It is not in ListenerOptions.TrustedProxies.</summary>
    NotTrusted,
}
