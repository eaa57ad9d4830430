// Sessions that outlive their connection: resumed, expired, taken over, and deliveries that were not acknowledged.

using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace FastMqtt.Interop.Tests;

public sealed class SessionTests(InteropBroker broker)
{
    private const int QueuedMessages = 10;

    [Theory]
    [MemberData(nameof(Versions.AllWithQueuedQoS), MemberType = typeof(Versions))]
    public async Task A_resumed_session_delivers_what_was_queued_in_order(
        MqttProtocolVersion version, MqttQualityOfServiceLevel qos)
    {
        string topic = InteropBroker.Unique("s/");
        string identifier = InteropBroker.Unique("id");
        await using InteropClient publisher = await broker.ConnectAsync(version);
        await using (InteropClient first = await ConnectAsync(version, identifier))
        {
            await first.SubscribeAsync(topic, qos);
            await first.DisconnectAsync();
        }

        await publisher.PublishNumbersAsync(topic, QueuedMessages, qos);
        await using (InteropClient second = await ConnectAsync(version, identifier))
        {
            // 3.1 has no session present flag; its byte is reserved.
            Assert.Equal(version != MqttProtocolVersion.V310, second.Connack.IsSessionPresent);
            ReceivedMessage[] received = await second.ReceiveAsync(QueuedMessages);
            Assert.Equal(Enumerable.Range(0, QueuedMessages).Select(n => $"{n}"), received.Select(m => m.Text));
            Assert.All(received, m => Assert.False(m.IsDuplicate));
            await second.DisconnectAsync();
        }

        await using InteropClient third = await broker.ConnectAsync(version, o => o.WithClientId(identifier));
        Assert.False(third.Connack.IsSessionPresent);
    }

    [Theory]
    [MemberData(nameof(Versions.AllWithQueuedQoS), MemberType = typeof(Versions))]
    public async Task What_was_not_acknowledged_comes_again_and_what_was_does_not(
        MqttProtocolVersion version, MqttQualityOfServiceLevel qos)
    {
        string topic = InteropBroker.Unique("again/");
        string identifier = InteropBroker.Unique("id");
        await using InteropClient publisher = await broker.ConnectAsync(version);
        await using (InteropClient first = await ConnectAsync(version, identifier, acknowledgeByHand: true))
        {
            await first.SubscribeAsync(topic, qos);
            await publisher.PublishNumbersAsync(topic, QueuedMessages, qos);
            ReceivedMessage[] received = await first.ReceiveAsync(QueuedMessages);
            foreach (ReceivedMessage message in received.Take(4))
            {
                await message.AcknowledgeAsync();
            }

            await first.PingAsync();
            first.Drop();
        }

        await using InteropClient second = await ConnectAsync(version, identifier);
        ReceivedMessage[] again = await second.ReceiveAsync(QueuedMessages - 4);
        Assert.Equal(["4", "5", "6", "7", "8", "9"], again.Select(m => m.Text));
        Assert.All(again, m => Assert.True(m.IsDuplicate));
        await publisher.PublishAsync(topic, "marker", qos);
        ReceivedMessage marker = await second.ReceiveAsync();
        Assert.Equal(("marker", false), (marker.Text, marker.IsDuplicate));
    }

    [Theory]
    [MemberData(nameof(Versions.All), MemberType = typeof(Versions))]
    public async Task A_second_connection_takes_the_session_over(MqttProtocolVersion version)
    {
        string topic = InteropBroker.Unique("over/");
        string identifier = InteropBroker.Unique("id");
        await using InteropClient first = await ConnectAsync(version, identifier);
        await first.SubscribeAsync(topic, MqttQualityOfServiceLevel.AtLeastOnce);
        await using InteropClient second = await ConnectAsync(version, identifier);
        MqttClientDisconnectedEventArgs ended = await first.DisconnectedByBrokerAsync();
        if (version == MqttProtocolVersion.V500)
        {
            Assert.Equal(MqttClientDisconnectReason.SessionTakenOver, ended.Reason);
        }

        await second.PublishAsync(topic, "still subscribed", MqttQualityOfServiceLevel.AtLeastOnce);
        Assert.Equal("still subscribed", (await second.ReceiveAsync()).Text);
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(1, false)]
    [InlineData(0, false)]
    public async Task The_Session_Expiry_Interval_says_how_long_it_stays(uint seconds, bool present)
    {
        string identifier = InteropBroker.Unique("id");
        await using (InteropClient first = await ConnectAsync(MqttProtocolVersion.V500, identifier, seconds))
        {
            await first.DisconnectAsync();
        }

        await Task.Delay(TimeSpan.FromSeconds(2.5), TestContext.Current.CancellationToken);
        await using InteropClient second = await ConnectAsync(MqttProtocolVersion.V500, identifier, 0);
        Assert.Equal(present, second.Connack.IsSessionPresent);
    }

    [Fact]
    public async Task DISCONNECT_may_shorten_the_Session_Expiry_Interval()
    {
        string identifier = InteropBroker.Unique("id");
        await using (InteropClient first = await ConnectAsync(MqttProtocolVersion.V500, identifier))
        {
            // Not 0: MQTTnet leaves that out, and then the interval of CONNECT stays in force.
            await first.DisconnectAsync(options => options.WithSessionExpiryInterval(1));
        }

        await Task.Delay(TimeSpan.FromSeconds(2.5), TestContext.Current.CancellationToken);
        await using InteropClient second = await ConnectAsync(MqttProtocolVersion.V500, identifier, 0);
        Assert.False(second.Connack.IsSessionPresent);
    }

    [Fact]
    public async Task The_broker_assigns_an_identifier_to_a_client_without_one()
    {
        await using InteropClient client =
            await broker.ConnectAsync(MqttProtocolVersion.V500, options => options.WithClientId(string.Empty));
        Assert.NotEmpty(client.Connack.AssignedClientIdentifier);
    }

    private Task<InteropClient> ConnectAsync(
        MqttProtocolVersion version, string identifier, uint expirySeconds = 60, bool acknowledgeByHand = false) =>
        broker.ConnectAsync(
            version,
            options =>
            {
                options.WithClientId(identifier).WithCleanSession(false);
                if (version == MqttProtocolVersion.V500)
                {
                    options.WithSessionExpiryInterval(expirySeconds);
                }
            },
            acknowledgeByHand);
}
