// One listener of a running broker, as embedders see it. Made by ListenerSet, which owns its sockets.

using System.Net;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Transport;

namespace FastMqtt.Broker;

/// <summary>
/// A listener of a running broker: its sockets, or, when it has none, the streams that are attached to it.
/// </summary>
public sealed class BrokerListener
{
    internal BrokerListener(Listener listener, ISockets kind)
    {
        Listener = listener;
        Sockets = new ListenerSockets(kind);
    }

    /// <summary>
    /// A copy of what holds for its clients. Set as a whole, for clients that connect from then on; its address, TLS
    /// and mount point stay what they are.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its bounds; nothing was changed.</exception>
    public ListenerOptions Options
    {
        get => Listener.Options.Copy();
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            OptionChecks.Check(value);
            Listener.Options = value.Copy();
        }
    }

    /// <summary>What logs call it.</summary>
    public string Name => Listener.Name;

    /// <summary>
    /// The bound addresses, with the port the system has chosen: an IPEndPoint each, or a UnixDomainSocketEndPoint. A
    /// host name or an interface can have several; none when it has no socket.
    /// </summary>
    public IReadOnlyList<EndPoint> EndPoints => Sockets.EndPoints;

    /// <summary>Connections that are open now.</summary>
    public int Connections => Listener.Connections;

    internal Listener Listener { get; }

    internal ListenerSockets Sockets { get; }
}
