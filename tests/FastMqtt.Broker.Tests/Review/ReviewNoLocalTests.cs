// No Local is about the Client Identifier, not about one session of it. [MQTT-3.8.3-3]

using FastMqtt.Broker.Tests.Harness;
using Xunit;

namespace FastMqtt.Broker.Tests.Review;

public sealed class ReviewNoLocalTests
{
    private const int NoLocal = 4;

    [Fact]
    public void A_retained_message_of_the_same_client_in_an_earlier_session_is_not_sent()
    {
        using var broker = new TestBroker();
        TestClient first = broker.Connect("me");
        first.Publish("t", "mine", retain: true);
        first.Disconnect();

        TestClient again = broker.Connect("me").Subscribe("t", NoLocal);
        again.ExpectNothing();
        broker.Connect("another").Subscribe("t", NoLocal).NextPublish();
    }

    [Fact]
    public void The_will_of_an_earlier_session_of_the_same_client_is_not_sent()
    {
        using var broker = new TestBroker();
        TestClient other = broker.Connect().Subscribe("t");
        TestClient first = broker.Connect(
            "me",
            clean: false,
            properties: Property.SessionExpiryInterval(100),
            will: new Will("t", "mine", Properties: Property.WillDelayInterval(50)));
        first.Subscribe("t", NoLocal).Reset();
        broker.AdvanceSeconds(60);
        Assert.Equal(["mine"], other.ReadTexts());
        broker.Connect("me", clean: false).ExpectNothing();
    }
}
