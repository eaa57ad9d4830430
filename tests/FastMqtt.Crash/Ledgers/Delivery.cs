// A message that a subscriber took: for QoS 2 once per handshake, however often its PUBLISH came.
namespace FastMqtt.Crash.Ledgers;

internal sealed record Delivery
{
    public required int Number { get; init; }

    public required QualityOfService QoS { get; init; }

    // The copy of a retained message that a SUBSCRIBE brings.
    public required bool Retain { get; init; }

    public required bool Duplicate { get; init; }

    public required Moment At { get; init; }
}
