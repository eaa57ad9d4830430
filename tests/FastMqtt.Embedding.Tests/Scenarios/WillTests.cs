// Will messages: when one is published, and when it is not.

using MQTTnet;

namespace FastMqtt.Embedding.Tests.Scenarios;

public sealed class WillTests
{
    [Theory]
    [MemberData(nameof(Versions.All), MemberType = typeof(Versions))]
    public async Task It_is_published_when_the_connection_is_lost(MqttProtocolVersion version)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient watcher = await WatchAsync(broker, version);
        InteropClient owner = await broker.ConnectAsync(version, WithWill);
        owner.Drop();
        Assert.Equal("my/last/will", (await watcher.ReceiveAsync()).Topic);
    }

    [Theory]
    [MemberData(nameof(Versions.All), MemberType = typeof(Versions))]
    public async Task It_is_not_published_after_a_normal_disconnect(MqttProtocolVersion version)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient watcher = await WatchAsync(broker, version);
        await using InteropClient owner = await broker.ConnectAsync(version, WithWill);
        await owner.DisconnectAsync();
        await Eventually.HoldsAsync(() => broker.Connected == 1);
        Assert.Empty(await EmbeddedBroker.ReceivedBeforeMarkerAsync(watcher, watcher));
    }

    // MQTTnet drops it. The specification ends the older connection like any that is lost: its will is published,
    // unless a delay gives the client time to come back. [MQTT-3.1.4-3] [MQTT-3.1.2-8] [MQTT3-3.1.2-8]
    [Theory]
    [MemberData(nameof(Versions.All), MemberType = typeof(Versions))]
    public async Task It_is_published_when_the_connection_is_taken_over(MqttProtocolVersion version)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient watcher = await WatchAsync(broker, version);
        await using InteropClient older = await broker.ConnectAsync(version, WithWill);
        await using InteropClient newer = await broker.ConnectAsync(version, WithWill);
        Assert.Equal("my/last/will", (await watcher.ReceiveAsync()).Topic);
    }

    [Fact]
    public async Task It_is_not_published_on_takeover_when_a_delay_lets_the_session_go_on()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient watcher = await WatchAsync(broker, MqttProtocolVersion.V500);
        await using InteropClient older = await broker.ConnectAsync(configure: Delayed);
        await using InteropClient newer = await broker.ConnectAsync(configure: Delayed);
        await older.DisconnectedByBrokerAsync();
        Assert.Empty(await EmbeddedBroker.ReceivedBeforeMarkerAsync(newer, watcher));

        static void Delayed(MqttClientOptionsBuilder options)
        {
            WithWill(options);
            options.WithWillDelayInterval(60).WithCleanStart(false).WithSessionExpiryInterval(60);
        }
    }

    private static void WithWill(MqttClientOptionsBuilder options) =>
        options.WithClientId("owner").WithWillTopic("my/last/will").WithWillQualityOfServiceLevel(QoS.AtMostOnce);

    private static async Task<InteropClient> WatchAsync(EmbeddedBroker broker, MqttProtocolVersion version)
    {
        InteropClient watcher = await broker.ConnectAsync(version);
        await watcher.SubscribeAsync("my/#", QoS.AtLeastOnce);
        return watcher;
    }
}
