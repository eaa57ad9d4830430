// Shared subscriptions: each message to one member, and nothing is lost with a member that leaves. [MQTT-4.8.2-4]
// [MQTT-4.8.2-5]

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Delivering;

public sealed class SharedSubscriptionTests
{
    private const string Filter = "$share/g/t";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Each_message_goes_to_one_member_in_turn(int dispatchers)
    {
        using var broker = new TestBroker(dispatchers);
        TestClient[] members =
        [
            .. Enumerable.Range(0, 3).Select(i => broker.Connect(at: i % dispatchers).Subscribe(Filter)),
        ];
        TestClient plain = broker.Connect(at: dispatchers - 1).Subscribe("t");
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 30; i++)
        {
            publisher.Publish("t", $"{i}");
        }

        string[][] got = [.. members.Select(member => member.ReadTexts())];
        Assert.Equal([10, 10, 10], got.Select(texts => texts.Length));
        Assert.Equal(30, got.SelectMany(texts => texts).Distinct().Count());
        Assert.Equal(30, plain.ReadTexts().Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Qos_1_in_flight_and_queued_at_a_member_that_leaves_goes_to_the_others(int dispatchers)
    {
        using var broker = new TestBroker(dispatchers);
        TestClient leaver = Member(broker, "leaver", qos: 1, receiveMaximum: 2);
        TestClient stayer = Member(broker, "stayer", qos: 1);
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 20; i++)
        {
            publisher.Publish("t", $"{i}", qos: 1);
        }

        Assert.Equal(2, leaver.Read().Count);
        List<string> got = [.. stayer.ReadTexts()];
        Assert.Equal(10, got.Count);
        leaver.Reset();
        got.AddRange(stayer.ReadTexts());
        Assert.Equal(Enumerable.Range(0, 20), got.Select(int.Parse).Order());
        broker.ConnectPersistent("leaver").ExpectNothing();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Qos_2_in_flight_stays_with_its_member_and_qos_2_that_waited_does_not(int dispatchers)
    {
        using var broker = new TestBroker(dispatchers);
        TestClient leaver = Member(broker, "leaver", qos: 2, receiveMaximum: 2);
        TestClient stayer = Member(broker, "stayer", qos: 2);
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 10; i++)
        {
            publisher.Publish("t", $"{i}", qos: 2);
        }

        string[] sent = leaver.ReadTexts();
        Assert.Equal(2, sent.Length);
        List<string> got = [.. stayer.ReadTexts()];
        leaver.Reset();
        got.AddRange(stayer.ReadTexts());
        Assert.Equal(8, got.Distinct().Count());
        Assert.Empty(got.Intersect(sent));
        Assert.Equal(sent, broker.ConnectPersistent("leaver").ReadTexts());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void With_all_members_offline_messages_wait_and_go_to_who_comes_back(int dispatchers)
    {
        using var broker = new TestBroker(dispatchers);
        string[] names = [.. Enumerable.Range(0, dispatchers).Select(broker.IdentifierOn)];
        foreach (string name in names)
        {
            Member(broker, name, qos: 1).Reset();
        }

        TestClient publisher = broker.Connect();
        for (int i = 0; i < 6; i++)
        {
            publisher.Publish("t", $"{i}", qos: 1);
        }

        List<string> got = [];
        foreach (string name in names)
        {
            got.AddRange(broker.ConnectPersistent(name).ReadTexts());
        }

        Assert.Equal(Enumerable.Range(0, 6), got.Select(int.Parse).Order());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_member_whose_session_ends_hands_over_to_members_that_are_offline_too(int dispatchers)
    {
        using var broker = new TestBroker(dispatchers);
        string leaves = broker.IdentifierOn(0);
        string stays = broker.IdentifierOn(dispatchers - 1);
        TestClient leaver = broker.Connect(leaves).Subscribe(Filter, 1);
        Member(broker, stays, qos: 1).Reset();
        TestClient publisher = broker.Connect();
        publisher.Publish("t", "1", qos: 1);
        publisher.Publish("t", "2", qos: 1);
        Assert.Equal(["1", "2"], leaver.ReadTexts());
        leaver.Reset();
        Assert.Equal(["1", "2"], broker.ConnectPersistent(stays).ReadTexts());
    }

    [Fact]
    public void The_last_member_that_ends_takes_its_messages_with_it_and_their_memory_returns()
    {
        using var broker = new TestBroker(2);
        TestClient member = broker.Connect().Subscribe(Filter, 1);
        broker.Connect(at: 1).Publish("t", "x", qos: 1);
        member.Reset();
        Assert.Equal(0, broker.RentedBytes);
        Assert.Equal(0, broker.State.Subscriptions.SubscriptionCount);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_message_on_its_way_to_a_member_that_just_ended_is_not_lost(int dispatchers)
    {
        using var broker = new TestBroker(dispatchers);
        TestClient publisher = broker.Connect(broker.IdentifierOn(0));
        int last = dispatchers - 1;
        TestClient[] members =
        [
            broker.Connect(broker.IdentifierOn(last), at: last).Subscribe(Filter, 1),
            broker.Connect(broker.IdentifierOn(last), at: last).Subscribe(Filter, 1),
        ];
        for (int i = 0; i < 10; i++)
        {
            publisher.Send("t", $"{i}", qos: 1);
        }

        broker.Dispatchers[0].Tick(); // the messages are in the other dispatcher's inbox now
        members[0].Socket.Reset();
        broker.Tick();
        Assert.Equal(Enumerable.Range(0, 10), members[1].ReadTexts().Select(int.Parse).Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_message_for_a_session_that_ended_on_the_way_goes_to_another_or_its_memory_returns(bool hasOther)
    {
        using var broker = new TestBroker(2);
        TestClient publisher = broker.Connect(broker.IdentifierOn(0));
        TestClient member = broker.Connect(broker.IdentifierOn(1), at: 1).Subscribe(Filter, 1);
        string other = broker.IdentifierOn(0);
        if (hasOther)
        {
            Member(broker, other, qos: 1).Reset();
        }

        // The first dispatcher chooses the member after the second has read its DISCONNECT and before it ends it.
        publisher.Send("t", "x", qos: 1);
        member.Send(Packets.Disconnect());
        broker.Dispatchers[1].Timers.Arm(new Alarm(() => broker.Dispatchers[0].Tick()), 0);
        broker.Time.Advance(200);
        broker.Dispatchers[1].Tick();
        Assert.Null(broker.FindSession(member.Identifier));
        broker.Tick();
        publisher.Next(PacketType.Puback);
        if (hasOther)
        {
            TestClient back = broker.ConnectPersistent(other);
            back.Acknowledge(Assert.Single(back.Read()));
        }

        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void Two_groups_on_one_filter_and_a_plain_subscriber_get_one_copy_each()
    {
        using var broker = new TestBroker();
        TestClient a = broker.Connect().Subscribe("$share/a/t");
        TestClient b = broker.Connect().Subscribe("$share/b/#");
        TestClient both = broker.Connect().Subscribe("$share/a/t").Subscribe("t");
        broker.Connect().Publish("t", "x");
        Assert.Single(b.ReadTexts());
        Assert.Equal(2, a.ReadTexts().Length + both.ReadTexts().Length);
    }

    [Fact]
    public void Unsubscribing_leaves_the_group_to_the_others()
    {
        using var broker = new TestBroker();
        TestClient a = broker.Connect().Subscribe(Filter, 1);
        TestClient b = broker.Connect().Subscribe(Filter, 1);
        a.Unsubscribe(Filter);
        TestClient publisher = broker.Connect();
        publisher.Publish("t", "1", qos: 1);
        publisher.Publish("t", "2", qos: 1);
        Assert.Equal(["1", "2"], b.ReadTexts());
        a.ExpectNothing();
    }

    [Fact]
    public void A_member_that_unsubscribed_and_leaves_hands_over_what_it_has_not_acknowledged()
    {
        using var broker = new TestBroker();
        TestClient a = broker.Connect().Subscribe(Filter, 1);
        broker.Connect().Publish("t", "x", qos: 1);
        Assert.Equal(["x"], a.ReadTexts());
        TestClient b = broker.Connect().Subscribe(Filter, 1);
        a.Unsubscribe(Filter);
        a.Reset();
        Assert.Equal(["x"], b.ReadTexts());
    }

    private static TestClient Member(TestBroker broker, string identifier, int qos, ushort receiveMaximum = 100) =>
        broker.ConnectPersistent(identifier, ProtocolVersion.Mqtt5, receiveMaximum).Subscribe(Filter, qos);
}
