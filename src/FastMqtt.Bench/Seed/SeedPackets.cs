// The bytes of the seed's benchmark: MQTT 3.1, with the reserved connect flag set where its author meant clean session.
// Kept bit for bit, mistakes included, because the point is to run the same test against every broker.
using System.Globalization;

namespace FastMqtt.Bench.Seed;

internal static class SeedPackets
{
    public const int PayloadBytes = 1024;
    public const int PublishBytes = 8 + PayloadBytes;

    // The client identifier's number is written over these four characters, from the left.
    private const int NumberOffset = 27;

    public static ReadOnlySpan<byte> Connack => [0x20, 0x02, 0x00, 0x00];

    public static ReadOnlySpan<byte> Subscribe =>
        [0x82, 0x08, 0x12, 0x34, 0x00, 0x03, (byte)'a', (byte)'/', (byte)'b', 0x00];

    public static ReadOnlySpan<byte> Suback => [0x90, 0x03, 0x12, 0x34, 0x00];

    /// <summary>CONNECT of a client; the seed counts from 2: the subscriber is 2, the publisher 3.</summary>
    public static byte[] Connect(int client)
    {
        byte[] packet =
        [
            0x10, 0x1d,
            0x00, 0x06, .. "MQIsdp"u8,
            0x03,                       // protocol level
            0x01,                       // connect flags: the reserved bit
            0x00, 0x3c,                 // keep alive: 60 s
            0x00, 0x0f, .. "HIMQTT-Test0000"u8,
        ];
        string number = client.ToString("x", CultureInfo.InvariantCulture);
        for (int i = 0; i < number.Length; i++)
        {
            packet[NumberOffset + i] = (byte)number[i];
        }

        return packet;
    }

    /// <summary>PUBLISH at QoS 0 to a/b with 1024 bytes that are random once per run.</summary>
    public static byte[] Publish()
    {
        var packet = new byte[PublishBytes];
        ReadOnlySpan<byte> header = [0x30, 0x80 | 0x05, 0x08, 0x00, 0x03, (byte)'a', (byte)'/', (byte)'b'];
        header.CopyTo(packet);
        Random.Shared.NextBytes(packet.AsSpan(header.Length));
        return packet;
    }
}
