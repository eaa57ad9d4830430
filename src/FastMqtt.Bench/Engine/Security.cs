// What a connection does between the socket's being up and its first packet, if anything: a handshake. A seam, because
// the load tool has no TLS in it: whoever offers it gives the options its implementation (LoadSettings.Security).
using FastMqtt.Transport;

namespace FastMqtt.Bench.Engine;

public abstract class Security
{
    /// <summary>The socket is up.</summary>
    internal abstract void Begin(Connection connection);

    /// <summary>Goes on after each event. True: the connection may be used.</summary>
    /// <exception cref="BenchException">It will never be.</exception>
    internal abstract bool Step(Connection connection);
}
