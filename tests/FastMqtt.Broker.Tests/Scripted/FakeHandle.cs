// What a scripted poller can register: it has a handle and says what is ready.

using FastMqtt.Transport;

namespace FastMqtt.Broker.Tests.Scripted;

internal abstract class FakeHandle
{
    /// <summary>-1 while a connection still waits to be accepted.</summary>
    public int Handle { get; set; } = -1;

    /// <summary>What is ready now: reported when it changes (sockets) or as long as it is so (listeners).</summary>
    public abstract PollFlags Ready { get; }
}
