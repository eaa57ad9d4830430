// Members of a shared subscription that cannot take a message, or are no members any more.

using FastMqtt.Broker.Tests.Harness;
using Xunit;

namespace FastMqtt.Broker.Tests.Review;

public sealed class ReviewSharedMemberTests
{
    private const string Group = "$share/g/t";

    // An offline member with QoS 0 would lose it; one with QoS 1 keeps it.
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Among_offline_members_one_that_can_keep_the_message_gets_it(int first, int second)
    {
        using var broker = new TestBroker();
        broker.ConnectPersistent("a").Subscribe(Group, first).Disconnect();
        broker.ConnectPersistent("b").Subscribe(Group, second).Disconnect();
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 4; i++)
        {
            publisher.Publish("t", $"{i}", qos: 1);
        }

        TestClient keeper = broker.ConnectPersistent(first == 1 ? "a" : "b");
        Assert.Equal(["0", "1", "2", "3"], keeper.ReadTexts());
    }

    // When the session of the chosen member ends, what it holds is not thrown at an offline member with QoS 0.
    [Fact]
    public void What_an_ended_session_held_goes_to_an_offline_member_that_can_keep_it()
    {
        using var broker = new TestBroker();
        broker.ConnectPersistent("keeper").Subscribe(Group, 1).Disconnect();
        broker.ConnectPersistent("forgetful").Subscribe(Group, 0).Disconnect();
        TestClient worker = broker.Connect("worker").Subscribe(Group, 1);
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 4; i++)
        {
            publisher.Publish("t", $"{i}", qos: 1);
        }

        Assert.Equal(4, worker.ReadTexts().Length);
        worker.Reset();
        Assert.Equal(["0", "1", "2", "3"], broker.ConnectPersistent("keeper").ReadTexts());
    }

    // A message chosen for a member on its way between dispatchers, while the member unsubscribes. [MQTT-3.10.4-2]
    [Fact]
    public void A_member_that_has_unsubscribed_gets_nothing_that_was_on_its_way()
    {
        using var broker = new TestBroker(dispatchers: 2);
        TestClient left = broker.Connect(broker.IdentifierOn(1), at: 1).Subscribe(Group, 1);
        TestClient publisher = broker.Connect(broker.IdentifierOn(0), at: 0);

        // Its UNSUBSCRIBE is read before the inbox in the same tick.
        publisher.Send("t", "late", qos: 1);
        broker.Dispatchers[0].Tick();
        left.Send(Packets.Unsubscribe(left.Version, left.NewId(), Group));
        broker.Dispatchers[1].Tick();
        broker.Tick();
        left.Next(FastMqtt.Protocol.PacketType.Unsuback);
        left.ExpectNothing();
        Assert.Equal(0, broker.FindSession(left.Identifier)!.Inflight?.Count ?? 0);
    }

    // It subscribed anew before it left: its own new subscription is no other member.
    [Fact]
    public void A_message_is_not_passed_on_to_the_session_that_leaves()
    {
        using var broker = new TestBroker();
        TestClient worker = broker.Connect("worker").Subscribe(Group, 1);
        broker.ConnectPersistent("other").Subscribe(Group, 1).Disconnect();
        TestClient publisher = broker.Connect();
        publisher.Publish("t", "m", qos: 1);
        Assert.Equal(["m"], worker.ReadTexts());
        worker.Unsubscribe(Group);
        worker.Subscribe(Group, 1);
        worker.Reset();
        Assert.Equal(["m"], broker.ConnectPersistent("other").ReadTexts());
    }
}
