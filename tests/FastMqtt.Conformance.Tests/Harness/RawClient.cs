// A socket, bytes out and packets in. Every wait is a read with a limit, so that only a failing test is slow. Knows the
// protocol version only to read the packets that differ. Conversations of several packets are in Conversation.cs.

using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;

namespace FastMqtt.Conformance.Tests.Harness;

internal sealed class RawClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Socket _socket;
    private readonly BufferedStream _input;
    private readonly Queue<Received> _aside = [];
    private int _lastIdentifier;

    private RawClient(Socket socket, int version)
    {
        _socket = socket;
        _input = new BufferedStream(new NetworkStream(socket), 65536);
        Version = version;
    }

    public int Version { get; }

    public string Identifier { get; set; } = "";

    [AllowNull]
    public Connack Connack
    {
        get => field ?? throw new InvalidOperationException("No CONNACK was read.");
        set;
    }

    public static async Task<RawClient> Open(int version)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(BrokerFixture.EndPoint);
        return new RawClient(socket, version);
    }

    public int NextIdentifier() => ++_lastIdentifier;

    public async Task Send(params byte[][] packets)
    {
        ReadOnlyMemory<byte> rest = Wire.Join(packets);
        try
        {
            while (!rest.IsEmpty)
            {
                using var limit = new CancellationTokenSource(Patience);
                rest = rest[await _socket.SendAsync(rest, limit.Token)..];
            }
        }
        catch (SocketException)
        {
            // The broker may close while a refused packet is still on its way; what it answered is what the test reads.
        }
    }

    // The next packet, or null when the broker closed the connection.
    public Task<Received?> TryRead() =>
        _aside.TryDequeue(out Received? packet) ? Task.FromResult<Received?>(packet) : ReadFromSocket();

    // The next packet of this type and identifier; what comes before it is kept for later reads. For handshakes that
    // run while the broker goes on delivering.
    public async Task<Received> ReadAmid(int type, int identifier)
    {
        while (true)
        {
            Received? packet = await ReadFromSocket();
            Assert.True(packet is not null, "the broker closed the connection in a handshake");
            if (packet.Type == type && packet.Identifier == identifier)
            {
                return packet;
            }

            _aside.Enqueue(packet);
        }
    }

    public async Task<Received> Read()
    {
        Received? packet = await TryRead();
        Assert.True(packet is not null, "the broker closed the connection; a packet was expected");
        return packet;
    }

    public async Task<Received> Read(int type)
    {
        Received packet = await Read();
        Assert.True(packet.Type == type, $"packet type {type} expected, got {packet}");
        return packet;
    }

    public async Task Expect(params byte[] exact)
    {
        Received packet = await Read();
        Assert.True(exact.AsSpan().SequenceEqual(packet.Bytes), $"{Convert.ToHexString(exact)} expected, got {packet}");
    }

    public async Task ExpectClose()
    {
        Received? packet = await TryRead();
        Assert.True(packet is null, $"a close was expected, got {packet}");
    }

    // 5.0: DISCONNECT with one of these reasons, then a close. 3.1 and 3.1.1: a close and nothing else.
    public async Task ExpectRefusal(params int[] reasons)
    {
        if (Version == 5)
        {
            Received packet = await Read(14);
            int reason = packet.Body.Length > 0 ? packet.Body[0] : 0;
            Assert.True(Array.IndexOf(reasons, reason) >= 0, $"DISCONNECT with reason 0x{reason:X2}: {packet}");
            Assert.Equal(0xE0, packet.Bytes[0]);
            if (packet.Body.Length > 1)
            {
                Assert.False(PropertyList.Read(packet.Body, 1).Has(0x11)); // [MQTT-3.14.2-2]
            }
        }

        await ExpectClose();
    }

    // Nothing is waiting: the answer to a PINGREQ is the very next packet.
    public async Task ExpectNothing()
    {
        await Send(Packets.Pingreq);
        await Expect(Packets.Pingresp);
    }

    // Ends the connection without DISCONNECT, as a failing network does.
    public void Drop()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await _input.DisposeAsync();
        _socket.Dispose();
    }

    private async Task<Received?> ReadFromSocket()
    {
        using var limit = new CancellationTokenSource(Patience);
        var bytes = new List<byte>(4);
        try
        {
            if (!await ReadInto(bytes, 1, limit.Token))
            {
                return null;
            }

            int length = 0;
            int shift = 0;
            do
            {
                Assert.True(await ReadInto(bytes, 1, limit.Token), "closed inside a fixed header");
                length |= (bytes[^1] & 0x7F) << shift;
                shift += 7;
            }
            while ((bytes[^1] & 0x80) != 0 && shift < 28);
            int headerLength = bytes.Count;
            Assert.True(await ReadInto(bytes, length, limit.Token), "closed inside a packet");
            return new Received([.. bytes], headerLength);
        }
        catch (OperationCanceledException)
        {
            string read = Convert.ToHexString([.. bytes]);
            Assert.Fail($"nothing came within {Patience.TotalSeconds} s (read so far: {read})");
            return null;
        }
        catch (IOException)
        {
            return null; // reset: a close
        }
    }

    private async Task<bool> ReadInto(List<byte> bytes, int count, CancellationToken limit)
    {
        byte[] buffer = new byte[count];
        int filled = 0;
        while (filled < count)
        {
            int read = await _input.ReadAsync(buffer.AsMemory(filled), limit);
            if (read == 0)
            {
                return false;
            }

            filled += read;
        }

        bytes.AddRange(buffer);
        return true;
    }
}
