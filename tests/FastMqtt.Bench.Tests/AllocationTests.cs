// A generator that collects garbage measures its own pauses: warm, the loop allocates nothing.
using FastMqtt.Bench.Engine;
using FastMqtt.Bench.Modes;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Bench.Tests;

public class AllocationTests(BrokerInProcess broker) : IClassFixture<BrokerInProcess>
{
    // A collection that another thread causes is counted here too, with up to 8 KiB; what the code allocates comes
    // with every attempt.
    private const int Attempts = 5;
    private const int WarmTurns = 2000;
    private const int Turns = 500;

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 5)]
    [InlineData(2, 4)]
    public void a_warm_loop_allocates_nothing(int qos, int version)
    {
        LoadOptions options = new LoadOptions
        {
            Mode = LoadMode.Throughput,
            Target = broker.EndPoint,
            Publishers = 4,
            Subscribers = 4,
            Window = 100,
            QoS = (QualityOfService)qos,
            SubscriptionQoS = (QualityOfService)qos,
            Version = (ProtocolVersion)version,
            TopicPrefix = $"{qos}/",
        }.WithBursts();
        using var loop = new LoadLoop(options);
        var fleet = new Fleet(options);
        loop.Deliveries.Use(fleet.Publishers);
        loop.Deliveries.RecordFrom = 0;
        loop.SetUp.Connect(fleet.Subscribers);
        loop.SetUp.Connect(fleet.Publishers);
        loop.CountMax = long.MaxValue;
        loop.StartPublishers(fleet.Publishers);
        Turn(loop, WarmTurns);
        long received = loop.Counters.Received;
        long least = long.MaxValue;
        for (int attempt = 0; attempt < Attempts && least > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Turn(loop, Turns);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.True(loop.Counters.Received > received);
    }

    private static void Turn(LoadLoop loop, int turns)
    {
        for (int i = 0; i < turns; i++)
        {
            loop.TurnAndPublish(20);
        }
    }
}
