// Bytes per subscription, measured on the heap: an exact filter of 30 characters with one subscriber, everything
// included (subscription, chain, filter, table, the session's own set entry).
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using Xunit;
using static FastMqtt.Broker.Tests.Topics.TopicFixtures;

namespace FastMqtt.Broker.Tests.Topics;

// Alone: garbage of other tests would count.
[CollectionDefinition(nameof(SubscriptionMemoryTests), DisableParallelization = true)]
[Collection(nameof(SubscriptionMemoryTests))]
public class SubscriptionMemoryTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1, 140)]
    [InlineData(100, 150)]
    public void An_exact_subscription_costs_at_most(int perSession, int bytesMax)
    {
        const int Count = 200_000;
        SubscriptionIndex index = NewIndex();
        var sessions = new Session[Count / perSession];
        for (int i = 0; i < sessions.Length; i++)
        {
            sessions[i] = NewSession(i % Dispatchers);
        }

        long before = GC.GetTotalMemory(true);
        var sets = new SubscriptionSet[sessions.Length];
        byte[] filter = Bytes("sensors/building/room/........");
        for (int i = 0; i < Count; i++)
        {
            (10_000_000 + i).TryFormat(filter.AsSpan(22), out _);
            sets[i / perSession].Add(index.Add(sessions[i / perSession], default, filter, default, 0));
        }

        long bytes = (GC.GetTotalMemory(true) - before) / Count;
        output.WriteLine($"{perSession} per session: {bytes} bytes per subscription");
        Assert.InRange(bytes, 1, bytesMax);
        Assert.Equal(Count, index.FilterCount);
        GC.KeepAlive(sets);
    }
}
