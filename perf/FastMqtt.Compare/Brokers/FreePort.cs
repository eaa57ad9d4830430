// A TCP port of loopback that nobody listens on. Called by BrokerProcess.
using System.Net;
using System.Net.Sockets;

namespace FastMqtt.Compare.Brokers;

internal static class FreePort
{
    // Below the range that the system hands out to outgoing connections, so that nothing takes it in the meantime.
    private const int First = 20_000;
    private const int End = 32_000;
    private const int AttemptsMax = 1000;

    /// <exception cref="InvalidOperationException">A thousand ports were taken.</exception>
    public static int Choose()
    {
        for (int attempt = 0; attempt < AttemptsMax; attempt++)
        {
            int port = Random.Shared.Next(First, End);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }

        throw new InvalidOperationException($"no free port from {First} to {End - 1}");
    }
}
