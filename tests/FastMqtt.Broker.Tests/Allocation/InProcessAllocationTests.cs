// In-process messages to in-process handlers cost no managed byte, once warm: TryPublish, and PublishAsync at QoS 0
// and, with a message that is published again, at QoS 1.

using FastMqtt.Broker.InProcess;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Broker.Tests.InProcess;
using FastMqtt.Protocol;
using Xunit;
using static FastMqtt.Broker.Tests.Topics.TopicFixtures;

namespace FastMqtt.Broker.Tests.Allocation;

[Collection(nameof(RunsAlone))]
public sealed class InProcessAllocationTests
{
    private const int Rounds = 1_000;
    private const int PerRound = 100;

    private readonly byte[] _payload = new byte[64];
    private long _received;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 10)]
    [InlineData(2, 2)]
    public void TryPublish_to_handlers_allocates_nothing(int dispatchers, int handlers)
    {
        using var broker = new TestBroker(dispatchers);
        InProcessClient client = Subscribe(broker, handlers);
        Assert.Equal(0, Measure(broker, handlers, () => client.TryPublish("sensor/1"u8, _payload)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void TryPublish_of_QoS_1_and_of_retained_messages_allocates_nothing(int handlers)
    {
        using var broker = new TestBroker();
        InProcessClient client = Subscribe(broker, handlers);
        Assert.Equal(0, Measure(broker, handlers, () => client.TryPublish(
            "sensor/1"u8, _payload, QualityOfService.AtLeastOnce, retain: true)));
    }

    [Fact]
    public void PublishAsync_of_QoS_0_allocates_nothing()
    {
        using var broker = new TestBroker();
        InProcessClient client = Subscribe(broker, 1);
        var message = new ApplicationMessage { Topic = "sensor/1", Payload = _payload, ContentType = "text/plain" };
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Assert.Equal(0, Measure(broker, 1, () => IsDone(client.PublishAsync(message, cancellation))));
        Assert.Equal(0, Measure(broker, 1, () => IsDone(
            client.PublishAsync("sensor/1", _payload, cancellationToken: cancellation))));
    }

    [Fact]
    public void PublishAsync_of_QoS_1_allocates_nothing()
    {
        using var broker = new TestBroker();
        InProcessClient client = Subscribe(broker, 1);
        var message = new ApplicationMessage
        {
            Topic = "sensor/1",
            Payload = _payload,
            QoS = QualityOfService.AtLeastOnce,
        };
        Assert.Equal(0, Measure(
            broker, 1, () => IsRouted(broker, client.PublishAsync(message, CancellationToken.None))));
    }

    private static bool IsDone(ValueTask<ReasonCode> pending) =>
        pending.IsCompleted && pending.GetAwaiter().GetResult() == ReasonCode.Success;

    private static bool IsRouted(TestBroker broker, ValueTask<ReasonCode> pending)
    {
        broker.Dispatchers[0].Tick();
        return IsDone(pending);
    }

    private InProcessClient Subscribe(TestBroker broker, int handlers)
    {
        var client = new InProcessClient(broker.State);
        for (int i = 0; i < handlers; i++)
        {
            Pending.Of(broker, Pending.Subscribe(
                client, "sensor/+", (in ReceivedSpan message) => _received += message.Payload.Length));
        }

        return client;
    }

    private long Measure(TestBroker broker, int handlers, Func<bool> publish)
    {
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 3 && least > 0; attempt++)
        {
            bool isPublished = true;
            _received = 0;
            least = Math.Min(least, AllocatedBytes(() =>
            {
                for (int round = 0; round < Rounds; round++)
                {
                    for (int i = 0; i < PerRound; i++)
                    {
                        isPublished &= publish();
                    }

                    broker.Tick();
                }
            }));
            Assert.True(isPublished);
            Assert.Equal(0, _received % ((long)Rounds * PerRound * _payload.Length));
            Assert.True(_received >= (long)Rounds * PerRound * handlers * _payload.Length);
        }

        return least;
    }
}
