// Quotas belong to a connection and begin anew with each, section 4.9; exchanges belong to the session and go on.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Review;

public sealed class ReviewReceiveMaximumTests
{
    [Fact]
    public void Exchanges_of_an_earlier_connection_do_not_count_against_receive_maximum()
    {
        using var broker = new TestBroker(configure: options => options.ReceiveMaximum = 2);
        TestClient before = broker.ConnectPersistent("me");
        before.Send("t", "1", qos: 2);
        before.Send("t", "2", qos: 2);
        broker.Tick();
        Assert.Equal(2, before.Read().Count);
        before.Reset();

        TestClient after = broker.ConnectPersistent("me");
        after.Send("t", "3", qos: 2, id: 3);
        after.Send("t", "4", qos: 2, id: 4);
        broker.Tick();
        Assert.Equal(3, after.Next(PacketType.Pubrec).Id);
        Assert.Equal(4, after.Next(PacketType.Pubrec).Id);

        // [MQTT-3.3.4-7] The quota of this connection is used up.
        after.Send("t", "5", qos: 2, id: 5);
        broker.Tick();
        Assert.Equal(ReasonCode.ReceiveMaximumExceeded, after.Next(PacketType.Disconnect).Reason);
    }

    [Fact]
    public void A_release_gives_a_place_back()
    {
        using var broker = new TestBroker(configure: options => options.ReceiveMaximum = 1);
        TestClient client = broker.Connect();
        for (int i = 0; i < 3; i++)
        {
            client.Publish("t", "m", qos: 2);
        }
    }

    // Every identifier is in use: the messages of the last connection are sent again all the same.
    [Fact]
    public void A_full_window_is_sent_again()
    {
        using var broker = new TestBroker();
        var window = new InflightWindow();
        var message = new Message { Topic = "t"u8, QoS = QualityOfService.AtLeastOnce };
        Publication publication = broker.Dispatchers[0].Publications.Create(in message);
        for (int i = 1; i <= ushort.MaxValue; i++)
        {
            window.Add(publication, new(QualityOfService.AtLeastOnce, false, 0, null));
        }

        Assert.False(window.HasRoom(ushort.MaxValue));
        window.BeginResend();
        Assert.False(window.HasRoom(ushort.MaxValue));
        Assert.True(window.MayResend(ushort.MaxValue));
        Assert.Equal(1, window.TakeResend());
        Assert.False(window.MayResend(1));
    }
}
