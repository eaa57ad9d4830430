// In-process subscriptions: what may be subscribed to, how they end, and handlers that throw.

using FastMqtt.Broker.InProcess;
using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.InProcess;

public sealed class InProcessSubscriptionTests
{
    [Theory]
    [InlineData("")]
    [InlineData("a/#/b")]
    [InlineData("a+")]
    [InlineData("$share/")]
    [InlineData("$share/g")]
    [InlineData("$share//t")]
    [InlineData("$share/g+/t")]
    [InlineData("$share/g/a+")]
    [InlineData("nul\0")]
    public void A_filter_that_is_none_throws(string filter)
    {
        using var broker = new TestBroker();
        var client = new InProcessClient(broker.State);
        Assert.ThrowsAny<ArgumentException>(() => { _ = Pending.Subscribe(client, filter, Nothing); });
        Assert.ThrowsAny<ArgumentException>(() => client.Subscribe(filter));
    }

    [Fact]
    public void Options_that_are_none_throw()
    {
        using var broker = new TestBroker();
        var client = new InProcessClient(broker.State);
        SubscribeOptions[] wrong =
        [
            new() { QoS = (QualityOfService)3 }, new() { RetainHandling = (RetainHandling)3 },
            new() { SubscriptionIdentifier = 268_435_456 }, new() { BufferedMessages = 0 },
            new() { BufferedBytes = 0 }, new() { WhenFull = (FullBufferPolicy)9 },
        ];
        Assert.All(wrong, options => Assert.ThrowsAny<ArgumentException>(() => client.Subscribe("t", options)));
        Assert.ThrowsAny<ArgumentException>(
            () => client.Subscribe("$share/g/t", new() { NoLocal = true })); // [MQTT-3.8.3-4]
    }

    [Theory]
    [InlineData("t")]
    [InlineData("$share/g/t")]
    public void After_it_was_disposed_of_the_handler_is_not_called_again(string filter)
    {
        using var broker = new TestBroker(2);
        broker.WalkBeyond(2);
        var client = new InProcessClient(broker.State);
        HandlerLog[] handlers = [.. Enumerable.Range(0, 6).Select(_ => HandlerLog.Subscribe(broker, client, filter))];
        int round = 0;
        foreach (HandlerLog handler in handlers)
        {
            for (int i = 0; i < 20; i++)
            {
                client.TryPublish("t"u8, "x"u8);
            }

            for (int i = 0; i < round % 4; i++)
            {
                broker.TickOnce(); // in the middle of it, each time at another place
            }

            round++;
            ValueTask ended = handler.Subscription.DisposeAsync();
            while (!ended.IsCompleted)
            {
                broker.TickOnce();
            }

            int seen = handler.Texts.Count;
            broker.Advance(5);
            Assert.Equal(seen, handler.Texts.Count);
        }

        Assert.Equal(0, broker.State.Subscriptions.SubscriptionCount);
        Assert.All(broker.Dispatchers, dispatcher => Assert.Equal(0, dispatcher.InProcess.Count));
        broker.Advance(10);
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void A_handler_may_end_its_own_subscription()
    {
        using var broker = new TestBroker();
        var client = new InProcessClient(broker.State);
        InProcessSubscription? subscription = null;
        ValueTask ended = default;
        int calls = 0;
        subscription = Pending.Of(broker, Pending.Subscribe(client, "t", (in ReceivedSpan _) =>
        {
            calls++;
            ended = subscription!.DisposeAsync();
        }));
        client.TryPublish("t"u8, default);
        broker.Tick();
        Assert.True(ended.IsCompletedSuccessfully);
        client.TryPublish("t"u8, default);
        broker.Tick();
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task A_cancelled_SubscribeAsync_leaves_no_subscription()
    {
        using var broker = new TestBroker();
        var client = new InProcessClient(broker.State);
        using var before = new CancellationTokenSource();
        await before.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => client.SubscribeAsync("t", Nothing, cancellationToken: before.Token).AsTask());
        using var during = new CancellationTokenSource();
        Task<InProcessSubscription> pending =
            client.SubscribeAsync("t", Nothing, cancellationToken: during.Token).AsTask();
        await during.CancelAsync();
        Pending.Throws<OperationCanceledException>(broker, pending);
        Assert.Equal(0, broker.State.Subscriptions.SubscriptionCount);
    }

    [Fact]
    public void A_handler_that_throws_is_counted_and_logged_now_and_then_and_stops_nobody()
    {
        var log = new RecordingLog();
        using var broker = new TestBroker(log: log);
        var client = new InProcessClient(broker.State);
        InProcessSubscription failing = Pending.Of(broker, Pending.Subscribe(
            client, "t", (in ReceivedSpan _) => throw new InvalidOperationException("mine")));
        HandlerLog other = HandlerLog.Subscribe(broker, client, "t");
        Task<ReasonCode> delivered = client.PublishAsync(
            "t", default, QualityOfService.AtLeastOnce, false, TestContext.Current.CancellationToken).AsTask();
        for (int i = 0; i < 99; i++)
        {
            client.TryPublish("t"u8, default, QualityOfService.ExactlyOnce);
        }

        broker.Tick();
        Assert.Equal(100, failing.HandlerFaults);
        Assert.Equal(100, broker.Metrics.HandlerFaults);
        Assert.Equal(100, other.Texts.Count);
        Assert.Equal(ReasonCode.Success, Pending.Of(broker, delivered));
        Assert.Equal(Limits.LogLinesPerSecond, log.Events.Count(name => name == "HandlerFailed"));
        broker.AdvanceSeconds(2);
        client.TryPublish("t"u8, default);
        broker.Tick();
        Assert.Contains("95 more", log.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_not_stored()
    {
        using var store = new MemoryStore();
        using (var broker = new TestBroker(store: store))
        {
            var client = new InProcessClient(broker.State);
            HandlerLog handler = HandlerLog.Subscribe(broker, client, "t");
            broker.IsDiskHeld = true;
            Task<ReasonCode> done = client.PublishAsync(
                "t", default, QualityOfService.ExactlyOnce, false, TestContext.Current.CancellationToken).AsTask();
            broker.Tick();
            Assert.Equal(ReasonCode.Success, Pending.Of(broker, done));
            Assert.Single(handler.Texts);
            Assert.Equal(0, broker.Metrics.Sessions);
        }

        using var next = new TestBroker(store: store);
        Assert.Equal(0, next.State.Subscriptions.SubscriptionCount);
    }

    private static void Nothing(in ReceivedSpan message)
    {
    }
}
