// In-process publishers and subscribers over a whole scripted broker: who gets what, in which order, with which QoS,
// beside clients on the network, on one dispatcher and on several.

using System.Text;
using FastMqtt.Broker.InProcess;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.InProcess;

public sealed class InProcessDeliveryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_is_published_comes_to_handlers_and_clients_in_order(int dispatchers)
    {
        using var broker = new TestBroker(dispatchers);
        var client = new InProcessClient(broker.State);
        var handlers = new HandlerLog[4];
        for (int i = 0; i < handlers.Length; i++)
        {
            handlers[i] = HandlerLog.Subscribe(broker, client, "a/+");
        }

        TestClient[] sockets =
            [.. Enumerable.Range(0, dispatchers).Select(at => broker.Connect(at: at).Subscribe("a/#"))];
        string[] sent = [.. Enumerable.Range(0, 1_000).Select(i => $"{i}")];
        foreach (string text in sent)
        {
            Assert.True(client.TryPublish("a/b"u8, Encoding.UTF8.GetBytes(text)));
        }

        broker.Tick();
        Assert.All(handlers, handler => Assert.Equal(sent, handler.Texts));
        Assert.All(sockets, socket => Assert.Equal(sent, socket.ReadTexts()));
        Assert.Equal(1_000, broker.Metrics.PublishReceived);
        Assert.Equal(1_000 * (handlers.Length + dispatchers), broker.Metrics.PublishSent);
    }

    [Theory]
    [InlineData(0, 2, 0)]
    [InlineData(2, 1, 1)]
    [InlineData(1, 2, 1)]
    [InlineData(2, 2, 2)]
    public void A_handler_gets_the_lower_of_published_and_subscribed(int published, int subscribed, int expected)
    {
        using var broker = new TestBroker();
        var client = new InProcessClient(broker.State);
        HandlerLog handler = HandlerLog.Subscribe(
            broker, client, "t", new SubscribeOptions { QoS = (QualityOfService)subscribed });
        broker.Connect().Publish("t", "x", published); // [MQTT-3.8.4-8]
        Assert.Equal($"t x q{expected} r0", Assert.Single(handler.Lines));
        Assert.Null(broker.FindSession("")); // it is nobody's session
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_burst_from_a_socket_comes_message_by_message(int qos)
    {
        using var broker = new TestBroker(2);
        var client = new InProcessClient(broker.State);
        HandlerLog[] handlers = [.. Enumerable.Range(0, 4).Select(_ => HandlerLog.Subscribe(broker, client, "t"))];
        TestClient publisher = broker.Connect();
        string[] sent = [.. Enumerable.Range(0, 200).Select(i => $"{i}")];
        foreach (string text in sent)
        {
            publisher.Send("t", text, qos); // one read, one topic
        }

        broker.Tick();
        Assert.All(handlers, handler => Assert.Equal(sent, handler.Texts));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    public void Walks_come_to_handlers_and_what_one_client_publishes_stays_in_order(int qos, int dispatchers)
    {
        using var broker = new TestBroker(dispatchers);
        broker.WalkBeyond(3);
        var client = new InProcessClient(broker.State);
        HandlerLog[] handlers = [.. Enumerable.Range(0, 30).Select(_ => HandlerLog.Subscribe(broker, client, "many"))];
        HandlerLog all = HandlerLog.Subscribe(broker, client, "#");
        TestClient socket = broker.Connect();
        socket.Send("many", "s1", qos);
        socket.Send("many", "s2", qos);
        socket.Send("few", "s3", qos);
        for (int i = 0; i < 3; i++)
        {
            client.TryPublish("many"u8, "m1"u8, (QualityOfService)qos);
            client.TryPublish("many"u8, "m2"u8, (QualityOfService)qos);
            client.TryPublish("few"u8, "f"u8, (QualityOfService)qos);
        }

        broker.Tick();
        Assert.All(handlers, handler =>
        {
            Assert.Equal(["m1", "m2", "m1", "m2", "m1", "m2"], handler.Texts.Where(text => text[0] == 'm'));
            Assert.Equal(["s1", "s2"], handler.Texts.Where(text => text[0] == 's'));
        });
        Assert.Equal(12, all.Texts.Count);
        if (dispatchers == 1) // another dispatcher keeps the order of each topic, as for clients
        {
            Assert.Equal(
                ["m1", "m2", "f", "m1", "m2", "f", "m1", "m2", "f"],
                all.Texts.Where(text => text[0] != 's'));
            Assert.Equal(["s1", "s2", "s3"], all.Texts.Where(text => text[0] == 's'));
        }
    }

    [Fact]
    public void Each_subscription_gets_a_copy_of_its_own_with_its_identifier()
    {
        using var broker = new TestBroker();
        var client = new InProcessClient(broker.State);
        HandlerLog exact = HandlerLog.Subscribe(
            broker, client, "a/b", new SubscribeOptions { SubscriptionIdentifier = 7 });
        HandlerLog wild = HandlerLog.Subscribe(
            broker, client, "a/+", new SubscribeOptions { SubscriptionIdentifier = 268_435_455 });
        TestClient both = broker.Connect().Subscribe("a/b").Subscribe("#");
        client.TryPublish("a/b"u8, "x"u8);
        broker.Tick();
        Assert.Equal(7u, Assert.Single(exact.Identifiers));
        Assert.Equal(268_435_455u, Assert.Single(wild.Identifiers));
        Assert.Equal(["x"], both.ReadTexts());
    }

    [Fact]
    public void No_Local_is_about_the_client_that_subscribes()
    {
        using var broker = new TestBroker(2);
        var host = new InProcessClient(broker.State);
        var named = new InProcessClient(broker.State, new() { ClientId = "named" });
        var options = new SubscribeOptions { NoLocal = true };
        HandlerLog ofHost = HandlerLog.Subscribe(broker, host, "t", options);
        HandlerLog ofNamed = HandlerLog.Subscribe(broker, named, "t", options);
        TestClient namesake = broker.Connect("named").Subscribe("t", 4);
        host.TryPublish("t"u8, "host"u8);
        named.TryPublish("t"u8, "named"u8);
        broker.Tick();
        namesake.Publish("t", "namesake");
        Assert.Equal(["named", "namesake"], ofHost.Texts); // [MQTT-3.8.3-3]
        Assert.Equal(["host"], ofNamed.Texts);
        Assert.Equal(["host"], namesake.ReadTexts());
    }

    [Theory]
    [InlineData(RetainHandling.SendAtSubscribe, 3)]
    [InlineData(RetainHandling.SendAtSubscribeIfNew, 3)]
    [InlineData(RetainHandling.DoNotSend, 0)]
    public void Retained_messages_come_as_the_option_says(RetainHandling handling, int expected)
    {
        using var broker = new TestBroker();
        var client = new InProcessClient(broker.State);
        foreach (string topic in (string[])["r/1", "r/2", "r/3"])
        {
            Assert.True(client.TryPublish(Encoding.UTF8.GetBytes(topic), "old"u8, retain: true));
        }

        broker.Tick();
        HandlerLog handler = HandlerLog.Subscribe(
            broker, client, "r/+", new() { RetainHandling = handling, QoS = QualityOfService.AtLeastOnce });
        Assert.Equal(expected, handler.Lines.Count);
        Assert.All(handler.Lines, line => Assert.EndsWith("old q0 r1", line, StringComparison.Ordinal));
        client.TryPublish("r/1"u8, "new"u8, retain: true);
        broker.Tick();
        Assert.Equal("r/1 new q0 r0", handler.Lines[^1]); // [MQTT-3.3.1-12]
        Assert.Equal("new", broker.Connect().Subscribe("r/1").NextPublish().Text);
    }

    [Fact]
    public void Many_retained_messages_come_over_several_ticks_and_none_to_a_shared_subscription()
    {
        using var broker = new TestBroker();
        var client = new InProcessClient(broker.State);
        for (int i = 0; i < 1_000; i++)
        {
            client.TryPublish(Encoding.UTF8.GetBytes($"r/{i}"), "x"u8, retain: true);
        }

        broker.Tick();
        Task<InProcessSubscription> pending = Pending.Subscribe(client, "r/#", (in ReceivedSpan _) => { });
        broker.TickOnce();
        Assert.InRange(broker.Metrics.PublishSent, 1, 999);
        broker.Tick();
        Assert.Equal(1_000, broker.Metrics.PublishSent);
        Pending.Of(broker, pending);
        HandlerLog shared = HandlerLog.Subscribe(broker, client, "$share/g/r/#");
        Assert.Empty(shared.Lines);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_shared_group_of_handlers_and_clients_takes_turns(int qos)
    {
        using var broker = new TestBroker(3);
        var client = new InProcessClient(broker.State);
        HandlerLog[] handlers =
            [.. Enumerable.Range(0, 3).Select(_ => HandlerLog.Subscribe(broker, client, "$share/g/t"))];
        TestClient[] sockets =
            [.. Enumerable.Range(0, 3).Select(at => broker.Connect(at: at).Subscribe("$share/g/t", qos))];
        TestClient absent = broker.ConnectPersistent(broker.IdentifierOn(1), at: 1).Subscribe("$share/g/t", qos);
        absent.Reset();
        for (int i = 0; i < 60; i++)
        {
            client.TryPublish("t"u8, Encoding.UTF8.GetBytes($"{i}"), (QualityOfService)qos);
        }

        broker.Tick();
        int[] shares = [.. handlers.Select(h => h.Lines.Count), .. sockets.Select(s => s.Read().Count)];
        Assert.All(shares, share => Assert.Equal(10, share)); // who is not there gets nothing
    }

    [Fact]
    public void Properties_arrive_and_the_expiry_counts_down()
    {
        using var broker = new TestBroker();
        var client = new InProcessClient(broker.State);
        TestClient socket = broker.Connect().Subscribe("t");
        string seen = "";
        ReceivedMessage? copy = null;
        Pending.Of(broker, Pending.Subscribe(client, "t", (in ReceivedSpan message) =>
        {
            copy = new ReceivedMessage(in message);
            foreach (UserProperty pair in message.UserProperties)
            {
                seen += $"{Encoding.UTF8.GetString(pair.Name)}={Encoding.UTF8.GetString(pair.Value)};";
            }

            seen += $"{Encoding.UTF8.GetString(message.ContentType)} {Encoding.UTF8.GetString(message.ResponseTopic)} "
                + $"{message.CorrelationData.Length} {message.PayloadFormatIndicator} {message.MessageExpiryInterval}";
        }));
        var published = new ApplicationMessage
        {
            Topic = "t",
            Payload = "text"u8.ToArray(),
            ContentType = "text/plain",
            ResponseTopic = "answer/here",
            CorrelationData = new byte[] { 1, 2, 3 },
            PayloadFormatIndicator = true,
            MessageExpiryInterval = 60,
            Retain = true,
            UserProperties = [new("a", "1"), new("b", "2"), new("a", "3")],
        };
        Assert.Equal(ReasonCode.Success, Pending.Of(broker, client.PublishAsync(
            published, TestContext.Current.CancellationToken)));
        Assert.Equal("a=1;b=2;a=3;text/plain answer/here 3 True 60", seen);
        Assert.Equal("text/plain", copy!.ContentType);
        Assert.Equal("answer/here", copy.ResponseTopic);
        Assert.Equal([1, 2, 3], copy.CorrelationData);
        Assert.Equal(published.UserProperties, copy.UserProperties);
        Packet packet = socket.NextPublish();
        Assert.Equal("text/plain", packet.Data(PropertyIdentifier.ContentType));
        Assert.Equal(60u, packet.Integer(PropertyIdentifier.MessageExpiryInterval));

        broker.AdvanceSeconds(20);
        seen = "";
        HandlerLog late = HandlerLog.Subscribe(broker, client, "t");
        Assert.Equal(40u, Assert.Single(late.Expiries)); // [MQTT-3.3.2-6]
        broker.AdvanceSeconds(41);
        Assert.Empty(HandlerLog.Subscribe(broker, client, "t").Lines); // [MQTT-3.3.2-5]
    }
}
