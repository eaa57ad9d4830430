// Wills: when they are published and when not.

using System.Text;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Sessions;

public sealed class WillTests
{
    private const int Precision = 128;

    [Theory]
    [InlineData(ProtocolVersion.Mqtt311)]
    [InlineData(ProtocolVersion.Mqtt5)]
    public void A_broken_connection_publishes_it_once(ProtocolVersion version)
    {
        // [MQTT-3.1.2-8] [MQTT-3.1.2-10]
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("will", 2);
        TestClient client = broker.Connect(version: version, will: new Will("will", "gone", QoS: 1));
        client.Reset();
        Packet will = Assert.Single(watcher.Read());
        Assert.Equal(("gone", 1, false), (will.Text, will.QoS, will.Retain));
        broker.AdvanceSeconds(5);
        watcher.ExpectNothing();
    }

    [Fact]
    public void Disconnect_deletes_it_and_disconnect_with_will_publishes_it()
    {
        // [MQTT-3.14.4-3]
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("will");
        broker.Connect(will: new Will("will", "deleted")).Disconnect();
        watcher.ExpectNothing();
        broker.Connect(will: new Will("will", "asked for")).Disconnect(ReasonCode.DisconnectWithWillMessage);
        Assert.Equal(["asked for"], watcher.ReadTexts());
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void A_client_that_broke_the_protocol_or_fell_silent_has_a_will_too()
    {
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("will");
        TestClient offender = broker.Connect(will: new Will("will", "offender"));
        offender.Send([0xF0, 0x00]);
        broker.Tick();
        broker.Connect(keepAlive: 1, will: new Will("will", "silent"));
        broker.Advance(1_500 + Precision);
        Assert.Equal(["offender", "silent"], watcher.ReadTexts());
    }

    [Fact]
    public void A_retained_will_is_stored()
    {
        // [MQTT-3.1.2-15]
        using var broker = new TestBroker();
        broker.Connect(will: new Will("will", "stored", Retain: true)).Reset();
        TestClient late = broker.Connect().Subscribe("will");
        Packet packet = Assert.Single(late.Read());
        Assert.Equal(("stored", true), (packet.Text, packet.Retain));
    }

    [Fact]
    public void A_delayed_will_waits_for_its_delay_and_not_less()
    {
        // [MQTT-3.1.3-9]
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("will");
        ConnectDelayed(broker, delay: 30, expiry: 100).Reset();
        broker.Advance(29_999);
        watcher.ExpectNothing();
        broker.Advance(Precision);
        Assert.Equal(["delayed"], watcher.ReadTexts());
        broker.AdvanceSeconds(100);
        watcher.ExpectNothing();
    }

    [Fact]
    public void A_session_that_ends_before_the_delay_publishes_it_then()
    {
        // [MQTT-3.1.3-9] whichever comes first
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("will");
        TestClient client = ConnectDelayed(broker, delay: 100, expiry: 30);
        client.Reset();
        broker.Advance(29_999);
        watcher.ExpectNothing();
        broker.Advance(Precision);
        Assert.Equal(["delayed"], watcher.ReadTexts());
        Assert.Null(broker.FindSession(client.Identifier));
    }

    [Fact]
    public void A_session_that_ends_with_its_connection_does_not_wait_for_the_delay()
    {
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("will");
        ConnectDelayed(broker, delay: 100, expiry: 0).Reset();
        Assert.Equal(["delayed"], watcher.ReadTexts());
    }

    [Fact]
    public void A_client_that_comes_back_within_the_delay_has_not_died()
    {
        // [MQTT-3.1.3-9]
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("will");
        TestClient client = ConnectDelayed(broker, delay: 30, expiry: 100);
        client.Reset();
        broker.Advance(29_000);
        TestClient back = broker.ConnectPersistent(client.Identifier);
        Assert.True(back.Connack!.SessionPresent);
        broker.AdvanceSeconds(60);
        watcher.ExpectNothing();
        back.Disconnect();
        watcher.ExpectNothing();
        broker.AdvanceSeconds(3_700);
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void A_clean_start_within_the_delay_ends_the_session_and_publishes_it()
    {
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("will");
        TestClient client = ConnectDelayed(broker, delay: 30, expiry: 100);
        client.Reset();
        broker.Connect(client.Identifier);
        Assert.Equal(["delayed"], watcher.ReadTexts());
    }

    [Fact]
    public void Its_message_expiry_begins_when_it_is_published()
    {
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("will");
        byte[] properties = [.. Property.WillDelayInterval(30), .. Property.MessageExpiryInterval(10)];
        TestClient client = broker.Connect(
            properties: Property.SessionExpiryInterval(100), will: new Will("will", "x", 0, false, properties));
        client.Reset();
        broker.Advance(30_000 + Precision);
        Packet will = Assert.Single(watcher.Read());
        Assert.Equal(10u, will.Integer(PropertyIdentifier.MessageExpiryInterval));
        Assert.Null(will.Integer(PropertyIdentifier.WillDelayInterval));
    }

    [Fact]
    public void Its_user_properties_arrive_in_order()
    {
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("will");
        byte[] properties = [.. Property.UserProperty("a", "1"), .. Property.UserProperty("a", "0")];
        broker.Connect(will: new Will("will", "x", 0, false, properties)).Reset();
        Packet will = Assert.Single(watcher.Read());
        Assert.Equal(["1", "0"], will.Properties.Select(property => Encoding.UTF8.GetString(property.Data)));
    }

    private static TestClient ConnectDelayed(TestBroker broker, uint delay, uint expiry) => broker.Connect(
        properties: Property.SessionExpiryInterval(expiry),
        will: new Will("will", "delayed", 0, false, Property.WillDelayInterval(delay)));
}
