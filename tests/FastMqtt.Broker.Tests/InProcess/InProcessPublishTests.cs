// When PublishAsync completes and with what: at once, when a message is routed, when it is durable, when there is room;
// and what becomes of those who wait when the disk fails, when they change their mind, and when the broker ends.

using System.Text;
using FastMqtt.Broker.InProcess;
using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.InProcess;

public sealed class InProcessPublishTests : IDisposable
{
    private readonly MemoryStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _store.Dispose();

    [Fact]
    public void QoS_0_is_done_when_it_is_in_the_buffer_and_others_when_they_are_routed()
    {
        using var broker = new TestBroker();
        var client = new InProcessClient(broker.State);
        HandlerLog handler = HandlerLog.Subscribe(broker, client, "t");
        var message = new ApplicationMessage { Topic = "t", Payload = "0"u8.ToArray() };
        Assert.Equal(ReasonCode.Success, Pending.Now(client.PublishAsync(message, Cancellation)));
        Assert.Equal(ReasonCode.Success, Pending.Now(
            client.PublishAsync("t", "0"u8.ToArray(), cancellationToken: Cancellation)));
        ValueTask<ReasonCode> first = Publish(client, "t", 1);
        ValueTask<ReasonCode> second = Publish(client, "t", 2);
        ValueTask<ReasonCode> nobody = Publish(client, "other", 1);
        Assert.False(first.IsCompleted || second.IsCompleted || nobody.IsCompleted);
        broker.Tick();
        Assert.Equal(["0", "0", "x", "x"], handler.Texts);
        Assert.Equal(ReasonCode.Success, Pending.Now(first)); // [MQTT-4.3.2-4]
        Assert.Equal(ReasonCode.Success, Pending.Now(second));
        Assert.Equal(ReasonCode.NoMatchingSubscribers, Pending.Now(nobody));
    }

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(2, 1, 0)]
    [InlineData(1, 2, 1)]
    [InlineData(2, 2, 0)]
    [InlineData(2, 2, 1)]
    public void It_waits_for_the_commit_of_what_an_absent_session_gets(int qos, int dispatchers, int at)
    {
        using var broker = new TestBroker(dispatchers, store: _store);
        string absent = broker.IdentifierOn(at);
        broker.ConnectPersistent(absent, at: at).Subscribe("kept", 2).Disconnect();
        var client = new InProcessClient(broker.State);
        HandlerLog handler = HandlerLog.Subscribe(broker, client, "#");
        broker.AdvanceSeconds(1);
        broker.IsDiskHeld = true;
        ValueTask<ReasonCode> kept = Publish(client, "kept", qos);
        ValueTask<ReasonCode> again = Publish(client, "kept", qos);
        broker.Tick();
        ValueTask<ReasonCode> live = Publish(client, "live", qos);
        broker.Tick();
        Assert.Equal(["x", "x", "x"], handler.Texts);
        Assert.False(kept.IsCompleted || again.IsCompleted);
        Assert.Equal(ReasonCode.Success, Pending.Now(live)); // nothing of it needs the disk
        broker.IsDiskHeld = false;
        broker.Tick();
        Assert.Equal(ReasonCode.Success, Pending.Now(kept));
        Assert.Equal(ReasonCode.Success, Pending.Now(again));
        Assert.Equal(2, broker.ConnectPersistent(absent, at: at).Read().Count(packet => packet.Text == "x"));
    }

    [Fact]
    public void What_is_retained_is_durable_before_it_completes()
    {
        using var broker = new TestBroker(store: _store);
        var client = new InProcessClient(broker.State);
        broker.IsDiskHeld = true;
        ValueTask<ReasonCode> retained = client.PublishAsync(
            "r", "x"u8.ToArray(), QualityOfService.AtLeastOnce, retain: true, Cancellation);
        broker.Tick();
        Assert.False(retained.IsCompleted);
        broker.IsDiskHeld = false;
        broker.Tick();
        Assert.Equal(ReasonCode.NoMatchingSubscribers, Pending.Now(retained));
        using var next = new TestBroker(store: _store);
        Assert.Equal("x", next.Connect().Subscribe("r").NextPublish().Text);
    }

    [Fact]
    public void With_walks_it_waits_for_the_last_receiver_that_is_durable()
    {
        using var broker = new TestBroker(store: _store);
        broker.WalkBeyond(3);
        for (int i = 0; i < 10; i++)
        {
            broker.ConnectPersistent($"absent-{i}").Subscribe("t", 1).Disconnect();
        }

        broker.AdvanceSeconds(1);
        var client = new InProcessClient(broker.State);
        broker.HoldWalks(true);
        ValueTask<ReasonCode> pending = Publish(client, "t", 1);
        broker.TickOnce();
        broker.TickOnce();
        Assert.False(pending.IsCompleted);
        broker.HoldWalks(false);
        broker.Tick();
        Assert.Equal(ReasonCode.Success, Pending.Now(pending));
    }

    [Fact]
    public async Task A_disk_that_fails_for_long_refuses_what_it_would_have_to_keep()
    {
        using var broker = new TestBroker(store: _store);
        broker.ConnectPersistent("absent").Subscribe("kept", 1).Disconnect();
        var client = new InProcessClient(broker.State);
        HandlerLog handler = HandlerLog.Subscribe(broker, client, "live");
        broker.AdvanceSeconds(1);
        _store.Fails = true;
        broker.IsDiskHeld = true;
        Task<ReasonCode> first = Publish(client, "kept", 1).AsTask();
        broker.Tick();
        Task writing = Task.Run(() => broker.State.Writer!.RunOnce(), Cancellation); // tries again and again
        broker.TickUntil(() => broker.State.Writer!.HasFailedFor(0));
        broker.AdvanceSeconds((Limits.StoreGrace / 1_000) + 1);
        Assert.False(first.IsCompleted);
        Assert.Equal(ReasonCode.QuotaExceeded, Pending.Of(broker, Publish(client, "kept", 1)));
        Assert.Equal(ReasonCode.Success, Pending.Of(broker, Publish(client, "live", 1)));
        Assert.Equal(["x"], handler.Texts);
        _store.Fails = false;
        await writing;
        Assert.Equal(ReasonCode.Success, Pending.Of(broker, first));
    }

    [Fact]
    public void A_disk_that_is_behind_holds_up_who_publishes_and_memory_is_bounded()
    {
        using var broker = new TestBroker(store: _store);
        broker.ConnectPersistent("absent").Subscribe("kept", 1).Disconnect();
        var client = new InProcessClient(broker.State);
        broker.AdvanceSeconds(1);
        broker.IsDiskHeld = true;
        byte[] payload = new byte[60_000];
        int sent = 0;
        for (int idle = 0; idle < 5; broker.Advance(1))
        {
            idle++;
            while (client.TryPublish("kept"u8, payload, QualityOfService.AtLeastOnce))
            {
                sent++;
                idle = 0;
            }
        }

        Assert.InRange(
            sent * (long)payload.Length,
            Limits.UncommittedBytes,
            (2 * Limits.UncommittedBytes) + (3 * Limits.InProcessPublishBytes));
        broker.IsDiskHeld = false;
        broker.AdvanceSeconds(1);
        Assert.True(client.TryPublish("kept"u8, payload));
        Assert.Equal(sent, broker.FindSession("absent")!.Queue!.Count);
    }

    [Fact]
    public void A_full_buffer_makes_PublishAsync_wait_in_order_and_TryPublish_say_no()
    {
        using var broker = new TestBroker();
        var client = new InProcessClient(broker.State);
        HandlerLog handler = HandlerLog.Subscribe(broker, client, "t");
        int sent = Fill(client);
        Assert.InRange(sent, 100, Limits.InProcessPublishes);
        List<Task<ReasonCode>> waiting = [.. Enumerable.Range(0, 50).Select(i => client.PublishAsync(
            "t", Encoding.UTF8.GetBytes($"w{i}"), (QualityOfService)(i % 3), false, Cancellation).AsTask())];
        Assert.DoesNotContain(waiting, task => task.IsCompleted);
        Assert.False(client.TryPublish("t"u8, "overtakes"u8)); // nobody passes those who wait
        broker.Tick();
        Assert.All(waiting, task => Assert.Equal(ReasonCode.Success, Pending.Of(broker, task)));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"w{i}"), handler.Texts.Skip(sent));
        Assert.True(client.TryPublish("t"u8, "again"u8));
    }

    [Fact]
    public void A_message_larger_than_the_buffer_goes_alone()
    {
        using var broker = new TestBroker();
        var client = new InProcessClient(broker.State);
        TestClient socket = broker.Connect().Subscribe("t");
        byte[] large = new byte[3 * Limits.InProcessPublishBytes];
        Assert.True(client.TryPublish("t"u8, large));
        Assert.False(client.TryPublish("t"u8, "x"u8));
        ValueTask<ReasonCode> behind = client.PublishAsync("t", large, cancellationToken: Cancellation);
        broker.Tick();
        Assert.Equal(ReasonCode.Success, Pending.Now(behind));
        Assert.Equal([large.Length, large.Length], socket.Read().Select(packet => packet.Payload.Length));
        Assert.Equal(ReasonCode.PacketTooLarge, Pending.Now(client.PublishAsync(
            "t", new byte[Limits.MaximumPacketSize], cancellationToken: Cancellation)));
    }

    [Fact]
    public async Task A_cancelled_publisher_waits_no_more_in_any_state()
    {
        using var broker = new TestBroker(store: _store);
        broker.ConnectPersistent("absent").Subscribe("kept", 1).Disconnect();
        var client = new InProcessClient(broker.State);
        broker.AdvanceSeconds(1);
        using var before = new CancellationTokenSource();
        await before.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => client.PublishAsync("t", default, cancellationToken: before.Token).AsTask());

        Fill(client);
        using var full = new CancellationTokenSource();
        Task<ReasonCode> waits = client.PublishAsync(
            "kept", "full"u8.ToArray(), QualityOfService.AtLeastOnce, false, full.Token).AsTask();
        await full.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);

        broker.Tick();
        broker.IsDiskHeld = true;
        using var buffered = new CancellationTokenSource();
        Task<ReasonCode> inBuffer = client.PublishAsync(
            "kept", "buffered"u8.ToArray(), QualityOfService.AtLeastOnce, false, buffered.Token).AsTask();
        await buffered.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => inBuffer);

        using var routed = new CancellationTokenSource();
        Task<ReasonCode> atDisk = client.PublishAsync(
            "kept", "disk"u8.ToArray(), QualityOfService.AtLeastOnce, false, routed.Token).AsTask();
        broker.Tick();
        Assert.False(atDisk.IsCompleted);
        await routed.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => atDisk);
        broker.IsDiskHeld = false;
        broker.Tick();
        Assert.Equal(ReasonCode.Success, Pending.Of(broker, Publish(client, "kept", 1)));
        Assert.Equal(["buffered", "disk", "x"], broker.ConnectPersistent("absent").ReadTexts());
    }

    [Fact]
    public void A_handler_may_publish_and_a_full_buffer_does_not_stop_it()
    {
        using var broker = new TestBroker();
        var client = new InProcessClient(broker.State);
        HandlerLog echo = HandlerLog.Subscribe(broker, client, "echo");
        int refused = 0;
        List<Task<ReasonCode>> pending = [];
        Pending.Of(broker, Pending.Subscribe(client, "t", (in ReceivedSpan message) =>
        {
            while (client.TryPublish("echo"u8, new byte[500]))
            {
            }

            refused++;
            pending.Add(Publish(client, "echo", 1).AsTask()); // not waited for here
        }));
        client.TryPublish("t"u8, default);
        client.TryPublish("t"u8, default);
        broker.Tick();
        Assert.Equal(2, refused);
        Assert.All(pending, task => Assert.Equal(ReasonCode.Success, Pending.Of(broker, task)));
        Assert.Equal(2, echo.Texts.Count(text => text == "x"));
    }

    [Fact]
    public void What_is_not_allowed_is_refused_with_its_code()
    {
        using var broker = new TestBroker(configure: options =>
        {
            options.RetainAvailable = false;
            options.MaximumPayloadBytes = 100;
        });
        var client = new InProcessClient(broker.State);
        Assert.Equal(ReasonCode.NotAuthorized, Pending.Now(Publish(client, "$SYS/x", 0)));
        Assert.Equal(ReasonCode.RetainNotSupported, Pending.Now(
            client.PublishAsync("t", default, default, true, Cancellation)));
        Assert.Equal(ReasonCode.ImplementationSpecificError, Pending.Now(
            client.PublishAsync("t", new byte[101], cancellationToken: Cancellation)));
        Assert.Equal(ReasonCode.PayloadFormatInvalid, Pending.Now(client.PublishAsync(
            new() { Topic = "t", Payload = new byte[] { 0xFF }, PayloadFormatIndicator = true }, Cancellation)));
        string deep = string.Concat(Enumerable.Repeat("a/", 300));
        string[] wrong = ["", "a/+", "#", "nul\0", "\ud800", new string('a', 65_536), deep];
        foreach (string topic in wrong)
        {
            Assert.ThrowsAny<ArgumentException>(() => Start(client, new() { Topic = topic }));
            byte[] utf8 = Encoding.UTF8.GetBytes(topic.Replace('\ud800', '\0'));
            Assert.ThrowsAny<ArgumentException>(() => client.TryPublish(utf8, default));
        }

        Assert.ThrowsAny<ArgumentException>(() => Start(client, new() { Topic = "t", ResponseTopic = "a/#" }));
        Assert.ThrowsAny<ArgumentException>(() => Start(client, new() { Topic = "t", ContentType = "nul\0" }));
        Assert.ThrowsAny<ArgumentException>(
            () => Start(client, new() { Topic = "t", CorrelationData = new byte[65_536] }));
        Assert.ThrowsAny<ArgumentException>(() => client.TryPublish("+"u8, default));
        broker.Tick();
        Assert.Equal(0, broker.Metrics.PublishReceived);
    }

    [Fact]
    public void When_the_broker_ends_nobody_waits_for_ever()
    {
        using var broker = new TestBroker(store: _store);
        broker.ConnectPersistent("absent").Subscribe("kept", 1).Disconnect();
        var client = new InProcessClient(broker.State);
        HandlerLog handler = HandlerLog.Subscribe(broker, client, "t");
        broker.AdvanceSeconds(1);
        broker.IsDiskHeld = true;
        Task<ReasonCode> atDisk = Publish(client, "kept", 1).AsTask();
        broker.Tick();
        int sent = Fill(client);
        Task<ReasonCode> full = Publish(client, "t", 0).AsTask();
        MessageStream stream = client.Subscribe("t");
        broker.Dispatchers[0].Drain(TimeSpan.Zero);
        broker.TickUntil(() => full.IsCompleted);
        Assert.Equal(sent, handler.Texts.Count); // what was accepted
        Assert.True(full.IsFaulted);
        Assert.Throws<ObjectDisposedException>(() => client.TryPublish("t"u8, default));
        Assert.Throws<ObjectDisposedException>(() => Start(client, new() { Topic = "t" }));
        Assert.False(atDisk.IsCompleted);
        broker.Dispatchers[0].Dispose();
        broker.TickUntil(() => atDisk.IsCompleted);
        Assert.IsType<ObjectDisposedException>(atDisk.Exception!.InnerException);
        Assert.True(Pending.Subscribe(client, "t", (in ReceivedSpan _) => { }).IsFaulted);
        Assert.True(stream.DisposeAsync().AsTask().IsCompleted);
    }

    private static int Fill(InProcessClient client)
    {
        int sent = 0;
        while (client.TryPublish("t"u8, new byte[500]))
        {
            sent++;
        }

        while (client.TryPublish("t"u8, default))
        {
            sent++; // not even an empty one
        }

        return sent;
    }

    private static void Start(InProcessClient client, ApplicationMessage message) =>
        client.PublishAsync(message, Cancellation).AsTask();

    private static ValueTask<ReasonCode> Publish(InProcessClient client, string topic, int qos) =>
        client.PublishAsync(topic, "x"u8.ToArray(), (QualityOfService)qos, cancellationToken: Cancellation);
}
