// The inbox among a dispatcher's other work: bounded in a tick, counted by what it really holds.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Dispatching;

public sealed class InboxTests
{
    [Fact]
    public void A_sender_that_never_stops_does_not_keep_a_tick_from_ending()
    {
        const int posts = 10_000;
        using var broker = new TestBroker();
        TestClient client = broker.Connect();
        int run = 0;
        var again = new Command(_ => { });
        again = new Command(dispatcher =>
        {
            if (++run < posts)
            {
                dispatcher.Inbox.Post(again);
            }
        });
        broker.Dispatchers[0].Inbox.Post(again);
        client.Send(Packets.Pingreq);
        broker.Dispatchers[0].Tick();
        Assert.InRange(run, 1, Limits.InboxBatch);
        client.Next(PacketType.Pingresp);

        broker.Tick();
        Assert.Equal(posts, run);
    }

    [Fact]
    public void Small_messages_count_with_the_memory_they_take()
    {
        // Limits.InboxBytes
        using var broker = new TestBroker(2);
        broker.Connect(broker.IdentifierOn(1), at: 1).Subscribe("+");
        TestClient publisher = broker.Connect(broker.IdentifierOn(0));
        byte[] two = [.. Publish("t"), .. Publish("u")]; // alternating topics are no burst
        byte[] block = [.. Enumerable.Repeat(two, 10_000).SelectMany(packets => packets)];
        for (int i = 0; i < 100; i++)
        {
            publisher.Send(block);
            broker.Dispatchers[0].Tick();
        }

        Assert.True(broker.Dispatchers[0].Reader.HoldsBack);
        Assert.InRange(broker.RentedBytes, Limits.InboxBytes / 2, Limits.InboxBytes * 2);

        static byte[] Publish(string topic) => Packets.Publish(ProtocolVersion.Mqtt5, topic, [], 0, 0);
    }

    [Fact]
    public void A_batch_that_grew_in_a_flood_is_not_kept()
    {
        using var broker = new TestBroker(2);
        Outboxes sender = broker.Dispatchers[0].Outboxes;
        var large = new PublicationBatch(sender);
        for (int i = 0; i < 100_000; i++)
        {
            var message = new Message { Topic = "t"u8, ExpiresAtMilliseconds = long.MaxValue };
            large.Add(broker.Dispatchers[0].Publications.Create(in message), null);
        }

        broker.Dispatchers[1].Inbox.Post(large);
        broker.Tick();
        Assert.Equal(0, large.Count);
        Assert.Equal(0, sender.KeptCount);

        var small = new PublicationBatch(sender);
        broker.Dispatchers[1].Inbox.Post(small);
        broker.Tick();
        Assert.Equal(1, sender.KeptCount);
    }
}
