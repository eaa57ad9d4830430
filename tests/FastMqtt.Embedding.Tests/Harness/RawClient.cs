// A TCP connection that sends what a test writes down byte by byte: what no client library would send, or not read.

using System.Net;
using System.Net.Sockets;

namespace FastMqtt.Embedding.Tests.Harness;

internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<RawClient> OpenAsync(IPEndPoint endPoint)
    {
        RawClient client = new();
        await client._socket.ConnectAsync(endPoint, Cancelled);
        return client;
    }

    /// <summary>A connected MQTT client: CONNACK has been read.</summary>
    public static async Task<RawClient> ConnectAsync(IPEndPoint endPoint, string clientId)
    {
        RawClient client = await OpenAsync(endPoint);
        await client.SendAsync(Bytes.Connect(clientId));
        Assert.Equal(Bytes.Connack, await client.ReceiveAsync(Bytes.Connack.Length));
        return client;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, Cancelled)..];
        }
    }

    public async Task<byte[]> ReceiveAsync(int count)
    {
        byte[] received = new byte[count];
        for (int have = 0; have < count;)
        {
            int read = await _socket.ReceiveAsync(received.AsMemory(have), Cancelled).AsTask()
                .InTimeAsync();
            Assert.True(read > 0, $"the connection has ended after {have} bytes");
            have += read;
        }

        return received;
    }

    /// <summary>Everything until the broker closes the connection.</summary>
    public async Task<byte[]> ReceiveToEndAsync()
    {
        List<byte> all = [];
        byte[] buffer = new byte[4096];
        try
        {
            int read;
            do
            {
                read = await _socket.ReceiveAsync(buffer.AsMemory(), Cancelled).AsTask()
                    .InTimeAsync();
                all.AddRange(buffer.AsSpan(0, read));
            }
            while (read > 0);
        }
        catch (SocketException)
        {
            // Reset: the broker has closed while bytes of ours were unread.
        }

        return [.. all];
    }

    public void Dispose() => _socket.Dispose();
}
