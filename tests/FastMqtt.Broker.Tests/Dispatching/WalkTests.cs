// Fan-outs to very many: between two slices everybody else is served, and still nothing overtakes, nobody is left out
// and nobody gets what is not for it.

using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Dispatching;

public sealed class WalkTests : IDisposable
{
    private const int Receivers = 10;

    private readonly TestBroker _broker = new();
    private readonly TestClient _publisher;

    public WalkTests()
    {
        _broker.WalkBeyond(3);
        _publisher = _broker.Connect("publisher");
    }

    public void Dispose() => _broker.Dispose();

    [Fact]
    public void A_message_at_the_limit_goes_out_in_one_tick_and_one_past_it_does_not()
    {
        // Limits.ReceiversAtOnce and Limits.WalkSlice
        _broker.WalkBeyond(Limits.ReceiversAtOnce, Limits.WalkSlice);
        TestClient[] clients = Subscribe(Limits.ReceiversAtOnce);
        _publisher.Send("t", "1");
        _broker.TickOnce();
        Assert.Equal(clients.Length, clients.Count(client => client.Read().Count == 1));
        clients = [.. clients, .. Subscribe(1)];
        _publisher.Send("t", "2");
        _broker.TickOnce();
        int served = clients.Count(client => client.Read().Count == 1);
        Assert.InRange(served, 1, Limits.WalkSlice);
        _broker.Tick();
        Assert.Equal(clients.Length - served, clients.Count(client => client.Read().Count == 1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Everybody_is_served_and_others_between_the_slices(int qos)
    {
        TestClient[] clients = Subscribe(Receivers, qos);
        TestClient bystander = _broker.Connect().Subscribe("b");
        TestClient other = _broker.Connect();
        _publisher.Send("t", "m", qos);
        _broker.TickOnce();
        Assert.NotEmpty(Served(clients));
        for (int i = 0; i < 3; i++)
        {
            other.Send("b", $"{i}");
            _broker.TickOnce();
            Assert.Equal([$"{i}"], bystander.ReadTexts());
        }

        Assert.True(_broker.Dispatchers[0].Walks.IsBusy);
        _broker.Tick();
        Assert.All(clients, client => Assert.Equal("m", client.NextPublish().Text));
        Assert.All(clients, client => client.ExpectNothing());
    }

    [Fact]
    public void A_slice_serves_as_many_as_there_were_ready_sockets()
    {
        TestClient[] clients = Subscribe(Receivers);
        TestClient[] others = [.. Enumerable.Range(0, 4).Select(_ => _broker.Connect())];
        foreach (TestClient other in others)
        {
            other.Send("nobody", "x");
        }

        _publisher.Send("t", "m");
        _broker.TickOnce();
        Assert.Equal(5, Served(clients).Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_publisher_is_acknowledged_at_once_and_not_read_until_its_walk_is_done(int qos)
    {
        TestClient[] clients = Subscribe(Receivers);
        ushort id = _publisher.Send("t", "1", qos);
        _broker.TickOnce();
        Assert.Equal(id, _publisher.Next(qos == 1 ? PacketType.Puback : PacketType.Pubrec).Id);
        _publisher.Send(Packets.Pingreq);
        _broker.TickOnce();
        _broker.TickOnce();
        _publisher.ExpectNothing();
        Assert.True(_publisher.Socket.UnreceivedBytes > 0);
        _broker.Tick();
        _publisher.Next(PacketType.Pingresp);
        Assert.All(clients, client => Assert.Equal(["1"], client.ReadTexts()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Messages_of_one_read_keep_their_order_whatever_their_topics(int qos)
    {
        TestClient[] clients = Subscribe(Receivers, qos, "t/+");
        for (int i = 0; i < 20; i++)
        {
            _publisher.Send(i % 3 == 0 ? "t/a" : "t/b", $"{i}", qos);
        }

        _publisher.Send(Packets.Pingreq);
        _publisher.Send("t/a", "20", qos);
        _broker.Tick();
        string[] all = [.. Enumerable.Range(0, 21).Select(i => $"{i}")];
        Assert.All(clients, client => Assert.Equal(all, client.ReadTexts()));
    }

    [Fact]
    public void Messages_of_one_read_leave_in_one_send()
    {
        TestClient[] clients = Subscribe(Receivers, 1);
        int[] before = [.. clients.Select(client => client.Socket.SendCalls)];
        for (int i = 0; i < 20; i++)
        {
            _publisher.Send("t", $"{i}", 1);
        }

        _broker.Tick();
        Assert.All(clients, client => Assert.Equal(20, client.ReadTexts().Length));
        Assert.Equal(before.Select(calls => calls + 1), clients.Select(client => client.Socket.SendCalls));
    }

    [Fact]
    public void A_later_message_of_the_topic_does_not_overtake_even_if_it_is_for_few()
    {
        TestClient[] clients = Subscribe(Receivers);
        _publisher.Send("t", "1");
        _broker.TickOnce();
        List<TestClient> left = [.. clients.Except(Served(clients)).Take(2)];
        foreach (TestClient client in clients.Except(left))
        {
            client.Send(Packets.Unsubscribe(client.Version, client.NewId(), "t"));
        }

        _broker.HoldWalks(true);
        _broker.TickOnce();
        TestClient other = _broker.Open();
        other.Send(Packets.Connect(other.Version, "other", clean: true, 0, null, null));
        other.Send("t", "2");
        _broker.TickOnce();
        Assert.All(left, client => client.ExpectNothing());
        _broker.HoldWalks(false);
        _broker.Tick();
        Assert.All(left, client => Assert.Equal(["1", "2"], client.ReadTexts()));
    }

    [Fact]
    public void Who_unsubscribes_in_between_gets_no_more()
    {
        // [MQTT-3.10.4-2]
        TestClient[] clients = Subscribe(Receivers);
        _publisher.Send("t", "m");
        _broker.TickOnce();
        HashSet<TestClient> served = Served(clients);
        foreach (TestClient client in clients)
        {
            client.Send(Packets.Unsubscribe(client.Version, client.NewId(), "t"));
        }

        _broker.Tick();
        foreach (TestClient client in clients)
        {
            // Up to the UNSUBACK it may still come.
            List<Packet> packets = client.Read();
            int unsuback = packets.FindIndex(packet => packet.Type == PacketType.Unsuback);
            Assert.Equal(packets.Count - 1, unsuback);
            Assert.Equal(served.Contains(client) ? 1 : 0, unsuback);
        }

        Assert.Equal(0, _broker.State.Subscriptions.SubscriptionCount);
    }

    [Fact]
    public void Who_subscribes_in_between_gets_only_later_messages()
    {
        TestClient[] clients = Subscribe(Receivers);
        TestClient late = _broker.Connect();
        _publisher.Send("t", "1");
        _broker.TickOnce();
        late.Send(Packets.Subscribe(late.Version, late.NewId(), null, ("t", 0)));
        _broker.Tick();
        late.Next(PacketType.Suback);
        late.ExpectNothing();
        _publisher.Send("t", "2");
        _broker.Tick();
        Assert.Equal(["2"], late.ReadTexts());
        Assert.All(clients, client => Assert.Equal(["1", "2"], client.ReadTexts()));
    }

    [Fact]
    public void Sessions_may_end_and_move_to_new_connections_in_between()
    {
        TestClient[] clients =
        [
            .. Enumerable.Range(0, Receivers).Select(i => _broker.ConnectPersistent($"c{i}").Subscribe("t", 1)),
        ];
        _publisher.Send("t", "m", 1);
        _broker.TickOnce();
        int served = Served(clients).Count;
        Assert.InRange(served, 1, 3);
        clients[9].Disconnect(properties: Property.SessionExpiryInterval(0)); // ends
        clients[8].Socket.Reset(); // waits
        TestClient second = _broker.ConnectPersistent("c7"); // takes over
        _broker.Tick();
        Assert.Equal("m", second.NextPublish().Text);
        Assert.Equal("m", _broker.ConnectPersistent("c8").NextPublish().Text);
        Assert.Null(_broker.FindSession("c9"));
    }

    [Fact]
    public void A_session_with_several_matching_subscriptions_is_served_once()
    {
        Subscribe(Receivers, 0, "t/a");
        TestClient several = _broker.Connect()
            .Subscribe("t/+", 1, Property.SubscriptionIdentifier(1))
            .Subscribe("t/a", 0, Property.SubscriptionIdentifier(2))
            .Subscribe("t/#", 2, Property.SubscriptionIdentifier(3));
        TestClient noLocal = _publisher.Subscribe("t/a", 4).Subscribe("t/#");
        _publisher.Send("t/a", "m", 2);
        _broker.Tick();
        Packet packet = several.NextPublish();
        several.ExpectNothing();
        Assert.Equal(2, packet.QoS); // [MQTT-3.3.4-2]
        Assert.Equal([1u, 2u, 3u], packet.SubscriptionIdentifiers.Order()); // [MQTT-3.3.4-4]
        Assert.Single(noLocal.Read(), entry => entry.Type == PacketType.Publish);
    }

    [Fact]
    public void What_the_client_sent_behind_is_handled_when_the_walk_is_done_even_if_it_has_gone()
    {
        TestClient watcher = _broker.Connect().Subscribe("w").Subscribe("later");
        TestClient[] clients = Subscribe(Receivers);
        TestClient leaving = _broker.Connect(will: new Will("w", "a will"));
        leaving.Send("t", "1");
        leaving.Send("later", "2");
        leaving.Send(Packets.Disconnect());
        leaving.Socket.Shutdown();
        _broker.TickOnce();
        watcher.ExpectNothing();
        _broker.Tick();
        Assert.Equal(["2"], watcher.ReadTexts()); // and no will [MQTT-3.14.4-3]
        Assert.True(leaving.IsClosed);
        Assert.All(clients, client => Assert.Equal(["1"], client.ReadTexts()));
    }

    [Fact]
    public void A_will_does_not_overtake_what_its_client_published()
    {
        TestClient[] clients = Subscribe(Receivers);
        TestClient breaking = _broker.Connect(will: new Will("t", "will"));
        breaking.Send("t", "1");
        _broker.TickOnce();
        breaking.Socket.Reset();
        _broker.Tick();
        Assert.All(clients, client => Assert.Equal(["1", "will"], client.ReadTexts()));
    }

    [Fact]
    public void A_client_that_waits_for_its_walk_is_not_silent()
    {
        Subscribe(Receivers);
        TestClient publisher = _broker.Connect(keepAlive: 1);
        publisher.Send("t", "m");
        _broker.TickOnce();
        _broker.HoldWalks(true);
        for (int i = 0; i < 5; i++)
        {
            _broker.Time.Advance(1_000);
            _broker.TickOnce();
        }

        _broker.HoldWalks(false);
        _broker.Tick();
        Assert.False(publisher.IsClosed);
        _broker.AdvanceSeconds(3);
        Assert.True(publisher.IsClosed);
    }

    [Fact]
    public void What_expires_on_the_way_is_not_sent()
    {
        // [MQTT-3.3.2-5]
        TestClient[] clients = Subscribe(Receivers);
        _publisher.Send("t", "m", properties: Property.MessageExpiryInterval(1));
        _broker.TickOnce();
        int served = Served(clients).Count;
        _broker.Time.Advance(2_000);
        _broker.Tick();
        Assert.Equal(served, Served(clients).Count);
        Assert.Equal(Receivers - served, _broker.Metrics.DroppedExpired);
    }

    [Fact]
    public void A_broker_that_stops_brings_what_it_accepted()
    {
        TestClient[] clients = Subscribe(Receivers, 1);
        _publisher.Send("t", "m", 1);
        _broker.TickOnce();
        _broker.BeginStop(1_000);
        _broker.Tick();
        Assert.All(clients, client => Assert.Equal("m", client.NextPublish().Text));
        Assert.All(clients, client => client.Next(PacketType.Disconnect));
    }

    [Fact]
    public void From_another_dispatcher_it_counts_as_waiting_until_it_is_done()
    {
        using var broker = new TestBroker(2);
        broker.WalkBeyond(3);
        TestClient[] clients =
        [
            .. Enumerable.Range(0, Receivers)
                .Select(_ => broker.Connect(broker.IdentifierOn(1), at: 1).Subscribe("t")),
        ];
        TestClient publisher = broker.Connect(broker.IdentifierOn(0));
        var payload = new string('x', 1_000_000);
        int sent = 0;
        broker.HoldWalks(true);
        while (!broker.Dispatchers[1].Inbox.IsOverLimit && sent < 100)
        {
            publisher.Send("t", $"{sent++} {payload}");
            while (publisher.Socket.UnreceivedBytes > 0)
            {
                broker.TickOnce();
            }

            broker.TickOnce();
        }

        Assert.InRange(sent, 16, 40); // Limits.InboxBytes of slabs that are up to twice as large
        publisher.Send("t", "last");
        broker.Dispatchers[0].Tick();
        Assert.True(broker.Dispatchers[0].Reader.HoldsBack);
        broker.HoldWalks(false);
        broker.Tick();
        foreach (TestClient client in clients)
        {
            string[] texts = client.ReadTexts();
            Assert.Equal(Enumerable.Range(0, sent).Select(i => $"{i}"), texts[..^1].Select(t => t.Split(' ')[0]));
            Assert.Equal("last", texts[^1]);
        }

        Assert.False(broker.Dispatchers[1].Inbox.IsOverLimit);
    }

    private TestClient[] Subscribe(int count, int qos = 0, string filter = "t") =>
        [.. Enumerable.Range(0, count).Select(_ => _broker.Connect().Subscribe(filter, qos))];

    // Those that have something to read.
    private static HashSet<TestClient> Served(TestClient[] clients) =>
        [.. clients.Where(client => client.Socket.Unread.Length > 0)];
}
