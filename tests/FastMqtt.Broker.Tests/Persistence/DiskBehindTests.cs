// A disk that is slower than the publishers: who gives it work is not read, so that memory is bounded; everybody else
// goes on; and nothing is lost when it has caught up.

using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Persistence;

public sealed class DiskBehindTests : IDisposable
{
    private const int PayloadBytes = 60_000;

    private readonly MemoryStore _store = new();

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData(Durability.Commit, 1)]
    [InlineData(Durability.Commit, 2)]
    [InlineData(Durability.Interval, 1)]
    [InlineData(Durability.Interval, 2)]
    [InlineData(Durability.Off, 1)]
    [InlineData(Durability.Off, 2)]
    public void Who_gives_it_work_is_not_read_until_it_has_caught_up(Durability durability, int dispatchers)
    {
        using TestBroker broker = Start(durability, dispatchers);
        int last = dispatchers - 1;
        string absent = broker.IdentifierOn(last);
        broker.ConnectPersistent(absent, at: last).Subscribe("kept", 1).Disconnect();
        TestClient publisher = broker.Connect();
        // Where replies wait, it is known that what another dispatcher got needed no disk.
        TestClient subscriber = broker.Connect(at: durability == Durability.Commit ? last : 0).Subscribe("live", 1);
        broker.AdvanceSeconds(1);

        broker.IsDiskHeld = true;
        int sent = SendUntilItIsNotRead(broker, publisher);
        long limit = durability == Durability.Commit
            ? Limits.UncommittedBytes + (Limits.UncommittedBytes / 2)
            : Limits.LaggingBytes + Limits.BatchBytes;
        Assert.InRange(sent * (long)PayloadBytes, Limits.LaggingBytes, limit + (2 * 65_536));
        TestClient other = broker.Connect();
        other.Publish("live", "QoS 0");
        other.Publish("live", "QoS 1", 1);
        other.Publish("live", "again", 1);
        Assert.Equal(["QoS 0", "QoS 1", "again"], subscriber.ReadTexts());

        broker.IsDiskHeld = false;
        broker.Tick();
        Assert.Equal(0, publisher.Socket.UnreceivedBytes);
        broker.AdvanceSeconds(2);
        Assert.Equal(sent, publisher.Read().Count(packet => packet.Type == PacketType.Puback));
        TestClient back = broker.ConnectPersistent(absent, at: last);
        Assert.Equal(Enumerable.Range(0, sent).Select(Payload), back.ReadTexts());
    }

    [Fact]
    public void Who_is_not_read_is_not_taken_for_silent_and_its_end_is_seen_afterwards()
    {
        // [MQTT-3.1.2-22] [MQTT3-3.1.2-24]: what it sends to show that it is there lies behind what is not read
        using TestBroker broker = Start(Durability.Interval, 1);
        broker.ConnectPersistent("s").Subscribe("kept", 1).Disconnect();
        TestClient publisher = broker.Connect(keepAlive: 10);
        TestClient silent = broker.Connect(keepAlive: 10);
        broker.IsDiskHeld = true;
        SendUntilItIsNotRead(broker, publisher);
        broker.AdvanceSeconds(60);
        Assert.False(publisher.IsClosed);
        Assert.True(silent.IsClosed);
        publisher.Socket.Reset();
        broker.IsDiskHeld = false;
        broker.AdvanceSeconds(1);
        Assert.True(publisher.IsClosed);
        broker.Connect().Publish("kept", "x", 1);
    }

    private TestBroker Start(Durability durability, int dispatchers) => new(
        dispatchers,
        store: _store,
        configure: options =>
        {
            options.MaximumQueuedMessages = 0;
            options.MaximumQueuedBytes = 0;
            options.Persistence = options.Persistence! with { Durability = durability };
        });

    private static int SendUntilItIsNotRead(TestBroker broker, TestClient publisher)
    {
        int sent = 0;
        do
        {
            Assert.True(sent < 1_000, "It is read for ever.");
            publisher.Send("kept", Payload(sent++), 1);
            broker.Tick();
        }
        while (publisher.Socket.UnreceivedBytes == 0);
        return sent;
    }

    private static string Payload(int number) => number.ToString("D8").PadRight(PayloadBytes, '.');
}
