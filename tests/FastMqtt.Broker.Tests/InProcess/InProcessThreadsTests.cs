// In-process clients on the threads of a running broker with two dispatchers: several publishers at once, through full
// buffers, to handlers and readers; and what happens to all of them when somebody leaves or the broker stops.

using System.Buffers.Binary;
using System.Net;
using FastMqtt.Broker.InProcess;
using FastMqtt.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FastMqtt.Broker.Tests.InProcess;

public sealed class InProcessThreadsTests
{
    private const int Publishers = 4;
    private const int Messages = 20_000;

    /// <summary>The longest wait for everything; a healthy broker needs a second.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Everybody_gets_everything_in_the_order_of_each_publisher(int qos)
    {
        await using MqttBroker broker = Start();
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int complete = 0;
        for (int i = 0; i < 3; i++)
        {
            var order = new OrderCheck(Publishers, Messages, () =>
            {
                if (Interlocked.Increment(ref complete) == 3)
                {
                    all.SetResult();
                }
            });
            await broker.SubscribeAsync("from/+", order.Take, cancellationToken: Cancellation);
        }

        await using MessageStream stream = broker.Subscribe("from/#");
        await stream.Subscribed.WaitAsync(Patience, Cancellation);
        Task reading = ReadAsync(stream, qos == 0 ? 1 : Publishers * Messages);
        Task[] publishing = [.. Enumerable.Range(0, Publishers).Select(i => Task.Run(
            () => PublishAsync(broker.CreateClient(new() { ClientId = $"{i}" }), i, qos), Cancellation))];
        await Task.WhenAll([.. publishing, all.Task, reading]).WaitAsync(Patience, Cancellation);
    }

    [Fact]
    public async Task Subscriptions_come_and_go_while_messages_flow()
    {
        await using MqttBroker broker = Start();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task flood = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await broker.PublishAsync("t", new byte[64], cancellationToken: Cancellation);
            }
        }, Cancellation);
        for (int i = 0; i < 300; i++)
        {
            bool hasEnded = false;
            int late = 0;
            var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            InProcessSubscription subscription = await broker.SubscribeAsync(
                i % 3 == 0 ? "$share/g/t" : "t",
                (in ReceivedSpan _) =>
                {
                    first.TrySetResult();
                    late += Volatile.Read(ref hasEnded) ? 1 : 0;
                },
                cancellationToken: Cancellation);
            await first.Task.WaitAsync(Patience, Cancellation);
            await subscription.DisposeAsync();
            Volatile.Write(ref hasEnded, true);
            Assert.Equal(0, Volatile.Read(ref late));
            await foreach (ReceivedMessage message in broker.Subscribe("t").WithCancellation(Cancellation))
            {
                Assert.Equal(64, message.Payload.Length);
                break;
            }
        }

        await stop.CancelAsync();
        await flood.WaitAsync(Patience, Cancellation);
    }

    [Fact]
    public async Task A_broker_that_stops_ends_who_publishes_and_who_reads()
    {
        for (int round = 0; round < 20; round++)
        {
            MqttBroker broker = Start();
            MessageStream stream = broker.Subscribe("#");
            Task reading = ReadToEndAsync(stream);
            Task[] publishing = [.. Enumerable.Range(0, 3).Select(qos => Task.Run(
                () => PublishForEverAsync(broker, (QualityOfService)qos), Cancellation))];
            await stream.Subscribed.WaitAsync(Patience, Cancellation);
            await broker.DisposeAsync();
            await Task.WhenAll([.. publishing, reading]).WaitAsync(Patience, Cancellation);
            await Assert.ThrowsAsync<ObjectDisposedException>(
                () => broker.SubscribeAsync("t", (in ReceivedSpan _) => { }, cancellationToken: Cancellation).AsTask());
        }
    }

    private static MqttBroker Start()
    {
        var options = new BrokerOptions { Dispatchers = 2 };
        options.Listeners.Add(new ListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) });
        return MqttBroker.Start(options, NullLoggerFactory.Instance);
    }

    private static async Task PublishAsync(InProcessClient client, int number, int qos)
    {
        ValueTask<ReasonCode> last = default;
        for (int i = 0; i < Messages; i++)
        {
            byte[] payload = new byte[64];
            BinaryPrimitives.WriteInt32BigEndian(payload, number);
            BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(4), i);
            last = client.PublishAsync(
                $"from/{number}", payload, (QualityOfService)qos, cancellationToken: Cancellation);
            if (i % 16 == 0 || qos == 0)
            {
                Assert.Equal(ReasonCode.Success, await last);
                last = default;
            }
        }

        await last;
    }

    private static async Task PublishForEverAsync(MqttBroker broker, QualityOfService qos)
    {
        try
        {
            while (true)
            {
                await broker.PublishAsync("t", new byte[64], qos, cancellationToken: Cancellation);
            }
        }
        catch (ObjectDisposedException)
        {
            // The broker has stopped: nobody hangs.
        }
    }

    private static async Task ReadAsync(MessageStream stream, int messages)
    {
        int[] next = new int[Publishers];
        for (; messages > 0; messages--)
        {
            Assert.True(await stream.MoveNextAsync());
            ReadOnlySpan<byte> payload = stream.Current.Payload.Span;
            int publisher = BinaryPrimitives.ReadInt32BigEndian(payload);
            Assert.Equal(next[publisher]++, BinaryPrimitives.ReadInt32BigEndian(payload[4..]));
        }
    }

    private static async Task ReadToEndAsync(MessageStream stream)
    {
        await foreach (ReceivedMessage message in stream)
        {
            Assert.Equal("t", message.Topic);
        }
    }

    private sealed class OrderCheck(int publishers, int messages, Action complete)
    {
        private readonly int[] _next = new int[publishers];
        private int _left = publishers * messages;

        public void Take(in ReceivedSpan message)
        {
            int publisher = BinaryPrimitives.ReadInt32BigEndian(message.Payload);
            bool isNext = BinaryPrimitives.ReadInt32BigEndian(message.Payload[4..]) == _next[publisher]++;
            if (isNext && --_left == 0)
            {
                complete();
            }
        }
    }
}
