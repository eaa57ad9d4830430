// Retained messages owed to many subscriptions, and to filters that find little in a large store: other clients of the
// dispatcher are served in between.

using System.Diagnostics;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Review;

public sealed class ReviewRetainedBacklogTests
{
    private const int Filters = 60_000;

    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(5);

    [Fact]
    public void Many_filters_in_one_subscribe_take_time_in_proportion()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect();
        client.Publish("r/0", "retained", retain: true);
        (string, int)[] filters = [.. Enumerable.Range(0, Filters).Select(i => ($"r/{i}", 0))];
        long start = Stopwatch.GetTimestamp();

        // The second time every filter is there already and its retained messages are still owed or are owed again.
        for (int round = 0; round < 2; round++)
        {
            client.Send(Packets.Subscribe(ProtocolVersion.Mqtt5, client.NewId(), null, filters));
        }

        broker.Tick();
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Generous);
        Assert.Contains(client.Read(), packet => packet.Text == "retained");
        Assert.False(broker.FindSession(client.Identifier)!.HasBacklog);
    }

    [Theory]
    [InlineData("r/1")]
    [InlineData("r/+")]
    [InlineData("none")]
    public void Nothing_is_kept_of_a_walk_that_has_ended(string filter)
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect();
        client.Publish("r/1", "retained", retain: true);
        client.Subscribe(filter);
        Assert.Equal(filter != "none", client.Read().Count == 1);
        Assert.Null(broker.FindSession(client.Identifier)!.Retained);
    }

    [Fact]
    public void A_walk_through_a_large_store_is_spread_over_ticks()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect();
        TestClient other = broker.Connect();
        for (int i = 0; i < 100_000; i++)
        {
            client.Send($"{i}/x", "retained", retain: true);
        }

        client.Send("last/y", "found", retain: true);
        broker.Tick();

        client.Send(Packets.Subscribe(ProtocolVersion.Mqtt5, client.NewId(), null, ("+/y", 0)));
        broker.TickOnce();
        Assert.True(broker.FindSession(client.Identifier)!.HasBacklog);
        other.Send(Packets.Pingreq);
        broker.TickOnce();
        other.Next(PacketType.Pingresp);
        Assert.True(broker.FindSession(client.Identifier)!.HasBacklog);

        broker.Tick();
        client.Next(PacketType.Suback);
        Assert.Equal(["found"], client.ReadTexts());
        Assert.False(broker.FindSession(client.Identifier)!.HasBacklog);
    }

    [Fact]
    public void What_an_unsubscribed_filter_was_owed_is_not_sent()
    {
        using var broker = new TestBroker();
        TestClient publisher = broker.Connect();
        publisher.Publish("a", "a", retain: true);
        publisher.Publish("b", "b", retain: true);
        TestClient client = broker.Connect();
        client.Send(Packets.Subscribe(ProtocolVersion.Mqtt5, 1, null, ("a", 0), ("b", 0)));
        client.Send(Packets.Unsubscribe(ProtocolVersion.Mqtt5, 2, "a"));
        broker.Tick();
        client.Next(PacketType.Suback);
        client.Next(PacketType.Unsuback);
        Assert.Equal(["b"], client.ReadTexts());
    }
}
