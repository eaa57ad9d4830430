// A client over a real socket that connects, pings and says what the broker's log calls it. For tests of listeners;
// what packets mean is tested over scripted sockets.

using System.Net;
using System.Net.Sockets;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Sockets;

internal sealed class WireClient : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Socket _socket;

    private WireClient(Socket socket) => _socket = socket;

    public EndPoint LocalEndPoint => _socket.LocalEndPoint!;

    /// <summary>Connects, sends `before` and a CONNECT, and must be accepted.</summary>
    public static async Task<WireClient> ConnectAsync(EndPoint target, string identifier, byte[]? before = null)
    {
        WireClient client = await OpenAsync(target);
        byte[] connect = Packets.Connect(ProtocolVersion.Mqtt311, identifier);
        await client.SendAsync([.. before ?? [], .. connect, .. Packets.Pingreq]);
        Assert.Equal("20020000D000", Convert.ToHexString(await client.ReceiveAsync(6)));
        return client;
    }

    public static async Task<WireClient> OpenAsync(EndPoint target)
    {
        bool isUnix = target is UnixDomainSocketEndPoint;
        var socket = new Socket(
            target.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        using CancellationTokenSource limit = new(Limit);
        await socket.ConnectAsync(target, limit.Token);
        return new WireClient(socket);
    }

    public async Task SendAsync(byte[] bytes) => await _socket.SendAsync(bytes);

    /// <summary>So many bytes, or fewer if the broker closes before.</summary>
    public async Task<byte[]> ReceiveAsync(int count)
    {
        byte[] bytes = new byte[count];
        int got = 0;
        using CancellationTokenSource limit = new(Limit);
        try
        {
            while (got < count && await _socket.ReceiveAsync(bytes.AsMemory(got), limit.Token) is > 0 and int more)
            {
                got += more;
            }
        }
        catch (SocketException)
        {
            // Closed with unread input: a reset.
        }

        return bytes[..got];
    }

    public void Dispose() => _socket.Dispose();
}
