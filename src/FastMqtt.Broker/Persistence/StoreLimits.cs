// What decides when a session's state is written and what becomes a segment: Limits, or less in tests.

namespace FastMqtt.Broker.Persistence;

internal sealed record StoreLimits
{
    public long LogBytes { get; init; } = Limits.LogBytes;

    public long StateQueueBytes { get; init; } = Limits.StateQueueBytes;

    public int SegmentBytes { get; init; } = Limits.SegmentBytes;

    public int SpentSegments { get; init; } = Limits.SpentSegments;
}
