// A trace describes every packet of whom it is about, in order, and changes nothing of what clients get.

using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Microsoft.Extensions.Logging;
using Xunit;

namespace FastMqtt.Broker.Tests.Diagnostics;

public sealed class PacketTraceTests
{
    private readonly RecordingLog _log = new(LogLevel.Debug);
    private TraceList? _traces;

    [Fact]
    public void A_client_is_followed_from_its_connect_to_its_end()
    {
        using var broker = new TestBroker();
        using IDisposable trace = Begin(broker, client: "one");
        TestClient one = broker.Connect("one");
        TestClient two = broker.Connect("two").Subscribe("x", 1);
        one.Subscribe("a/+", 1);
        two.Publish("a/b", "hello", 1);
        broker.Tick();
        one.Acknowledge(one.NextPublish());
        one.Publish("x", "hi", 2);
        one.Send(Packets.Pingreq);
        broker.Tick();
        one.Disconnect();
        broker.Tick();
        Assert.Equal(
            [
                "Received CONNECT from one",
                "Sending CONNACK to one (0, 0)",
                "Received SUBSCRIBE from one (m1, 'a/+')",
                "Sending SUBACK to one (m1)",
                "Sending PUBLISH to one (d0, q1, r0, m1, 'a/b', ... (5 bytes))",
                "Received PUBACK from one (m1, rc0)",
                "Received PUBLISH from one (d0, q2, r0, m2, 'x', ... (2 bytes))",
                "Sending PUBREC to one (m2, rc0)",
                "Received PUBREL from one (m2, rc0)",
                "Sending PUBCOMP to one (m2, rc0)",
                "Received PINGREQ from one",
                "Sending PINGRESP to one",
                "Received DISCONNECT from one (rc0)",
            ],
            _log.Lines);
    }

    [Fact]
    public void Every_packet_of_a_burst_is_described_on_both_sides()
    {
        using var broker = new TestBroker();
        TestClient subscriber = broker.Connect("to").Subscribe("a/b");
        TestClient publisher = broker.Connect("from");
        using IDisposable trace = Begin(broker, topic: "a/#");
        byte[] one = Packets.Publish(ProtocolVersion.Mqtt5, "a/b", "x"u8);
        byte[] other = Packets.Publish(ProtocolVersion.Mqtt5, "c", "x"u8);
        broker.Tick();
        publisher.Send([.. one, .. one, .. other, .. one]);
        broker.Tick();
        const string Facts = "(d0, q0, r0, m0, 'a/b', ... (1 bytes))";
        Assert.Equal(3, _log.Lines.Count(line => line == $"Received PUBLISH from from {Facts}"));
        Assert.Equal(3, _log.Lines.Count(line => line == $"Sending PUBLISH to to {Facts}"));
        Assert.Equal(6, _log.Lines.Count);
        Assert.Equal(["x", "x", "x"], subscriber.Read().Select(packet => packet.Text));
    }

    [Fact]
    public void What_a_slow_client_has_not_taken_is_described_once()
    {
        using var broker = new TestBroker();
        TestClient subscriber = broker.Connect("slow").Subscribe("a");
        TestClient publisher = broker.Connect("from");
        subscriber.Socket.SendRoom = 3; // in the middle of a packet
        publisher.Publish("a", "before the trace");
        broker.Tick();
        using IDisposable trace = Begin(broker, client: "slow");
        broker.Tick();
        publisher.Publish("a", "first");
        broker.Tick();
        subscriber.Socket.SendRoom = 30;
        broker.Tick();
        publisher.Publish("a", "second");
        subscriber.Socket.SendRoom = int.MaxValue;
        broker.Tick();
        Assert.Equal(
            [
                "Sending PUBLISH to slow (d0, q0, r0, m0, 'a', ... (5 bytes))",
                "Sending PUBLISH to slow (d0, q0, r0, m0, 'a', ... (6 bytes))",
            ],
            _log.Lines);
    }

    [Fact]
    public void A_topic_behind_an_alias_is_named()
    {
        using var broker = new TestBroker();
        using IDisposable trace = Begin(broker, topic: "long/topic");
        broker.Connect("to", properties: Property.TopicAliasMaximum(10)).Subscribe("long/topic");
        TestClient publisher = broker.Connect("from");
        publisher.Publish("long/topic", "1", properties: Property.TopicAlias(1));
        publisher.Publish(string.Empty, "2", properties: Property.TopicAlias(1));
        broker.Tick();
        Assert.Equal(4, _log.Lines.Count);
        Assert.All(_log.Lines, line => Assert.Contains("'long/topic', ... (1 bytes)", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_is_described_before_and_after()
    {
        using var broker = new TestBroker(2);
        IDisposable trace = Begin(broker, client: null);
        IDisposable second = Begin(broker, client: "nobody");
        broker.Tick();
        Assert.NotNull(broker.Dispatchers[1].Tracer);
        trace.Dispose();
        broker.Tick();
        Assert.NotNull(broker.Dispatchers[1].Tracer);
        second.Dispose();
        broker.Tick();
        Assert.Null(broker.Dispatchers[1].Tracer);
        broker.Connect("one");
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void A_password_is_never_shown()
    {
        using var broker = new TestBroker();
        using IDisposable trace = Begin(broker, client: null);
        broker.Open(ProtocolVersion.Mqtt311).Send(
            [0x10, 24, 0, 4, .. "MQTT"u8, 4, 0xC2, 0, 0, 0, 1, .. "c"u8, 0, 1, .. "u"u8, 0, 6, .. "secret"u8]);
        broker.Tick();
        Assert.NotEmpty(_log.Lines);
        Assert.DoesNotContain(_log.Lines, line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("#", "a/b", true)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/+", "a/b", true)]
    [InlineData("a/+", "a", false)]
    [InlineData("a/+", "a/b/c", false)]
    [InlineData("+/b", "a/b", true)]
    [InlineData("a/b", "a/c", false)]
    [InlineData("#", "$SYS/x", false)] // [MQTT-4.7.2-1]
    [InlineData("+/x", "$SYS/x", false)]
    [InlineData("$SYS/#", "$SYS/x", true)]
    public void A_filter_matches_as_in_the_specification(string filter, string topic, bool expected) =>
        Assert.Equal(
            expected,
            PacketTrace.Matches(System.Text.Encoding.UTF8.GetBytes(filter), System.Text.Encoding.UTF8.GetBytes(topic)));

    private IDisposable Begin(TestBroker broker, string? client = null, string? topic = null)
    {
        var trace = new PacketTrace(new TraceRequest(client, topic, false), _log);
        IDisposable begun = (_traces ??= new TraceList(broker.Dispatchers)).Begin(trace);
        broker.Tick();
        return begun;
    }
}
