// Who is denied all the time is seen, and cannot fill the log.

using System.Text;
using FastMqtt.Broker.Access;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Tests.Allocation;
using FastMqtt.Broker.Tests.Harness;
using Xunit;

namespace FastMqtt.Broker.Tests.Diagnostics;

[Collection(nameof(RunsAlone))] // others that start would be counted as what this allocates
public sealed class DenialLogTests
{
    private readonly RecordingLog _log = new();

    [Fact]
    public void One_client_is_one_line_and_a_number()
    {
        using var broker = new TestBroker(log: _log);
        Client client = Connect(broker, "sensor-1");
        for (int i = 0; i < 100; i++)
        {
            Deny(broker, client, AccessKind.Publish, "secret/topic");
        }

        Assert.Matches(
            @"^Denied client sensor-1 \[127\.0\.0\.1:\d+\] to publish to 'secret/topic' \(listener attached\)\.$",
            Assert.Single(_log.Lines));
        broker.Advance(DenialLog.WindowMilliseconds + 1_000);
        Assert.Equal("Denied 99 more in the last 10 s.", _log.Lines[1]);
        Deny(broker, client, AccessKind.Receive, "x");
        Assert.Contains("to receive 'x'", _log.Lines[2], StringComparison.Ordinal);
        broker.Advance(DenialLog.WindowMilliseconds + 1_000);
        Assert.Equal(3, _log.Lines.Count); // nothing more to say
    }

    [Fact]
    public void Many_clients_are_so_many_lines_and_no_more()
    {
        using var broker = new TestBroker(log: _log);
        for (int i = 0; i <= DenialLog.LinesMax; i++)
        {
            broker.Connect($"sensor-{i}");
        }

        _log.Lines.Clear();
        for (int i = 0; i <= DenialLog.LinesMax; i++)
        {
            Deny(broker, broker.FindSession($"sensor-{i}")!.Client!, AccessKind.Subscribe, "a/#");
        }

        Assert.Equal(DenialLog.LinesMax, _log.Lines.Count);
        broker.Advance(DenialLog.WindowMilliseconds + 1_000);
        Assert.Equal("Denied 1 more in the last 10 s.", _log.Lines[^1]);
    }

    [Fact]
    public void A_topic_is_escaped_and_cut()
    {
        using var broker = new TestBroker(log: _log);
        Deny(broker, Connect(broker, "sensor-1"), AccessKind.Publish, "a\nforged" + new string('ü', 1_000));
        string shown = Assert.Single(_log.Lines).Split('\'')[1];
        Assert.Equal("a\uFFFDforged" + new string('ü', 192), shown);
    }

    [Fact]
    public void The_log_on_topics_is_no_cause_of_a_line()
    {
        using var broker = new TestBroker(log: _log);
        Deny(broker, Connect(broker, "sensor-1"), AccessKind.Receive, "$SYS/broker/log/N");
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void What_is_not_logged_allocates_nothing()
    {
        using var broker = new TestBroker(log: _log);
        Client client = Connect(broker, "sensor-1");
        byte[] topic = Encoding.UTF8.GetBytes("a/b");
        broker.State.Log.Denied(broker.Dispatchers[0], client, AccessKind.Publish, topic);
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 3; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10_000; i++)
            {
                broker.State.Log.Denied(broker.Dispatchers[0], client, AccessKind.Publish, topic);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    private Client Connect(TestBroker broker, string identifier)
    {
        broker.Connect(identifier);
        _log.Lines.Clear();
        return broker.FindSession(identifier)!.Client!;
    }

    private static void Deny(TestBroker broker, Client client, AccessKind kind, string topic) =>
        broker.State.Log.Denied(broker.Dispatchers[0], client, kind, Encoding.UTF8.GetBytes(topic));
}
