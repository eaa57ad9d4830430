// What the broker says about its clients: who, from where, by which listener, and why.

using FastMqtt.Broker.Access;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Microsoft.Extensions.Logging;
using Xunit;

namespace FastMqtt.Broker.Tests.Diagnostics;

public sealed class LogLineTests
{
    private const string Peer = @"127\.0\.0\.1:\d+";

    [Fact]
    public void A_client_that_comes_and_goes_is_two_lines()
    {
        var log = new RecordingLog();
        using var broker = new TestBroker(log: log);
        broker.Connect("sensor-1").Disconnect();
        broker.Tick();
        Assert.Equal(["Connected", "Closed"], log.Events);
        Assert.Matches($@"^New client connected from {Peer} as sensor-1 \(p5, .*listener attached\)\.$", log.Lines[0]);
        Assert.Matches($@"^Client sensor-1 \[{Peer}\] disconnected \(listener attached\)\.$", log.Lines[1]);
    }

    [Fact]
    public void A_silent_client_has_exceeded_its_timeout()
    {
        var log = new RecordingLog();
        using var broker = new TestBroker(log: log);
        broker.Connect("sensor-1", keepAlive: 10);
        broker.Advance(20_000);
        Assert.Matches(
            $@"^Client sensor-1 \[{Peer}\] has exceeded timeout, disconnecting \(listener attached\)\.$",
            log.Lines[^1]);
    }

    [Fact]
    public void A_refusal_says_why_in_words()
    {
        var log = new RecordingLog();
        using var broker = new TestBroker(log: log);
        TestClient client = broker.Open();
        client.Send(Packets.Connect(
            ProtocolVersion.Mqtt5, "sensor-1", true, 0, [0x15, 0, 1, (byte)'x'])); // Authentication Method
        broker.Tick();
        Assert.Matches(
            $@"^Connection from {Peer} refused: bad authentication method \(listener attached\)\.$",
            Assert.Single(log.Lines));
    }

    [Fact]
    public void A_subscription_is_a_line_as_in_mosquitto_when_it_is_asked_for()
    {
        var log = new RecordingLog(LogLevel.Trace);
        using var broker = new TestBroker(log: log);
        TestClient client = broker.Connect("sensor-1").Subscribe("a/#", 1);
        client.Unsubscribe("a/#");
        broker.Tick();
        Assert.Contains("sensor-1 1 a/#", log.Lines);
        Assert.Contains("sensor-1 a/#", log.Lines);
        Assert.Contains("Subscribed", log.Events);
        Assert.Contains("Unsubscribed", log.Events);
    }

    [Fact]
    public void A_refused_subscription_is_not_logged_as_one()
    {
        var log = new RecordingLog(LogLevel.Trace);
        using var broker = new TestBroker(log: log);
        Assert.True(broker.Connect("sensor-1").TrySubscribe("a/#/b") >= 0x80);
        Assert.DoesNotContain("Subscribed", log.Events);
    }

    [Fact]
    public void Facts_of_a_line_are_read_one_by_one()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect("sensor\n1");
        Session session = broker.FindSession("sensor\n1")!;
        session.Owner = new SessionOwner(new ClientIdentity { UserName = "bob\r" }, null);
        session.Client!.CloseReason = ReasonCode.QuotaExceeded;
        var line = new ClosedLine(session.Client, session);
        Assert.Equal("sensor\uFFFD1", Fact(line, LogField.Client));
        Assert.Matches($"^{Peer}$", Fact(line, LogField.Address));
        Assert.Equal("attached", Fact(line, LogField.Listener));
        Assert.Equal("bob\uFFFD", Fact(line, LogField.UserName));
        Assert.Equal("quota exceeded", Fact(line, LogField.Reason));
        Assert.Equal(string.Empty, Fact(line, LogField.Topic));
        string connected = new ConnectedLine(session.Client, session, 0, 0).ToString();
        Assert.Contains(", u'bob\uFFFD'", connected, StringComparison.Ordinal);
        Assert.False(client.IsClosed);
    }

    private static string Fact(ClosedLine line, LogField field)
    {
        Span<char> text = stackalloc char[128];
        Assert.True(line.TryFormat(field, text, out int length));
        return text[..length].ToString();
    }
}
