// What hooks are told: who came, who went and why, what is retained, which session expired, which message was dropped.

using FastMqtt.Broker.Access;
using FastMqtt.Broker.Hooks;
using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Tests.Access;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Hooks;

public sealed class NoticeTests
{
    private readonly List<string> _told = [];

    [Fact]
    public void Who_comes_and_goes_is_told_once_with_the_reason()
    {
        using TestBroker broker = Broker();
        broker.ConnectPersistent("a").Disconnect();
        broker.ConnectPersistent("a").Reset();
        broker.ConnectPersistent("a");
        broker.ConnectPersistent("a");
        broker.Connect("b", ProtocolVersion.Mqtt311, keepAlive: 1);
        TestClient wrong = broker.Connect("c");
        wrong.Send([0xF8, 0x00]);
        broker.Advance(2_000);
        Assert.Equal(
            [
                "a in False", "a out Client NormalDisconnection",
                "a in True", "a out Network UnspecifiedError",
                "a in True", "a out Broker SessionTakenOver", "a in True",
                "b in False", "c in False",
                "c out Broker MalformedPacket", "b out Broker KeepAliveTimeout",
            ],
            _told);
    }

    [Fact]
    public void Duration_and_bytes_are_told()
    {
        DisconnectedNotice told = default;
        using var broker = new TestBroker(configure: options => options.Hooks = new BrokerHooks
        {
            Disconnected = (in notice) => told = notice,
        });
        TestClient client = broker.Connect("c");
        broker.Advance(5_000);
        client.Send(Packets.Pingreq);
        client.Disconnect();
        Assert.Equal(5, (int)told.Duration.TotalSeconds);
        Assert.Equal(told.Client.BytesReceived, told.BytesReceived);
        Assert.Equal(4 + Packets.Connect(ProtocolVersion.Mqtt5, "c").Length, told.BytesReceived);
        Assert.Equal(client.Connack!.Size, told.BytesSent);
        Assert.False(told.Client.IsConnected);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(0)]
    public void When_the_broker_stops_everybody_is_told_of(int limitMilliseconds)
    {
        TestBroker broker = Broker();
        for (int i = 0; i < 200; i++)
        {
            broker.Connect($"{i}");
        }

        _told.Clear();
        broker.BeginStop(limitMilliseconds);
        broker.Dispatchers[0].Tick(); // closes no more than 128 connections
        broker.Dispose();
        Assert.Equal(200, _told.Distinct().Count());
        Assert.Equal(200, _told.Count);
        Assert.All(_told, line => Assert.EndsWith("out Broker ServerShuttingDown", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Unsubscribed_is_told_for_what_was_there_and_not_for_sessions_that_end()
    {
        using TestBroker broker = Broker();
        TestClient client = broker.Connect("c").Subscribe("a").Subscribe("$share/g/b").Subscribe("c");
        _told.Clear();
        client.Unsubscribe("a");
        client.Unsubscribe("a");
        client.Unsubscribe("$share/g/b");
        client.Disconnect();
        Assert.Equal(["c left a ", "c left b g", "c out Client NormalDisconnection"], _told);
    }

    [Fact]
    public void Retained_messages_are_told_when_they_change()
    {
        using TestBroker broker = Broker(configure: options =>
        {
            options.RetainExpiry = TimeSpan.FromSeconds(1);
            options.SystemTopicsInterval = TimeSpan.FromSeconds(1);
        });
        TestClient publisher = broker.Connect("p");
        publisher.Publish("a", "");
        publisher.Publish("a", "1", 1, retain: true);
        publisher.Publish("a", "2", retain: true);
        publisher.Publish("none", "", retain: true);
        publisher.Publish("a", "", retain: true);
        publisher.Publish("e", "3", retain: true, properties: Property.MessageExpiryInterval(2));
        broker.Advance(5_000);
        broker.Advance(5_000);
        Assert.Equal(["retained a 1", "retained a 2", "retained a ", "retained e 3", "retained e "], _told[1..]);
    }

    [Fact]
    public void Expired_sessions_are_told_also_those_that_expired_while_the_broker_did_not_run()
    {
        var store = new MemoryStore();
        var time = new ManualTime();
        using (TestBroker broker = Broker(store: store, time: time))
        {
            broker.Connect("short", clean: false, properties: Property.SessionExpiryInterval(5)).Disconnect();
            broker.Connect("long", clean: false, properties: Property.SessionExpiryInterval(50)).Disconnect();
            broker.Connect("ends").Disconnect();
            broker.Advance(10_000);
        }

        Assert.Equal(["expired short"], _told.Where(line => line.StartsWith("expired", StringComparison.Ordinal)));
        _told.Clear();
        time.AdvanceUtc(TimeSpan.FromMinutes(5));
        using TestBroker next = Broker(store: store, time: time);
        Assert.Equal(["expired long"], _told);
    }

    [Fact]
    public void Every_reason_to_drop_a_message_is_told()
    {
        var rules = FakeRules.Denying(
            static (_, kind, topic) => kind == AccessKind.Receive && topic == "denied");
        using TestBroker broker = Broker(
            configure: options => options.MaximumQueuedMessages = 1,
            listener: new() { AllowAnonymous = true, AccessRules = rules });
        broker.ConnectPersistent("q").Subscribe("q/#", 1).Disconnect();
        broker.Connect("small", properties: Property.MaximumPacketSize(40)).Subscribe("#");
        TestClient publisher = broker.Connect("p");
        _told.Clear();
        publisher.Publish("q/1", "1", 1, properties: Property.MessageExpiryInterval(1));
        publisher.Publish("q/2", "22", 1);
        broker.Advance(2_000);
        publisher.Publish("q/3", "333", 1, properties: Property.MessageExpiryInterval(1));
        broker.Advance(2_000);
        broker.ConnectPersistent("q").ExpectNothing();
        publisher.Publish("denied", "x");
        publisher.Publish("large", new string('x', 60));
        Assert.Equal(
            [
                "dropped QueueFull q q/2 2 1", "dropped Expired q q/1 1 1", "dropped Expired q q/3 3 1",
                "dropped AccessDenied small denied 1 1", "dropped TooLarge small large 60 1",
            ],
            _told.Where(line => line.StartsWith("dropped", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_burst_that_a_slow_receiver_does_not_get_is_told_once()
    {
        using TestBroker broker = Broker();
        TestClient slow = broker.Connect("slow").Subscribe("a");
        slow.Socket.SendRoom = 0;
        TestClient publisher = broker.Connect("p");
        string text = new('x', 400);
        for (int i = 0; i < 2 * Limits.OutputBytesMax / 400 / 100; i++)
        {
            for (int j = 0; j < 100; j++)
            {
                publisher.Send("a", text);
            }

            broker.Tick();
        }

        string line = _told.First(one => one.StartsWith("dropped SlowReceiver slow a", StringComparison.Ordinal));
        string[] words = line.Split(' ');
        Assert.InRange(int.Parse(words[5], System.Globalization.CultureInfo.InvariantCulture), 2, 100);
        Assert.Equal(
            broker.Metrics.DroppedSlow,
            _told.Where(one => one.StartsWith("dropped", StringComparison.Ordinal))
                .Sum(one => int.Parse(one.Split(' ')[5], System.Globalization.CultureInfo.InvariantCulture)));
    }

    private TestBroker Broker(
        Action<BrokerOptions>? configure = null,
        ListenerOptions? listener = null,
        IStore? store = null,
        ManualTime? time = null) => new(
            configure: options =>
            {
                options.Hooks = new BrokerHooks
                {
                    Connected = (in notice) => _told.Add($"{notice.Client.ClientId} in {notice.SessionPresent}"),
                    Disconnected = (in notice) =>
                        _told.Add($"{notice.Client.ClientId} out {notice.EndedBy} {notice.Reason}"),
                    Unsubscribed = (in notice) => _told.Add(
                        $"{notice.Client.ClientId} left {notice.GetTopicFilterString()} {Text(notice.ShareName)}"),
                    RetainedChanged = (in notice) =>
                        _told.Add($"retained {notice.GetTopicString()} {Text(notice.Payload)}"),
                    SessionExpired = (in notice) => _told.Add($"expired {notice.GetClientId()}"),
                    Dropped = (in notice) => _told.Add(
                        $"dropped {notice.Reason} {notice.GetClientId()} {notice.GetTopicString()} "
                        + $"{notice.PayloadBytes} {notice.Count}"),
                };
                configure?.Invoke(options);
            },
            listenerOptions: listener,
            store: store,
            time: time);

    private static string Text(ReadOnlySpan<byte> utf8) => System.Text.Encoding.UTF8.GetString(utf8);
}
