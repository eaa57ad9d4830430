// Will messages: sent after a lost connection, not after DISCONNECT; Will Delay Interval and what cancels it.

using System.Diagnostics;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace FastMqtt.Interop.Tests;

public sealed class WillTests(InteropBroker broker)
{
    private const MqttQualityOfServiceLevel QoS = MqttQualityOfServiceLevel.AtLeastOnce;

    [Theory]
    [MemberData(nameof(Versions.All), MemberType = typeof(Versions))]
    public async Task It_is_published_when_the_connection_is_lost(MqttProtocolVersion version)
    {
        string topic = InteropBroker.Unique("will/");
        await using InteropClient watcher = await WatchAsync(version, topic);
        InteropClient victim = await broker.ConnectAsync(version, options => WithWill(options, topic));
        victim.Drop();
        ReceivedMessage will = await watcher.ReceiveAsync();
        Assert.Equal((topic, "gone", QoS), (will.Topic, will.Text, will.QoS));
    }

    [Theory]
    [MemberData(nameof(Versions.All), MemberType = typeof(Versions))]
    public async Task It_is_not_published_after_a_normal_disconnect(MqttProtocolVersion version)
    {
        string topic = InteropBroker.Unique("will/");
        await using InteropClient watcher = await WatchAsync(version, topic);
        await using InteropClient client = await broker.ConnectAsync(version, options => WithWill(options, topic));
        await client.DisconnectAsync();
        await watcher.PublishAsync(topic, "marker", QoS);
        Assert.Equal("marker", (await watcher.ReceiveAsync()).Text);
    }

    [Fact]
    public async Task It_is_published_after_a_disconnect_that_asks_for_it()
    {
        string topic = InteropBroker.Unique("will/");
        await using InteropClient watcher = await WatchAsync(MqttProtocolVersion.V500, topic);
        await using InteropClient client =
            await broker.ConnectAsync(MqttProtocolVersion.V500, options => WithWill(options, topic));
        await client.DisconnectAsync(o => o.WithReason(MqttClientDisconnectOptionsReason.DisconnectWithWillMessage));
        Assert.Equal("gone", (await watcher.ReceiveAsync()).Text);
    }

    [Fact]
    public async Task A_retained_will_stays_for_later_subscribers()
    {
        string topic = InteropBroker.Unique("will/");
        await using InteropClient watcher = await WatchAsync(MqttProtocolVersion.V311, topic);
        InteropClient victim = await broker.ConnectAsync(
            MqttProtocolVersion.V311, options => WithWill(options, topic).WithWillRetain());
        victim.Drop();
        await watcher.ReceiveAsync();
        await using InteropClient later = await WatchAsync(MqttProtocolVersion.V311, topic);
        Assert.True((await later.ReceiveAsync()).IsRetained);
        await later.PublishAsync(topic, "", QoS, retain: true);
    }

    [Fact]
    public async Task It_waits_for_the_Will_Delay_Interval()
    {
        string topic = InteropBroker.Unique("will/");
        await using InteropClient watcher = await WatchAsync(MqttProtocolVersion.V500, topic);
        InteropClient victim = await broker.ConnectAsync(
            MqttProtocolVersion.V500,
            options => WithWill(options, topic).WithWillDelayInterval(1).WithSessionExpiryInterval(60));
        long start = Stopwatch.GetTimestamp();
        victim.Drop();
        await watcher.ReceiveAsync();
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0.9, 8);
    }

    [Fact]
    public async Task A_return_within_the_Will_Delay_Interval_cancels_it()
    {
        string topic = InteropBroker.Unique("will/");
        string identifier = InteropBroker.Unique("id");
        await using InteropClient watcher = await WatchAsync(MqttProtocolVersion.V500, topic);
        InteropClient victim = await broker.ConnectAsync(
            MqttProtocolVersion.V500,
            options => WithWill(options, topic).WithWillDelayInterval(1).WithSessionExpiryInterval(60)
                .WithClientId(identifier));
        victim.Drop();
        await using InteropClient returned = await broker.ConnectAsync(
            MqttProtocolVersion.V500, options => options.WithClientId(identifier).WithCleanStart(false));
        await Task.Delay(TimeSpan.FromSeconds(2.2), TestContext.Current.CancellationToken);
        await watcher.PublishAsync(topic, "marker", QoS);
        Assert.Equal("marker", (await watcher.ReceiveAsync()).Text);
    }

    [Fact]
    public async Task Its_properties_arrive_with_it()
    {
        string topic = InteropBroker.Unique("will/");
        await using InteropClient watcher = await WatchAsync(MqttProtocolVersion.V500, topic);
        InteropClient victim = await broker.ConnectAsync(
            MqttProtocolVersion.V500,
            options => WithWill(options, topic).WithWillContentType("text/plain").WithWillResponseTopic("answer")
                .WithWillUserProperty("name", (ReadOnlyMemory<byte>)"value"u8.ToArray()));
        victim.Drop();
        MqttApplicationMessage will = (await watcher.ReceiveAsync()).Message;
        Assert.Equal(("text/plain", "answer"), (will.ContentType, will.ResponseTopic));
        Assert.Equal("name", Assert.Single(will.UserProperties).Name);
    }

    private static MqttClientOptionsBuilder WithWill(MqttClientOptionsBuilder options, string topic) =>
        options.WithWillTopic(topic).WithWillPayload("gone").WithWillQualityOfServiceLevel(QoS);

    private async Task<InteropClient> WatchAsync(MqttProtocolVersion version, string topic)
    {
        InteropClient watcher = await broker.ConnectAsync(version);
        await watcher.SubscribeAsync(topic, QoS);
        return watcher;
    }
}
