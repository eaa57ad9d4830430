// A TCP port of loopback that nobody listens on.
using System.Net;
using System.Net.Sockets;

namespace FastMqtt.Crash.Brokers;

internal static class FreePort
{
    // Below the range that the system hands out to outgoing connections: nothing takes it between two starts.
    private const int First = 20_000;
    private const int End = 32_000;

    public static IPEndPoint Choose()
    {
        while (true)
        {
            var candidate = new IPEndPoint(IPAddress.Loopback, Random.Shared.Next(First, End));
            try
            {
                using var listener = new TcpListener(candidate);
                listener.Start();
                return candidate;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }
}
