// A client that takes its deliveries slowly is still read: its acknowledgements and its own messages must not wait
// until it has caught up with a flood, which may be never.

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Connections;

public sealed class SlowReaderTests
{
    private static readonly string Payload = new('x', 60_000);

    private static int Pending(TestBroker broker, TestClient client) =>
        broker.FindSession(client.Identifier)!.Client!.Connection.PendingBytes;

    [Fact]
    public void What_it_sends_is_handled_while_its_output_never_runs_empty()
    {
        using var broker = new TestBroker();
        TestClient flood = broker.Connect();
        TestClient other = broker.Connect().Subscribe("from/slow");
        TestClient slow = broker.Connect().Subscribe("t");
        slow.Socket.SendRoom = 0;
        for (int round = 0; round < 100; round++)
        {
            flood.Publish("t", Payload);
            flood.Publish("t", Payload);
            slow.Socket.SendRoom += 60_000;
            slow.Send("from/slow", $"{round}");
            broker.Tick();
            Assert.Equal([$"{round}"], other.ReadTexts());
        }

        Assert.InRange(Pending(broker, slow), Limits.ReadPauseBytes, int.MaxValue);
    }

    [Fact]
    public void Its_answers_and_deliveries_together_are_bounded()
    {
        using var broker = new TestBroker();
        TestClient flood = broker.Connect();
        TestClient slow = broker.Connect().Subscribe("t");
        slow.Socket.SendRoom = 0;
        byte[] pings = [.. Enumerable.Repeat(Packets.Pingreq, 50_000).SelectMany(ping => ping)];
        for (int round = 0; round < 300; round++)
        {
            flood.Publish("t", Payload);
            slow.Socket.SendRoom += round % 3 == 0 ? 90_000 : 0;
            slow.Send(pings);
            broker.Tick();
            int most = Limits.OutputBytesMax + Limits.ReadPauseBytes + Payload.Length + (512 << 10);
            Assert.InRange(Pending(broker, slow), 0, most);
        }
    }
}
