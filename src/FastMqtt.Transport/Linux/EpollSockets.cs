// The sockets of the product: descriptors, and an epoll instance for each dispatcher.

using System.Net;
using System.Runtime.Versioning;

namespace FastMqtt.Transport.Linux;

[SupportedOSPlatform("linux")]
internal sealed class EpollSockets : ISockets
{
    public IPoller NewPoller() => new EpollPoller();

    public int Listen(IPEndPoint endPoint, int backlog, bool noDelay, out IPEndPoint bound) =>
        ListenSocket.Bind(endPoint, backlog, out bound, noDelay);

    public int Listen(string path, int backlog) => UnixListenSocket.Bind(path, backlog);

    public void SetNoDelay(int listener, bool noDelay) => ListenSocket.SetNoDelay(listener, noDelay);

    public void Close(int listener) => ListenSocket.Close(listener);
}
