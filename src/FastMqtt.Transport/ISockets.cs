// One kind of sockets: the listeners of a broker and the pollers of its dispatchers, which understand each other's
// handles. Made once for each broker. Called at its start, at its end and when listeners change, by one thread at a
// time; not a data path, so errors are exceptions.

using System.Net;
using System.Net.Sockets;

namespace FastMqtt.Transport;

internal interface ISockets
{
    /// <summary>The poller of one more dispatcher, which disposes it.</summary>
    public IPoller NewPoller();

    /// <summary>
    /// A listener. [::] accepts IPv4 too, any other IPv6 address does not. Port 0: the system chooses, and
    /// <paramref name="bound"/> tells.
    /// </summary>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public int Listen(IPEndPoint endPoint, int backlog, bool noDelay, out IPEndPoint bound);

    /// <summary>
    /// A unix domain listener. A socket file that is in the way is replaced if nobody listens on it.
    /// <see cref="SocketFile.Remove"/> takes its file away again.
    /// </summary>
    /// <exception cref="SocketException">The path cannot be bound, or the system has no such sockets.</exception>
    public int Listen(string path, int backlog);

    /// <summary>Whether connections accepted from now on send small packets at once.</summary>
    public void SetNoDelay(int listener, bool noDelay);

    /// <summary>Closes a listener that every poller has let go of.</summary>
    public void Close(int listener);
}
