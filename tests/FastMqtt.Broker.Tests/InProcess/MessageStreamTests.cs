// Subscriptions that are read with await foreach: when they begin and end, and what a reader that is too slow loses.

using System.Text;
using FastMqtt.Broker.InProcess;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.InProcess;

public sealed class MessageStreamTests
{
    [Fact]
    public void What_is_published_after_Subscribed_is_read_in_order()
    {
        using var broker = new TestBroker(2);
        var client = new InProcessClient(broker.State);
        MessageStream stream = client.Subscribe("t/+", new() { SubscriptionIdentifier = 5 });
        ValueTask<bool> first = stream.MoveNextAsync();
        Assert.False(stream.Subscribed.IsCompleted);
        broker.TickUntil(() => stream.Subscribed.IsCompleted);
        Task<bool> waits = first.AsTask();
        Assert.False(waits.IsCompleted);
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 100; i++)
        {
            publisher.Send("t/1", $"{i}", i % 3);
        }

        Assert.True(Pending.Of(broker, new ValueTask<bool>(waits)));
        Assert.Equal("0", Text(stream.Current));
        Assert.Equal("t/1", stream.Current.Topic);
        Assert.Equal(5u, stream.Current.SubscriptionIdentifier);
        for (int i = 1; i < 100; i++)
        {
            Assert.True(Pending.Of(broker, stream.MoveNextAsync()));
            Assert.Equal($"{i}", Text(stream.Current));
            Assert.Equal(i % 3, (int)stream.Current.QoS);
        }

        Assert.Equal(0, stream.Dropped);
    }

    [Theory]
    [InlineData(FullBufferPolicy.DropNewest, 0, 0, 1, 2)]
    [InlineData(FullBufferPolicy.DropOldest, 0, 7, 8, 9)]
    [InlineData(FullBufferPolicy.DropNewest, 1, 0, 1, 2)]
    [InlineData(FullBufferPolicy.DropOldest, 1, 7, 8, 9)]
    [InlineData(FullBufferPolicy.Wait, 0, 0, 1, 2)]
    public void A_slow_reader_loses_what_the_policy_says(FullBufferPolicy policy, int qos, params int[] kept)
    {
        using var broker = new TestBroker();
        var client = new InProcessClient(broker.State);
        MessageStream stream = Subscribe(broker, client, "t", new() { BufferedMessages = 3, WhenFull = policy });
        for (int i = 0; i < 10; i++)
        {
            client.TryPublish("t"u8, Encoding.UTF8.GetBytes($"{i}"), (QualityOfService)qos);
        }

        broker.Tick();
        Assert.Equal(7, stream.Dropped);
        Assert.Equal(7, broker.Metrics.DroppedInProcess);
        Assert.Equal(7, broker.Metrics.Dropped);
        Assert.Equal(kept.Select(i => $"{i}"), ReadThere(broker, stream));
    }

    [Fact]
    public void The_bytes_are_bounded_too()
    {
        using var broker = new TestBroker();
        var client = new InProcessClient(broker.State);
        MessageStream stream = Subscribe(
            broker, client, "t", new() { BufferedBytes = 1_000, WhenFull = FullBufferPolicy.DropNewest });
        for (int i = 0; i < 10; i++)
        {
            client.TryPublish("t"u8, new byte[400]);
        }

        broker.Tick();
        Assert.Equal(7, stream.Dropped); // the third goes over it
    }

    [Fact]
    public void QoS_1_waits_in_the_queue_for_a_slow_reader_and_loses_nothing()
    {
        using var broker = new TestBroker();
        var client = new InProcessClient(broker.State);
        MessageStream stream = Subscribe(broker, client, "t", new() { BufferedMessages = 4 });
        for (int i = 0; i < 1_000; i++)
        {
            client.TryPublish("t"u8, Encoding.UTF8.GetBytes($"{i}"), QualityOfService.AtLeastOnce);
            broker.Tick();
        }

        for (int i = 0; i < 1_000; i++)
        {
            Assert.True(Pending.Of(broker, stream.MoveNextAsync()));
            Assert.Equal($"{i}", Text(stream.Current));
        }

        Assert.Equal(0, broker.Metrics.Dropped);
        Pending.Of(broker, stream.DisposeAsync());
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void The_brokers_queue_limit_holds_for_what_waits_for_a_reader()
    {
        using var broker = new TestBroker(configure: options => options.MaximumQueuedMessages = 10);
        var client = new InProcessClient(broker.State);
        MessageStream stream = Subscribe(broker, client, "t", new() { BufferedMessages = 1 });
        for (int i = 0; i < 20; i++)
        {
            client.TryPublish("t"u8, Encoding.UTF8.GetBytes($"{i}"), QualityOfService.AtLeastOnce);
        }

        broker.Tick();
        Assert.Equal(9, broker.Metrics.DroppedQueueFull);
        Assert.Equal(9, stream.Dropped);
        Assert.Equal(Enumerable.Range(0, 11).Select(i => $"{i}"), ReadThere(broker, stream));
        Pending.Of(broker, stream.DisposeAsync());
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void What_waits_for_a_shared_reader_that_leaves_goes_to_another_member()
    {
        using var broker = new TestBroker(2);
        var client = new InProcessClient(broker.State);
        MessageStream stream = Subscribe(broker, client, "$share/g/t", new() { BufferedMessages = 1 });
        for (int i = 0; i < 5; i++)
        {
            client.TryPublish("t"u8, Encoding.UTF8.GetBytes($"{i}"), QualityOfService.AtLeastOnce);
        }

        broker.Tick();
        TestClient other = broker.Connect().Subscribe("$share/g/t", 1);
        Pending.Of(broker, stream.DisposeAsync());
        Assert.Equal(["1", "2", "3", "4"], other.ReadTexts()); // the first was in its buffer: delivered
    }

    [Fact]
    public void More_retained_messages_than_its_buffer_holds_wait_in_the_store()
    {
        using var broker = new TestBroker();
        var client = new InProcessClient(broker.State);
        for (int i = 0; i < 100; i++)
        {
            client.TryPublish(Encoding.UTF8.GetBytes($"r/{i}"), "x"u8, retain: true);
        }

        broker.Tick();
        MessageStream stream = Subscribe(
            broker, client, "r/+", new() { BufferedMessages = 3, WhenFull = FullBufferPolicy.DropNewest });
        Assert.Equal(100, ReadThere(broker, stream).Count);
        Assert.Equal(0, stream.Dropped);
    }

    [Fact]
    public void One_that_is_disposed_of_before_it_has_begun_leaves_no_subscription()
    {
        using var broker = new TestBroker();
        var client = new InProcessClient(broker.State);
        MessageStream stream = client.Subscribe("t");
        Pending.Of(broker, stream.DisposeAsync());
        Pending.Throws<ObjectDisposedException>(broker, stream.Subscribed);
        Assert.Equal(0, broker.State.Subscriptions.SubscriptionCount);
    }

    [Fact]
    public async Task It_ends_with_its_reader_with_a_cancellation_and_with_the_broker()
    {
        using var broker = new TestBroker();
        var client = new InProcessClient(broker.State);
        MessageStream left = Subscribe(broker, client, "t");
        MessageStream cancelled = Subscribe(broker, client, "t");
        MessageStream ended = Subscribe(broker, client, "t");
        Assert.Equal(3, broker.State.Subscriptions.SubscriptionCount);
        Pending.Of(broker, left.DisposeAsync());
        Pending.Of(broker, left.DisposeAsync());
        Assert.Equal(2, broker.State.Subscriptions.SubscriptionCount);
        Assert.False(Pending.Of(broker, left.MoveNextAsync()));

        using var cancellation = new CancellationTokenSource();
        IAsyncEnumerator<ReceivedMessage> reader = cancelled.GetAsyncEnumerator(cancellation.Token);
        Assert.Throws<InvalidOperationException>(() => cancelled.GetAsyncEnumerator(CancellationToken.None));
        Task<bool> waits = reader.MoveNextAsync().AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);

        client.TryPublish("t"u8, "last"u8);
        broker.Tick();
        foreach (Dispatch.Dispatcher dispatcher in broker.Dispatchers)
        {
            dispatcher.Dispose();
        }

        Assert.True(await ended.MoveNextAsync());
        Assert.Equal("last", Text(ended.Current));
        Assert.False(await ended.MoveNextAsync());
    }

    private static MessageStream Subscribe(
        TestBroker broker, InProcessClient client, string filter, SubscribeOptions? options = null)
    {
        MessageStream stream = client.Subscribe(filter, options);
        broker.TickUntil(() => stream.Subscribed.IsCompleted);
        return stream;
    }

    private static string Text(ReceivedMessage message) => Encoding.UTF8.GetString(message.Payload.Span);

    // What can be read without anything more being published.
    private static List<string> ReadThere(TestBroker broker, MessageStream stream)
    {
        List<string> texts = [];
        while (true)
        {
            ValueTask<bool> next = stream.MoveNextAsync();
            if (!next.IsCompleted)
            {
                broker.Tick();
                if (!next.IsCompleted)
                {
                    return texts;
                }
            }

            Assert.True(next.GetAwaiter().GetResult());
            texts.Add(Text(stream.Current));
        }
    }
}
