// An MQTT 5.0 client in a few bytes: connects, and asks whether anybody is there.
using System.Net;
using System.Net.Sockets;

namespace FastMqtt.Tests.Configuration;

internal sealed class SmallClient : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Socket _socket;

    private SmallClient(Socket socket) => _socket = socket;

    /// <summary>The CONNACK's bytes behind the fixed header.</summary>
    public byte[] Connack { get; private set; } = [];

    /// <summary>The Reason Code of the CONNACK.</summary>
    public int Reason => Connack[1];

    public static async Task<SmallClient> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), Deadline());
        var client = new SmallClient(socket);
        byte[] connect = [0x10, 13, 0, 4, .. "MQTT"u8, 5, 2, 0, 0, 0, 0, 0];
        await socket.SendAsync(connect, Deadline());
        client.Connack = await client.ReadPacketAsync();
        return client;
    }

    /// <summary>The value of a four-byte property of the CONNACK; null: it is not there.</summary>
    public uint? FourBytes(byte identifier)
    {
        int at = Array.IndexOf(Connack, identifier, 3);
        return at < 0 ? null : System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(Connack.AsSpan(at + 1, 4));
    }

    public async Task<bool> PingAsync()
    {
        await _socket.SendAsync(new byte[] { 0xC0, 0 }, Deadline());
        return (await ReadPacketAsync()).Length == 0;
    }

    public void Dispose() => _socket.Dispose();

    private static CancellationToken Deadline() => new CancellationTokenSource(Limit).Token;

    private async Task<byte[]> ReadPacketAsync()
    {
        byte[] head = await ReadAsync(2);
        return await ReadAsync(head[1]); // what comes here is shorter than 128 bytes
    }

    private async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        for (int read = 0; read < count;)
        {
            int got = await _socket.ReceiveAsync(bytes.AsMemory(read), Deadline());
            if (got == 0)
            {
                throw new IOException("the connection was closed");
            }

            read += got;
        }

        return bytes;
    }
}
