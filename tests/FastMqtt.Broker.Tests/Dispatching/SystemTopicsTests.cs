// $SYS: figures with Mosquitto's names, retained, published by the broker alone.

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Dispatching;

public sealed class SystemTopicsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_figures_are_those_of_all_dispatchers(int dispatchers)
    {
        using TestBroker broker = WithTopics(dispatchers);
        TestClient[] clients =
        [
            .. Enumerable.Range(0, 4).Select(i => broker.Connect(at: i % dispatchers).Subscribe("t")),
        ];
        broker.ConnectPersistent("offline").Reset();
        for (int i = 0; i < 10; i++)
        {
            clients[0].Publish("t", "12345");
        }

        broker.Advance(10_000 + 128);
        Dictionary<string, string> figures = Read(broker);
        Assert.Equal("4", figures["clients/connected"]);
        Assert.Equal("1", figures["clients/disconnected"]);
        Assert.Equal("5", figures["clients/total"]);
        Assert.Equal("5", figures["clients/maximum"]);
        Assert.Equal("4", figures["subscriptions/count"]);
        Assert.Equal("10", figures["publish/messages/received"]);
        Assert.Equal("40", figures["publish/messages/sent"]);
        Assert.Equal("50", figures["publish/bytes/received"]);
        Assert.Equal("200", figures["publish/bytes/sent"]);
        Assert.Equal("0", figures["publish/messages/dropped"]);
        Assert.Equal("19", figures["messages/received"]); // 5 CONNECT, 4 SUBSCRIBE, 10 PUBLISH
        Assert.Equal("49", figures["messages/sent"]);
        Assert.Equal("10 seconds", figures["uptime"]);
        Assert.StartsWith("fastmqtt version ", figures["version"], StringComparison.Ordinal);
        Assert.Contains("load/messages/received/1min", figures.Keys);
    }

    [Fact]
    public void The_bytes_are_those_on_the_wire()
    {
        using TestBroker broker = WithTopics(1);
        TestClient client = broker.Connect();
        client.Socket.SendRoom = 3;
        client.Publish("t", "x", qos: 0);
        client.Send(Packets.Pingreq).Send(Packets.Pingreq);
        broker.Tick();
        client.Socket.SendRoom = 100;
        broker.Tick();
        Assert.Equal(2, client.Read().Count);
        int received = Packets.Connect(ProtocolVersion.Mqtt5, client.Identifier).Length
            + Packets.Publish(ProtocolVersion.Mqtt5, "t", "x"u8).Length + 4;
        Assert.Equal(received, broker.Metrics.BytesReceived);
        Assert.Equal(client.Connack!.Size + 4, broker.Metrics.BytesSent);
    }

    [Fact]
    public void They_are_published_at_each_interval_and_only_when_changed()
    {
        using TestBroker broker = WithTopics(1);
        TestClient watcher = broker.Connect().Subscribe("$SYS/broker/clients/connected");
        watcher.Read();
        broker.Advance(10_000 + 128);
        Assert.Equal(["1"], watcher.ReadTexts());
        broker.Advance(10_000 + 128);
        watcher.ExpectNothing();
        broker.Connect();
        broker.Advance(10_000 + 128);
        Assert.Equal(["2"], watcher.ReadTexts());
    }

    [Fact]
    public void Wildcards_at_the_front_do_not_see_them()
    {
        // [MQTT-4.7.2-1]
        using TestBroker broker = WithTopics(1);
        TestClient all = broker.Connect().Subscribe("#").Subscribe("+/broker/#");
        broker.AdvanceSeconds(25);
        all.ExpectNothing();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Nobody_else_may_publish_there(int qos)
    {
        using TestBroker broker = WithTopics(1);
        TestClient watcher = broker.Connect();
        watcher.Subscribe("$SYS/broker/close", 2).Subscribe("$SYS", 2).Subscribe("$SYSTEM", 2);
        TestClient client = broker.Connect();
        client.Send("$SYS/broker/close", "x", qos, retain: true);
        client.Send("$SYS", "x", qos);
        client.Send("$SYSTEM", "mine", qos);
        broker.Tick();
        Assert.Equal(["mine"], watcher.ReadTexts());
        ReasonCode[] reasons = [.. client.Read().Select(packet => packet.Reason)];
        Assert.Equal(qos == 0 ? [] : [ReasonCode.NotAuthorized, ReasonCode.NotAuthorized, ReasonCode.Success], reasons);
        Assert.Equal(2, broker.Metrics.Refused);
    }

    private static TestBroker WithTopics(int dispatchers) =>
        new(dispatchers, options => options.SystemTopicsInterval = TimeSpan.FromSeconds(10));

    private static Dictionary<string, string> Read(TestBroker broker) => broker.Connect().Subscribe("$SYS/#").Read()
        .ToDictionary(packet => packet.Topic["$SYS/broker/".Length..], packet => packet.Text);
}
