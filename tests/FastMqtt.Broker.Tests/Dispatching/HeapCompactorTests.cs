// A wave of connections is followed by one compaction of the heap, after it and not during it; fewer cause none.

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Broker.Tests.Scripted;
using Xunit;

namespace FastMqtt.Broker.Tests.Dispatching;

public sealed class HeapCompactorTests
{
    private const int SleepsForEver = -1;

    [Fact]
    public void A_wave_of_connections_is_followed_by_one_compaction()
    {
        using var broker = new TestBroker(2); // the second dispatcher has no other timer
        List<FakeSocket> wave = Open(broker, Limits.CompactChanges);
        broker.Tick();
        Assert.InRange(broker.Pollers[1].LastTimeoutMilliseconds, 1, Limits.CompactQuiet + 128);
        Assert.Equal(0, CompactionsIn(() => wave.AddRange(Open(broker, Limits.CompactQuietChanges + 1)), broker));
        Assert.Equal(1, CompactionsIn(() => { }, broker));
        Assert.Equal(0, CompactionsIn(() => { }, broker));

        // They leave at once: as many changes again, and then it is quiet.
        Assert.Equal(1, CompactionsIn(() => wave.ForEach(socket => socket.Reset()), broker));
        Assert.Equal(SleepsForEver, broker.Pollers[1].LastTimeoutMilliseconds);
    }

    [Fact]
    public void Less_than_a_wave_causes_none()
    {
        using var broker = new TestBroker(2);
        List<FakeSocket> few = Open(broker, (Limits.CompactChanges / 2) - 1);
        Assert.Equal(0, CompactionsIn(() => few.ForEach(socket => socket.Reset()), broker));
        Assert.Equal(0, CompactionsIn(() => { }, broker));
        Assert.Equal(SleepsForEver, broker.Pollers[1].LastTimeoutMilliseconds);
    }

    private static List<FakeSocket> Open(TestBroker broker, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => broker.Connect(broker.IdentifierOn(1), at: 1).Socket)];

    // Compactions within one quiet time after something happened.
    private static int CompactionsIn(Action happens, TestBroker broker)
    {
        int before = broker.Dispatchers[1].Compactor.Count;
        happens();
        broker.Advance(Limits.CompactQuiet + 128);
        return broker.Dispatchers[1].Compactor.Count - before;
    }
}
