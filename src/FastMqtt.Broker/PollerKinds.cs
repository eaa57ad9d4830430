// Makes the sockets of a PollerKind. Called when a broker starts and when a store is made without one.

using FastMqtt.Transport;
using FastMqtt.Transport.Linux;
using FastMqtt.Transport.Portable;

namespace FastMqtt.Broker;

internal static class PollerKinds
{
    /// <exception cref="ArgumentException">This system has none of that kind.</exception>
    public static ISockets NewSockets(this PollerKind kind) => kind switch
    {
        PollerKind.Automatic or PollerKind.Epoll when OperatingSystem.IsLinux() => new EpollSockets(),
        PollerKind.Automatic or PollerKind.Portable => new PortableSockets(),
        PollerKind.Epoll => throw new ArgumentException("There is no epoll on this system.", nameof(kind)),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No kind of poller."),
    };
}
