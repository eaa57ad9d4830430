// Wills: their properties are those of any message.

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Review;

public sealed class ReviewWillTests
{
    // [MQTT-3.3.2-6] The largest interval is an interval, not "never".
    [Fact]
    public void A_will_with_the_largest_expiry_interval_carries_it()
    {
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("will");
        TestClient client = broker.Connect(
            will: new Will("will", "gone", Properties: Property.MessageExpiryInterval(uint.MaxValue)));
        client.Reset();
        Assert.Equal(uint.MaxValue, watcher.NextPublish().Integer(PropertyIdentifier.MessageExpiryInterval));
    }

    // Section 3.2.2.2: 0x99 when the Will Payload is not what its Payload Format Indicator says.
    [Fact]
    public void A_will_that_is_not_the_utf8_it_promises_is_refused()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Open();
        byte[] connect = Packets.Connect(
            ProtocolVersion.Mqtt5, "me", will: new Will("will", "X", Properties: Property.PayloadFormatIndicator(1)));
        connect[^1] = 0xFF;
        client.Send(connect);
        broker.Tick();
        Assert.Equal(ReasonCode.PayloadFormatInvalid, client.Next(PacketType.Connack).Reason);
        Assert.True(client.Socket.IsEndedByBroker);
        Assert.Null(broker.FindSession("me"));
    }
}
