// The clock of a test broker: it moves when a test says so, one millisecond at the least, never by itself.

namespace FastMqtt.Broker.Tests.Harness;

internal sealed class ManualTime : TimeProvider
{
    private long _milliseconds = 1_000_000;

    public override long TimestampFrequency => 1_000;

    public override long GetTimestamp() => _milliseconds;

    public void Advance(long milliseconds) => _milliseconds += milliseconds;
}
