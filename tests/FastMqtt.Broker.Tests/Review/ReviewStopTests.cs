// What still arrives in the tick in which a dispatcher is told to stop.

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Review;

public sealed class ReviewStopTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_takeover_as_the_broker_begins_to_stop_is_a_takeover(bool clean)
    {
        using var broker = new TestBroker();
        TestClient older = broker.Connect("me", clean: clean);
        TestClient newer = broker.Open();
        broker.Tick();
        newer.Send(Packets.Connect(ProtocolVersion.Mqtt5, "me", clean));
        broker.BeginStop(1_000);
        broker.Tick();
        Assert.Equal(ReasonCode.SessionTakenOver, older.Next(PacketType.Disconnect).Reason);
        Assert.Equal(ReasonCode.Success, newer.Next(PacketType.Connack).Reason);
        Assert.Equal(ReasonCode.ServerShuttingDown, newer.Next(PacketType.Disconnect).Reason);
        Assert.Equal(1, broker.Metrics.Sessions);
    }
}
