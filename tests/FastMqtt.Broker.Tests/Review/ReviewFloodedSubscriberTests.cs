// A subscriber that gets more than its link carries is slow, not deaf: what it sends is read, or it could never ask for
// less.

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Review;

public sealed class ReviewFloodedSubscriberTests
{
    [Fact]
    public void A_flooded_subscriber_can_unsubscribe()
    {
        using var broker = new TestBroker();
        TestClient subscriber = broker.Connect().Subscribe("flood/+");
        TestClient publisher = broker.Connect();
        subscriber.Socket.SendRoom = 0;
        string payload = new('x', 1 << 20);
        for (int i = 0; i < (Limits.OutputBytesMax >> 20) + 4; i++)
        {
            publisher.Send("flood/x", payload);
            broker.Tick();
        }

        Assert.NotEqual(0, broker.Metrics.DroppedSlow);
        subscriber.Send(Packets.Unsubscribe(ProtocolVersion.Mqtt5, subscriber.NewId(), "flood/+"));
        broker.Tick();
        Assert.Equal(0, subscriber.Socket.UnreceivedBytes);
        Assert.Equal(0, broker.FindSession(subscriber.Identifier)!.Subscriptions.Count);
    }
}
