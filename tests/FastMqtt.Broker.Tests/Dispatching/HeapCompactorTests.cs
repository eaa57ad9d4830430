// When the heap is compacted: once after a wave of connections, not during it; fewer are no wave.

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Broker.Tests.Scripted;
using Xunit;

namespace FastMqtt.Broker.Tests.Dispatching;

public sealed class HeapCompactorTests
{
    private const int SleepsForEver = -1;

    [Fact]
    public void A_wave_of_connections_ends_once_it_is_quiet()
    {
        using var broker = new TestBroker(2); // the second dispatcher has no other timer
        List<FakeSocket> wave = Open(broker, Limits.CompactChanges);
        broker.Tick();
        Assert.InRange(broker.Pollers[1].LastTimeoutMilliseconds, 1, Limits.CompactQuiet + 128);
        Assert.Equal(0, WavesEndedIn(() => wave.AddRange(Open(broker, Limits.CompactQuietChanges + 1)), broker));
        Assert.Equal(1, WavesEndedIn(() => { }, broker));
        Assert.Equal(0, WavesEndedIn(() => { }, broker));

        // They leave at once: as many changes again, and then it is quiet.
        Assert.Equal(1, WavesEndedIn(() => wave.ForEach(socket => socket.Reset()), broker));
        Assert.Equal(SleepsForEver, broker.Pollers[1].LastTimeoutMilliseconds);
    }

    [Fact]
    public void Less_than_a_wave_is_none()
    {
        using var broker = new TestBroker(2);
        List<FakeSocket> few = Open(broker, (Limits.CompactChanges / 2) - 1);
        Assert.Equal(0, WavesEndedIn(() => few.ForEach(socket => socket.Reset()), broker));
        Assert.Equal(0, WavesEndedIn(() => { }, broker));
        Assert.Equal(SleepsForEver, broker.Pollers[1].LastTimeoutMilliseconds);
    }

    [Fact]
    public void One_compaction_serves_the_waves_of_all_dispatchers()
    {
        using var broker = new TestBroker(2);
        Assert.True(broker.State.TryTakeCompaction(sinceMilliseconds: 100, nowMilliseconds: 300));
        Assert.False(broker.State.TryTakeCompaction(sinceMilliseconds: 120, nowMilliseconds: 320));
        Assert.True(broker.State.TryTakeCompaction(sinceMilliseconds: 310, nowMilliseconds: 510));
    }

    private static List<FakeSocket> Open(TestBroker broker, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => broker.Connect(broker.IdentifierOn(1), at: 1).Socket)];

    // Waves that end within one quiet time after something happened.
    private static int WavesEndedIn(Action happens, TestBroker broker)
    {
        int before = broker.Dispatchers[1].Compactor.WaveCount;
        happens();
        broker.Advance(Limits.CompactQuiet + 128);
        return broker.Dispatchers[1].Compactor.WaveCount - before;
    }
}
