// The listening sockets of one listener, which can have several (a host name, an interface): opened before a dispatcher
// knows of them, closed when all of them have let go. Errors are exceptions that name the address, because an operator
// must see which of several listeners it was.

using System.Net;
using System.Net.Sockets;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Transport;

namespace FastMqtt.Broker;

internal sealed class ListenerSockets(ISockets sockets)
{
    private const int Backlog = 4096;

    private readonly List<Entry> _entries = [];
    private readonly List<EndPoint> _endPoints = [];

    /// <summary>The bound addresses in the order of opening; IPEndPoint or UnixDomainSocketEndPoint.</summary>
    public IReadOnlyList<EndPoint> EndPoints => _endPoints;

    /// <summary>Opens what a listener's options ask for; nothing when it has no address at all.</summary>
    /// <exception cref="SocketException">One of its addresses cannot be bound.</exception>
    /// <exception cref="OperationCanceledException">A name took too long for whoever asked.</exception>
    public void Open(Listener listener, bool noDelay, CancellationToken cancellationToken)
    {
        ListenerOptions options = listener.Options;
        if (options.IsAttached)
        {
            return;
        }

        if (options.EndPoint is not { } endPoint)
        {
            if (options.UnixSocketPath is { } path)
            {
                Add(listener, new UnixDomainSocketEndPoint(path), path, () => sockets.Listen(path, Backlog));
            }

            return;
        }

        int port = endPoint.Port;
        int failures = 0;
        IReadOnlyList<IPAddress> addresses = Resolve(options, endPoint, cancellationToken);
        foreach (IPAddress address in addresses)
        {
            try
            {
                port = Bind(listener, new IPEndPoint(address, port), noDelay); // port 0: one for all of them
            }
            catch (SocketException failure) when (IsNoFamily(failure) && ++failures < addresses.Count)
            {
                // A name with an IPv6 address on a machine without IPv6: the others serve.
            }
        }
    }

    /// <summary>Gives a dispatcher every socket to accept from.</summary>
    public void Register(Dispatcher dispatcher)
    {
        foreach (Entry entry in _entries)
        {
            dispatcher.Connections.Listeners.Add(entry.Handle, entry.Listener);
        }
    }

    /// <summary>Connections accepted from now on send small packets at once, or not.</summary>
    public void SetNoDelay(bool noDelay)
    {
        foreach (Entry entry in _entries)
        {
            if (entry.Path is null)
            {
                sockets.SetNoDelay(entry.Handle, noDelay);
            }
        }
    }

    public void Close()
    {
        foreach (Entry entry in _entries)
        {
            sockets.Close(entry.Handle);
            if (entry.Path is not null)
            {
                SocketFile.Remove(entry.Path);
            }
        }
    }

    private static IReadOnlyList<IPAddress> Resolve(
        ListenerOptions options, IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        if (options.BindInterface is not { } name)
        {
            return options.HostName is { } host ? HostAddress.ResolveAll(host, cancellationToken) : [endPoint.Address];
        }

        IPAddress asked = endPoint.Address;
        var addresses = new List<IPAddress>();
        foreach (IPAddress address in InterfaceAddresses.Of(name))
        {
            bool isWanted = asked.Equals(IPAddress.IPv6Any)
                || (asked.Equals(IPAddress.Any) && address.AddressFamily == AddressFamily.InterNetwork)
                || asked.Equals(address);
            if (isWanted)
            {
                addresses.Add(address);
            }
        }

        return addresses.Count > 0 ? addresses : throw new SocketException(
            (int)SocketError.AddressNotAvailable, $"cannot listen on {name}: it has no address like {asked}");
    }

    private static bool IsNoFamily(SocketException failure) => failure.SocketErrorCode
        is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable;

    private int Bind(Listener listener, IPEndPoint endPoint, bool noDelay)
    {
        IPEndPoint bound = endPoint;
        try
        {
            Add(listener, endPoint, null, () => sockets.Listen(endPoint, Backlog, noDelay, out bound));
        }
        catch (SocketException failure) when (
            failure.SocketErrorCode == SocketError.AddressFamilyNotSupported
            && endPoint.Address.Equals(IPAddress.IPv6Any))
        {
            // All addresses are asked for, and there are none of IPv6.
            return Bind(listener, new IPEndPoint(IPAddress.Any, endPoint.Port), noDelay);
        }

        _endPoints[^1] = bound;
        return bound.Port;
    }

    private void Add(Listener listener, EndPoint endPoint, string? path, Func<int> bind)
    {
        try
        {
            _entries.Add(new Entry(bind(), listener, path));
            _endPoints.Add(endPoint);
        }
        catch (SocketException failure)
        {
            throw new SocketException(failure.ErrorCode, $"cannot listen on {endPoint}: {failure.Message}");
        }
    }

    private readonly record struct Entry(int Handle, Listener Listener, string? Path);
}
