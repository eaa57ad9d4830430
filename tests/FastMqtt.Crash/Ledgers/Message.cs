// An application message that a publisher has sent, and how far its handshake is. Its payload begins with its number,
// by which subscribers know it; one that clears a retained message has no payload and cannot be told from its like.
using System.Globalization;
using System.Text;

namespace FastMqtt.Crash.Ledgers;

internal sealed record Message
{
    public required int Number { get; init; }

    public required int Publisher { get; init; }

    public required string Topic { get; init; }

    public required QualityOfService QoS { get; init; }

    public required bool Retain { get; init; }

    // Bytes of payload; 0 clears.
    public required int Size { get; init; }

    public required ushort PacketIdentifier { get; init; }

    public required Moment SentAt { get; init; }

    // PUBACK or PUBREC with a good code: from here on it is the broker's.
    public Moment? AcknowledgedAt { get; set; }

    // PUBACK or PUBCOMP.
    public Moment? CompletedAt { get; set; }

    // PUBACK or PUBREC with a code from 0x80 on.
    public Moment? RefusedAt { get; set; }

    public bool IsClear => Size == 0;

    public bool IsInFlight => CompletedAt is null && RefusedAt is null;

    public byte[] Payload()
    {
        if (IsClear)
        {
            return [];
        }

        byte[] number = Encoding.ASCII.GetBytes(Number.ToString(CultureInfo.InvariantCulture) + ' ');
        byte[] payload = new byte[Math.Max(Size, number.Length)];
        payload.AsSpan().Fill((byte)'.');
        number.CopyTo(payload, 0);
        return payload;
    }

    // -1: not a payload of ours.
    public static int NumberOf(ReadOnlySpan<byte> payload)
    {
        int end = payload.IndexOf((byte)' ');
        return end > 0 && int.TryParse(payload[..end], CultureInfo.InvariantCulture, out int number) ? number : -1;
    }

    public override string ToString() =>
        $"message {Number} (QoS {(int)QoS}, {Topic}, publisher {Publisher}, identifier {PacketIdentifier})";
}
