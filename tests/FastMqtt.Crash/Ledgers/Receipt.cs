// A QoS 2 Packet Identifier that a subscriber remembers from PUBLISH to PUBREL, also across connections.
namespace FastMqtt.Crash.Ledgers;

internal sealed record Receipt
{
    public required ushort PacketIdentifier { get; init; }

    public required int Number { get; init; }

    public required Moment ReceivedAt { get; init; }

    public Moment? ReleasedAt { get; set; }
}
