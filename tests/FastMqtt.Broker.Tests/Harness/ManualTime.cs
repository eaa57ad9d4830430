// The clock of a test broker: it moves when a test says so, one millisecond at the least.

namespace FastMqtt.Broker.Tests.Harness;

internal sealed class ManualTime : TimeProvider
{
    private long _milliseconds = 1_000_000;
    private DateTimeOffset _utc = System.GetUtcNow();

    public override long TimestampFrequency => 1_000;

    /// <summary>Milliseconds that pass whenever somebody looks.</summary>
    public int PassingByLook { get; set; }

    public override long GetTimestamp() => _milliseconds += PassingByLook;

    public override DateTimeOffset GetUtcNow() => _utc;

    /// <summary>The calendar moves, not the clock.</summary>
    public void AdvanceUtc(TimeSpan time) => _utc += time;

    public void Advance(long milliseconds) => _milliseconds += milliseconds;
}
