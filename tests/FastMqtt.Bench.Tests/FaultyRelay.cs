// Plays a broker on a free loopback port: answers CONNECT, SUBSCRIBE and PUBLISH at QoS 1, and passes every PUBLISH on
// to those subscribed to its topic, letter by letter. A test says what goes wrong on the way.
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace FastMqtt.Bench.Tests;

internal sealed class FaultyRelay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, ConcurrentBag<Socket>> _subscribers = [];
    private readonly ConcurrentBag<Socket> _sockets = [];

    public FaultyRelay()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>What is sent for the PUBLISH with this number, counted from 0.</summary>
    public Func<long, byte[], IEnumerable<byte[]>> Passes { get; init; } = static (_, packet) => [packet];

    /// <summary>The answer to CONNECT, in hexadecimal; empty closes the connection.</summary>
    public string Connack { get; init; } = "20020000";

    /// <summary>Ends every connection once so many PUBLISH packets have come.</summary>
    public long EndsAt { get; init; } = long.MaxValue;

    public void Dispose()
    {
        _listener.Dispose();
        CloseAll();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync();
                socket.NoDelay = true;
                _sockets.Add(socket);
                _ = ServeAsync(socket);
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await using var stream = new NetworkStream(socket);
            long published = 0;
            while (await ReadPacketAsync(stream) is byte[] packet)
            {
                published = await AnswerAsync(socket, packet, published);
            }
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException)
        {
            // The client went away, or the test is over.
        }
    }

    private async Task<long> AnswerAsync(Socket socket, byte[] packet, long published)
    {
        switch (packet[0] >> 4)
        {
            case 1 when Connack.Length == 0:
                socket.Close();
                break;
            case 1:
                await socket.SendAsync(Convert.FromHexString(Connack));
                break;
            case 3:
                await PublishAsync(socket, packet, published++);
                break;
            case 8:
                int topicLength = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(4));
                string topic = Convert.ToHexString(packet.AsSpan(6, topicLength));
                _subscribers.GetOrAdd(topic, static _ => []).Add(socket);
                await socket.SendAsync(new byte[] { 0x90, 3, packet[2], packet[3], packet[^1] });
                break;
        }

        return published;
    }

    private async Task PublishAsync(Socket publisher, byte[] packet, long number)
    {
        if (number >= EndsAt)
        {
            CloseAll();
            return;
        }

        int body = packet[1] < 0x80 ? 2 : 3;
        int topicLength = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(body));
        int afterTopic = body + 2 + topicLength;
        string topic = Convert.ToHexString(packet.AsSpan(body + 2, topicLength));
        foreach (byte[] passed in Passes(number, packet))
        {
            foreach (Socket subscriber in _subscribers.GetValueOrDefault(topic, []))
            {
                await subscriber.SendAsync(passed);
            }
        }

        if ((packet[0] & 6) != 0)
        {
            await publisher.SendAsync(new byte[] { 0x40, 2, packet[afterTopic], packet[afterTopic + 1] });
        }
    }

    // Lengths of up to two bytes: enough for what the tests send.
    private static async Task<byte[]?> ReadPacketAsync(NetworkStream stream)
    {
        var head = new byte[2];
        if (await stream.ReadAtLeastAsync(head, 2, throwOnEndOfStream: false) < 2)
        {
            return null;
        }

        int length = head[1] & 0x7F;
        var second = new byte[head[1] >> 7];
        await stream.ReadExactlyAsync(second);
        if (second.Length > 0)
        {
            length |= second[0] << 7;
        }

        var packet = new byte[2 + second.Length + length];
        head.CopyTo(packet, 0);
        second.CopyTo(packet, 2);
        await stream.ReadExactlyAsync(packet.AsMemory(2 + second.Length));
        return packet;
    }

    private void CloseAll()
    {
        foreach (Socket socket in _sockets)
        {
            socket.Dispose();
        }
    }
}
